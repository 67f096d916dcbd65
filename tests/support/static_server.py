"""The warehouse behind a plain static file server on loopback, set up as the guide for analysts says.

``releases/`` is served with range requests, as its files never change. ``huidig/`` leads to another release after each
swap, so its files are served whole; or carelessly, where ``ranges_of_current`` says so: in parts of either release.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass
class StaticServer:
    """Where it is, and how many bytes of which address it has sent."""

    url: str = ""
    sent: dict[str, int] = field(default_factory=dict)

    def counting(self, app: ASGIApp) -> ASGIApp:
        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            async def count(message: Message) -> None:
                if message["type"] == "http.response.body":
                    path = scope["path"]
                    self.sent[path] = self.sent.get(path, 0) + len(message.get("body", b""))
                await send(message)

            await app(scope, receive, count if scope["type"] == "http" else send)

        return counted


def without_ranges(app: ASGIApp) -> ASGIApp:
    """Answer with whole files, whatever part is asked for."""

    async def whole(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, value) for name, value in scope["headers"] if name != b"range"]
        await app({**scope, "headers": headers}, receive, send)

    return whole


@contextmanager
def static_server(warehouse: Path, *, ranges_of_current: bool = False) -> Iterator[StaticServer]:
    """Serve the releases of ``warehouse`` on a free loopback port."""
    # Only files within the folder, links in it included.
    files: ASGIApp = StaticFiles(directory=warehouse)
    current = files if ranges_of_current else without_ranges(files)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (current if scope["path"].startswith("/huidig/") else files)(scope, receive, send)

    shown = StaticServer()
    config = uvicorn.Config(
        shown.counting(Starlette(routes=[Mount("/", app)])), host="127.0.0.1", port=0, log_level="error"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        shown.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        yield shown
    finally:
        server.should_exit = True
        thread.join()
