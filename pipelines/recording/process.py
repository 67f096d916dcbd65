"""Running the recording server: in the foreground, or as a child process for as long as it is needed.

Always on 127.0.0.1: the recording is a stand-in for one machine, so there is no option to listen elsewhere.
"""

import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import IO, TYPE_CHECKING, Literal, cast

from pipelines.common.environment import child_environment
from pipelines.common.sentences import ToldError

if TYPE_CHECKING:
    import uvicorn

HOST = "127.0.0.1"
_V4_PATH = "/odata/v1"
START_SECONDS = 30
STOP_SECONDS = 5


class RecordingServerError(ToldError):
    """The recording server did not start."""

    dutch = "De opname van CBS was niet te lezen: de server ervan startte niet."


def run_server(folder: Path, port: int, *, page_size: int | None = None, until_stdin_closes: bool = False) -> None:
    """Serve a recording folder on 127.0.0.1 until interrupted; print the base URL on stdout once it answers.

    Port 0 takes a free one. ``until_stdin_closes`` also ends the server when its standard input does, which
    is how a child notices that its parent is gone. Raises ``RecordingError`` for a folder that is not a
    recording and ``RecordingServerError`` for a port in use.
    """
    # Imported here, so that a process that only starts a child does not load a web server.
    import uvicorn

    from pipelines.recording.app import PAGE_SIZE, create_app

    app = create_app(folder, page_size=page_size or PAGE_SIZE)
    listener = _listen(port)
    url = f"http://{HOST}:{listener.getsockname()[1]}"

    class AnnouncingServer(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            print(url, flush=True)  # noqa: T201 - how the parent learns the port

    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
    server = AnnouncingServer(config)
    if until_stdin_closes:
        Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
    # Ctrl-C is the way to end a server in the foreground, not an error.
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        reason = error.strerror
        message = f"The recording server can't listen on {HOST}:{port}: {reason}. Choose another --port, or 0."
        raise RecordingServerError(message) from error
    return listener


def _stop_at_end_of_input(server: "uvicorn.Server") -> None:
    sys.stdin.buffer.read()
    server.should_exit = True


@contextmanager
def serve_recording(folder: Path, *, page_size: int | None = None) -> Iterator[str]:
    """Run the server as a child process on a free port, and yield its base URL, ``http://127.0.0.1:PORT``.

    A process of its own, so that packing pages and reading them use two cores. It ends with the block, and by
    itself when this process dies. Raises ``RecordingServerError`` with the child's own words when it does not
    come up.
    """
    with tempfile.TemporaryFile() as errors:
        child = _start(folder, page_size, errors)
        try:
            yield _announced_url(child, folder, errors)
        finally:
            _stop(child)


def recorded_base(url: str, api: Literal["v3", "v4"]) -> str:
    """Where the server at ``url`` speaks a protocol: it has both, at addresses of their own, as CBS has."""
    return url + _V4_PATH if api == "v4" else url


def _start(folder: Path, page_size: int | None, errors: IO[bytes]) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        __package__,
        "--folder",
        str(folder.absolute()),
        "--port",
        "0",
        "--child",
    ]
    if page_size is not None:
        command += ["--page-size", str(page_size)]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        env=child_environment(),
        # Out of reach of Ctrl-C in a terminal: the parent still needs the server while it winds up.
        start_new_session=True,
    )


def _announced_url(child: subprocess.Popen[str], folder: Path, errors: IO[bytes]) -> str:
    output = cast("IO[str]", child.stdout)
    ready, _, _ = select.select([output], [], [], START_SECONDS)
    url = output.readline().strip() if ready else ""
    if url:
        return url
    said = _last_words(errors) or f"it said nothing within {START_SECONDS} seconds"
    message = f"The recording server for {folder} did not start: {said}"
    raise RecordingServerError(message)


def _last_words(errors: IO[bytes]) -> str:
    errors.seek(0)
    return errors.read().decode(errors="replace").strip()[-2_000:]


def _stop(child: subprocess.Popen[str]) -> None:
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            stream.close()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
