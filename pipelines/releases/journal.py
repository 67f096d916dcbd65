"""The journal: what people deliberately did, one line of JSON each, never changed afterwards.

``warehouse/journaal.ndjson`` is the one place where rollbacks, holds and acceptances are kept; which releases are held
follows from it, and which findings of the audit and shapes of tables are accepted (``decisions``). A lost line would
bring a bad release back: an act counts from the moment its line is on the disk, and a line that cannot be read stops
whoever asks. Only the end of the last line may lack: there a crash cut short an act that nobody was told had succeeded.
"""

import codecs
import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, Self

from pipelines.common.files import sync
from pipelines.common.troubles import told, user

JOURNAL = "journaal.ndjson"
Act = Literal["terugdraaien", "vasthouden", "vrijgeven", "aanvaarden", "vorm_aanvaarden"]


class JournalError(Exception):
    """The journal cannot be read or written; the message says where, and what to do."""


@dataclass(frozen=True)
class Entry:
    """One act. ``inputs`` identifies the content of the release it holds or frees; empty when it does neither.

    ``moment`` is UTC, ISO 8601; ``to`` is the release that a rollback went to. Of an accepted finding ``release`` is
    the release that was current, ``check`` the check, and ``finding`` identifies what it found. Of an accepted shape
    ``table`` is the table and ``shape`` the digest of its shape; then there is no release.
    """

    moment: str
    act: Act
    release: str
    by: str
    reason: str
    inputs: str = ""
    to: str = ""
    check: str = ""
    finding: str = ""
    table: str = ""
    shape: str = ""

    def as_row(self) -> dict[str, str]:
        """The act as its line in the journal."""
        return {dutch: getattr(self, english) for dutch, english in _ROW.items()}

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> Self:
        """What ``as_row`` gave, also by an earlier version, which wrote fewer fields."""
        return cls(**{_ROW[name]: value for name, value in row.items()})  # type: ignore[arg-type]


_ROW: Final = {
    "tijd": "moment",
    "handeling": "act",
    "uitgave": "release",
    "wie": "by",
    "reden": "reason",
    "invoer": "inputs",
    "naar": "to",
    "controle": "check",
    "bevinding": "finding",
    "tabel": "table",
    "vorm": "shape",
}


class Journal:
    """The journal of one warehouse."""

    def __init__(self, warehouse: Path) -> None:
        self.path = warehouse / JOURNAL

    def entries(self) -> list[Entry]:
        """Every act, oldest first.

        Raises:
            JournalError: if it, or a line other than a last one that was cut short, cannot be read.
        """
        try:
            # An editor may have put a mark before the first line.
            content = self.path.read_bytes().removeprefix(codecs.BOM_UTF8)
        except FileNotFoundError:
            content = b""
        except OSError as error:
            raise JournalError(
                f"{told(error) or error}. It may hold back a release, so nothing is published until it can be read."
            ) from error
        *lines, tail = content.split(b"\n")
        found = [self._entry(number, line) for number, line in enumerate(lines, start=1)]
        last = _parsed(tail)
        return found if last is None else [*found, last]

    def append(
        self,
        act: Act,
        release_id: str,
        reason: str,
        *,
        inputs: str = "",
        to: str = "",
        check: str = "",
        finding: str = "",
        table: str = "",
        shape: str = "",
    ) -> Entry:
        """Write down one act of the user of this process, and return when it is on the disk.

        Raises:
            JournalError: if it cannot be written; then the act must not be done either.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        entry = Entry(now, act, release_id, user(), reason, inputs, to, check, finding, table, shape)
        line = json.dumps(entry.as_row(), ensure_ascii=False).encode() + b"\n"
        try:
            self._write(line)
        except OSError as error:
            raise JournalError(f"Nothing was done: {self.path} cannot be written ({told(error) or error}).") from error
        return entry

    def _write(self, line: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab+") as journal:
            fcntl.flock(journal, fcntl.LOCK_EX)
            _end_last_line(journal.fileno(), self.path.read_bytes())
            journal.write(line)
            journal.flush()
            os.fsync(journal.fileno())
        sync(self.path.parent)

    def _entry(self, number: int, line: bytes) -> Entry:
        entry = _parsed(line)
        if entry is None:
            raise JournalError(
                f"Line {number} of {self.path} cannot be read: {line[:60]!r}. It may hold back a release, so nothing "
                "is published until it is repaired (from a backup) or deliberately removed."
            )
        return entry


def _parsed(line: bytes) -> Entry | None:
    try:
        row = json.loads(line)
        whole = isinstance(row, dict) and all(isinstance(value, str) for value in row.values())
        return Entry.from_row(row) if whole else None
    except (ValueError, TypeError, KeyError):
        return None


def _end_last_line(descriptor: int, content: bytes) -> None:
    """Complete a last line that lacks only its end; take away one that a crash cut short."""
    tail = content.rpartition(b"\n")[2]
    if tail and _parsed(tail) is not None:
        os.write(descriptor, b"\n")
    elif tail:
        os.ftruncate(descriptor, len(content) - len(tail))
