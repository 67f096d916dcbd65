"""The files of a snapshot: what is written down in them, their hashes, and whether they are as written.

The keys on disk are Dutch and do not change; new ones may come. What does not belong here: where the rows come from,
and which snapshot of a table is in use (``store``).
"""

import hashlib
import shutil
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field

from pipelines.common.files import sync, sync_tree
from pipelines.common.sentences import ToldError
from pipelines.statline.transport import RequestRecord

ROWS_FILE, RECORD_FILE, POINTER_FILE, METADATA_FOLDER = "rows.ndjson.gz", "snapshot.json", "current.json", "metadata"
_CHUNK, _PACKED_CHUNK = 1 << 20, 1 << 17
# What zlib calls its widest window with the header and checksum of gzip around it.
_GZIP = zlib.MAX_WBITS | 16
_HASH_LENGTH = 16


class SnapshotError(ToldError):
    """A snapshot that cannot be made or read; the message is one sentence naming table, expected and found."""

    dutch = "De bewaarde versie van de tabel is niet te gebruiken."


class IncompleteTableError(SnapshotError):
    """Rows that cannot be the whole table, each once, as when CBS updates it meanwhile: worth fetching again."""

    dutch = "De tabel kwam niet volledig binnen."


def _is_none(value: object) -> bool:
    """Whether to leave a key out: without a remark, code from before there were any reads the file too."""
    return value is None


def _is_v3(value: object) -> bool:
    """The same: before there was v4, nothing said by which protocol a table came."""
    return value == "v3"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class SnapshotRecord(_Record):
    """``snapshot.json``: what one version of a table holds and how it was first fetched. ``fetched`` is UTC.

    ``catalogue_row`` is what the catalogue said of the table, ``remark`` what a recording lacks of it or changed,
    ``api`` the protocol by which rows and metadata came: they are kept in its form. ``columns`` are the keys of the
    topics that were asked, in the order of the table; None: all of them.
    """

    table: str = Field(alias="tabel")
    hash: str
    row_count: int = Field(alias="rijen")
    sha256: str
    bytes: int
    metadata: dict[str, str]
    catalogue_row: dict[str, Any] = Field(alias="catalogus")
    filter: str | None
    base_url: str = Field(alias="bron")
    kind: Literal["opname", "live"] = Field(alias="soort")
    fetched: datetime = Field(alias="opgehaald")
    requests: list[RequestRecord] = Field(alias="verzoeken")
    api: Literal["v3", "v4"] = Field("v3", exclude_if=_is_v3)
    remark: str | None = Field(None, alias="kanttekening", exclude_if=_is_none)
    columns: tuple[str, ...] | None = Field(None, alias="kolommen", exclude_if=_is_none)


class Pointer(_Record):
    """``current.json``: which version is in use, and on what grounds; ``checked`` is the last good check, UTC.

    ``remark`` is what the recording that gave or last confirmed the version says of the table.
    """

    hash: str
    stamps: dict[str, str | None]
    identity: str = Field(alias="identiteit")
    base_url: str = Field(alias="bron")
    kind: Literal["opname", "live"] = Field(alias="soort")
    filter: str | None
    checked: datetime = Field(alias="gecontroleerd")
    remark: str | None = Field(None, alias="kanttekening", exclude_if=_is_none)


def content_hash(rows_sha256: str, metadata_sha256: Mapping[str, str]) -> str:
    """Name of a version: 16 hex digits over the rows and every metadata entity, not over time or host."""
    lines = [f"rows {rows_sha256}", *(f"{name} {digest}" for name, digest in sorted(metadata_sha256.items()))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:_HASH_LENGTH]


