"""Every recorded table of CBS gives by OData v4 the cells that it gives by v3, but for row ids and keys of topics."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from pipelines.build.project import Project
from pipelines.common.settings import RECORDING
from pipelines.explain.cells import PublishedCells
from pipelines.explain.definitions import Definitions
from pipelines.observations.observer import Observer
from pipelines.observations.store import AREAS, CELLS, MEASURES, TABLE, ObservationStore
from pipelines.recording import serve_recording
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.ingest import TableJob, ingest_table
from pipelines.snapshots.store import SnapshotStore
from pipelines.sources.datasets import Dataset, TableReference
from pipelines.statline.client import Api, StatlineClient
from tests.support.recorded_datasets import recorded_datasets

# With periods, and with neither periods nor years.
QUICK = ("85098NED", "84286NED")
TABLES = [
    pytest.param(dataset, table, id=table.tabel, marks=[] if table.tabel in QUICK else [pytest.mark.slow])
    for dataset in recorded_datasets().values()
    if dataset.catalogus == "CBS"
    for table in dataset.tabellen
]
# What tells a cell of a table, apart from where it stands: not its row, and not the key of its topic.
CELL = ("regio", "regio_soort", "periode", "jaar", "dimensies", "pad", "eenheid", "maat", "voorkeur", "uitsplitsing")
CONTENT = ("waarde", "tekst", "symbool", "reden_ontbreekt", "status")


@pytest.fixture(scope="module")
def clients() -> Iterator[dict[Api, StatlineClient]]:
    # Pages of a size that no table fits in: a whole table is many of them.
    with (
        serve_recording(RECORDING, page_size=1000) as url,
        StatlineClient(url) as v3,
        StatlineClient(f"{url}/odata/v1", url, api="v4") as v4,
    ):
        yield {"v3": v3, "v4": v4}


def read(dataset: Dataset, table: TableReference, client: StatlineClient, warehouse: Path) -> tuple[pl.DataFrame, Path]:
    """The cells of a table that comes in by ``client``, in one order, and where its version is."""
    snapshots, store = SnapshotStore(warehouse), ObservationStore(warehouse)
    years = tuple(sorted(table.jaren.as_set()))
    fetched = ingest_table(TableJob(dataset, table.tabel, years, client, snapshots, force=False))
    assert fetched.problem is None
    observed = Observer(snapshots, store).observe(dataset, table)
    assert (observed.result, observed.problem, observed.warnings) == ("read", None, ())
    folder = store.current(table.tabel)
    assert folder is not None
    topics = pl.read_parquet(folder / "onderwerpen.parquet").select("onderwerp", "pad", "eenheid", "datatype")
    # The same title may stand under a group more than once, so the order of the table counts too.
    topics = topics.with_row_index("plaats")
    cells = pl.read_parquet(folder / CELLS / "*.parquet").join(topics, on="onderwerp", how="left")
    return cells.sort("plaats", *CELL, "waarde", "tekst", nulls_last=True), folder


@pytest.mark.parametrize(("dataset", "table"), TABLES)
def test_the_cells_of_both_protocols_are_the_same(
    dataset: Dataset, table: TableReference, clients: dict[Api, StatlineClient], tmp_path: Path
) -> None:
    (expected, by_v3), (found, by_v4) = (read(dataset, table, clients[api], tmp_path / api) for api in ("v3", "v4"))
    columns = ["dataset", "tabel_id", "plaats", "datatype", *CELL, *CONTENT]
    assert found.select(columns).equals(expected.select(columns))
    # Two cells of one row are one row here too: of those that a measure may take, the first with a value counts.
    assert found["rij_id"].n_unique() == expected["rij_id"].n_unique() == found.height // found["onderwerp"].n_unique()
    # The measures find their columns by the same titles, whatever the key.
    shown = ["maat", "jaar", "pad", "eenheid", "voorkeur", "optellen", "ontbrekend_onderdeel_is_nul"]
    measures = [pl.read_parquet(folder / f"{MEASURES}.parquet").select(shown) for folder in (by_v3, by_v4)]
    assert measures[0].equals(measures[1])
    # Of wijken the names, of the table its title and number of rows.
    areas = [pl.read_parquet(folder / f"{AREAS}.parquet").sort("regio") for folder in (by_v3, by_v4)]
    assert areas[0].equals(areas[1])
    told = [
        pl.read_parquet(folder / f"{TABLE}.parquet").drop("opgehaald", "sha256").row(0) for folder in (by_v3, by_v4)
    ]
    assert told[0] == told[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "measure", "year", "region"),
    [
        ("wmo_maatwerkarrangement", "wmo_clienten", 2019, "GM0518"),
        ("regionale_kerncijfers", "inwoners", 2020, "GM0363"),
    ],
)
def test_what_is_told_of_a_cell_is_the_same_by_both_protocols(
    name: str, measure: str, year: int, region: str, clients: dict[Api, StatlineClient], tmp_path: Path
) -> None:
    """Text of the cell and titles of its codes, as `explain` shows them; with and without other dimensions."""
    dataset = recorded_datasets()[name]
    table = next(table for table in dataset.tabellen if year in table.jaren.as_set())
    told = []
    for api in ("v3", "v4"):
        read(dataset, table, clients[api], tmp_path / api)
        definitions = Definitions(Project().dbt.folder / "seeds")
        measured = PublishedCells(Warehouse(tmp_path / api), definitions).measured(name, measure, year)
        assert measured is not None
        (cell,) = measured.cells[region][""]
        codes = {key: code.strip() for key, code in cell.dimensions.items()}
        told.append((cell.row_id, float(cell.text or ""), cell.value, cell.status, codes, dict(cell.titles)))
    assert told[0] == told[1]
