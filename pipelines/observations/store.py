"""The observations on disk: which version of each table is in use, and whether it is still what was written.

::

    observations/<tabel>/current.json                 which version is in use
    observations/<tabel>/<version>/cellen/*.parquet   one row per cell (``cells``)
    observations/<tabel>/<version>/{maten,onderwerpen,codes,gebieden,tabel}.parquet   (``small_tables``)
    observations/<tabel>/<version>/vorm.json          its shape, and how that differs from the version before
    observations/<tabel>/<version>/inhoud.json        sha256 of each of these files
    observations/<tabel>/afgewezen.json               the shape that a person must accept first, while there is one

What does not belong here: making them (``observer``), and freezing them for a build (``build``).
"""

import json
import shutil
from pathlib import Path

import polars as pl
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from pipelines.common.files import replace_file, sha256_of, sync, sync_tree
from pipelines.common.parquet import scan_files
from pipelines.common.troubles import unreadable
from pipelines.observations.drift import Refusal, ShapeRecord

CELLS, MEASURES, TOPICS, TABLE = "cellen", "maten", "onderwerpen", "tabel"
CODES, AREAS = "codes", "gebieden"
_WITHIN_YEAR = "maat_binnen_jaar"
_POINTER, _CONTENTS, _SHAPE, _REFUSED = "current.json", "inhoud.json", "vorm.json", "afgewezen.json"


class _Pointer(BaseModel):
    version: str = Field(pattern=r"^[A-Za-z0-9_-]+$")


_HASHES = TypeAdapter(dict[str, str])


class ObservationStore:
    """The observations under ``warehouse/observations``; ``only_live``: what came of a recording gives no figures."""

    def __init__(self, warehouse: Path, *, only_live: bool = False) -> None:
        self.root = warehouse / "observations"
        self._only_live = only_live

    def tables(self) -> list[str]:
        """Ids of the tables that have a version in use, in alphabetical order."""
        return sorted(path.parent.name for path in self.root.glob(f"*/{_POINTER}"))

    def current(self, table: str) -> Path | None:
        """Folder of the version of ``table`` in use, or None when it never was understood."""
        pointer = self.root / table / _POINTER
        try:
            folder = self.root / table / _Pointer.model_validate_json(pointer.read_bytes()).version
        except FileNotFoundError:
            return None
        except (OSError, ValidationError):
            return self._only_version(table)
        return folder if folder.is_dir() else None

    def usable(self, table: str) -> Path | None:
        """As ``current``, but None of what was read from a recording where only live versions are allowed."""
        folder = self.current(table)
        return None if folder is None or not self.allows(folder.name) else folder

    def allows(self, version: str) -> bool:
        """Whether figures may be made of a version of this name."""
        return not (self._only_live and version.endswith("-opname"))

    def _only_version(self, table: str) -> Path | None:
        """The one whole version of ``table``, which is in use whatever its pointer says; None where there are more."""
        whole = [path.parent for path in (self.root / table).glob(f"[!.]*/{_CONTENTS}")]
        return whole[0] if len(whole) == 1 else None

    def is_current(self, table: str, version: str) -> bool:
        """Whether ``version`` is the one in use."""
        current = self.current(table)
        return current is not None and current.name == version

    def damage(self, table: str) -> str | None:
        """Say which file of the version of ``table`` in use is not as it was written, reading every byte; else None."""
        folder, pointer = self.current(table), self.root / table / _POINTER
        if folder is None:
            return None
        try:
            _Pointer.model_validate_json(pointer.read_bytes())
        except (OSError, ValidationError) as error:
            return unreadable(pointer, error)
        try:
            for name, expected in _HASHES.validate_json((folder / _CONTENTS).read_bytes()).items():
                found = sha256_of(folder / name)
                if found != expected:
                    return f"{folder / name} has sha256 {found[:12]}, expected {expected[:12]}"
        except (OSError, ValueError) as error:
            return f"{folder} is not whole: {unreadable(folder / _CONTENTS, error)}"
        return None

    def record(self, table: str) -> ShapeRecord | None:
        """The shape of the version of ``table`` in use; None when there is none, or none that can be read."""
        folder = self.current(table)
        if folder is None:
            return None
        try:
            return ShapeRecord.model_validate_json((folder / _SHAPE).read_bytes())
        except (OSError, ValidationError):
            return None

    def measures(self, table: str) -> frozenset[str] | None:
        """The measures that the version of ``table`` in use has, also of a part of a year alone: none where there is no
        version, None where its files cannot be read."""
        folder = self.current(table)
        if folder is None:
            return frozenset()
        try:
            of_years = pl.read_parquet(folder / f"{MEASURES}.parquet", columns=["maat"])["maat"]
            return frozenset(of_years) | _measures_within_years(folder)
        except (OSError, pl.exceptions.PolarsError):
            return None

    def refuse(self, table: str, refusal: Refusal) -> None:
        """Write down the shape of ``table`` that a person must accept first."""
        replace_file(self.root / table / _REFUSED, refusal.model_dump_json(indent=1).encode())

    def refusal(self, table: str) -> Refusal | None:
        """The shape of ``table`` that a person must accept first, if there is one."""
        try:
            return Refusal.model_validate_json((self.root / table / _REFUSED).read_bytes())
        except (OSError, ValidationError):
            return None

    def forget_refusal(self, table: str) -> None:
        """Forget the shape that was refused."""
        (self.root / table / _REFUSED).unlink(missing_ok=True)

    def use(self, draft: Path, table: str, version: str, record: ShapeRecord) -> None:
        """Give ``draft`` its name, put it in use and remove older versions (a build works on links of its own)."""
        (draft / _SHAPE).write_text(record.model_dump_json(), encoding="utf-8")
        _seal(draft)
        folder = self.root / table / version
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
        sync(folder.parent)
        replace_file(self.root / table / _POINTER, json.dumps({"version": version}).encode())
        for other in (self.root / table).iterdir():
            if other.is_dir() and other.name != version:
                shutil.rmtree(other, ignore_errors=True)


def _measures_within_years(folder: Path) -> set[str]:
    """The measures of which the version in ``folder`` has half-years, quarters or months.

    A table of a year holds half of it at first: then no measure of a year says that it is read.
    """
    files = sorted((folder / CELLS).glob("*.parquet"))
    # A version of before parts of a year were read has no such column.
    found = [path for path in files[:1] if _WITHIN_YEAR in pl.read_parquet_schema(path)]
    if not found:
        return set()
    names = scan_files(*files).select(pl.col(_WITHIN_YEAR).drop_nulls().unique()).collect()
    return set(names[_WITHIN_YEAR])


def _seal(draft: Path) -> None:
    """Write down the hash of every file of a finished draft, and wait until all of it is on the disk."""
    files = sorted(path for path in draft.rglob("*") if path.is_file())
    hashes = {path.relative_to(draft).as_posix(): sha256_of(path) for path in files}
    (draft / _CONTENTS).write_text(json.dumps(hashes, indent=1), encoding="utf-8")
    sync_tree(draft)
