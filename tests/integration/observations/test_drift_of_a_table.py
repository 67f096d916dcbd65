"""What becomes of the figures of a table of which CBS changed the shape: every case of ``drift_cases``."""

import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from pipelines.observations.store import CELLS, ObservationStore
from pipelines.sources.drift_rules import DEFAULTS, DriftKind, Level
from pipelines.sources.seeds import municipal_lists
from tests.support.cbs_tables import Published, observe, publish, recorded_table
from tests.support.drift_cases import BBV, CASES, TABLES, Case, Outcome
from tests.support.warehouses import files


@pytest.fixture(scope="module")
def understood(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse in which every table of the cases was read as recorded; a first reading raises no alarm."""
    warehouse = tmp_path_factory.mktemp("understood")
    for table in TABLES:
        publish(warehouse, recorded_table(table))
        outcome = observe(warehouse, table)
        assert (outcome.result, outcome.problem, outcome.warnings) == ("read", None, ())
    return warehouse


@pytest.fixture
def warehouse(understood: Path, tmp_path: Path) -> Path:
    return shutil.copytree(understood, tmp_path / "warehouse")


def change(warehouse: Path, case: Case) -> None:
    table = recorded_table(case.table)
    case.change(table)
    publish(warehouse, table)


def in_use(warehouse: Path, table: str) -> dict[str, bytes]:
    """Every file of the version in use, and what says that it is."""
    folder = ObservationStore(warehouse).current(table)
    assert folder is not None
    return files(folder) | {"current.json": (folder.parent / "current.json").read_bytes()}


def figures(warehouse: Path, table: str) -> list[tuple[object, ...]]:
    """Every figure of every measure."""
    folder = ObservationStore(warehouse).current(table)
    assert folder is not None
    cells = pl.read_parquet(folder / CELLS / "*.parquet").filter(pl.col("maat").is_not_null())
    columns = ["maat", "regio", "jaar", "uitsplitsing", "waarde", "tekst", "symbool", "status"]
    return cells.select(columns).sort(columns).rows()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_change_is_followed_reported_or_refused(case: Case, warehouse: Path) -> None:
    before = in_use(warehouse, case.table)
    change(warehouse, case)
    outcome = observe(warehouse, case.table)
    said = [outcome.problem] if outcome.problem else outcome.warnings
    told = " ".join(sentence.english for sentence in said)
    assert {"read": "warned" if outcome.warnings else "followed", "failed": "refused"}[
        outcome.result
    ] == case.outcome, told
    assert re.search(case.says, told), told
    assert "\n" not in told
    if case.outcome == "refused":
        assert told.startswith(f"Table {case.table}")
        assert told.endswith("(the last version that was understood stays in use)")
        assert in_use(warehouse, case.table) == before
    assert case.outcome == "followed" or (f"(rule {case.rule})" in told) == bool(case.rule), told
    for sentence in said:
        # What a reader of the release gets: short, without keys of ours, and what is used instead.
        assert re.fullmatch(
            r"[A-Z][^.]+(\. [A-Z][^.]+)*; (deze versie is|de laatste versie .* blijft) in gebruik\.", sentence.dutch
        )
        assert len(sentence.dutch) < 200


@pytest.mark.parametrize("name", ["renumbered columns", "a wider code list", "wider codes of regions"])
def test_what_is_followed_silently_gives_the_same_figures(name: str, warehouse: Path) -> None:
    case = CASES[name]
    before = figures(warehouse, case.table)
    change(warehouse, case)
    observe(warehouse, case.table)
    assert figures(warehouse, case.table) == before


def test_every_rule_is_tried_at_its_default_level() -> None:
    levels: dict[Outcome, Level] = {"followed": "stil", "warned": "waarschuwing", "refused": "mislukt"}
    tried = {DriftKind(case.rule): levels[case.outcome] for case in CASES.values() if case.rule}
    assert tried == DEFAULTS


@pytest.mark.parametrize(
    ("status", "ours"),
    [("NaderVoorlopig", "nader_voorlopig"), ("Definitief", "definitief"), ("Voorlopig", "voorlopig")],
)
def test_new_figures_come_with_their_status_whatever_it_was(status: str, ours: str, warehouse: Path) -> None:
    """Provisional figures become definitive, and definitive ones are revised: either is a normal new version."""
    table = recorded_table(BBV)
    table.code("Perioden", "2022JJ00")["Status"] = status
    table.row(RegioS="GM1680")["JongerenMetJeugdhulpInNatura_1"] = "    9.9"
    publish(warehouse, table)
    outcome = observe(warehouse, BBV)
    assert (outcome.result, outcome.warnings) == ("read", ())
    found = [row for row in figures(warehouse, BBV) if row[:2] == ("jeugdhulp_pct_tot_18", "GM1680")]
    assert found == [("jeugdhulp_pct_tot_18", "GM1680", 2022, None, 9.9, None, None, ours)]


AHEAD = max(municipal_lists()) + 1


def with_new_municipality(year: int) -> Published:
    """The table with a figure of a municipality that is in no list, of ``year`` only; all else as ever."""
    table = recorded_table(BBV)
    table.add_code("RegioS", "GM1999", "Nieuw-Aa", rows_like="GM1680")
    for row in table.rows:
        if row["RegioS"].strip() == "GM1999":
            row["Perioden"] = f"{year}JJ00"
    if year != 2022:
        table.metadata["Perioden"].append(dict(table.metadata["Perioden"][0], Key=f"{year}JJ00", Title=str(year)))
    return table


def test_a_municipality_that_only_a_year_without_a_list_has_holds_back_that_year_and_nothing_else(
    warehouse: Path,
) -> None:
    before = figures(warehouse, BBV)
    publish(warehouse, with_new_municipality(AHEAD))
    outcome = observe(warehouse, BBV)
    assert (outcome.result, outcome.problem) == ("read", None)
    (told,) = outcome.warnings
    assert told.english.startswith(
        f"Table {BBV}: there are figures of GM1999 'Nieuw-Aa', in no list of municipalities, of years after the newest "
        f"list ({AHEAD - 1}). They wait until dbt_project/seeds/referentie/gemeenten_per_jaar.csv has their year"
    )
    assert f"({AHEAD - 1}) wachten op de lijst van hun jaar." in told.dutch
    assert [row for row in figures(warehouse, BBV) if row[1] != "GM1999"] == before
    # Once the list is there the warning is over, and nothing has to be read anew for it.
    outcome = observe(warehouse, BBV, later={"GM1999": "Nieuw-Aa"})
    assert (outcome.result, outcome.warnings) == ("unchanged", ())
    # Another list that lacks it does not end it.
    assert observe(warehouse, BBV, later={"GM1680": "Aa en Hunze"}).warnings != ()


def test_a_municipality_in_no_list_is_refused_in_a_year_that_has_one(warehouse: Path) -> None:
    publish(warehouse, with_new_municipality(2022))
    refused = observe(warehouse, BBV).problem
    assert refused is not None
    assert "(rule onbekende_gemeentecode)" in refused.english
    # So it is once the list of its year came without it.
    publish(warehouse, with_new_municipality(AHEAD))
    refused = observe(warehouse, BBV, later={"GM1680": "Aa en Hunze"}).problem
    assert refused is not None
    assert "(rule onbekende_gemeentecode)" in refused.english
