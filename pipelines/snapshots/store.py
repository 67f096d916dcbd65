"""Snapshots: immutable versions of CBS tables as published, with all metadata, under ``warehouse/raw``.

::

    raw/<table>/current.json        which version is in use, since what stamps, when last checked
    raw/<table>/<hash>/             one version, never changed: snapshot.json, rows.ndjson.gz, metadata/<entity>.json

The hash is over rows and metadata, so the same content is kept once. A version gets its name only when it is whole and
on the disk. What does not belong here: HTTP, and any meaning of a row.
"""

import re
import shutil
import uuid
import zlib
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from pipelines.common.files import replace_file
from pipelines.common.troubles import unreadable
from pipelines.snapshots.draft import SnapshotDraft
from pipelines.snapshots.records import (
    METADATA_FOLDER,
    POINTER_FILE,
    RECORD_FILE,
    ROWS_FILE,
    Pointer,
    RowsInPassing,
    SnapshotError,
    SnapshotRecord,
    canonical_json,
    damage,
    in_batches,
    metadata_damage,
    move_folder,
    name_damage,
    read_chunks,
)
from pipelines.statline.client import Api, CatalogueRow, ColumnChoice, Source
from pipelines.statline.metadata import INFOS
from pipelines.statline.translation import PROPERTIES_V4, infos_in_v3_terms, metadata_in_v3_terms
from pipelines.statline.transport import RequestRecord, Row

__all__ = ["Origin", "Snapshot", "SnapshotDraft", "SnapshotError", "SnapshotStore", "load"]

_TABLE_ID = re.compile(r"[A-Za-z0-9_-]+")
_DRAFT = ".draft-"
# Beside what is in use: CBS may take back a revision, and two older versions show what changed before it.
KEEP_OTHERS = 2
_REMEDY = "fetch the table again"

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rows were asked: the catalogue's row of the table, who answered, the ``$filter`` sent along, and the
    columns that were asked (None: all)."""

    row: CatalogueRow
    source: Source
    filter: str | None
    columns: ColumnChoice | None = None


@dataclass(frozen=True)
class Snapshot:
    """The version of a table that is in use: ``record`` tells what it holds, ``pointer`` why it is in use."""

    folder: Path
    record: SnapshotRecord
    pointer: Pointer

    @property
    def table(self) -> str:
        """Id of the table."""
        return self.record.table

    @property
    def hash(self) -> str:
        """Name of the version: 16 hex digits over its rows and metadata."""
        return self.record.hash

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return self.record.row_count

    @property
    def modified(self) -> str | None:
        """Modified of the table: CBS's local time without zone, as given."""
        return self.pointer.stamps.get("Modified")

    @property
    def kind(self) -> str:
        """``opname`` or ``live``: who last gave or confirmed this version."""
        return self.pointer.kind

    @property
    def remark(self) -> str | None:
        """What is wrong or partial about the recorded table (Dutch); None when a live service gave the version."""
        return self.pointer.remark or self.record.remark if self.kind == "opname" else None

    @property
    def api(self) -> Api:
        """The protocol in whose form its rows and metadata are kept."""
        return self.record.api

    @property
    def columns(self) -> tuple[str, ...] | None:
        """Keys of the topics that its rows have, in the order of the table; None: all that its metadata name."""
        return self.record.columns

    def has(self, columns: ColumnChoice | None) -> bool:
        """Whether its rows have all of these columns."""
        return self.columns is None or (columns is not None and set(columns.topics) <= set(self.columns))

    def answers(self, origin: Origin) -> bool:
        """Whether asking ``origin`` can give nothing new: same source and filter, and no stamp of CBS moved."""
        stamps = origin.row.stamps
        return (
            stamps.modified is not None
            and self.api == origin.source.api
            and self.pointer.stamps == stamps.as_published()
            and self.pointer.identity == origin.source.identity
            and self.pointer.filter == origin.filter
        )


