"""The service of live size answers as the recording server does on the same rows; what was made stays as it was."""

import gzip
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import polars as pl
import pytest
from starlette.testclient import TestClient

from pipelines.recording.app import create_app
from tests.live_size.inflation import MADE_UP, inflate, list_sizes
from tests.live_size.service import COUNTS, LiveSize
from tests.live_size.sizes import SIZES, Size, count_to_grow, neighbourhoods
from tests.support.cbs_2026 import wmo
from tests.support.cbs_2026.folder import write_tables
from tests.support.cbs_2026.made import all_tables

TABLE, MADE_COLUMNS, COLUMNS = "86158NED", 6, 12
TYPES, PLACES = 8, 342
FILTER = "startswith(Wijken,'WK0363') and TypeMaatwerkvoorziening eq 'T001024'"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One table, widened over a second page; beside it the same rows as the recording server reads them."""
    folder = tmp_path_factory.mktemp("live_size")
    write_tables(folder / "cbs", [table for table in wmo.tables() if table.id == TABLE])
    (folder / "made.json.gz").write_bytes((folder / "cbs" / TABLE / "UntypedDataSet.json.gz").read_bytes())
    size = Size(TABLE, {"Wijken": neighbourhoods(3, 0)}, columns=COLUMNS)
    found = inflate(folder / "cbs" / TABLE, folder / "rows" / f"{TABLE}.parquet", size, 1.0)
    list_sizes(folder / "cbs", {TABLE: found})
    rows = pl.read_parquet(folder / "rows" / f"{TABLE}.parquet").to_dicts()
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / "cbs" / TABLE / "UntypedDataSet.json.gz").write_bytes(gzip.compress(f"[\n{lines}\n]".encode(), 1))
    return folder


def asked(client: TestClient, query: str, entity: str = "UntypedDataSet") -> list[dict[str, Any]]:
    """The answers of all pages."""
    answers, url = [], f"/ODataFeed/odata/{TABLE}/{entity}?$format=json{query}"
    while url:
        answer = client.get(url).raise_for_status().json()
        answers.append(answer)
        following = urlsplit(answer.get("odata.nextLink", ""))
        url = f"{following.path}?{following.query}" if following.path else ""
    return answers


@pytest.mark.parametrize(
    ("entity", "query", "pages"),
    [
        ("UntypedDataSet", "", 2),
        ("UntypedDataSet", "&$select=ID,Wijken, Perioden,WmoClienten_5&$filter=substringof('JJ00',Perioden)", 2),
        ("UntypedDataSet", f"&$filter={FILTER}&$select=ID,VerzonnenKolom1_1001", 1),
        ("UntypedDataSet", "&$skip=9990&$top=20", 1),
        ("TypedDataSet", f"&$filter={FILTER}", 1),
        ("TypedDataSet", "&$select=WmoClienten_5,ID&$skip=10000", 1),
    ],
)
def test_it_answers_as_the_recording_server_does(folder: Path, entity: str, query: str, pages: int) -> None:
    base = "http://127.0.0.1"
    ours = asked(TestClient(LiveSize(folder), base_url=base), query, entity)
    theirs = asked(TestClient(create_app(folder / "cbs"), base_url=base), query, entity)
    assert ours == theirs
    assert len(ours) == pages
    assert ours[0]["value"]


def test_what_was_made_stays_and_only_codes_and_columns_that_say_so_are_added(folder: Path) -> None:
    made = json.loads(gzip.decompress((folder / "made.json.gz").read_bytes()))
    widened = pl.read_parquet(folder / "rows" / f"{TABLE}.parquet")
    keys = [key for key in made[0] if key != "ID"]
    before = pl.DataFrame(made).select(keys)
    assert widened.select(keys).join(before, on=keys, how="semi").height == before.height == len(made)
    added = widened.join(before, on=keys, how="anti")
    assert added.height == 3 * PLACES * TYPES
    properties = json.loads((folder / "cbs" / TABLE / "DataProperties.json").read_bytes())
    topics = [row for row in properties if row["Type"] == "Topic"]
    assert [row["Description"] for row in topics[MADE_COLUMNS:]] == [MADE_UP] * (COLUMNS - MADE_COLUMNS)
    codes = {row["Key"]: row["Title"] for row in json.loads((folder / "cbs" / TABLE / "Wijken.json").read_bytes())}
    assert all(codes[key].startswith("Verzonnen code WK") for key in added["Wijken"].unique())


def test_the_catalogue_has_the_new_size_and_nothing_marks_a_recording(folder: Path) -> None:
    client = TestClient(LiveSize(folder), base_url="http://127.0.0.1")
    answer = client.get("/ODataCatalog/Tables?$format=json")
    (row,) = answer.json()["value"]
    assert (row["RecordCount"], row["ColumnCount"]) == (
        pl.read_parquet(folder / "rows" / f"{TABLE}.parquet").height,
        15,
    )
    assert "X-StatLine-Opname" not in answer.headers
    assert "X-StatLine-Opname" not in client.get(f"/ODataFeed/odata/{TABLE}/Perioden?$format=json").headers


def test_in_a_storm_one_of_three_requests_is_refused_and_counted(folder: Path) -> None:
    client = TestClient(LiveSize(folder, storm=True), base_url="http://127.0.0.1")
    answers = [client.get(f"/ODataFeed/odata/{TABLE}/Perioden?$format=json") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200, 200, 503, 200, 200, 503]
    assert answers[2].headers["Retry-After"] == "1"
    told = client.get(COUNTS).json()
    assert (told["requests"], told["refused"], told["most_at_once"]) == ({TABLE: 6}, 2, 1)
    assert client.get(COUNTS).json()["requests"] == {}


def test_every_table_that_is_widened_is_made() -> None:
    assert SIZES.keys() <= {table.id for table in all_tables()}
    assert count_to_grow(1_000, {"a": 100}, "a", 250) == 8
