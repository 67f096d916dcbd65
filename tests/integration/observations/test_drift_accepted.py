"""A person decides about a table whose shape changed: by the yml, or by accepting exactly that shape."""

import json
import re
import shutil
from pathlib import Path

import dagster as dg
import pytest

from pipelines.audit.auditor import shape_checks
from pipelines.build.project import Project
from pipelines.common.sentences import Sentence
from pipelines.definitions import defs
from pipelines.observations.observer import ObservationOutcome
from pipelines.releases.decisions import AcceptanceError, accept_drift, accepted_shapes, holds, open_warnings
from pipelines.releases.journal import Journal
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.ingest import TableOutcome
from pipelines.sources.drift_rules import DriftKind, Level
from tests.support.cbs_tables import Published, observe, publish, recorded_table
from tests.support.drift_cases import BBV, IV3, KWB, TAAKVELD, TYPE, WMO
from tests.support.drift_changes import region, topic
from tests.support.place import the_project

PROJECT = Project()
DATASETS = PROJECT.datasets.values()


@pytest.fixture(scope="module")
def understood(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse in which four tables were read as recorded."""
    warehouse = tmp_path_factory.mktemp("understood")
    for table in (BBV, IV3, KWB, WMO):
        publish(warehouse, recorded_table(table))
        assert observe(warehouse, table).result == "read"
    return warehouse


@pytest.fixture
def warehouse(understood: Path, tmp_path: Path) -> Path:
    return shutil.copytree(understood, tmp_path / "warehouse")


def with_taakveld(*codes: str) -> Published:
    table = recorded_table(IV3)
    for code in codes:
        table.add_code(TAAKVELD, code, f"{code} Nieuw taakveld", rows_like="6.82")
    return table


def with_jeugdregio() -> Published:
    table = recorded_table(BBV)
    region("JZ01", "Groningen (JZ)")(table)
    return table


def read(warehouse: Path, table: str) -> ObservationOutcome:
    """Read the table as a refresh does, with the shapes that the journal says were accepted."""
    return observe(warehouse, table, lambda digest: digest in accepted_shapes(Journal(warehouse)))


def accept(warehouse: Path, table: str) -> None:
    accept_drift(Warehouse(warehouse), PROJECT, table, "nagezien")


@pytest.mark.parametrize(("level", "told"), [("stil", False), ("waarschuwing", True)])
def test_the_yml_can_let_a_shape_pass(warehouse: Path, level: Level, told: bool) -> None:
    publish(warehouse, with_taakveld("6.83"))
    assert observe(warehouse, IV3).result == "failed"
    outcome = observe(warehouse, IV3, afwijkingen={DriftKind.NEW_USED_CODE: level})
    assert (outcome.result, bool(outcome.warnings)) == ("read", told)


def test_the_yml_can_refuse_what_is_followed_by_default(warehouse: Path) -> None:
    publish(warehouse, with_jeugdregio())
    outcome = observe(warehouse, BBV, afwijkingen={DriftKind.NEW_REGION_KIND: "mislukt"})
    assert outcome.result == "failed"
    assert "or write `afwijkingen: {nieuwe_regiosoort: waarschuwing}` in jeugdzorg_indicatoren.yml" in str(
        outcome.problem
    )


def test_a_column_or_code_that_was_written_into_the_yml_is_no_drift(warehouse: Path) -> None:
    table = recorded_table(WMO)
    topic("WmoClienten_5", Title="Cliënten met Wmo")(table)
    table.add_code(TYPE, "T009999", "Totaal", rows_like="T001024")
    publish(warehouse, table)
    assert observe(warehouse, WMO).result == "failed"
    (dataset,) = (dataset for dataset in DATASETS if dataset.name == "wmo_maatwerkarrangement")
    total = {"kolom": [["Cliënten met Wmo"]], "dimensies": {TYPE: "T009999"}}
    outcome = observe(warehouse, WMO, maten={"wmo_clienten": dataset.maten["wmo_clienten"].model_copy(update=total)})
    assert (outcome.result, outcome.warnings) == ("read", ())


def test_what_is_done_about_drift_does_not_make_anything_be_read_again(warehouse: Path) -> None:
    assert observe(warehouse, IV3, afwijkingen={DriftKind.NEW_COLUMN: "mislukt"}).result == "unchanged"


def test_an_accepted_shape_is_read_and_another_one_is_refused_again(warehouse: Path) -> None:
    publish(warehouse, with_taakveld("6.83"))
    refused = read(warehouse, IV3)
    assert "run `monitor accept-drift 45078NED --reason ...`" in str(refused.problem)
    accept(warehouse, IV3)
    followed = read(warehouse, IV3)
    assert (followed.result, followed.warnings) == ("read", ())
    publish(warehouse, with_taakveld("6.83", "6.84"))
    again = read(warehouse, IV3)
    assert again.result == "failed"
    assert "6.84" in str(again.problem)
    assert "6.83 '6.83 Nieuw taakveld' (" not in str(again.problem).partition("nearest")[0]


def test_a_shape_that_changed_once_more_before_it_was_read_is_not_accepted(warehouse: Path) -> None:
    publish(warehouse, with_taakveld("6.83"))
    read(warehouse, IV3)
    accept(warehouse, IV3)
    publish(warehouse, with_taakveld("6.83", "6.84"))
    assert read(warehouse, IV3).result == "failed"


def test_only_what_was_looked_at_can_be_accepted(warehouse: Path) -> None:
    publish(warehouse, with_taakveld("6.83"))
    read(warehouse, IV3)
    publish(warehouse, with_taakveld("6.83", "6.84"))
    with pytest.raises(
        AcceptanceError, match="45078NED was fetched again since its shape was refused: run `monitor ref"
    ):
        accept(warehouse, IV3)
    assert accepted_shapes(Journal(warehouse)) == set()


def test_an_act_of_acceptance_is_in_the_journal_and_holds_no_release(warehouse: Path) -> None:
    publish(warehouse, with_taakveld("6.83"))
    read(warehouse, IV3)
    accept(warehouse, IV3)
    (entry,) = Journal(warehouse).entries()
    assert (entry.act, entry.table, entry.reason, entry.release) == ("vorm_aanvaarden", IV3, "nagezien", "")
    assert re.fullmatch(r"[0-9a-f]{16}", entry.shape)
    assert holds(Journal(warehouse)) == []


def test_what_contradicts_the_yml_cannot_be_accepted(warehouse: Path) -> None:
    table = recorded_table(KWB)
    topic("WmoClienten_86", Unit="x 1 000")(table)
    publish(warehouse, table)
    assert read(warehouse, KWB).result == "failed"
    with pytest.raises(
        AcceptanceError, match=r"Nothing about table 84286NED is to be accepted.* only an edit of kernc"
    ):
        accept(warehouse, KWB)


def test_a_refusal_is_over_when_cbs_takes_the_change_back(warehouse: Path) -> None:
    publish(warehouse, with_taakveld("6.83"))
    read(warehouse, IV3)
    table = recorded_table(IV3)
    table.rows[0]["k_1ePlaatsing_1"] = "       1"
    publish(warehouse, table)
    assert read(warehouse, IV3).result == "read"
    with pytest.raises(AcceptanceError, match="Nothing about table"):
        accept(warehouse, IV3)


def test_a_warning_stays_until_it_is_accepted_or_cbs_publishes_anew(warehouse: Path) -> None:
    publish(warehouse, with_jeugdregio())
    assert len(read(warehouse, BBV).warnings) == 1
    unchanged = read(warehouse, BBV)
    assert (unchanged.result, len(unchanged.warnings)) == ("unchanged", 1)
    other_yml = observe(warehouse, BBV, eigenaar="een ander")
    assert (other_yml.result, len(other_yml.warnings)) == ("read", 1)
    assert [*open_warnings(Warehouse(warehouse), DATASETS)] == [BBV]
    accept(warehouse, BBV)
    assert open_warnings(Warehouse(warehouse), DATASETS) == {}
    assert read(warehouse, BBV).warnings == ()


def test_a_next_version_in_the_same_shape_is_no_news(warehouse: Path) -> None:
    publish(warehouse, with_jeugdregio())
    read(warehouse, BBV)
    table = with_jeugdregio()
    table.rows[5]["JongerenMetJeugdhulpInNatura_1"] = "    9.9"
    publish(warehouse, table)
    outcome = read(warehouse, BBV)
    assert (outcome.result, outcome.warnings) == ("read", ())


def test_a_live_table_is_not_compared_with_the_part_of_it_that_was_recorded(warehouse: Path) -> None:
    publish(warehouse, with_taakveld("6.83"), live=True)
    outcome = read(warehouse, IV3)
    assert (outcome.result, outcome.warnings) == ("read", ())


def test_a_table_that_is_read_for_the_first_time_may_have_a_total_of_its_own(tmp_path: Path) -> None:
    table = recorded_table(BBV)
    region("T00100", "Totaal gemeenten")(table)
    publish(tmp_path, table)
    outcome = read(tmp_path, BBV)
    assert (outcome.result, outcome.warnings) == ("read", ())


def test_a_table_without_any_region_that_is_known_is_refused_also_the_first_time(tmp_path: Path) -> None:
    table = recorded_table(BBV)
    for row in (*table.metadata["RegioS"], *table.rows):
        code = "Key" if "Key" in row else "RegioS"
        row[code] = row[code].replace("GM", "G_").replace("NL", "N_")
    publish(tmp_path, table)
    outcome = read(tmp_path, BBV)
    assert outcome.result == "failed"
    assert "and 351 more, region codes of no known form (REGION_FORMS in codes.py)" in str(outcome.problem)


def test_damaged_observations_are_made_again_with_their_warnings(warehouse: Path) -> None:
    publish(warehouse, with_jeugdregio())
    read(warehouse, BBV)
    (warehouse / "observations" / BBV / "current.json").parent.glob("*/maten.parquet").__next__().unlink()
    again = read(warehouse, BBV)
    assert (again.result, len(again.warnings)) == ("read", 1)


def test_the_command_accepts_and_says_what(warehouse: Path) -> None:
    publish(warehouse, with_taakveld("6.83"))
    read(warehouse, IV3)
    done = the_project(warehouse).run("accept-drift", IV3, "--reason", "nagezien")
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith(
        "Accepted: Table 45078NED changed its shape: dimension TaakveldBalanspost has new codes"
    )
    assert "The next refresh reads the table in this shape" in done.stdout
    assert read(warehouse, IV3).result == "read"
    unknown = the_project(warehouse).run("accept-drift", "45078ned", "--reason", "nagezien")
    assert (unknown.returncode, unknown.stdout.strip()) == (
        1,
        "No dataset has a table 45078ned; capitals count. Did you mean 45078NED?",
    )


def run_job(**config: str) -> dg.ExecuteInProcessResult:
    job = defs.resolve_job_def("vorm_aanvaarden")
    return job.execute_in_process(run_config={"ops": {"aanvaard_vorm": {"config": config}}}, raise_on_error=False)


def test_the_job_accepts_and_shows_on_the_asset(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(warehouse))
    publish(warehouse, with_taakveld("6.83"))
    read(warehouse, IV3)
    result = run_job(tabel=IV3, reden="nagezien")
    assert result.success
    (event,) = [e for e in result.all_events if e.event_type is dg.DagsterEventType.ASSET_OBSERVATION]
    assert event.asset_key == dg.AssetKey(["observaties", "iv3_gemeenten"])
    assert read(warehouse, IV3).result == "read"


def test_the_job_fails_with_the_sentence_that_says_why_not(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(warehouse))
    result = run_job(tabel=IV3, reden="nagezien")
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    told = failure.step_failure_data.user_failure_data
    assert told is not None
    assert str(told.description).startswith("Nothing about table 45078NED is to be accepted.")
    assert json.loads(json.dumps(read(warehouse, IV3).as_row()))["waarschuwingen"] == []


def test_a_release_tells_of_every_table_in_use_also_when_this_run_did_not_read_it(warehouse: Path) -> None:
    publish(warehouse, with_jeugdregio())
    read(warehouse, BBV)
    workspace = Warehouse(warehouse).workspace("a_run_over_other_years")
    stopped = Sentence("Table 45078NED was stopped.", "CBS heeft deze tabel gestopt.")
    workspace.keep_fetched(
        "iv3_gemeenten",
        [
            TableOutcome("iv3_gemeenten", IV3, (2025,), "unchanged", warnings=(stopped,)),
            TableOutcome("kerncijfers_wijken_en_buurten", KWB, (2018,), "unchanged"),
        ],
    )
    checks = {check.table: check for check in shape_checks(workspace, Warehouse(warehouse), PROJECT)}
    assert {table: check.passed for table, check in checks.items()} == {BBV: False, IV3: False, KWB: True}
    assert {check.severity for check in checks.values()} == {"waarschuwing"}
    assert (checks[IV3].found, checks[KWB].found) == ("CBS heeft deze tabel gestopt.", "in orde")
    assert checks[BBV].found == "De tabel heeft een soort gebied die zij niet had; deze versie is in gebruik."
    accept(warehouse, BBV)
    assert BBV not in {check.table for check in shape_checks(workspace, Warehouse(warehouse), PROJECT)}