def canonical_json(value: object) -> bytes:
    """JSON with sorted keys, so that equal content gives equal bytes, and line ends, so that a person can read it."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def read_chunks(path: Path) -> Iterator[bytes]:
    """The uncompressed row stream in ``path``, about a megabyte at a time.

    Raises:
        OSError, EOFError, zlib.error: the file is absent, cut off or damaged.
    """
    # zlib itself rather than the module gzip, which unpacks a few kilobytes at a time and holds the GIL in between.
    unpacker = zlib.decompressobj(_GZIP)
    with path.open("rb") as stream:
        while not unpacker.eof:
            packed = unpacker.unconsumed_tail or stream.read(_PACKED_CHUNK)
            chunk = unpacker.decompress(packed, _CHUNK)
            if not packed and not chunk:
                raise EOFError("the rows end before their end-of-stream marker")
            yield chunk
        if unpacker.unused_data or stream.read(1):
            raise zlib.error("there is something behind the end of the rows")


def in_batches(chunks: Iterable[bytes], lines: int) -> Iterator[bytes]:
    """The same stream in pieces of ``lines`` whole lines each; the last one may have fewer."""
    gathered: list[bytes] = []
    lacking = lines
    for chunk in chunks:
        rest = chunk
        while (found := rest.count(b"\n")) >= lacking:
            end = _after_line(rest, lacking)
            yield b"".join([*gathered, rest[:end]])
            gathered, rest, lacking = [], rest[end:], lines
        gathered.append(rest)
        lacking -= found
    if last := b"".join(gathered):
        yield last


def _after_line(text: bytes, number: int) -> int:
    """Where the line after the ``number``-th of ``text`` begins."""
    place = 0
    for _ in range(number):
        place = text.index(b"\n", place) + 1
    return place


class RowsInPassing:
    """The row stream of a version on its way to a reader, counted and hashed as it passes."""

    def __init__(self, record: SnapshotRecord) -> None:
        self._record = record
        self._digest, self._lines = hashlib.sha256(), 0

    def passing(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same chunks."""
        for chunk in chunks:
            self._digest.update(chunk)
            self._lines += chunk.count(b"\n")
            yield chunk

    @property
    def damage(self) -> str | None:
        """How what passed differs from what was written; None when it does not."""
        found, record = self._digest.hexdigest(), self._record
        if (found, self._lines) == (record.sha256, record.row_count):
            return None
        return f"{self._lines} rows with sha256 {found[:12]}, expected {record.row_count} with {record.sha256[:12]}"


def metadata_damage(content: bytes, entity: str, record: SnapshotRecord) -> str | None:
    """How the file of a metadata entity differs from what was written; None when it does not."""
    found, expected = hashlib.sha256(content).hexdigest(), record.metadata[entity]
    return None if found == expected else f"metadata {entity} has sha256 {found[:12]}, expected {expected[:12]}"


def damage(folder: Path, record: SnapshotRecord) -> str | None:
    """Say what in ``folder`` differs from ``record``, reading and hashing every byte; None when nothing does."""
    rows = RowsInPassing(record)
    try:
        deque(rows.passing(read_chunks(folder / ROWS_FILE)), maxlen=0)
        for entity in record.metadata:
            content = (folder / METADATA_FOLDER / f"{entity}.json").read_bytes()
            if (found := metadata_damage(content, entity, record)) is not None:
                return found
    except (OSError, EOFError, zlib.error) as error:
        return f"{type(error).__name__}: {error}"
    return rows.damage or name_damage(folder, record)


def name_damage(folder: Path, record: SnapshotRecord) -> str | None:
    """Whether ``folder`` has another name than what ``record`` says it holds; None when it has not."""
    name = content_hash(record.sha256, record.metadata)
    return None if folder.name == name else f"the folder is named {folder.name}, its content {name}"


def move_folder(source: Path, target: Path) -> None:
    """Give the finished folder ``source`` its final name, once all of it is on the disk.

    A damaged ``target`` in its place is thrown away.
    """
    sync_tree(source)
    if target.exists():
        aside = source.with_name(f"{source.name}-damaged")
        target.rename(aside)
        shutil.rmtree(aside)
    source.rename(target)
    sync(target.parent)
