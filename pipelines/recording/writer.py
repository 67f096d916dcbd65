"""Writing a recording: tables in the form in which the recording server reads them, each with where it comes from.

A table gets its name when all of it is on the disk; only then the catalogue and ``PROVENANCE.csv`` tell of it. What was
killed on the way leaves a table that no catalogue lists, which counts as none. What does not belong here: asking for
the table (``snapshots.recorder``).
"""

import csv
import gzip
import io
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from pipelines.common.files import read_csv, replace_file, sync, sync_tree
from pipelines.recording.store import FIXED_ENTITIES, RecordingError, Row

PROVENANCE: Final = "PROVENANCE.csv"
PROVENANCE_COLUMNS: Final = (
    "tabel",
    "titel",
    "entiteiten",
    "jaren",
    "rijen",
    "kolommen",
    "gemeenten",
    "bron_repository",
    "bron_commit",
    "bron_pad",
    "licentie_compilatie",
    "licentie_cijfers",
    "bewerking",
    "kanttekening",
    "modified",
)
_CATALOGUE: Final = "catalog/Tables.json"
_DRAFT: Final = ".draft-"
_TABLE_ID: Final = re.compile(r"[A-Za-z0-9_-]+")
_MUNICIPALITY: Final = re.compile(rb'"(GM\d{4}) *"')


class TableDraft:
    """A table that is being recorded in ``folder``, which has no name yet; counts what is written."""

    def __init__(self, table: str, folder: Path) -> None:
        self.table = table
        self.folder = folder
        self.row_count = 0
        self.municipalities: set[bytes] = set()
        folder.mkdir(parents=True)

    def write_metadata(self, metadata: Mapping[str, Sequence[Row]]) -> None:
        """Write every entity as published; one that a table always has is empty where the service left it out.

        Raises:
            RecordingError: the service calls an entity what no file can be called.
        """
        fixed = {name: () for name in FIXED_ENTITIES if not name.endswith("DataSet")}
        for entity, rows in {**fixed, **metadata}.items():
            if not entity.isidentifier():
                raise RecordingError(f"Table {self.table} has an entity named '{entity}', which cannot be a file name.")
            (self.folder / f"{entity}.json").write_bytes(_as_json(rows))

    def write_rows(self, lines: Iterable[bytes]) -> None:
        """Write the rows of the untyped data set, given as one JSON object each, without a line end."""
        with (
            (self.folder / "UntypedDataSet.json.gz").open("wb") as file,
            # No name and no time in the header: equal rows give equal files.
            gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=6, mtime=0) as stream,
        ):
            separator = b"[\n"
            for line in lines:
                stream.write(separator + line)
                separator = b",\n"
                self.row_count += 1
                self.municipalities.update(_MUNICIPALITY.findall(line))
            stream.write(b"\n]\n" if self.row_count else b"[]\n")


class RecordingWriter:
    """Adds tables to the recording in ``folder``, which may be new, empty or a recording.

    Raises:
        RecordingError: the folder holds something else.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._catalogue = folder / _CATALOGUE
        if folder.exists() and not folder.is_dir():
            raise RecordingError(f"{folder} is a file; name a folder that is new, empty or a recording.")
        others = [path.name for path in folder.iterdir()] if folder.exists() else []
        if others and not self._catalogue.is_file() and any(not name.startswith(_DRAFT) for name in others):
            raise RecordingError(
                f"{folder} holds {min(others)} and no {_CATALOGUE}, so it is no recording; name a folder that is new, "
                "empty or a recording."
            )

    def tables(self) -> list[str]:
        """Ids of the tables that are recorded: those that the catalogue lists and of which there is a folder."""
        return [str(row["Identifier"]) for row in self._rows() if (self.folder / str(row["Identifier"])).is_dir()]

    @contextmanager
    def draft(self, table: str) -> Iterator[TableDraft]:
        """Open a draft of ``table``; it is gone at the end unless ``keep`` gave it its name.

        Raises:
            RecordingError: ``table`` can be no id.
        """
        if not _TABLE_ID.fullmatch(table):
            raise RecordingError(f"'{table}' is not the id of a CBS table: letters and digits such as 85335NED.")
        self._clear()
        draft = TableDraft(table, self.folder / f"{_DRAFT}{os.getpid()}-{table}")
        try:
            yield draft
        finally:
            shutil.rmtree(draft.folder, ignore_errors=True)

    def keep(self, draft: TableDraft, row: Row, origin: Mapping[str, str]) -> None:
        """Put ``draft`` in the recording, in place of the table as it was, with its catalogue ``row``.

        ``origin`` says where it comes from, by the columns of ``PROVENANCE_COLUMNS``.
        """
        sync_tree(draft.folder)
        self._replace(draft)
        self._list(draft.table, row)
        self._note(draft.table, origin)

    def _clear(self) -> None:
        """Remove what processes left that are no more."""
        for left in self.folder.glob(f"{_DRAFT}*"):
            process = left.name.removeprefix(_DRAFT).partition("-")[0]
            if not process.isdigit() or not _is_alive(int(process)):
                shutil.rmtree(left, ignore_errors=True)

    def _replace(self, draft: TableDraft) -> None:
        target = self.folder / draft.table
        if target.exists():
            aside = draft.folder.with_name(f"{draft.folder.name}-before")
            target.rename(aside)
            draft.folder.rename(target)
            shutil.rmtree(aside)
        else:
            draft.folder.rename(target)
        sync(self.folder)

    def _rows(self) -> list[dict[str, Any]]:
        if not self._catalogue.is_file():
            return []
        try:
            rows: list[dict[str, Any]] = json.loads(self._catalogue.read_bytes())
            _ = [row["Identifier"] for row in rows]
        except (ValueError, KeyError, TypeError) as error:
            raise RecordingError(
                f"{self._catalogue} can't be read as a catalogue: {error!r}. Copy it again."
            ) from error
        return rows

    def _list(self, table: str, row: Row) -> None:
        rows = self._rows()
        place = next((at for at, other in enumerate(rows) if other["Identifier"] == table), len(rows))
        free = 1 + max((int(other.get("ID") or 0) for other in rows), default=-1)
        number = rows[place].get("ID", free) if place < len(rows) else free
        rows[place : place + 1] = [{**row, "ID": number}]
        self._catalogue.parent.mkdir(exist_ok=True)
        replace_file(self._catalogue, _as_json(rows) + b"\n")

    def _note(self, table: str, origin: Mapping[str, str]) -> None:
        path = self.folder / PROVENANCE
        known = list(read_csv(path)) if path.is_file() else []
        columns = list(dict.fromkeys([*(known[0] if known else ()), *PROVENANCE_COLUMNS]))
        place = next((at for at, line in enumerate(known) if line["tabel"] == table), len(known))
        known[place : place + 1] = [dict(origin)]
        text = io.StringIO(newline="")
        lines = csv.DictWriter(text, columns, restval="")
        lines.writeheader()
        lines.writerows(known)
        replace_file(path, text.getvalue().encode())


def _is_alive(process: int) -> bool:
    if process == os.getpid():
        return False  # each table is finished before the next begins
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _as_json(rows: Sequence[Row]) -> bytes:
    """The rows as the recording has them: readable, and every text as it was."""
    return json.dumps(list(rows), ensure_ascii=False, indent=1).encode()
