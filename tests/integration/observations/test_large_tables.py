"""Of a table above a stated size only the columns of measures come in, by either protocol, and that is known."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import polars as pl
import pytest

from pipelines.common.settings import RECORDING
from pipelines.observations.intake import Intake, Order
from pipelines.observations.observer import ObservationOutcome, Observer
from pipelines.observations.plan import columns_read
from pipelines.observations.store import CELLS, ObservationStore
from pipelines.recording import serve_recording
from pipelines.snapshots.ingest import TableOutcome, unchanged
from pipelines.snapshots.records import RECORD_FILE
from pipelines.snapshots.store import Snapshot, SnapshotStore
from pipelines.sources.datasets import Dataset
from pipelines.statline.client import Api, StatlineClient
from tests.support.recorded_datasets import recorded_datasets
from tests.support.statline_service import QUICK_RETRIES, QUICK_TIMEOUTS, Reply, Service

TABLE, YEAR = "85335NED", 2022
# Rows and columns of it as recorded, and how many of the columns a measure reads.
ROWS, COLUMNS, READ = 346, 21, 17
# One column of those, and the measure that reads it.
MEASURE = "trajecten_huisarts"
DATASET = recorded_datasets()["jeugdzorg_wijken"]
DATASET = DATASET.model_copy(update={"tabellen": [table for table in DATASET.tabellen if table.tabel == TABLE]})
WITHOUT = DATASET.model_copy(update={"maten": {name: m for name, m in DATASET.maten.items() if name != MEASURE}})


@pytest.fixture(autouse=True)
def _every_table_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.snapshots.ingest.MOST_CELLS_WHOLE", 1000)


@pytest.fixture(scope="module")
def recording_url() -> Iterator[str]:
    with serve_recording(RECORDING, page_size=1000) as url:
        yield url


@pytest.fixture(params=["v3", "v4"])
def api(request: pytest.FixtureRequest) -> Api:
    protocol: Api = request.param
    return protocol


@pytest.fixture
def client(service: Service, api: Api) -> Iterator[StatlineClient]:
    base = service.url if api == "v3" else f"{service.url}/odata/v1"
    with StatlineClient(base, service.url, api=api, retries=QUICK_RETRIES, timeouts=QUICK_TIMEOUTS) as running:
        yield running


class House:
    """A warehouse, and the nights of one dataset in it."""

    def __init__(self, folder: Path, client: StatlineClient) -> None:
        self.snapshots, self.store = SnapshotStore(folder), ObservationStore(folder)
        self._client = client

    def night(self, dataset: Dataset = DATASET) -> tuple[TableOutcome, ObservationOutcome]:
        """Fetch and read the table."""
        order = Order(dataset)
        with Intake(lambda: self._client, Observer(self.snapshots, self.store), self.snapshots) as intake:
            intake.begin([order])
            (fetched,), (observed,) = intake.fetched(order), intake.observed(order)
        return fetched, observed

    def is_quiet(self, dataset: Dataset = DATASET) -> bool:
        return unchanged(dataset, self._client, self.snapshots, columns_read) is not None

    @property
    def snapshot(self) -> Snapshot:
        found = self.snapshots.current(TABLE)
        assert found is not None
        return found

    @property
    def cells(self) -> pl.DataFrame:
        return pl.read_parquet(self._version / CELLS / "*.parquet").sort("rij_id", "onderwerp")

    @property
    def remark(self) -> str | None:
        remark: str | None = pl.read_parquet(self._version / "tabel.parquet")["kanttekening"][0]
        return remark

    @property
    def _version(self) -> Path:
        folder = self.store.current(TABLE)
        assert folder is not None
        return folder


@pytest.fixture
def house(tmp_path: Path, client: StatlineClient) -> House:
    return House(tmp_path, client)


def rows_asked(service: Service) -> list[str]:
    """What was asked of the rows of the table, readable, since this was last asked."""
    found = [unquote(request) for request in service.requests if "DataSet" in request or "Observations" in request]
    service.requests.clear()
    return [request for request in found if f"/{TABLE}/" in request]


def test_only_the_columns_of_measures_and_the_codes_come_and_are_written_down(
    house: House, service: Service, api: Api
) -> None:
    fetched, observed = house.night()
    assert (fetched.problem, observed.problem, observed.lacking) == (None, None, ())
    record = json.loads((house.snapshot.folder / RECORD_FILE).read_bytes())
    assert len(record["kolommen"]) == READ
    first = rows_asked(service)[0]
    if api == "v3":
        wanted = f"&$select=ID,VormenVanJeugdzorg,Wijken,Perioden,{','.join(record['kolommen'])}"
        assert first.endswith(wanted)
    else:
        measures = ",".join(f"'{key}'" for key in record["kolommen"])
        assert first.endswith(f"$filter=Measure in ({measures})")
    published = {key for batch in house.snapshots.rows(house.snapshot) for key in json.loads(batch.split(b"\n")[0])}
    keys = {"ID", *record["kolommen"]} if api == "v3" else {"Id", "Measure", "Value", "StringValue", "ValueAttribute"}
    assert published == {*keys, "VormenVanJeugdzorg", "Wijken", "Perioden"}


def test_the_cells_of_measures_are_those_of_the_whole_table(
    house: House, client: StatlineClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.night()
    monkeypatch.undo()
    whole = House(tmp_path / "whole", client)
    fetched, _ = whole.night()
    assert fetched.row_count is not None
    assert whole.snapshot.columns is None
    assert (whole.cells.height, house.cells.height) == (ROWS * COLUMNS, ROWS * READ)
    of_measures = whole.cells.filter(pl.col("onderwerp").is_in(house.snapshot.columns or ()))
    assert house.cells.equals(of_measures)
    assert house.cells.filter(pl.col("maat").is_not_null()).equals(whole.cells.filter(pl.col("maat").is_not_null()))
    # Who looks for a column finds why it is not there.
    assert (house.remark or "").endswith(
        f"alleen de kolommen opgehaald waarvan cijfers worden gelezen: {READ} van de {COLUMNS}."
    )
    assert "grote tabel" not in (whole.remark or "")


def test_a_night_without_news_asks_no_rows_and_a_measure_more_asks_them_anew(house: House, service: Service) -> None:
    house.night(WITHOUT)
    assert len(house.snapshot.columns or ()) == READ - 1
    rows_asked(service)
    assert house.night(WITHOUT)[0].result == "unchanged"
    assert house.is_quiet(WITHOUT)
    assert rows_asked(service) == []

    assert not house.is_quiet()
    fetched, observed = house.night()
    assert (fetched.result, observed.result, observed.lacking) == ("fetched", "read", ())
    assert len(house.snapshot.columns or ()) == READ
    # A measure less needs nothing that is not there.
    assert house.is_quiet(WITHOUT)
    assert house.night(WITHOUT)[0].result == "unchanged"


def test_a_whole_snapshot_stays_when_its_table_is_large(
    house: House, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.snapshots.ingest.MOST_CELLS_WHOLE", 10**9)
    house.night(WITHOUT)
    monkeypatch.undo()
    monkeypatch.setattr("pipelines.snapshots.ingest.MOST_CELLS_WHOLE", 1000)
    rows_asked(service)
    fetched, observed = house.night()
    assert (fetched.result, observed.lacking, rows_asked(service)) == ("unchanged", (), [])
    assert house.snapshot.columns is None


def test_a_measure_whose_column_could_not_be_fetched_yet_lacks_until_it_is(house: House, service: Service) -> None:
    house.night(WITHOUT)
    before = house.cells
    service.fail(f"/{TABLE}/(UntypedDataSet|Observations)", Reply(500), times=6)
    fetched, observed = house.night()
    assert (fetched.result, observed.result, observed.problem) == ("failed", "read", None)
    (lacking,) = observed.lacking
    assert lacking.english.startswith(f"Table {TABLE}, measure {MEASURE}: expected rows with the column '")
    assert "fetched without it" in lacking.english
    assert lacking.dutch == (
        f"Zonder {MEASURE} ({YEAR}): een kolom waarvan cijfers worden gelezen is nog niet opgehaald."
    )
    assert house.cells.equals(before)
    service.troubles.clear()
    assert house.night()[1].lacking == ()


def test_a_table_of_which_no_column_is_understood_comes_whole(house: House) -> None:
    """So that it can be read, without a question to CBS, once the yml is right."""
    elsewhere = {name: measure.model_copy(update={"kolom": [["Elders"]]}) for name, measure in DATASET.maten.items()}
    fetched, observed = house.night(DATASET.model_copy(update={"maten": elsewhere}))
    assert (fetched.result, observed.result) == ("fetched", "failed")
    assert house.snapshot.columns is None
    fetched, observed = house.night()
    assert (fetched.result, observed.result, observed.lacking) == ("unchanged", "read", ())


@pytest.mark.parametrize("api", ["v3"], indirect=True)
def test_a_service_that_refuses_the_question_for_columns_is_asked_for_all(house: House, service: Service) -> None:
    service.fail(r"select=ID,", Reply(400, b"no such option"))
    fetched, observed = house.night()
    assert (fetched.result, observed.result) == ("fetched", "read")
    assert house.snapshot.columns is None
    assert house.cells.height == ROWS * COLUMNS


@pytest.mark.parametrize("api", ["v3"], indirect=True)
def test_rows_with_other_columns_than_were_asked_are_refused(house: House, service: Service) -> None:
    def more(answer: dict[str, object]) -> None:
        rows = answer["value"]
        assert isinstance(rows, list)
        for row in rows:
            row["Extra_1"] = "1"

    service.edit(r"select=ID,", more)
    fetched, observed = house.night()
    assert fetched.problem is not None
    assert "other columns than were asked (Extra_1)" in fetched.problem.english
    assert (fetched.result, observed.result) == ("failed", "failed")
