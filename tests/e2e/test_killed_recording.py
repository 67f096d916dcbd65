"""A recording of live tables may be killed at any moment: what is in it is whole, and the next command clears up."""

import json
import time
from pathlib import Path

from pipelines.recording import serve_recording
from tests.support.place import Place
from tests.support.statline_service import Reply, proxy

WHOLE, CUT_SHORT = "83262NED", "85335NED"


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_killed_recording_keeps_what_was_whole_and_goes_on_from_there(miniature: Place, tmp_path: Path) -> None:
    folder = tmp_path / "opname"
    with serve_recording(miniature.recording) as url, proxy(url, live=True) as service:
        service.fail(
            f"{CUT_SHORT}/UntypedDataSet", lambda real: Reply(real.status, real.body, real.headers, delay=60.0)
        )
        process = miniature.start("record", WHOLE, CUT_SHORT, "--to", str(folder), url=service.url)
        try:
            until = time.monotonic() + 120
            while not any(f"{CUT_SHORT}/UntypedDataSet" in request for request in service.requests):
                assert time.monotonic() < until, "the rows were never asked for"
                assert process.poll() is None, process.stdout and process.stdout.read()
                time.sleep(0.05)
        finally:
            process.kill()
            process.wait()
        left = names(folder) - {WHOLE, "catalog", "PROVENANCE.csv"}
        assert len(left) == 1
        assert left.pop().startswith(".draft-")
        service.troubles.clear()
        done = miniature.run("record", CUT_SHORT, "--to", str(folder), url=service.url)
        assert done.returncode == 0, done.stdout
    assert names(folder) == {WHOLE, CUT_SHORT, "catalog", "PROVENANCE.csv"}
    for table in (WHOLE, CUT_SHORT):
        for path in (miniature.recording / table).glob("*.json"):
            assert json.loads((folder / table / path.name).read_bytes()) == json.loads(path.read_bytes()), path.name
