"""The process that has imported the libraries, and forks for whoever asks; it ends when nobody holds on to it.

One thread and no state: a fork of it is as good as a new process. Started with ``python -I``, so that its search path
is that of the environment alone.
"""

import ast
import atexit
import gc
import importlib
import multiprocessing
import os
import runpy
import selectors
import signal
import socket
import sys
import threading
import time
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

# Ours take seconds to import these, and import no other that takes long.
LIBRARIES = ("dbt.adapters.duckdb", "dbt.cli.main", "dagster", "dagster_dbt", "great_expectations", "uvicorn", "httpx")
# What a connection says that holds on to the server, instead of the length of a question.
HOLD = b"hold      "
_LENGTH = len(HOLD)
_MOST_FDS = 64
# Whoever starts it holds on at once, if it is not killed before.
_HELD_WITHIN = 60.0


class Server:
    """Listens at ``address``; ``executable`` is what a fork is to start where it would start Python."""

    def __init__(self, address: str, executable: str) -> None:
        self._executable = executable
        self._selector = selectors.DefaultSelector()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(address)
        self._listener.listen(128)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._holders: set[socket.socket] = set()
        self._forks: dict[int, socket.socket] = {}
        self._path = sys.path.copy()

    def serve(self) -> None:
        """Answer until the last that held on has let go."""
        wakes, wake = socket.socketpair()
        for end in (wakes, wake):
            end.setblocking(False)
        signal.set_wakeup_fd(wake.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector.register(wakes, selectors.EVENT_READ)
        until = time.monotonic() + _HELD_WITHIN
        while self._holders or self._forks or time.monotonic() < until:
            for key, _ in self._selector.select(_HELD_WITHIN):
                if key.fileobj is self._listener:
                    self._answer(self._listener.accept()[0])
                elif key.fileobj is wakes:
                    wakes.recv(1024)
                else:
                    self._let_go(key.fileobj)
            if self._holders:
                until = 0.0
            self._reap()

    def _answer(self, asker: socket.socket) -> None:
        said, fds, _, _ = socket.recv_fds(asker, _LENGTH, _MOST_FDS)
        if said == HOLD:
            self._holders.add(asker)
        elif said:
            self._fork(asker, said, fds)
        if said:
            self._selector.register(asker, selectors.EVENT_READ)

    def _fork(self, asker: socket.socket, length: bytes, fds: list[int]) -> None:
        question = b""
        while len(question) < int(length):
            question += asker.recv(int(length) - len(question))
        with warnings.catch_warnings(action="ignore"):
            # Of threads of the libraries, which know of forks.
            pid = os.fork()
        if pid == 0:
            _become(ast.literal_eval(question.decode()), fds, self._executable, self._path)
        for fd in fds:
            os.close(fd)
        self._forks[pid] = asker

    def _let_go(self, asker: socket.socket) -> None:
        """Whoever asked is gone: so is what it stood for."""
        self._holders.discard(asker)
        for pid, other in self._forks.items():
            if other is asker:
                os.kill(pid, signal.SIGKILL)
        self._selector.unregister(asker)

    def _reap(self) -> None:
        while self._forks:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            asker = self._forks.pop(pid)
            try:
                asker.send(b"%d" % os.waitstatus_to_exitcode(status))
                self._selector.unregister(asker)
            except (OSError, KeyError):
                # It did not wait for the answer.
                pass
            asker.close()


def _become(asked: dict[str, Any], fds: list[int], executable: str, path: list[str]) -> None:
    """In the fork: take the place of the process that asked, and never return."""
    code: object = None
    try:
        _take_over(asked, fds, executable, path)
        _run([os.fsdecode(word) for word in asked["words"]])
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - as Python itself does
        sys.excepthook(*sys.exc_info())
        code = 1
    if not isinstance(code, int | None):
        sys.stderr.write(f"{code}\n")
        code = 1
    # As the forks of multiprocessing end: what the libraries that were imported before it would do at the end of a
    # process is about threads that it does not have.
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            code = code or 1
    os._exit(code or 0)


def _take_over(asked: dict[str, Any], fds: list[int], executable: str, path: list[str]) -> None:
    """Have all that a new process would be given."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _take_descriptors(dict(zip(asked["fds"], fds, strict=True)))
    os.chdir(asked["folder"])
    os.environb.clear()
    os.environb.update(asked["environment"])
    sys.orig_argv = [executable, *map(os.fsdecode, asked["words"])]
    sys.executable = executable
    multiprocessing.set_executable(executable)
    own = (Path(folder).absolute() for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder)
    sys.path[:] = [*map(str, own), *path]
    importlib.invalidate_caches()


def _run(words: list[str]) -> None:
    """Do what ``python`` does with the words of its command line."""
    sys.modules["__main__"] = ModuleType("__main__")
    while words[0].startswith("-") and words[0] not in ("-m", "-c"):
        # Of the interpreter itself; two have a word of their own after them.
        words = words[2:] if words[0] in ("-X", "-W") else words[1:]
    kind, *rest = words if words[0] in ("-m", "-c") else ("", *words)
    what, *arguments = rest
    sys.argv = [kind or what, *arguments]
    if kind == "-m":
        sys.path.insert(0, str(Path.cwd()))
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    elif kind == "-c":
        sys.path.insert(0, "")
        exec(compile(what, "<string>", "exec"), sys.modules["__main__"].__dict__)
    else:
        sys.path.insert(0, str(Path(what).absolute().parent))
        runpy.run_path(what, run_name="__main__")


def _take_descriptors(numbers: dict[int, int]) -> None:
    """Have the descriptors that came under the numbers that they had, and no others."""
    # First out of the way of all those numbers.
    above = max([*numbers, *numbers.values()], default=2) + 1
    aside = {number: os.dup2(fd, above + place) for place, (number, fd) in enumerate(numbers.items())}
    os.closerange(0, above)
    os.closerange(above + len(aside), os.sysconf("SC_OPEN_MAX"))
    for number, fd in aside.items():
        os.dup2(fd, number, inheritable=True)
        os.close(fd)


def main(address: str, executable: str) -> None:
    server = Server(address, executable)
    # Hardly anything of it is garbage.
    gc.disable()
    for library in LIBRARIES:
        importlib.import_module(library)
    # What is in use now is never freed, so that forks need not copy it to look at it.
    gc.collect()
    gc.freeze()
    gc.enable()
    server.serve()
    Path(address).unlink()
    Path(address).parent.rmdir()


if __name__ == "__main__":
    main(*sys.argv[1:])