class SnapshotStore:
    """The snapshots under ``warehouse``; every method is about one table and touches no other."""

    def __init__(self, warehouse: Path) -> None:
        self.raw = warehouse / "raw"

    def tables(self) -> list[str]:
        """Ids of the tables that have a snapshot in use."""
        return sorted(path.parent.name for path in self.raw.glob(f"*/{POINTER_FILE}"))

    def folders(self) -> list[str]:
        """Ids of all tables of which there is anything, in use or not."""
        return sorted(path.name for path in self.raw.glob("*") if path.is_dir() and _TABLE_ID.fullmatch(path.name))

    def prune(self, table: str, needed: Container[str]) -> list[str]:
        """Remove the versions of ``table`` that are not in use, not ``needed`` and not among the newest others.

        Only for the holder of the writer lock. A table of which it cannot be read what is in use is left alone.
        Returns the hashes of those removed.
        """
        folder = self._folder(table)
        try:
            in_use = load(folder / POINTER_FILE, Pointer).hash
        except SnapshotError:
            return []
        versions = (path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
        others = [path for path in versions if path.name != in_use and path.name not in needed]
        old = sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[KEEP_OTHERS:]
        for path in old:
            # Without its name first: a crash half-way leaves a draft, not half a version.
            draft = path.rename(folder / f"{_DRAFT}{path.name}")
            shutil.rmtree(draft, ignore_errors=True)
        return [path.name for path in old]

    def current(self, table: str) -> Snapshot | None:
        """The snapshot in use, or None when the table never had one.

        Raises:
            SnapshotError: there is one, but its files are not whole.
        """
        folder = self._folder(table)
        if not (folder / POINTER_FILE).exists():
            return None
        pointer = load(folder / POINTER_FILE, Pointer)
        record = load(folder / pointer.hash / RECORD_FILE, SnapshotRecord)
        rows = folder / pointer.hash / ROWS_FILE
        size = rows.stat().st_size if rows.exists() else 0
        if size != record.bytes:
            raise SnapshotError(f"{rows} is {size} bytes, expected {record.bytes}; {_REMEDY}")
        return Snapshot(folder / pointer.hash, record, pointer)

    @contextmanager
    def write(self, table: str, api: Api = "v3") -> Iterator[SnapshotDraft]:
        """Open a draft of a new version; it is gone at the end unless ``keep`` gave it a name."""
        folder = self._folder(table)
        folder.mkdir(parents=True, exist_ok=True)
        draft = SnapshotDraft(table, folder / f"{_DRAFT}{uuid.uuid4().hex[:8]}", api)
        try:
            yield draft
        finally:
            draft.close()
            shutil.rmtree(draft.folder, ignore_errors=True)

    def keep(self, draft: SnapshotDraft, origin: Origin, log: list[RequestRecord] | None = None) -> Snapshot:
        """Make ``draft`` the version in use; the same content that is already there whole stays as it is.

        The caller has checked the draft. ``origin`` holds the stamps that a next check compares.
        """
        folder = self._folder(draft.table) / draft.content_hash
        size = draft.finish()
        now = datetime.now(UTC)
        if not _is_whole(folder):
            record = SnapshotRecord(
                table=draft.table,
                hash=draft.content_hash,
                row_count=draft.row_count,
                sha256=draft.rows_sha256,
                bytes=size,
                metadata=draft.metadata_sha256,
                catalogue_row=origin.row.fields,
                filter=origin.filter,
                base_url=origin.source.base_url,
                kind=origin.source.kind,
                fetched=now,
                requests=log or [],
                remark=origin.row.remark,
                api=draft.api,
                columns=None if origin.columns is None else origin.columns.topics,
            )
            (draft.folder / RECORD_FILE).write_bytes(canonical_json(record.model_dump(mode="json")))
            move_folder(draft.folder, folder)
        return _point(folder, origin, now)

    def confirm(self, snapshot: Snapshot, origin: Origin | None = None) -> Snapshot:
        """Note that ``snapshot`` was found up to date just now, and what ``origin``, if asked, remarks about it."""
        remark = snapshot.pointer.remark if origin is None else origin.row.remark
        pointer = snapshot.pointer.model_copy(update={"checked": datetime.now(UTC), "remark": remark})
        _write_pointer(self._folder(snapshot.table), pointer)
        return Snapshot(snapshot.folder, snapshot.record, pointer)

    def rows(self, snapshot: Snapshot, batch: int = 10_000) -> Iterator[bytes]:
        """The rows as published, in batches of at most ``batch`` lines of JSON, checked as they are read.

        Raises:
            SnapshotError: the file is damaged; that may show only after the last batch.
        """
        path, checked = snapshot.folder / ROWS_FILE, RowsInPassing(snapshot.record)
        try:
            yield from in_batches(checked.passing(read_chunks(path)), batch)
        except (OSError, EOFError, zlib.error) as error:
            raise SnapshotError(f"{unreadable(path, error)}; {_REMEDY}") from error
        _require_whole(snapshot, checked.damage or name_damage(snapshot.folder, snapshot.record))

    def metadata(self, snapshot: Snapshot, entity: str) -> list[Row]:
        """The rows of one metadata entity as published.

        Raises:
            SnapshotError: the table has no such entity, or its file cannot be read.
        """
        if entity not in snapshot.record.metadata:
            known = ", ".join(sorted(snapshot.record.metadata))
            raise SnapshotError(f"Table {snapshot.table} has no entity {entity}; it has {known}")
        path = snapshot.folder / METADATA_FOLDER / f"{entity}.json"
        try:
            content = path.read_bytes()
            _require_whole(snapshot, metadata_damage(content, entity, snapshot.record))
            rows: list[Row] = orjson.loads(content)
        except (OSError, orjson.JSONDecodeError) as error:
            raise SnapshotError(f"{unreadable(path, error)}; {_REMEDY}") from error
        return rows

    def all_metadata(self, snapshot: Snapshot) -> dict[str, list[Row]]:
        """Every metadata entity by name."""
        return {entity: self.metadata(snapshot, entity) for entity in snapshot.record.metadata}

    def described(self, snapshot: Snapshot) -> dict[str, Sequence[Row]]:
        """What its metadata says, in the entities of v3 whatever the protocol.

        Raises:
            SnapshotError: an entity cannot be read.
            InvalidFieldError: a field of it is not what it should be.
        """
        return metadata_in_v3_terms(snapshot.table, self.all_metadata(snapshot), snapshot.api)

    def infos(self, snapshot: Snapshot) -> list[Row]:
        """The rows of TableInfos, of which there should be one; the same, and no other entity is read for it."""
        if snapshot.api == "v4":
            return [infos_in_v3_terms(row) for row in self.metadata(snapshot, PROPERTIES_V4)]
        return self.metadata(snapshot, INFOS)

    def verify(self, snapshot: Snapshot) -> None:
        """Read the whole snapshot and compare every hash.

        Raises:
            SnapshotError: naming what differs.
        """
        _require_whole(snapshot, damage(snapshot.folder, snapshot.record))

    def _folder(self, table: str) -> Path:
        if not _TABLE_ID.fullmatch(table):
            raise SnapshotError(f"'{table}' is not the id of a CBS table: letters and digits such as 85335NED")
        return self.raw / table


def _require_whole(snapshot: Snapshot, found: str | None) -> None:
    if found is not None:
        raise SnapshotError(f"Snapshot {snapshot.hash} of table {snapshot.table} is damaged: {found}; {_REMEDY}")


def _point(folder: Path, origin: Origin, now: datetime) -> Snapshot:
    """Put the version in ``folder`` in use."""
    pointer = Pointer(
        hash=folder.name,
        stamps=origin.row.stamps.as_published(),
        identity=origin.source.identity,
        base_url=origin.source.base_url,
        kind=origin.source.kind,
        filter=origin.filter,
        checked=now,
        remark=origin.row.remark,
    )
    _write_pointer(folder.parent, pointer)
    return Snapshot(folder, load(folder / RECORD_FILE, SnapshotRecord), pointer)


def load(path: Path, model: type[Model]) -> Model:
    """The file of a snapshot at ``path``, as the ``model`` of what is written down in it.

    Raises:
        SnapshotError: it cannot be read as that.
    """
    try:
        return model.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise SnapshotError(f"{unreadable(path, error)}; {_REMEDY}") from error


def _is_whole(folder: Path) -> bool:
    """Whether ``folder`` is a finished version of which every byte is as written."""
    try:
        record = load(folder / RECORD_FILE, SnapshotRecord)
    except SnapshotError:
        return False
    return damage(folder, record) is None


def _write_pointer(folder: Path, pointer: Pointer) -> None:
    replace_file(folder / POINTER_FILE, canonical_json(pointer.model_dump(mode="json")))
