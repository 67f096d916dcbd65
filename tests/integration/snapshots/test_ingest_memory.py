"""Ingest needs memory for a page, not for the table: tables of third parties reach millions of rows."""

import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.statline_service import Reply, send, serving

PAGE = 10_000
BOUND_MB = 500
LARGE_TABLE = 2_000_000

# The peak of this process alone: what getrusage tells starts from the size of the process that started it.
STATUS = Path("/proc/self/status")

MEASURED = """
import sys
from pathlib import Path
from pipelines.statline.client import StatlineClient
from pipelines.sources.datasets import load_datasets
from pipelines.snapshots.store import SnapshotStore
from tests.support.single_datasets import ingest_dataset
STATUS = Path("/proc/self/status")
dataset = load_datasets()["iv3_gemeenten"]
with StatlineClient(sys.argv[1]) as client:
    [outcome] = ingest_dataset(dataset, {2024}, client, SnapshotStore(Path(sys.argv[2])))
peak = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
print(outcome.problem or outcome.row_count, int(peak.split()[1]) // 1024)
"""


def row(number: int) -> dict[str, object]:
    return {
        "ID": number,
        "TaakveldBalanspost": f"6.{number % 90:<6}",
        "Categorie": f"L{number % 60:<7}",
        "Gemeenten": f"GM{number % 1000:04}   ",
        "Verslagsoort": "2024X005",
        "k_1ePlaatsing_1": f"{number:8}",
        "k_2ePlaatsing_2": "       .",
    }


class GeneratedTable(BaseHTTPRequestHandler):
    """A service of one table with ``row_count`` rows that exist only while their page is sent."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    row_count = 0

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        start = int(parse_qs(address.query).get("$skip", ["0"])[0])
        send(self, Reply(body=json.dumps(self.answer(address.path.rpartition("/")[2], start)).encode()))

    def answer(self, entity: str, start: int) -> dict[str, object]:
        if entity == "UntypedDataSet":
            end = min(start + PAGE, self.row_count)
            link = f"http://localhost/ODataFeed/odata/45067NED/UntypedDataSet?$format=json&$skip={end}"
            return {"value": [row(n) for n in range(start, end)]} | (
                {"odata.nextLink": link} if end < self.row_count else {}
            )
        table: dict[str, object] = {
            "Identifier": "45067NED",
            "Title": "Gemeenten; jaarrekening",
            "Modified": "2026-07-17T02:00:00",
            "RecordCount": self.row_count,
        }
        names = ("TableInfos", "UntypedDataSet", "TypedDataSet", "DataProperties", "CategoryGroups")
        root: list[dict[str, object]] = [{"name": name} for name in names]
        of_table: list[dict[str, object]] = [] if entity == "DataProperties" else [table]
        return {"value": of_table if entity else root}

    def log_message(self, *_: object) -> None:
        """Keep the test output clean."""


def peak_megabytes(row_count: int, warehouse: Path) -> int:
    with serving(type("Generated", (GeneratedTable,), {"row_count": row_count})) as url:
        command = [sys.executable, "-c", MEASURED, url, str(warehouse)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    *result, peak = done.stdout.split()
    assert result == [str(row_count)]
    return int(peak)


@pytest.mark.slow
@pytest.mark.skipif(not STATUS.exists(), reason="the system does not tell a process's own peak")
def test_peak_memory_hardly_grows_with_the_number_of_rows(tmp_path: Path) -> None:
    few, many = 50_000, 300_000
    small, large = peak_megabytes(few, tmp_path / "few"), peak_megabytes(many, tmp_path / "many")
    per_row = max(large - small, 0) / (many - few)
    assert large + per_row * (LARGE_TABLE - many) < BOUND_MB, f"{few} rows: {small} MB, {many} rows: {large} MB"
    assert large < 200
