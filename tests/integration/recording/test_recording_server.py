"""The recording server as a process: it comes up, serves over the wire, and never outlives who started it."""

import gzip
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from pipelines.common.settings import PROJECT, RECORDING
from pipelines.recording import RecordingServerError, run_server, serve_recording

FOREVER = f"""
import sys, time
from pathlib import Path
from pipelines.recording import serve_recording
with serve_recording(Path({str(RECORDING)!r})) as url:
    print(url, flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def statline() -> Iterator[httpx.Client]:
    with serve_recording(RECORDING) as url, httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        yield client


def answers(url: str) -> bool:
    """Whether something listens at the port of this address."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(url).port or 0)) == 0


def silent_within(url: str, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while answers(url) and time.monotonic() < end:
        time.sleep(0.05)
    return not answers(url)


def test_the_widest_table_comes_complete_and_unchanged_over_the_wire(statline: httpx.Client) -> None:
    path = RECORDING / "84799NED" / "UntypedDataSet.json.gz"
    rows, pages, link = [], 0, "/ODataFeed/odata/84799NED/UntypedDataSet?$format=json"
    while link:
        answer = statline.get(link)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["X-StatLine-Opname"] == "ja"
        page = answer.json()
        rows += page["value"]
        pages += 1
        link = page.get("odata.nextLink", "")
    assert pages == 2
    assert rows == json.loads(gzip.decompress(path.read_bytes()))


def test_links_name_the_host_and_port_that_were_asked(statline: httpx.Client) -> None:
    port = statline.base_url.port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
        answer = statline.get("/ODataApi/odata/85098NED", headers={"Host": host}).json()
        assert {urlsplit(entity["url"]).netloc for entity in answer["value"]} == {host}


def test_a_request_for_another_host_is_refused(statline: httpx.Client) -> None:
    answer = statline.get("/ODataCatalog/Tables", headers={"Host": "opendata.cbs.nl"})
    assert (answer.status_code, answer.headers["X-StatLine-Opname"]) == (400, "ja")


def test_the_server_ends_with_the_block() -> None:
    with serve_recording(RECORDING, page_size=5) as url:
        page = httpx.get(f"{url}/ODataFeed/odata/85098NED/RegioS?$format=json", trust_env=False).json()
        assert len(page["value"]) == 5
        assert answers(url)
    assert silent_within(url, 1)


def test_the_server_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", FOREVER], stdout=subprocess.PIPE, text=True, cwd=PROJECT) as parent:
        assert parent.stdout is not None
        url = parent.stdout.readline().strip()
        was_up = answers(url)
        parent.kill()
    assert was_up
    assert silent_within(url, 5)


def test_a_server_in_the_foreground_serves_until_it_is_interrupted() -> None:
    command = [
        sys.executable,
        "-m",
        "pipelines.recording",
        "--folder",
        str(RECORDING),
        "--port",
        "0",
    ]
    with subprocess.Popen(
        # Without input, as under a service manager: only a child ends with its standard input.
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    ) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        was_up = answers(url)
        server.send_signal(signal.SIGINT)
        _, complaints = server.communicate(timeout=10)
    assert was_up
    assert (server.returncode, complaints) == (0, "")


def test_a_server_that_does_not_come_up_says_why(tmp_path: Path) -> None:
    with (
        pytest.raises(RecordingServerError, match=r"did not start: .*expected catalog/Tables.json, found none"),
        serve_recording(tmp_path),
    ):
        pass


def test_a_port_in_use_is_reported_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(RecordingServerError, match=f"can't listen on 127.0.0.1:{port}.*Choose another --port"):
            run_server(RECORDING, port)
