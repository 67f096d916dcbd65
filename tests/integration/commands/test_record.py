"""``monitor record``: tables as the service gives them, in the form of the recording, and refreshed from it."""

import csv
import gzip
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.common.settings import RECORDING
from pipelines.recording import serve_recording
from pipelines.statline.client import StatlineClient
from tests.support.miniature import TABLES
from tests.support.place import Place
from tests.support.statline_service import Reply, Service, proxy, unused_url
from tests.support.warehouses import query

METADATA = ("TableInfos", "DataProperties", "CategoryGroups", "RegioS", "Perioden")


@pytest.fixture(scope="module")
def recording_url() -> Iterator[str]:
    # Pages of fifty rows, so that every table here has several.
    with serve_recording(RECORDING, page_size=50) as url:
        yield url


@pytest.fixture
def live(recording_url: str) -> Iterator[Service]:
    """The recorded tables, from a service that does not say it is a recording."""
    with proxy(recording_url, live=True) as running:
        yield running


def recorded(url: str, *words: str) -> Result:
    settings = {"STATLINE_URL": url, "STATLINE_URL_DATADERDEN": ""}
    return CliRunner().invoke(app, ["record", *words], env=settings)


def origin(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "PROVENANCE.csv").open(encoding="utf-8", newline="") as lines:
        return {line["tabel"]: line for line in csv.DictReader(lines)}


def catalogue(folder: Path) -> dict[str, dict[str, Any]]:
    rows = json.loads((folder / "catalog" / "Tables.json").read_bytes())
    return {row["Identifier"]: row for row in rows}


def rows_of(folder: Path, table: str) -> bytes:
    return gzip.decompress((folder / table / "UntypedDataSet.json.gz").read_bytes())


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_table_is_recorded_as_it_was_published(live: Service, tmp_path: Path) -> None:
    done = recorded(live.url, "85098NED", "--to", str(tmp_path / "opname"))
    assert done.exit_code == 0, done.output
    assert done.output == (
        "Recorded 85098NED  Indicatoren jeugdzorg in natura; gemeenten: 356 rows, Modified 2023-06-24T02:00:00\n"
    )
    folder = tmp_path / "opname"
    assert rows_of(folder, "85098NED") == rows_of(RECORDING, "85098NED")
    for entity in METADATA:
        name = f"85098NED/{entity}.json"
        assert (folder / name).read_bytes() == (RECORDING / name).read_bytes(), name
    row, published = catalogue(folder)["85098NED"], catalogue(RECORDING)["85098NED"]
    assert row.items() <= published.items() | {("ID", 0)}
    assert {"Updated", "RecordCount", "ColumnCount", "Summary", "Modified", "OutputStatus"} <= row.keys()
    assert {path.name for path in folder.iterdir()} == {"85098NED", "catalog", "PROVENANCE.csv"}


def test_the_origin_of_what_was_recorded_stands_beside_it(live: Service, tmp_path: Path) -> None:
    folder = tmp_path / "opname"
    assert recorded(live.url, "85098NED", "--to", str(folder)).exit_code == 0
    line = origin(folder)["85098NED"]
    assert line.keys() == origin(RECORDING)["85098NED"].keys()
    assert line["bron_pad"] == f"{live.url}/ODataFeed/odata/85098NED"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["bron_commit"])
    assert line["licentie_cijfers"] == "CC BY 4.0, Bron: CBS"
    assert line["bewerking"] == f"ongewijzigd opgenomen op {line['bron_commit'][:10]}"
    assert (line["rijen"], line["kolommen"], line["gemeenten"], line["jaren"]) == ("356", "5", "355", "2022")
    assert line["kanttekening"] == ""


