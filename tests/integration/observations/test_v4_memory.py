"""A table of v4 needs memory for a page and eight bytes per cell, however many observations it has."""

import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.statline_service import Reply, send, serving

PAGE = 100_000
BOUND_MB = 500

MEASURED = """
import sys
from pathlib import Path
from pipelines.observations.observer import Observer
from pipelines.observations.store import ObservationStore
from pipelines.snapshots.ingest import TableJob, ingest_table
from pipelines.snapshots.store import SnapshotStore
from pipelines.sources.datasets import load_datasets
from pipelines.statline.client import StatlineClient
dataset = load_datasets()["jeugdzorg_indicatoren"]
snapshots, store = SnapshotStore(Path(sys.argv[2])), ObservationStore(Path(sys.argv[2]))
with StatlineClient(sys.argv[1], api="v4") as client:
    fetched = ingest_table(TableJob(dataset, "85098NED", (2022,), client, snapshots, force=False))
observed = Observer(snapshots, store).observe(dataset, dataset.tabellen[0])
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(fetched.problem or fetched.row_count, observed.problem or observed.observations, int(peak.split()[1]) // 1024)
"""
MEASURES = (
    "Jongeren met jeugdhulp in natura",
    "Jongeren met jeugdh. met verbl. in nat.",
    "Jongeren met jeugdbescherming",
    "Jeugdbesch. en jeugdh. met verbl. in nat",
    "Jongeren met jeugdreclassering",
)


ENTITIES = ("Properties", "Dimensions", "MeasureCodes", "RegioSCodes", "PeriodenCodes", "Observations")


class GeneratedDataset(BaseHTTPRequestHandler):
    """A service of one made-up table; its observations, every second cell, exist only while their page is sent."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    regions, periods = 0, 0

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        skip = int(parse_qs(address.query).get("$skip", ["0"])[0])
        send(self, Reply(body=json.dumps(self.answer(address.path.removeprefix("/CBS/85098NED"), skip)).encode()))

    @property
    def count(self) -> int:
        return self.regions * self.periods * len(MEASURES) // 2

    def answer(self, path: str, skip: int) -> dict[str, object]:
        about = {
            "Identifier": "85098NED",
            "Title": "Verzonnen tabel",
            "Modified": "2026-10-31T02:00:00+01:00",
            "Version": "202610310200",
            "Catalog": "CBS",
            "ObservationCount": self.count,
        }
        if path == "/Observations":
            end = min(skip + PAGE, self.count)
            rows = [self.observation(2 * number) for number in range(skip, end)]
            link = {"@odata.nextLink": f"Observations?$skip={end}"} if end < self.count else {}
            return {"value": rows} | link
        entities: dict[str, dict[str, object]] = {
            "/CBS/Datasets": {"value": [about]},
            "/Properties": dict(about),
            "": {"value": [{"name": name} for name in ENTITIES]},
            "/Dimensions": {
                "value": [
                    {"Identifier": "RegioS", "Title": "Regio's", "Kind": "GeoDimension"},
                    {"Identifier": "Perioden", "Title": "Perioden", "Kind": "TimeDimension"},
                ]
            },
            "/MeasureCodes": {
                "value": [
                    {"Identifier": f"M{n}", "Title": title, "DataType": "Double", "Unit": "% (zie toelichting)"}
                    for n, title in enumerate(MEASURES)
                ]
            },
            "/RegioSCodes": {"value": [{"Identifier": f"GM{n:04}", "Title": f"G{n}"} for n in range(self.regions)]},
            "/PeriodenCodes": {"value": [{"Identifier": f"{1900 + n}JJ00", "Title": ""} for n in range(self.periods)]},
        }
        return entities[path]

    def observation(self, cell: int) -> dict[str, object]:
        row, measure = divmod(cell, len(MEASURES))
        region, period = divmod(row, self.periods)
        return {
            "Id": cell,
            "Measure": f"M{measure}",
            "ValueAttribute": "None",
            "Value": cell % 1000 / 10,
            "StringValue": None,
            "RegioS": f"GM{region:04}",
            "Perioden": f"{1900 + period}JJ00",
        }

    def log_message(self, *_: object) -> None:
        """Keep the test output clean."""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is asked of Linux")
@pytest.mark.parametrize(
    ("regions", "periods"),
    [pytest.param(100, 20, id="small"), pytest.param(1000, 800, id="4 million cells", marks=pytest.mark.slow)],
)
def test_a_table_comes_in_with_memory_for_a_page(regions: int, periods: int, tmp_path: Path) -> None:
    handler = type("Handler", (GeneratedDataset,), {"regions": regions, "periods": periods})
    with serving(handler) as url:
        command = [sys.executable, "-c", MEASURED, url, str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    observations, cells, peak = done.stdout.split()
    assert (int(observations), int(cells)) == (regions * periods * 5 // 2, regions * periods * 5)
    assert int(peak) < BOUND_MB
