"""CBS of 2026 at its live size: large tables from Parquet, all else from the recording server on the same folder.

``python -m tests.live_size.service --folder FOLDER`` prints its address and serves until its standard input closes. It
gives no sign of being a recording. ``/live_size/counts`` tells what was asked since it was last told.
"""

import argparse
import json
import re
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Thread

import httpx
import orjson
import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.recording.app import MARK, create_app, odata_error
from pipelines.recording.filters import FilterError
from pipelines.recording.query import QueryError, next_link, read_query
from tests.live_size.inflation import PAGE
from tests.live_size.pages import Pages

COUNTS = "/live_size/counts"
_TABLE = re.compile(r"/ODataFeed/odata/([^/]+)(?:/(\w+))?/?$", re.IGNORECASE)
# Under a storm each request of this many is refused.
_STORM = 3


@dataclass
class Counts:
    """What was asked: requests by table (all else under ``''``), how many at one time, and how many were refused."""

    requests: Counter[str] = field(default_factory=Counter)
    at_once: int = 0
    most_at_once: int = 0
    refused: int = 0

    def told(self) -> dict[str, object]:
        """What was counted, to be counted anew from now on."""
        said = {"requests": dict(self.requests), "most_at_once": self.most_at_once, "refused": self.refused}
        self.requests, self.most_at_once, self.refused = Counter(), 0, 0
        return said


class LiveSize:
    """The service, as an ASGI app; ``storm`` has it answer 503 with Retry-After to one of three requests."""

    def __init__(self, folder: Path, *, storm: bool = False) -> None:
        self._counts, self._storm, self._asked = Counts(), storm, 0
        self._small: ASGIApp = create_app(folder / "cbs")
        rows = folder / "rows"
        self._rows = {path.stem: path for path in rows.glob("*.parquet") if "-" not in path.stem}
        self._pages = cache(lambda table: Pages(folder / "cbs" / table, self._rows[table]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and count it."""
        if scope["type"] != "http":
            await self._small(scope, receive, send)
        elif scope["path"] == COUNTS:
            await Response(json.dumps(self._counts.told()))(scope, receive, send)
        else:
            await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = _TABLE.search(scope["path"])
        table, entity = (found[1], found[2]) if found else ("", None)
        counts = self._counts
        counts.requests[table] += 1
        counts.at_once += 1
        counts.most_at_once = max(counts.most_at_once, counts.at_once)
        self._asked += 1
        try:
            if self._storm and self._asked % _STORM == 0:
                counts.refused += 1
                await Response("Service Unavailable", 503, {"Retry-After": "1"})(scope, receive, send)
            elif table in self._rows and entity in ("UntypedDataSet", "TypedDataSet"):
                response = await run_in_threadpool(self._page, Request(scope), table, entity)
                await response(scope, receive, send)
            else:
                await self._small(scope, receive, _unmarked(send))
        finally:
            counts.at_once -= 1

    def _page(self, request: Request, table: str, entity: str) -> Response:
        try:
            query = read_query(request.query_params.multi_items())
            rows, more = self._pages(table).page(query, typed=entity == "TypedDataSet")
        except (QueryError, FilterError) as error:
            return _without_mark(odata_error(400, str(error)))
        host = f"{request.url.scheme}://{request.url.netloc}"
        context = f"{host}/ODataFeed/OData/{table}/$metadata#Cbs.OData.WebAPI.{entity}"
        link = next_link(f"{host}/ODataFeed/OData/{table}/{entity}", query, PAGE)
        parts = [b'{"odata.metadata":', orjson.dumps(context), b',"value":[', rows, b"]"]
        if more:
            parts += [b',"odata.nextLink":', orjson.dumps(link)]
        return Response(b"".join([*parts, b"}"]), media_type="application/json; charset=utf-8")


def _without_mark(response: Response) -> Response:
    del response.headers[MARK]
    return response


def _unmarked(send: Send) -> Send:
    async def send_unmarked(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if MARK in headers:
                del headers[MARK]
        await send(message)

    return send_unmarked


@contextmanager
def served(folder: Path, *, storm: bool = False) -> Iterator[str]:
    """Serve ``folder`` in a process of its own, and yield its base URL."""
    command = [
        sys.executable,
        "-m",
        "tests.live_size.service",
        "--folder",
        str(folder),
        *(["--storm"] if storm else []),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()


def counts_of(url: str) -> dict[str, object]:
    """What the service at ``url`` was asked since the last time that this was asked."""
    said: dict[str, object] = httpx.get(url + COUNTS, trust_env=False).json()
    return said


def main() -> None:
    """Serve until standard input closes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--storm", action="store_true")
    given = parser.parse_args()
    app = GZipMiddleware(LiveSize(given.folder, storm=given.storm), minimum_size=1_000, compresslevel=1)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1))

    def end_with_input() -> None:
        sys.stdin.buffer.read()
        server.should_exit = True

    Thread(target=end_with_input, daemon=True).start()
    sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    server.run(sockets=[listener])


if __name__ == "__main__":
    main()