def test_a_table_taken_from_a_recording_says_so_and_keeps_its_remark(recording_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "opname"
    assert recorded(recording_url, "85098NED", "--to", str(folder), "--remark", "Voor een proef.").exit_code == 0
    before = origin(RECORDING)["85098NED"]["kanttekening"]
    assert origin(folder)["85098NED"]["kanttekening"] == (
        f"Overgenomen van een opname, niet van de live dienst. {before} Voor een proef."
    )


def test_only_the_rows_of_a_filter_are_recorded_and_it_is_told(live: Service, tmp_path: Path) -> None:
    folder = tmp_path / "opname"
    done = recorded(live.url, "85098NED", "--to", str(folder), "--filter", "startswith(RegioS,'NL')")
    assert done.exit_code == 0, done.output
    (row,) = json.loads(rows_of(folder, "85098NED"))
    assert row["RegioS"] == "NL01  "
    assert catalogue(folder)["85098NED"]["RecordCount"] == 1
    line = origin(folder)["85098NED"]
    assert line["bron_pad"].endswith("/85098NED/UntypedDataSet?$filter=startswith(RegioS,'NL')")
    assert (line["rijen"], line["gemeenten"]) == ("1", "0")
    assert line["kanttekening"] == "Alleen de rijen van het filter startswith(RegioS,'NL')."


def test_what_was_recorded_is_served_as_it_was_read(live: Service, tmp_path: Path) -> None:
    folder = tmp_path / "opname"
    assert recorded(live.url, "45038NED", "83262NED", "--to", str(folder)).exit_code == 0
    with (
        serve_recording(folder) as url,
        StatlineClient(url) as copy,
        StatlineClient(live.url) as original,
    ):
        for table in ("45038NED", "83262NED"):
            assert copy.metadata(table, "CBS") == original.metadata(table, "CBS")
            assert [row for page in copy.pages(table, "CBS") for row in page.rows] == [
                row for page in original.pages(table, "CBS") for row in page.rows
            ]
            assert copy.catalogue("CBS")[table].stamps == original.catalogue("CBS")[table].stamps
        assert copy.source("CBS").recording


@pytest.mark.slow
def test_a_refresh_of_what_was_recorded_gives_the_same_figures(miniature: Place, live: Service, tmp_path: Path) -> None:
    folder = tmp_path / "opname"
    done = miniature.run("record", *TABLES, "--to", str(folder), url=live.url)
    assert done.returncode == 0, done.stdout
    place = miniature.with_warehouse(tmp_path / "warehouse")
    done = place.run("refresh", MONITOR_RECORDING=str(folder))
    assert done.returncode == 0, done.stdout
    figures = "select * from fct_indicator order by all"
    assert query(place.warehouse, figures) == query(miniature.warehouse, figures)
    # Nothing lacks of these tables and nothing was changed about them, so nothing is remarked.
    assert query(place.warehouse, "select count(*) from herkomst where kanttekening is not null") == [(0,)]


def test_a_table_that_is_there_is_not_replaced_unless_told(live: Service, tmp_path: Path) -> None:
    folder = tmp_path / "opname"
    assert recorded(live.url, "85098NED", "83262NED", "--to", str(folder)).exit_code == 0
    before = files(folder)
    live.requests.clear()
    done = recorded(live.url, "85335NED", "85098NED", "--to", str(folder))
    assert done.exit_code == 1
    assert done.output == f"{folder} holds 85098NED already, so nothing was asked; --force replaces them.\n"
    assert files(folder) == before
    assert live.requests == []

    filtered = ("--filter", "startswith(RegioS,'GM')", "--force")
    assert recorded(live.url, "85098NED", "--to", str(folder), *filtered).exit_code == 0
    after = files(folder)
    assert {name for name in before if name not in after} == set()
    assert {name for name in after if after[name] != before[name]} == {
        "85098NED/UntypedDataSet.json.gz",
        "catalog/Tables.json",
        "PROVENANCE.csv",
    }
    assert [(row["ID"], row["RecordCount"]) for row in catalogue(folder).values()] == [(0, 355), (1, 96)]
    assert list(origin(folder)) == ["85098NED", "83262NED"]


def test_adding_to_the_recording_of_the_project_changes_no_line_of_it(live: Service, tmp_path: Path) -> None:
    folder = tmp_path / "opname"
    shutil.copytree(RECORDING, folder)
    shutil.rmtree(folder / "85098NED")
    done = recorded(live.url, "85098NED", "--to", str(folder))
    assert done.exit_code == 0, done.output
    changed = {"85098NED"}
    before, after = ((place / "PROVENANCE.csv").read_bytes().splitlines(keepends=True) for place in (RECORDING, folder))
    assert len(before) == len(after)
    assert {old[:8].decode() for old, new in zip(before, after, strict=True) if old != new} == changed
    old, new = catalogue(RECORDING), catalogue(folder)
    assert list(old) == list(new)
    assert {table for table in old if old[table] != new[table]} == changed


@pytest.mark.parametrize("others", [["brief.txt"], ["85098NED/DataProperties.json"]], ids=["a letter", "half a copy"])
def test_a_folder_that_is_no_recording_is_left_alone(live: Service, tmp_path: Path, others: list[str]) -> None:
    for name in others:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("van mij", encoding="utf-8")
    before = files(tmp_path)
    done = recorded(live.url, "85098NED", "--to", str(tmp_path))
    assert done.exit_code == 1
    assert done.output == (
        f"{tmp_path} holds {others[0].partition('/')[0]} and no catalog/Tables.json, so it is no recording; name a "
        "folder that is new, empty or a recording.\n"
    )
    assert files(tmp_path) == before
    assert live.requests == []


def test_a_file_is_no_folder(live: Service, tmp_path: Path) -> None:
    (tmp_path / "opname").write_text("", encoding="utf-8")
    done = recorded(live.url, "85098NED", "--to", str(tmp_path / "opname"))
    assert done.exit_code == 1
    assert done.output.startswith(f"{tmp_path / 'opname'} is a file; name a folder")


def test_a_table_that_is_not_there_costs_the_others_nothing(live: Service, tmp_path: Path) -> None:
    done = recorded(live.url, "70072NED", "85098NED", "--to", str(tmp_path / "opname"))
    assert done.exit_code == 1
    wrong, right = done.output.splitlines()
    assert wrong.startswith(
        f"Not recorded: There is no table '70072NED' in the catalogue of {live.url}; the nearest ids are 70072ned, "
    )
    assert right.startswith("Recorded 85098NED ")
    assert list(catalogue(tmp_path / "opname")) == ["85098NED"]


def test_a_dead_host_is_one_sentence_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.statline.limits.RetryPolicy.wait", lambda *_: 0.0)
    url = unused_url()
    done = recorded(url, "85098NED", "--to", str(tmp_path / "opname"))
    assert done.exit_code == 1
    assert re.fullmatch(
        rf"Not recorded: Page 1 of the catalogue: {url}\S+ could not be reached \(.*refused\); "
        r"check STATLINE_URL and the network \(tried \d+ times\)\.\n",
        done.output,
    ), done.output
    assert not (tmp_path / "opname").exists()


def test_rows_that_are_not_the_whole_table_leave_nothing(live: Service, tmp_path: Path) -> None:
    folder = tmp_path / "opname"

    def lose_a_row(answer: dict[str, Any]) -> None:
        answer["value"].pop()

    # On the last page, of which no next link tells how many rows there should have been.
    live.edit(r"85098NED/UntypedDataSet.*skip=350", lose_a_row)
    done = recorded(live.url, "85098NED", "--to", str(folder))
    assert done.exit_code == 1
    assert done.output.startswith("Not recorded: Table 85098NED came with 355 rows, expected 356 by RecordCount in the")
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_table_that_cbs_changes_meanwhile_is_fetched_once_more(live: Service, tmp_path: Path) -> None:
    asked: list[int] = []

    def moved_the_second_time(reply: Reply) -> Reply:
        asked.append(reply.status)
        if len(asked) != 2:
            return reply
        answer = json.loads(reply.body)
        answer["value"][0]["Modified"] = "2026-10-31T02:00:00"
        return Reply(reply.status, json.dumps(answer).encode(), reply.headers)

    live.fail("85098NED/TableInfos", moved_the_second_time)
    done = recorded(live.url, "85098NED", "--to", str(tmp_path / "opname"))
    assert done.exit_code == 0, done.output
    # Before and after the rows, twice.
    assert len(asked) == 4


def test_what_a_killed_command_left_is_cleared_and_counts_for_nothing(live: Service, tmp_path: Path) -> None:
    folder = tmp_path / "opname"
    assert recorded(live.url, "83262NED", "--to", str(folder)).exit_code == 0
    # A draft of a process that is no more, and a table that got its name before the catalogue could tell of it.
    (folder / ".draft-4194305-85335NED").mkdir()
    (folder / "85098NED").mkdir()
    done = recorded(live.url, "85098NED", "--to", str(folder))
    assert done.exit_code == 0, done.output
    assert {path.name for path in folder.iterdir()} == {"83262NED", "85098NED", "catalog", "PROVENANCE.csv"}
    assert rows_of(folder, "85098NED") == rows_of(RECORDING, "85098NED")


def test_the_recording_is_not_recorded_into_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(RECORDING / "catalog", tmp_path / "catalog")
    monkeypatch.setenv("MONITOR_RECORDING", str(tmp_path))
    done = recorded("", "85098NED", "--to", str(tmp_path), "--force")
    assert done.exit_code == 1
    assert done.output == f"STATLINE_URL is empty, so this would record {tmp_path} from itself; set it.\n"
