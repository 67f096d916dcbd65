"""A snapshot in the making: rows and metadata stream into a folder that has no name yet.

What does not belong here: HTTP, and giving the folder its name (``store``).
"""

import gzip
import hashlib
from array import array
from collections.abc import Sequence
from contextlib import suppress
from operator import lt
from pathlib import Path

import orjson
import polars as pl

from pipelines.snapshots.records import (
    METADATA_FOLDER,
    ROWS_FILE,
    IncompleteTableError,
    SnapshotError,
    canonical_json,
    content_hash,
)
from pipelines.statline.dialects import DIALECTS, Api
from pipelines.statline.transport import Row

# Rows serialised at a time: the row stream of a wide page would be another 50 MB in one piece.
_ROWS_AT_A_TIME = 500


class SnapshotDraft:
    """Collects one version of ``table`` in ``folder``, with memory for one page and eight bytes per row.

    ``api`` is the protocol that its rows and metadata come by.
    """

    def __init__(self, table: str, folder: Path, api: Api = "v3") -> None:
        self.table = table
        self.api = api
        self.folder = folder
        self.metadata_sha256: dict[str, str] = {}
        self._ids = array("q")
        self._ascending = True
        self._digest = hashlib.sha256()
        (folder / METADATA_FOLDER).mkdir(parents=True)
        self._file = (folder / ROWS_FILE).open("wb")
        # No name and no time in the header: equal rows must give equal files.
        self._stream = gzip.GzipFile(filename="", fileobj=self._file, mode="wb", compresslevel=1, mtime=0)

    @property
    def row_count(self) -> int:
        """Rows written so far."""
        return len(self._ids)

    @property
    def rows_sha256(self) -> str:
        """Hash of the uncompressed row stream so far."""
        return self._digest.hexdigest()

    @property
    def content_hash(self) -> str:
        """Name this version will get."""
        return content_hash(self.rows_sha256, self.metadata_sha256)

    def add_rows(self, rows: Sequence[Row]) -> None:
        """Append published rows, one JSON object a line, every text untouched.

        Raises:
            IncompleteTableError: a row has no whole number as ID (in v4 Id).
        """
        self._note_ids(rows)
        for start in range(0, len(rows), _ROWS_AT_A_TIME):
            lines = b"".join(
                orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows[start : start + _ROWS_AT_A_TIME]
            )
            self._digest.update(lines)
            self._stream.write(lines)

    def add_metadata(self, entity: str, rows: Sequence[Row]) -> None:
        """Write the rows of a metadata entity."""
        if not entity.isidentifier():
            raise SnapshotError(f"Table {self.table} has an entity named '{entity}', which cannot be a file name")
        content = canonical_json(rows)
        self.metadata_sha256[entity] = hashlib.sha256(content).hexdigest()
        (self.folder / METADATA_FOLDER / f"{entity}.json").write_bytes(content)

    def check(self, expected_rows: int | None) -> None:
        """Check that the rows are the whole table: as many as expected (None: unknown), at least one, each once.

        Raises:
            IncompleteTableError: naming what was expected and found.
        """
        if self.row_count == 0:
            raise IncompleteTableError(
                f"Table {self.table} came without rows, expected at least one; check the `filter` in the dataset's yml "
                f"(codes are padded with spaces) and whether CBS emptied the table"
            )
        if expected_rows is not None and self.row_count != expected_rows:
            raise IncompleteTableError(
                f"Table {self.table} came with {self.row_count} rows, expected {expected_rows} by {self._counted}; "
                f"CBS may be updating it, so fetch it again later"
            )
        if not self._ascending and (twice := self._repeated_id()) is not None:
            raise IncompleteTableError(
                f"Table {self.table} came with {self._key} {twice} more than once, expected every {self._key} once; "
                f"CBS may have updated the table between two pages, so fetch it again later"
            )

    def finish(self) -> int:
        """Finish the row file and return its size in bytes; nothing of the draft need be on the disk yet."""
        self._stream.close()
        self._file.close()
        return (self.folder / ROWS_FILE).stat().st_size

    def close(self) -> None:
        """Let go of the row file, finished or not."""
        # The compressed rest may not fit on a full disk; the draft is thrown away anyhow.
        with suppress(OSError):
            self._stream.close()
        with suppress(OSError):
            self._file.close()

    @property
    def _key(self) -> str:
        return DIALECTS[self.api].key

    @property
    def _counted(self) -> str:
        return "RecordCount in the catalogue" if self.api == "v3" else "what v4 counts of it"

    def _note_ids(self, rows: Sequence[Row]) -> None:
        before = len(self._ids)
        try:
            self._ids.extend(_ids(rows, self._key))
        except (KeyError, TypeError, OverflowError) as error:
            raise IncompleteTableError(
                f"Table {self.table} has a row after row {before} without a whole number as {self._key}, which every "
                f"row of {DIALECTS[self.api].rows} has; fetch it again later, or check what STATLINE_URL points at"
            ) from error
        added = self._ids[max(before - 1, 0) :]
        self._ascending = self._ascending and all(map(lt, added, added[1:]))

    def _repeated_id(self) -> int | None:
        ids = pl.Series("ID", self._ids, dtype=pl.Int64)
        repeated = ids.filter(ids.is_duplicated())
        return None if repeated.is_empty() else int(repeated[0])


def _ids(rows: Sequence[Row], key: str) -> list[int]:
    ids = [row[key] for row in rows]
    if any(isinstance(number, bool) for number in ids):
        raise TypeError("a truth value would count as 0 or 1")
    return ids
