"""Commands about the source: what a table at CBS holds, recording it, and the recording served as CBS.

What does not belong here: fetching (``refresh``), and how a table is used (the yml of its dataset).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.commands.console import make_console, print_json
from pipelines.commands.service import services, statline_client
from pipelines.common.settings import Settings
from pipelines.observations.columns import topics
from pipelines.recording import RecordingServerError, run_server
from pipelines.recording.store import RecordingError
from pipelines.recording.writer import RecordingWriter
from pipelines.snapshots.recorder import Wish, record_table
from pipelines.snapshots.records import SnapshotError
from pipelines.sources.datasets import Dataset, load_datasets
from pipelines.statline.client import StatlineClient
from pipelines.statline.description import Service, TableDescription, describe_table
from pipelines.statline.errors import StatlineError

app = typer.Typer()
console = make_console()

# What is told of a table, and its name in TableInfos.
_ABOUT = {
    "status": "OutputStatus",
    "delivery": "ReasonDelivery",
    "modified": "Modified",
    "period": "Period",
    "frequency": "Frequency",
    "catalogue": "Catalog",
}


@app.command()
def describe(
    tables: Annotated[list[str], typer.Argument(metavar="TABLE...", help="Ids of CBS tables, for instance 85335NED")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for a program")] = False,
) -> None:
    """Show what tables at CBS hold: status, dimensions, and columns by path and unit; 1 when one cannot be read.

    Asks STATLINE_URL (and, for tables of third parties, STATLINE_URL_DATADERDEN); without one, the recording.
    """
    owners = {table.tabel: each for each in load_datasets().values() for table in each.tabellen}
    found: list[TableDescription] = []
    problems: dict[str, str] = {}
    try:
        with services(Settings()) as (cbs, third_parties):
            for table in dict.fromkeys(tables):
                owner = owners.get(table)
                asked = [cbs, third_parties] if owner is None or owner.catalogus == "CBS" else [third_parties, cbs]
                _describe(table, asked, found, problems, as_json=as_json, owner=owner)
    except (StatlineError, RecordingServerError) as error:
        console.print(f"{error}.")
        raise typer.Exit(1) from error
    if as_json:
        print_json(
            console,
            {
                "tables": [_as_json(each, owners.get(each.table)) for each in found],
                "problems": [{"table": table, "problem": problem} for table, problem in problems.items()],
            },
        )
    raise typer.Exit(1 if problems else 0)


def _describe(
    table: str,
    asked: list[Service],
    found: list[TableDescription],
    problems: dict[str, str],
    *,
    as_json: bool,
    owner: Dataset | None,
) -> None:
    """Describe one table, shown at once to a person who waits; one that cannot be read costs the others nothing."""
    if (found or problems) and not as_json:
        console.print()
    try:
        found.append(describe_table(table, asked))
    except StatlineError as error:
        problems[table] = f"{error}."
        if not as_json:
            console.print(problems[table])
        return
    if not as_json:
        for line in _lines(found[-1], owner):
            console.print(line)


@app.command(name="serve-recording")
def serve_recording_command(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one")] = 8099,
    folder: Annotated[
        Path | None, typer.Option(help="Folder of the recorded tables; default: that of MONITOR_RECORDING")
    ] = None,
) -> None:
    """Serve the recorded tables as CBS does, by OData v3 and (below /odata/v1) v4, on loopback, until interrupted."""
    try:
        run_server(folder or Settings().recording, port)
    except (RecordingError, RecordingServerError, OSError) as error:
        console.print(str(error))
        raise typer.Exit(1) from error


@app.command()
def record(
    tables: Annotated[list[str], typer.Argument(metavar="TABLE...", help="Ids of CBS tables, for instance 85335NED")],
    folder: Annotated[Path, typer.Option("--to", help="Folder of a recording; new, empty, or one to add to")],
    rows: Annotated[str | None, typer.Option("--filter", help="OData $filter: record only these rows")] = None,
    remark: Annotated[str, typer.Option(help="Remark for PROVENANCE.csv (Dutch, it reaches releases)")] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace tables that are recorded there already")] = False,
) -> None:
    """Record tables as CBS serves them now, in the form of the recording; 1 when one could not be recorded.

    A table that did not come whole leaves nothing. MONITOR_RECORDING makes `monitor refresh` read what was recorded.
    """
    settings, wanted = Settings(), list(dict.fromkeys(tables))
    failed = False
    try:
        writer = _writer(folder, settings)
        there = [] if force else [table for table in wanted if table in writer.tables()]
        if there:
            console.print(f"{folder} holds {', '.join(there)} already, so nothing was asked; --force replaces them.")
            raise typer.Exit(1)
        with statline_client(settings) as client:
            for table in wanted:
                failed |= not _recorded(client, table, writer, Wish(rows, remark))
    except (StatlineError, RecordingServerError) as error:
        console.print(f"{error}.")
        raise typer.Exit(1) from error
    except RecordingError as error:
        console.print(str(error))
        raise typer.Exit(1) from error
    raise typer.Exit(1 if failed else 0)


def _writer(folder: Path, settings: Settings) -> RecordingWriter:
    if settings.uses_recording and folder.absolute() == settings.recording:
        raise RecordingError(f"STATLINE_URL is empty, so this would record {folder} from itself; set it.")
    return RecordingWriter(folder)


def _recorded(client: StatlineClient, table: str, writer: RecordingWriter, wish: Wish) -> bool:
    """Record one table and say so; whether it succeeded."""
    try:
        done = record_table(client, table, writer, wish)
    except (StatlineError, SnapshotError) as error:
        console.print(f"Not recorded: {error}.")
        return False
    console.print(f"Recorded {done.table}  {done.title}: {done.row_count:,} rows, Modified {done.modified}")
    if done.remark:
        console.print(f"  {done.remark}")
    return True


def _lines(found: TableDescription, owner: Dataset | None) -> Iterator[str]:
    infos = found.infos
    yield f"{found.table}  {str(infos['Title']).strip()}"
    yield from _aligned([(name, str(infos.get(field) or "not stated")) for name, field in _ABOUT.items()])
    if owner is not None:
        years = ", ".join(str(table.jaren) for table in owner.tabellen if table.tabel == found.table)
        yield from _aligned([("read here", f"dataset {owner.name}, for {years}")])
    yield ""
    yield f"Dimensions ({len(found.dimensions)}): key, title and number of codes"
    yield from _aligned([(each.key, f"{each.title}: {each.code_count:,}") for each in found.dimensions])
    columns = topics(found.properties)
    yield ""
    yield f"Topics ({len(columns)}): key, path and unit"
    yield from _aligned([(column.key, f"{column.full_path} ({column.unit or 'no unit'})") for column in columns])


def _as_json(found: TableDescription, owner: Dataset | None) -> dict[str, Any]:
    """The same for a program; keys only ever come to it."""
    infos = found.infos
    return {
        "table": found.table,
        "title": str(infos["Title"]).strip(),
        "service": found.base_url,
        **{name: infos.get(field) for name, field in _ABOUT.items()},
        "dataset": None
        if owner is None
        else {
            "name": owner.name,
            "years": [str(table.jaren) for table in owner.tabellen if table.tabel == found.table],
        },
        "dimensions": [{"key": each.key, "title": each.title, "codes": each.code_count} for each in found.dimensions],
        "topics": [
            {
                "key": column.key,
                "path": list(column.path),
                "unit": column.unit,
                "datatype": column.datatype,
                "decimals": column.decimals,
            }
            for column in topics(found.properties)
        ],
    }


def _aligned(pairs: list[tuple[str, str]]) -> Iterator[str]:
    width = max((len(name) for name, _ in pairs), default=0)
    return (f"  {name:<{max(width, 9)}}  {value}" for name, value in pairs)
