"""Reading a recording folder: which tables and entities it holds, and their rows.

Rows are kept as one piece of JSON each. That takes a third of the memory of parsed rows (84799NED: 80 MB),
and the common question, a page of the untyped data set, is then answered without touching a single cell.
"""

import csv
import gzip
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

import orjson

from pipelines.common.files import plain_text, read_csv

Row = dict[str, Any]

DATA_SETS = ("UntypedDataSet", "TypedDataSet")
FIXED_ENTITIES = ("TableInfos", *DATA_SETS, "DataProperties", "CategoryGroups")
NOT_A_DIMENSION = {"Topic", "TopicGroup"}
NUMBERS: dict[str, Callable[[str], int | float]] = {
    "Long": int,
    "Integer": int,
    "Integer32": int,
    "Integer64": int,
    "Double": float,
    "Float": float,
}


class RecordingError(Exception):
    """The recording folder is not what a recording should be."""


@dataclass(frozen=True)
class Entity:
    """The rows of one entity set: each row as JSON, the columns that occur, and what makes a row typed."""

    rows: list[bytes]
    columns: frozenset[str]
    convert: Callable[[Row], Row] | None = None

    def read(self, row: bytes) -> Row:
        """Read a row as a dictionary, with numbers where the entity is typed."""
        parsed: Row = orjson.loads(row)
        return self.convert(parsed) if self.convert else parsed


class Recording:
    """A folder with ``catalog/Tables.json``, one folder per table, named by its exact id, and ``PROVENANCE.csv``.

    Files are read when they are first asked for and again when they change on disk, so a recording can be
    edited under a running server. The last ``cached_files`` stay in memory.
    """

    def __init__(self, folder: Path, *, cached_files: int = 8) -> None:
        """Raise ``RecordingError`` when the folder has no catalogue."""
        self.folder = folder
        self._cached_files = cached_files
        self._cache: OrderedDict[Path, tuple[tuple[int, int], Entity]] = OrderedDict()
        self._lock = Lock()
        if not (folder / "catalog" / "Tables.json").is_file():
            message = (
                f"{folder} is not a StatLine recording: expected catalog/Tables.json, found none. "
                "Point --folder at the folder that holds catalog/ and one folder per table."
            )
            raise RecordingError(message)

    def catalogue(self) -> Entity:
        """Give the rows of ``ODataCatalog/Tables``."""
        return self._file(self.folder / "catalog" / "Tables.json")

    def remarks(self) -> dict[str, str]:
        """What is wrong or partial about recorded tables (Dutch), by id; empty for a recording that notes nothing."""
        path = self.folder / "PROVENANCE.csv"
        if not path.is_file():
            return {}
        try:
            return {row["tabel"]: row["kanttekening"] for row in read_csv(path) if row["kanttekening"]}
        except (KeyError, csv.Error, UnicodeDecodeError) as error:
            message = f"{path} can't be read as CSV with columns tabel and kanttekening: {error!r}. Copy it again."
            raise RecordingError(message) from error

    def has_table(self, table_id: str) -> bool:
        """Tell whether the table is recorded under exactly this id, also on a disk that ignores case."""
        recorded = {entry.parent.name for entry in self.folder.glob("*/DataProperties.json")}
        return table_id in recorded

    def entities(self, table_id: str) -> list[str]:
        """Name the entity sets of a table: the five fixed ones, then its dimensions in their order."""
        return [*FIXED_ENTITIES, *self._dimensions(table_id)]

    def entity(self, table_id: str, name: str) -> Entity:
        """Give the rows of one of ``entities(table_id)``; the typed data set is derived from the untyped."""
        if name != "TypedDataSet":
            return self._file(self._path(table_id, name))
        untyped = self._file(self._path(table_id, "UntypedDataSet"))
        return replace(untyped, convert=typed_row(table_id, self._properties(table_id)))

    def state(self, table_id: str) -> tuple[tuple[int, int], ...]:
        """Tell the states of the table's rows and columns apart: another one once their files were edited."""
        paths = [self._path(table_id, name) for name in ("UntypedDataSet", "DataProperties")]
        return tuple((found.st_mtime_ns, found.st_size) for found in (path.stat() for path in paths))

    def _properties(self, table_id: str) -> list[Row]:
        properties = self._file(self._path(table_id, "DataProperties"))
        return [properties.read(row) for row in properties.rows]

    def _dimensions(self, table_id: str) -> list[str]:
        properties = self._properties(table_id)
        return [str(column["Key"]) for column in properties if column["Type"] not in NOT_A_DIMENSION]

    def _path(self, table_id: str, name: str) -> Path:
        plain, packed = (self.folder / table_id / f"{name}{suffix}" for suffix in (".json", ".json.gz"))
        if plain.is_file():
            return plain
        if packed.is_file():
            return packed
        message = (
            f"Recording of table {table_id}: expected entity {name} in {name}.json or {name}.json.gz, found "
            "neither. Record it, or take the dimension out of DataProperties.json."
        )
        raise RecordingError(message)

    def _file(self, path: Path) -> Entity:
        state = path.stat()
        version = (state.st_mtime_ns, state.st_size)
        # One lock also around the reading: two requests for the same large table must not both unpack it.
        with self._lock:
            known = self._cache.get(path)
            if known is None or known[0] != version:
                known = (version, _read_entity(path))
                self._cache[path] = known
            self._cache.move_to_end(path)
            while len(self._cache) > self._cached_files:
                self._cache.popitem(last=False)
            return known[1]


def _read_entity(path: Path) -> Entity:
    content = path.read_bytes()
    try:
        rows = _split_rows(gzip.decompress(content) if path.suffix == ".gz" else plain_text(content))
        columns = frozenset[str]().union(*(orjson.loads(row) for row in rows))
    except (OSError, EOFError, ValueError, zlib.error) as error:
        message = f"{path} can't be read as a list of rows in JSON: {error}. Copy it again."
        raise RecordingError(message) from error
    return Entity(rows, columns)


def _split_rows(content: bytes) -> list[bytes]:
    """Cut a JSON list into rows; unparsed where each row has its own line, as in recorded data sets."""
    lines = content.strip().split(b"\n")
    if lines[0] == b"[" and lines[-1] == b"]" and all(line.startswith(b'{"') for line in lines[1:-1]):
        return [line.rstrip(b",") for line in lines[1:-1]]
    return [orjson.dumps(row) for row in orjson.loads(content)]


def typed_row(table_id: str, properties: list[Row]) -> Callable[[Row], Row]:
    """Make the function that turns an untyped row of this table into a typed one, as CBS does it.

    Columns with a numeric Datatype become numbers, and both ``"       ."`` and ``""`` become null there. Text
    columns stay untouched, with their padding and their dot. Raises ``RecordingError`` on text in a numeric
    column.
    """
    topics = [column for column in properties if column.get("Datatype") in NUMBERS]
    numbers = [(topic["Key"], NUMBERS[topic["Datatype"]]) for topic in topics]

    def convert(row: Row) -> Row:
        for key, number in numbers:
            try:
                text = row[key].strip()
                row[key] = None if text in ("", ".") else number(text)
            except (KeyError, AttributeError, ValueError) as error:
                message = (
                    f"Recording of table {table_id}, column {key}, row ID {row.get('ID')}: expected a number "
                    f"as text, '.' or '', found {row.get(key)!r}. Correct UntypedDataSet or DataProperties."
                )
                raise RecordingError(message) from error
        return row

    return convert
