"""One writer per warehouse: a lock of the operating system on ``<warehouse>/.schrijver.lock``.

The system frees the lock when its process dies, however it dies, so that it never blocks for ever; the file stays and
tells who holds it, or who held it last. No child process inherits it: what a killed run leaves behind blocks nobody.
Readers (status, explain, a BI tool) need no lock.

Whoever holds it may take every draft, temporary file and unfinished build in the warehouse for a leftover of a dead
process, and no release or build can vanish that another run still works with.
"""

import errno
import fcntl
import json
import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipelines.common import troubles
from pipelines.common.durations import LONGEST_WRITE, in_words
from pipelines.common.places import LOCK_FILE

WAIT_SECONDS = LONGEST_WRITE.total_seconds()
#: How a moment is written in the note of who holds the lock (UTC).
SINCE = "%Y-%m-%d %H:%M:%S"
_TELL_EVERY = 60.0
_LOOK_EVERY = 0.5
_CANNOT_LOCK = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL}


class WriterLockError(Exception):
    """This process may not write in the warehouse; the message says who does, or why it cannot be locked."""


@dataclass(frozen=True)
class Holder:
    """Who took the lock: what it does, its run if it has one, process, machine, and since when (UTC)."""

    what: str
    run: str | None
    pid: int
    host: str
    since: str

    @property
    def words(self) -> str:
        """The holder as a person reads it."""
        run = f" (run {self.run})" if self.run else ""
        return f"{self.what}{run}, process {self.pid} on {self.host}, since {self.since} UTC"


class WriterLock:
    """The right to write in ``warehouse``; use as a context manager.

    Args:
        warehouse: made if it is not there.
        what: what the holder does, for whoever waits: ``refresh``, ``rollback``.
        run_id: of the run, if there is one.
        wait: seconds to wait for another holder; 0 fails at once.
        tell: hears once a minute for whom this waits.

    Raises (on entering):
        WriterLockError: another process holds it all the time, or the file system cannot lock.

    """

    def __init__(
        self,
        warehouse: Path,
        what: str,
        *,
        run_id: str | None = None,
        wait: float = 0.0,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.path = warehouse / LOCK_FILE
        self._note = {"wat": what, "run": run_id}
        self._wait = wait
        self._tell = tell
        self._descriptor: int | None = None
        #: Who held it before and did not give it back, known once it is taken: that process is dead.
        self.dead: Holder | None = None

    def __enter__(self) -> Self:
        """Take the lock, waiting for it as long as allowed."""
        descriptor = _open(self.path)
        try:
            self._take(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        self.dead = last_holder(self.path)
        # Without its note the lock holds just as well; a full disk is told with numbers later.
        with suppress(OSError):
            _write_note(descriptor, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def require_writable(self) -> None:
        """Check that this user may take the lock, without taking it.

        Raises:
            WriterLockError: the warehouse is not this user's.
        """
        os.close(_open(self.path))

    def _take(self, descriptor: int) -> None:
        started = time.monotonic()
        told = -_TELL_EVERY
        while not _try(descriptor, self.path):
            waited = time.monotonic() - started
            if waited >= self._wait:
                raise WriterLockError(_refusal(self.path, waited))
            if waited - told >= _TELL_EVERY:
                told = waited
                self._tell(
                    f"Waiting for {holder(self.path)}, which writes in {self.path.parent}; "
                    f"this run starts when it ends, and gives up after {in_words(timedelta(seconds=self._wait))}."
                )
            time.sleep(min(_LOOK_EVERY, max(self._wait - waited, 0.0)))


def last_holder(lock_file: Path) -> Holder | None:
    """Who has the lock, or had it and died; None when it was given back, or who had it did not say who it is."""
    try:
        note = json.loads(lock_file.read_text(encoding="utf-8"))
        datetime.strptime(note["sinds"], SINCE).replace(tzinfo=UTC)
        run = note["run"] if isinstance(note["run"], str) else None
        return Holder(str(note["wat"]), run, int(note["pid"]), str(note["host"]), note["sinds"])
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None


def holder(lock_file: Path) -> str:
    """Who wrote last in ``lock_file`` that it holds the lock, in words; to be asked only while somebody holds it."""
    found = last_holder(lock_file)
    return found.words if found else "another process, which did not say who it is"


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Python opens it such that no program started from here inherits it.
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        rights = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
        remedy = f"give this user the right to write in {path.parent}" if rights else troubles.told(error) or str(error)
        raise WriterLockError(
            f"{path} cannot be opened for writing ({error.strerror}), so nothing can be refreshed; {remedy}, or point "
            f"MONITOR_WAREHOUSE elsewhere"
        ) from error


def _try(descriptor: int, path: Path) -> bool:
    """Whether the lock is ours now."""
    try:
        # flock, not lockf: it belongs to this descriptor, not to whatever else this process opens and closes.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _CANNOT_LOCK:
            raise
        raise WriterLockError(
            f"The file system of {path.parent} cannot lock a file ({error.strerror}), so two refreshes could write "
            f"at once; put MONITOR_WAREHOUSE on a local disk"
        ) from error
    return True


def _refusal(path: Path, waited: float) -> str:
    after = f", still after {in_words(timedelta(seconds=waited))} of waiting" if waited >= 1 else ""
    return (
        f"{path.parent} is being written by {holder(path)}{after}; "
        f"try again when that has ended, or end that process if it is stuck"
    )


def _write_note(descriptor: int, note: dict[str, Any]) -> None:
    since = datetime.now(UTC).strftime(SINCE)
    content = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "sinds": since, **note})
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, content.encode(), 0)
