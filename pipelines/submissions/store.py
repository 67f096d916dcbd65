"""The files that municipalities gave, as immutable versions under ``warehouse/eigen``.

::

    eigen/<naam>/current.json             which version is in use
    eigen/<naam>/<version>/opgave.csv     the bytes of the file, as given
    eigen/<naam>/<version>/opgave.yml     those of the yml beside it

The version is a hash over both. All versions stay: they are small, and the only copy of what a release was made of once
the folder of the municipality holds something else. What does not belong here: whether a file is right (``intake``).
"""

import json
import re
import shutil
import uuid
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field, ValidationError

from pipelines.common.files import replace_file, sync, sync_tree, write_synced
from pipelines.common.troubles import unreadable

NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
CSV, YML = "opgave.csv", "opgave.yml"
_POINTER = "current.json"
_OWN_ALONE: Final = 0o700
# Of what is made of a file: another number makes a new version of each, and so a release.
_FORM = "1"


class VersionError(Exception):
    """A version that should be there cannot be read; the message names the file."""


class _InUse(BaseModel):
    version: str = Field(pattern=r"^[0-9a-f]{16}$")


@dataclass(frozen=True)
class GivenFile:
    """A CSV file and its yml as bytes; ``csv_path`` and ``yml_path`` are where they were read."""

    name: str
    csv_path: Path
    yml_path: Path
    csv: bytes
    yml: bytes

    @property
    def version(self) -> str:
        """16 hex digits over both."""
        parts = (_FORM, self.sha256, sha256(self.yml).hexdigest())
        return sha256(" ".join(parts).encode()).hexdigest()[:16]

    @property
    def sha256(self) -> str:
        """Of the CSV file alone, in hexadecimal."""
        return sha256(self.csv).hexdigest()


class SubmissionStore:
    """The versions under ``warehouse``; only the holder of the writer lock changes anything."""

    def __init__(self, warehouse: Path) -> None:
        self.root = warehouse / "eigen"

    def names(self) -> list[str]:
        """Names of the files that have a version in use, in alphabetical order."""
        return sorted(path.parent.name for path in self.root.glob(f"*/{_POINTER}"))

    def version(self, name: str) -> str | None:
        """The version of ``name`` in use; None where there is none, or where that cannot be read."""
        try:
            return _InUse.model_validate_json((self.root / name / _POINTER).read_bytes()).version
        except (OSError, ValidationError):
            return None

    def read(self, name: str, version: str) -> GivenFile:
        """One version of ``name``.

        Raises:
            VersionError: it is not there, or not as it was written.
        """
        folder = self.root / name / version
        try:
            found = GivenFile(
                name, folder / CSV, folder / YML, (folder / CSV).read_bytes(), (folder / YML).read_bytes()
            )
        except OSError as error:
            raise VersionError(unreadable(folder, error)) from error
        if found.version != version:
            raise VersionError(f"{folder} holds version {found.version}, expected {version}")
        return found

    def current(self, name: str) -> GivenFile | None:
        """The version of ``name`` in use, None where there is none that is whole."""
        version = self.version(name)
        try:
            return None if version is None else self.read(name, version)
        except VersionError:
            return None

    def keep(self, given: GivenFile) -> None:
        """Put ``given`` in use; the same bytes that are there already stay as they are."""
        folder = self.root / given.name / given.version
        try:
            self.read(given.name, given.version)
        except VersionError:
            self._write(given, folder)
        replace_file(folder.parent / _POINTER, json.dumps({"version": given.version}).encode())

    def withdraw(self, name: str) -> None:
        """Use no version of ``name`` any more; they stay."""
        (self.root / name / _POINTER).unlink(missing_ok=True)

    def _write(self, given: GivenFile, folder: Path) -> None:
        draft = folder.parent / f".draft-{uuid.uuid4().hex[:8]}"
        draft.mkdir(parents=True)
        # Numbers of persons are not rounded here, and no reader of a release needs these.
        self.root.chmod(_OWN_ALONE)
        write_synced(draft / CSV, given.csv)
        write_synced(draft / YML, given.yml)
        sync_tree(draft)
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
        sync(folder.parent)
