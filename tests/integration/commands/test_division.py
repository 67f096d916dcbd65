"""``monitor division``: what the seeds lack of the municipal list of a new year, from a made CBS that has it."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.observations.drift import Known
from pipelines.observations.observer import ObservationOutcome, Observer
from pipelines.observations.store import ObservationStore
from pipelines.snapshots.ingest import TableJob, ingest_table
from pipelines.snapshots.series import FoundTable, KnownTables, SeriesStore
from pipelines.snapshots.store import SnapshotStore
from pipelines.sources.datasets import load_datasets
from pipelines.sources.seeds import municipal_lists, municipality_names
from tests.support.cbs_2026 import NEXT_YEAR, MadeCbs
from tests.support.cbs_2026.made import next_year_tables
from tests.support.cbs_2026.region import MERGED, MERGED_INTO, MERGED_NAME, municipalities
from tests.support.statline_service import quick_client

LIST, KEY_FIGURES = "86547NED", "86558NED"
DATASETS = {LIST: "gebieden_in_nederland", KEY_FIGURES: "kerncijfers_wijken_en_buurten"}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("jaarwisseling") / "warehouse"


@pytest.fixture(scope="module")
def outcomes(warehouse: Path) -> dict[str, ObservationOutcome]:
    """What became of the two tables of the next year, found by their titles, when they were read."""
    cbs = MadeCbs(warehouse.parent / "statline", {})
    cbs.add(table for table in next_year_tables() if table.id in DATASETS)
    snapshots, observations = SnapshotStore(warehouse), ObservationStore(warehouse)
    observer = Observer(snapshots, observations, Known(municipality_names, lambda _: False, municipal_lists))
    read, found = {}, {}
    with cbs.served() as service, quick_client(service.url) as client:
        for table, name in DATASETS.items():
            title = cbs.tables[table].title
            found[name] = (FoundTable(table=table, year=NEXT_YEAR, title=title, rule="only table with this title"),)
            dataset = load_datasets()[name].with_tables(each.reference for each in found[name])
            fetched = ingest_table(TableJob(dataset, table, (NEXT_YEAR,), client, snapshots, force=False))
            assert fetched.result == "fetched", fetched.problem
            read[table] = observer.observe(dataset, dataset.reference(table))
    SeriesStore(warehouse).keep(KnownTables(found=found))
    return read


def test_the_run_says_what_changed_and_which_mergers_are_lacking(outcomes: dict[str, ObservationOutcome]) -> None:
    assert outcomes[LIST].result == "read", outcomes[LIST].problem
    (told,) = outcomes[LIST].warnings
    assert f"Since then came {MERGED_INTO} {MERGED_NAME}; went GM0840 Rucphen, GM0879 Zundert. " in told.english
    assert "`GM0840,Rucphen,GM1999,Verzonnen Aa,2027-01-01,fusie,CBS 86547NED,6447,9683,23204`" in told.english
    assert told.dutch == (
        "Dit is de gemeentelijst van 2027, die de monitor nog niet heeft; cijfers over 2027 wachten daarop. Nieuw: "
        "GM1999 Verzonnen Aa; vervallen: GM0840 Rucphen, GM0879 Zundert."
    )


def test_other_tables_of_that_year_are_read_and_their_new_municipality_is_told(
    outcomes: dict[str, ObservationOutcome],
) -> None:
    assert outcomes[KEY_FIGURES].result == "read", outcomes[KEY_FIGURES].problem
    (told,) = outcomes[KEY_FIGURES].warnings
    assert f"there are figures of {MERGED_INTO} '{MERGED_NAME}', in no list of municipalities" in told.english


@pytest.mark.usefixtures("outcomes")
def test_the_rows_that_are_printed_are_those_that_the_seeds_lack(warehouse: Path) -> None:
    done = CliRunner().invoke(app, ["division"], env={"MONITOR_WAREHOUSE": str(warehouse)})
    assert done.exit_code == 2, done.output
    rows = list(csv.reader(done.stdout.splitlines()))
    mergers, listed = rows[: len(MERGED)], rows[len(MERGED) :]
    assert [(row[0], row[2], row[5]) for row in mergers] == [(code, MERGED_INTO, "fusie") for code in sorted(MERGED)]
    assert {len(row) for row in mergers} == {10}
    assert listed == [[str(NEXT_YEAR), code, name] for code, name in sorted(municipalities(NEXT_YEAR).items())]
    assert "Add to dbt_project/seeds/referentie/herindelingen.csv:\n" in done.stderr


def test_nothing_lacks_before_a_list_was_fetched(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["division"], env={"MONITOR_WAREHOUSE": str(tmp_path / "leeg")})
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "dbt_project/seeds/referentie/gemeenten_per_jaar.csv has every list that was fetched.\n"
