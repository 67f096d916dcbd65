"""What is wrong with a file or a disk, in one sentence: which, why, and what to do; one cause is never told as another.

Read from the text of an error, since that is all that is left of one from another process, a step of a run, DuckDB,
polars or SQLite. What does not belong here: what takes room in the warehouse (``releases.upkeep``), and what is wrong
with the content of a file (the room that reads it says that).
"""

import ast
import errno
import getpass
import os
import re
import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from pipelines.common.settings import Settings

#: Said in Dutch of any of these, where an analyst reads it.
DUTCH: Final = "Een bestand of schijf waarmee de monitor werkt was niet te gebruiken."

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_OF_SOURCE: Final = frozenset({errno.EIO, errno.ENOENT})
# In the words of the system and of SQLite; by the number where there is one.
_WORDS: Final = {
    "No space left on device": errno.ENOSPC,
    "database or disk is full": errno.ENOSPC,
    "max_temp_directory_size": errno.ENOSPC,
    "Disk quota exceeded": errno.EDQUOT,
    "Read-only file system": errno.EROFS,
    "attempt to write a readonly database": errno.EROFS,
    "Too many open files in system": errno.ENFILE,
    "Too many open files": errno.EMFILE,
    "File name too long": errno.ENAMETOOLONG,
    "Permission denied": errno.EACCES,
    "Operation not permitted": errno.EPERM,
    "Input/output error": errno.EIO,
    "disk I/O error": errno.EIO,
    "Is a directory": errno.EISDIR,
    "Not a directory": errno.ENOTDIR,
    "Cannot allocate memory": errno.ENOMEM,
    "Stale file handle": errno.ESTALE,
}
_SQLITE: Final = {
    "database is locked": "another process has locked it; see which one works there, and try again when it has ended",
    "database disk image is malformed": "it is damaged; restore it from a backup, or move it away: only the history of "
    "runs is kept in it, and a new one is made",
    "file is not a database": "it is damaged; restore it from a backup, or move it away: only the history of runs is "
    "kept in it, and a new one is made",
    "unable to open database file": "it cannot be opened; its folder must be there, and this user may write in it",
}
_NUMBER = re.compile(r"\[Errno (\d+)\]")
# As Python writes it behind the reason, and as DuckDB and others write it.
_QUOTED = re.compile(r""": ('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
_NAMED = re.compile(r"""["'](/[^"'\n]+)["']""")
_MEGABYTE: Final = 1024**2
# Of a file with many mistakes the first few say what kind of file it is.
_LONGEST: Final = 300
# A disk with more than this free again was not the one that was full, or has been cleared since.
_ROOMY: Final = 256 * _MEGABYTE


@dataclass(frozen=True)
class WorkFolder:
    """A folder that the monitor writes in, what it is, and the setting that moves it."""

    what: str
    folder: Path
    setting: str

    @property
    def free(self) -> int:
        """Bytes free on its disk; a folder that is not there yet is on the disk of the one above."""
        return shutil.disk_usage(_existing(self.folder)).free

    @property
    def room(self) -> str:
        """How much is free, in words."""
        return _room(self.folder)


@dataclass(frozen=True)
class Trouble:
    """What an error says of a file or disk: the number of the system, and the path, where it names one."""

    number: int
    path: Path | None

    @property
    def is_of_machine(self) -> bool:
        """Whether this process or machine can open no more, whatever it is that it opens."""
        return self.number in (errno.EMFILE, errno.ENFILE, errno.ENOMEM)

    @property
    def is_full(self) -> bool:
        """Whether the disk, or the quota on it, is full."""
        return self.number in _FULL

    @property
    def place(self) -> WorkFolder | None:
        """Where it is: by the path, else for a full disk the place with the least room, if any has little."""
        known = list(places())
        if self.path is not None:
            within = [each for each in known if self.path.is_relative_to(each.folder)]
            return max(within, key=lambda each: len(each.folder.parts), default=None)
        short = [each for each in known if each.free < _ROOMY] if self.number == errno.ENOSPC else []
        return min(short, key=lambda each: each.free, default=None)

    @property
    def sentence(self) -> str:
        """Which file or disk, what is wrong with it, and what to do; without a full stop."""
        if self.is_full:
            return self._full
        what = "A file" if self.path is None else str(self.path)
        cause, remedy = _cause(self.number)
        return f"{what} cannot be used: {cause}; {remedy}"

    @property
    def _full(self) -> str:
        place, path = self.place, self.path
        quota = self.number == errno.EDQUOT
        full = f"the disk quota of user {user()} is used up" if quota else "the disk is full"
        if place is None and path is None:
            known = "; ".join(f"{each.what} {each.folder} has {each.room}" for each in places())
            return f"A file cannot be written, since {full}, and it is not told which: {known}; make room there"
        # A folder in the warehouse may be a link to another disk.
        on = _room(path or place.folder if place else path or Path())
        where = f"{place.what} {place.folder} ({on})" if place else f"{_existing(path or Path())} ({on})"
        what = f"{path} cannot be written: " if path is not None else ""
        moved = f", or point {place.setting} at another one" if place else ""
        return f"{what}{full} at {where}; make room there{moved}"


def trouble_in(error: BaseException | str) -> Trouble | None:
    """What ``error`` (or its text) says of a file or disk; None when it is about something else."""
    text = str(error)
    if isinstance(error, OSError) and error.errno is not None:
        # Of a copy or a new name the first is where it comes from: only what fails there is about that one.
        names = (error.filename2, error.filename) if error.errno not in _OF_SOURCE else (error.filename,)
        name = next((each for each in names if isinstance(each, str | os.PathLike)), None)
        number: int | None = error.errno if error.errno in _known() or name is not None else None
        return None if number is None else Trouble(number, Path(name) if name is not None else _path_in(text))
    found = _NUMBER.search(text)
    numbers = [int(found[1])] if found else [n for words, n in _WORDS.items() if words.lower() in text.lower()]
    return Trouble(numbers[0], _path_in(text)) if numbers and (numbers[0] in _known()) else None


def told(error: BaseException | str) -> str | None:
    """One sentence, without a full stop, about the file, disk or database that ``error`` is about; else None."""
    text = str(error)
    for words, then in _SQLITE.items():
        if words in text:
            return f"Dagster's administration in {dagster_home()} cannot be used: {then}"
    found = trouble_in(error)
    return None if found is None else found.sentence


def unreadable(path: Path, error: Exception) -> str:
    """Say that the file at ``path`` does not hold what it should, or why it cannot be read at all; one line.

    For files of our own in JSON: ``error`` is of reading, of parsing, or of what was found in it.
    """
    said = told(error) if isinstance(error, OSError) else None
    if said is not None:
        return said
    return f"{path} cannot be read ({one_line(error)})"


def one_line(error: BaseException | None) -> str:
    """What ``error`` says of the content of a file, on one line and not longer than helps."""
    if isinstance(error, ValidationError):
        places = [".".join(map(str, each["loc"])) for each in error.errors()]
        messages = [each["msg"] for each in error.errors()]
        reason = "; ".join(f"{place}: {said}" if place else said for place, said in zip(places, messages, strict=True))
    else:
        reason = "; ".join(line.strip() for line in str(error).splitlines()) or type(error).__name__
    if isinstance(error, KeyError | TypeError | AttributeError):
        # A key that lacks, or a list where fields should be, is no sentence by itself.
        return f"it does not hold what belongs there: {reason}"
    return reason if len(reason) <= _LONGEST else f"{reason[:_LONGEST]}..."


def places() -> Iterator[WorkFolder]:
    """The folders that the monitor writes in, as far as they can be looked at."""
    with suppress(ValueError):
        yield WorkFolder("the warehouse", Settings().monitor_warehouse, "MONITOR_WAREHOUSE")
    yield WorkFolder("Dagster's administration", dagster_home(), "DAGSTER_HOME")
    with suppress(OSError):
        yield WorkFolder(
            "the folder for temporary files", Path(os.environ.get("TMPDIR") or tempfile.gettempdir()), "TMPDIR"
        )


def dagster_home() -> Path:
    """Where Dagster keeps its administration; as it is written where the settings cannot be read."""
    try:
        return Settings().dagster_home
    except ValueError:
        return Path(os.environ.get("DAGSTER_HOME") or "dagster")


def user() -> str:
    """Name of the OS user; its number where it has no name, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _known() -> set[int]:
    return {*_WORDS.values(), errno.ENOENT, errno.EEXIST, errno.ELOOP, errno.EXDEV, errno.EFBIG}


def _cause(number: int) -> tuple[str, str]:
    """What a number of the system means here, and what to do."""
    if number in (errno.EACCES, errno.EPERM):
        return f"user {user()} may not", "give that user the right, and use one user for everything"
    if number == errno.EMFILE:
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return f"this process has all {limit} files open that it may", "raise that limit (ulimit -n, or LimitNOFILE=)"
    told = {
        errno.EROFS: (
            "its file system is read-only",
            "mount it for writing; a disk that became so by itself is failing",
        ),
        errno.ENFILE: ("this machine has all the files open that it can", "see which process holds them"),
        errno.ENAMETOOLONG: ("the name is too long for its file system", "use a folder with a shorter path"),
        errno.EIO: ("the disk failed to read or write it", "check that disk, and restore what it spoilt from a backup"),
        errno.EISDIR: ("it is a folder, expected a file", "move it away"),
        errno.ENOTDIR: ("a part of its path is a file, expected a folder", "move that away, or use another path"),
        errno.EEXIST: ("something else of that name is in the way", "move that away"),
        errno.ENOENT: ("it does not exist", "see who removed it, and refresh again"),
        errno.ELOOP: ("its links lead to each other", "correct the links on its path"),
        errno.ENOMEM: ("the machine has no memory left for it", "see what uses the memory"),
        errno.ESTALE: ("the network disk lost it", "put the warehouse on a local disk"),
    }
    return told.get(number, (os.strerror(number), "see what is there"))


def _path_in(text: str) -> Path | None:
    if quoted := _QUOTED.search(text):
        with suppress(ValueError, SyntaxError):
            found = ast.literal_eval(quoted[1])
            return Path(found) if found.startswith("/") else None
    named = _NAMED.search(text)
    return Path(named[1]) if named else None


def _room(path: Path) -> str:
    usage = shutil.disk_usage(_existing(path))
    return f"{usage.free // _MEGABYTE:,} of {usage.total // _MEGABYTE:,} MB free"


def _existing(path: Path) -> Path:
    """``path``, or the nearest folder above it that is there."""
    return next((each for each in (path, *path.parents) if _is_there(each)), Path("/"))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
