"""A StatLine service for tests: the recording server, seen through a proxy that counts requests and fails when told.

The recording names its own address in next links, so to a client of the proxy those lead to another host.
"""

import gzip
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from pipelines.common.settings import RECORDING
from pipelines.statline.client import RetryPolicy, StatlineClient, Timeouts
from pipelines.statline.transport import Row

QUICK_RETRIES = RetryPolicy(
    attempts=3, initial=0.01, maximum=0.05, busy_attempts=3, busy_initial=0.01, busy_maximum=0.05
)
QUICK_TIMEOUTS = Timeouts(connect=2.0, read=5.0, total=10.0)


@dataclass(frozen=True)
class Reply:
    """What goes over the wire; ``cut`` sends only that many bytes of the body, then ends or resets the connection.

    ``delay`` and ``drip`` are seconds: before anything comes, and between pieces of ``piece`` bytes.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    reset: bool = False
    delay: float = 0.0
    drip: float = 0.0
    piece: int = 500


@dataclass
class Trouble:
    """Answers requests whose address matches ``where`` with ``reply``, ``times`` times; -1 is always."""

    where: str
    reply: Callable[[Reply], Reply]
    times: int = -1


class Service:
    """The proxy: ``requests`` holds every address asked, with the headers of each in ``headers``."""

    def __init__(self, upstream: str, prefix: str, live: bool) -> None:
        self.upstream, self.prefix, self.live = upstream, prefix, live
        self.url = ""
        self.requests: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.troubles: list[Trouble] = []
        self._lock = threading.Lock()
        # A busy machine may need longer for the first answer that counts all tables.
        headers = {"Accept-Encoding": "identity"}
        self._http = httpx.Client(trust_env=False, verify=False, headers=headers, timeout=60)

    def fail(self, where: str, reply: Reply | Callable[[Reply], Reply], times: int = -1) -> None:
        """Answer addresses matching ``where`` with ``reply``, or with what it makes of the real answer."""
        change = reply if callable(reply) else lambda _: reply
        self.troubles.append(Trouble(where, change, times))

    def edit(self, where: str, change: Callable[[dict[str, Any]], None], times: int = -1) -> None:
        """Change the JSON that the recording answers at addresses matching ``where``."""

        def apply(real: Reply) -> Reply:
            answer = json.loads(real.body)
            change(answer)
            return Reply(real.status, json.dumps(answer).encode(), real.headers)

        self.fail(where, apply, times)

    def split(self, where: str, first: int) -> None:
        """Answer ``where`` in two pages, the first of ``first`` rows; the link between them names another host."""

        def cut_off(answer: dict[str, Any]) -> None:
            address = self.requests[-1].removeprefix(self.prefix)
            answer["value"] = answer["value"][:first]
            answer["odata.nextLink"] = f"https://opendata.prod.cbsp.nl{address}&$skip={first}"

        self.edit(where, cut_off, times=1)

    def mend(self) -> None:
        """Forget all troubles and what was asked."""
        self.troubles.clear()
        self.requests.clear()
        self.headers.clear()

    def answer(self, path: str, headers: dict[str, str]) -> Reply:
        with self._lock:
            self.requests.append(path)
            self.headers.append(headers)
            trouble = next((t for t in self.troubles if t.times != 0 and re.search(t.where, path)), None)
            if trouble:
                trouble.times -= 1
        if not path.startswith(self.prefix):
            return Reply(404, b"outside the prefix")
        real = self._http.get(self.upstream + path.removeprefix(self.prefix))
        mark = {} if self.live else {"X-StatLine-Opname": real.headers.get("X-StatLine-Opname", "")}
        reply = Reply(real.status_code, real.content, {"Content-Type": "application/json"} | mark)
        return trouble.reply(reply) if trouble else reply


@contextmanager
def proxy(upstream: str, *, prefix: str = "", live: bool = False) -> Iterator[Service]:
    """Run a proxy on loopback; ``live`` leaves out the header by which a recording is known."""
    service = Service(upstream, prefix, live)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            send(self, service.answer(self.path, {name.lower(): value for name, value in self.headers.items()}))

        def log_message(self, *_: object) -> None:
            """Keep the test output clean."""

    with serving(Handler) as url:
        service.url = url + prefix
        yield service


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: clients that hang up are what some tests are about."""


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve ``handler`` on a free loopback port and yield the base URL."""
    server = QuietServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    """Send ``reply``, whole or broken as it says."""
    time.sleep(reply.delay)
    try:
        handler.send_response(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        body = reply.body if reply.cut is None else reply.body[: reply.cut]
        piece = reply.piece if reply.drip else max(len(body), 1)
        for start in range(0, len(body), piece):
            handler.wfile.write(body[start : start + piece])
            time.sleep(reply.drip)
    except OSError:
        return  # the client gave up, which is what some tests are about
    if reply.cut is not None:
        handler.close_connection = True
        if reply.reset:
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()


def count_all_tables(recording_url: str) -> None:
    """Have the recording count its tables for v4, which takes longer than a hasty client waits on a busy machine."""
    httpx.get(f"{recording_url}/odata/v1/CBS/Datasets", timeout=60, trust_env=False).raise_for_status()


def unused_url() -> str:
    """A loopback address where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def quick_client(url: str, derden_url: str = "") -> StatlineClient:
    """A client that loses no time between attempts."""
    return StatlineClient(url, derden_url, timeouts=QUICK_TIMEOUTS, retries=QUICK_RETRIES)


def recorded(tabel: str, entity: str) -> list[Row]:
    """The rows of a small entity as recorded."""
    rows: list[Row] = json.loads(Path(RECORDING / tabel / f"{entity}.json").read_bytes())
    return rows


def recorded_rows(tabel: str) -> list[Row]:
    """The rows of a table as recorded."""
    rows: list[Row] = json.loads(gzip.decompress((RECORDING / tabel / "UntypedDataSet.json.gz").read_bytes()))
    return rows
