"""Starting the one server for all workers, and holding on to it."""

import fcntl
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipelines.common.environment import child_environment
from tests.support.warm_python.server import HOLD

_HERE = Path(__file__).resolve().parent
_START_SECONDS = 120
_LONGEST = 80


class WarmPython:
    """The server of one run of the tests, which ``folder`` belongs to; started by the first who asks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hold: socket.socket | None = None

    @property
    def executable(self) -> str:
        """A program that is as ``python``, but for what it need not import; it works until ``close``."""
        if self._hold is None:
            with (self._folder / "warm.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                self._hold = self._held() or self._started()
        return str(self._program)

    def close(self) -> None:
        """Let go of the server, which ends with the last that does."""
        if self._hold is not None:
            self._hold.close()
            self._hold = None

    @property
    def _program(self) -> Path:
        return self._folder / "warm-python"

    def _held(self) -> socket.socket | None:
        """Hold on to the server that runs, if one does."""
        address = self._folder / "warm.address"
        hold = socket.socket(socket.AF_UNIX)
        try:
            hold.connect(address.read_text(encoding="utf-8"))
            hold.sendall(HOLD)
        except OSError:
            hold.close()
            return None
        return hold

    def _started(self) -> socket.socket:
        # A path of a socket has at most some hundred bytes: so not below the folder of the tests, nor in a deep one.
        usual = tempfile.gettempdir()
        address = (
            Path(tempfile.mkdtemp(prefix="warm-", dir=usual if len(os.fsencode(usual)) < _LONGEST else "/tmp")) / "s"
        )
        command = [sys.executable, "-I", "-S", str(_HERE / "client.py"), str(address)]
        self._program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
        self._program.chmod(0o755)
        subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", str(_HERE / "server.py"), str(address), str(self._program)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=child_environment({"DO_NOT_TRACK": "1"}),
            start_new_session=True,
        )
        (self._folder / "warm.address").write_text(str(address), encoding="utf-8")
        until = time.monotonic() + _START_SECONDS
        while (hold := self._held()) is None:
            assert time.monotonic() < until, "the warm Python did not start"
            time.sleep(0.05)
        return hold
