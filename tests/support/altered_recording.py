"""A copy of the recording in which a test changes what CBS publishes, served as CBS would."""

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipelines.common.settings import RECORDING
from pipelines.recording import serve_recording
from tests.support.statline_service import Service, proxy

NEW_STAMP = "2026-10-31T02:00:00"

Row = dict[str, Any]
Rows = list[Row]


class AlteredRecording:
    """A copy of the recording in which a test changes what CBS publishes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not folder.exists():
            shutil.copytree(RECORDING, folder)

    def cell(self, tabel: str, column: str, text: str, **where: str) -> str:
        """Write ``text`` into the one cell of ``column`` whose row has these codes, and give what stood there."""
        with self._rows(tabel) as rows:
            (row,) = (r for r in rows if all(r[key].strip() == code for key, code in where.items()))
            before: str = row[column]
            row[column] = text
        self.stamp(tabel)
        return before

    def rows(self, tabel: str, change: Callable[[Rows], None]) -> None:
        """Change the rows of a table; the catalogue's count goes along."""
        with self._rows(tabel) as rows:
            change(rows)
        self.stamp(tabel, RecordCount=len(rows))

    def entity(self, tabel: str, name: str, change: Callable[[Rows], None]) -> None:
        """Change a metadata entity of a table."""
        with _json(self.folder / tabel / f"{name}.json") as rows:
            change(rows)
        self.stamp(tabel)

    def stamp(self, tabel: str, **fields: Any) -> None:
        """Say in the catalogue, and in the table if it is there, that CBS changed it."""
        moved = {"Modified": NEW_STAMP, "MetaDataModified": NEW_STAMP}
        with _json(self.folder / "catalog" / "Tables.json") as catalogue:
            (row,) = (r for r in catalogue if r["Identifier"] == tabel)
            row.update(moved | fields)
        if (self.folder / tabel).exists():
            with _json(self.folder / tabel / "TableInfos.json") as infos:
                infos[0].update(moved)

    def lose(self, tabel: str) -> None:
        """Leave the table in the catalogue, changed, while asking for it gives 404."""
        shutil.rmtree(self.folder / tabel)
        self.stamp(tabel)

    def copy_table(self, tabel: str, new: str, **fields: Any) -> None:
        """Add a table ``new`` that is a copy of ``tabel``, with ``fields`` for its catalogue row."""
        shutil.copytree(self.folder / tabel, self.folder / new)
        with _json(self.folder / "catalog" / "Tables.json") as catalogue:
            (row,) = (r for r in catalogue if r["Identifier"] == tabel)
            catalogue.append(row | {"Identifier": new, "ID": 1 + max(r["ID"] for r in catalogue)} | fields)

    @contextmanager
    def _rows(self, tabel: str) -> Iterator[Rows]:
        path = self.folder / tabel / "UntypedDataSet.json.gz"
        rows: Rows = json.loads(gzip.decompress(path.read_bytes()))
        yield rows
        path.write_bytes(gzip.compress(json.dumps(rows).encode(), compresslevel=1))

    @contextmanager
    def served(self, *, live: bool = False) -> Iterator[Service]:
        """Serve it behind a proxy that notes requests; ``live`` leaves out the header that marks a recording."""
        with serve_recording(self.folder) as url, proxy(url, live=live) as service:
            yield service


@contextmanager
def _json(path: Path) -> Iterator[Rows]:
    rows: Rows = json.loads(path.read_bytes())
    yield rows
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
