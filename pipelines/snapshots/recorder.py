"""Recording a table of the service: fetched as carefully as for a release, and written in the form of the recording.

What does not belong here: that form (``recording.writer``), and which version of a table a release is made of
(``store``).
"""

import gzip
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from pipelines.recording.writer import RecordingWriter, TableDraft
from pipelines.snapshots.draft import SnapshotDraft
from pipelines.snapshots.ingest import INCONSISTENT, require_unchanged
from pipelines.snapshots.records import ROWS_FILE
from pipelines.statline.client import StatlineClient
from pipelines.statline.location import LocatedTable, locate_table
from pipelines.statline.metadata import (
    GROUP,
    INFOS,
    PROPERTIES,
    TOPIC,
    only_row,
    read_infos,
    read_properties,
    require_readable,
)
from pipelines.statline.transport import Row

# What TableInfos says that the catalogue does not.
_NOT_IN_THE_CATALOGUE = "Description"


@dataclass(frozen=True)
class Recorded:
    """What was recorded of a table; ``modified`` is CBS's local time, ``remark`` (Dutch) what lacks or was changed."""

    table: str
    title: str
    row_count: int
    modified: str
    source: str
    remark: str


@dataclass(frozen=True)
class Wish:
    """What a person wants recorded: the rows that an OData ``$filter`` lets through, and a remark (Dutch) with it."""

    filter: str | None = None
    remark: str = ""


def record_table(client: StatlineClient, table: str, writer: RecordingWriter, wish: Wish) -> Recorded:
    """Fetch ``table`` and put it in the recording of ``writer``; nothing is left of one that did not come whole.

    Raises:
        StatlineError: the service does not have it, or did not give it.
        SnapshotError: it did not come whole, also when asked once more.
        RecordingError: it cannot be written as a recording.
    """
    located = locate_table(client, table)
    with client.one_table(located.catalogue):
        try:
            return _record(client, located, writer, wish)
        except INCONSISTENT:
            return _record(client, located, writer, wish)


def _record(client: StatlineClient, located: LocatedTable, writer: RecordingWriter, wish: Wish) -> Recorded:
    table, catalogue = located.table, located.catalogue
    metadata = client.metadata(table, catalogue)
    infos = require_readable(table, metadata)
    with writer.draft(table) as draft:
        draft.write_metadata(metadata)
        draft.write_rows(_rows(client, located, wish, draft.folder / "rows"))
        require_unchanged(infos, read_infos(table, [client.table_infos(table, catalogue)]), table)
        origin = _origin(client, located, draft, metadata, wish)
        row = {name: value for name, value in only_row(table, metadata[INFOS]).items() if name != _NOT_IN_THE_CATALOGUE}
        writer.keep(draft, {**row, **located.row.fields, "RecordCount": draft.row_count}, origin)
    return Recorded(
        table, infos.title.strip(), draft.row_count, infos.modified, origin["bron_pad"], origin["kanttekening"]
    )


def _rows(client: StatlineClient, located: LocatedTable, wish: Wish, folder: Path) -> Iterator[bytes]:
    """The rows one by one, once all of them came and are the whole table; until then they wait in ``folder``."""
    gathered = SnapshotDraft(located.table, folder)
    try:
        for page in client.pages(located.table, located.catalogue, wish.filter):
            gathered.add_rows(page.rows)
            # Else this page lies in memory until the next one is there.
            del page
        gathered.check(located.row.record_count if wish.filter is None else None)
        gathered.finish()
        with gzip.open(folder / ROWS_FILE, "rb") as lines:
            for line in lines:
                yield line.rstrip(b"\n")
    finally:
        gathered.close()
        shutil.rmtree(folder)


def _origin(
    client: StatlineClient, located: LocatedTable, draft: TableDraft, metadata: dict[str, list[Row]], wish: Wish
) -> dict[str, str]:
    """The line of PROVENANCE.csv: what was recorded, when, where and under which licence."""
    source = client.source(located.catalogue)
    infos = read_infos(located.table, metadata[INFOS])
    now = datetime.now(UTC)
    address = f"{source.base_url}/ODataFeed/odata/{located.table}"
    if wish.filter:
        address += "/UntypedDataSet?$filter=" + quote(wish.filter, safe="(),'")
    properties = read_properties(metadata[PROPERTIES], located.table)
    remarks = [
        f"Alleen de rijen van het filter {wish.filter}." if wish.filter else "",
        "Overgenomen van een opname, niet van de live dienst." if source.recording else "",
        located.row.remark or "",
        wish.remark,
    ]
    return {
        "tabel": located.table,
        "titel": infos.title.strip(),
        "entiteiten": ", ".join(["UntypedDataSet", *metadata]),
        "jaren": _years(metadata, [each.key for each in properties if each.kind not in (TOPIC, GROUP)]),
        "rijen": str(draft.row_count),
        "kolommen": str(sum(each.kind == TOPIC for each in properties)),
        "gemeenten": str(len(draft.municipalities)),
        "bron_repository": "CBS StatLine, OData v3" if not source.recording else "opname",
        "bron_commit": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "bron_pad": address,
        "licentie_compilatie": "",
        "licentie_cijfers": "CC BY 4.0, Bron: CBS",
        "bewerking": f"ongewijzigd opgenomen op {now:%Y-%m-%d}",
        "kanttekening": " ".join(remark.strip() for remark in remarks if remark.strip()),
        "modified": infos.modified,
    }


def _years(metadata: dict[str, list[Row]], dimensions: Sequence[str]) -> str:
    """The years of the periods, as ``2015-2020``; as TableInfos words it for a table without periods."""
    keys = [str(row["Key"]) for key in dimensions for row in metadata[key] if row.get("Status") is not None]
    years = sorted({key[:4] for key in keys if key[:4].isdigit()})
    if not years:
        return str(metadata[INFOS][0].get("Period") or "")
    return years[0] if len(years) == 1 else f"{years[0]}-{years[-1]}"
