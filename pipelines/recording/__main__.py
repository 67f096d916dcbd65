"""``python -m pipelines.recording --folder FOLDER --port PORT``: serve a recording on 127.0.0.1."""

import argparse
import sys
from pathlib import Path

from pipelines.recording.process import RecordingServerError, run_server
from pipelines.recording.store import RecordingError


def main() -> int:
    """Serve until interrupted; 1 with a sentence on stderr when that can't be done."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.recording", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="a recording: catalog/ and a folder per table")
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--page-size", type=int, help="rows of a Feed page (as at CBS: 10000)")
    parser.add_argument("--child", action="store_true", help="end when standard input closes")
    given = parser.parse_args()
    try:
        run_server(given.folder, given.port, page_size=given.page_size, until_stdin_closes=given.child)
    except (RecordingError, RecordingServerError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
