"""The files of the data tables of a build, made in the background while the build is still being judged.

::

    build/<run_id>/tabellen/csv/..., parquet/...   as they will lie in the release
    build/<run_id>/tabellen/gereed.json            written last: of which database they are, and the hash of each

They take a third of the time of publishing, and wait for nothing that the audit finds: its tables are added afterwards.
Whoever publishes moves them into the release when they are whole and of that very database, and else makes them itself.
So nothing here has to succeed: a run that is killed, or a disk that is full, costs only the time saved.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.build.workspace import Workspace
from pipelines.common.files import replace_file, sha256_of, sync
from pipelines.publish.files.tables import write_tables
from pipelines.releases.content import hashes_of
from pipelines.releases.reader import open_database

_FOLDER: Final = "tabellen"
_NOTE: Final = "gereed.json"
_LOCK: Final = ".tabellen.lock"


class StagedFiles(BaseModel):
    """Which files were made: ``database`` is the SHA-256 of the build, ``files`` that of each by relative path."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database: str
    files: dict[str, str]


class TableStaging:
    """The files of the data tables of the build in ``workspace``.

    ``start`` as soon as the build is complete; ``discard`` when it is refused; publishing does ``take``. Any of them
    may be called again, in another process too: they tell each other through the workspace.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._database = workspace.database
        self._folder = workspace.folder / _FOLDER
        self._lock = workspace.folder / _LOCK
        self._stopping = Event()

    def start(self) -> None:
        """Begin to write, and return at once; does nothing where another thread or process is at it."""
        try:
            descriptor = _held(self._lock, wait=False)
        except OSError:
            # A disk without room for even this is told of by whoever must have it.
            return
        if descriptor is not None:
            self._stopping.clear()
            Thread(target=self._stage, args=(descriptor,), name="tables").start()

    def discard(self) -> None:
        """Stop, and remove what was written."""
        self._stopping.set()
        with _locked(self._lock):
            shutil.rmtree(self._folder, ignore_errors=True)

    def take(self, database: Path, target: Path) -> dict[str, str]:
        """Move the files into ``target`` if they were made of ``database``, byte for byte; waits until they are made.

        Returns:
            SHA-256 of each by its path in ``target``; nothing where there are none to be trusted.
        """
        if not self._lock.exists():
            return {}
        with _locked(self._lock):
            staged = self._whole(sha256_of(database))
            # First, since what is moved in part is no longer whole.
            (self._folder / _NOTE).unlink(missing_ok=True)
            for name in staged:
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.move(self._folder / name, target / name)
            shutil.rmtree(self._folder, ignore_errors=True)
        return staged

    def _stage(self, descriptor: int) -> None:
        try:
            shutil.rmtree(self._folder, ignore_errors=True)
            # Closed to others, as the draft is that they go into: who had one open could go on writing in a release.
            self._folder.mkdir(mode=0o700)
            self._write()
        except Exception:  # noqa: BLE001
            # Publishing does it over, and says then what is wrong: here nobody waits for an answer.
            shutil.rmtree(self._folder, ignore_errors=True)
        finally:
            os.close(descriptor)

    def _write(self) -> None:
        digest = sha256_of(self._database)
        with open_database(self._database) as release:
            for table in release.tables:
                if self._stopping.is_set():
                    return
                write_tables(release, [table], self._folder)
        names = [path.relative_to(self._folder).as_posix() for path in self._folder.rglob("*") if path.is_file()]
        staged = StagedFiles(database=digest, files=hashes_of(self._folder, names))
        for name in names:
            # Now, so that publishing need not wait for the disk.
            sync(self._folder / name)
        replace_file(self._folder / _NOTE, staged.model_dump_json(indent=1).encode())

    def _whole(self, digest: str) -> dict[str, str]:
        """The hashes of the files, if all are there as they were written, of the database with this hash."""
        try:
            staged = StagedFiles.model_validate_json((self._folder / _NOTE).read_bytes())
            whole = staged.database == digest and hashes_of(self._folder, staged.files) == staged.files
        except (OSError, ValidationError):
            return {}
        return staged.files if whole else {}


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold off, or wait for, whoever writes the files."""
    descriptor = _held(path, wait=True)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _held(path: Path, *, wait: bool) -> int | None:
    """A descriptor that holds the lock until it is closed, also by being killed; None when another one has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
