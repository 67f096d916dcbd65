"""Commands about the source: what a table at CBS holds, and the recording served as CBS.

What does not belong here: fetching (``refresh``), and how a table is used (the yml of its dataset).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.console import make_console
from pipelines.common.settings import RECORDING, Settings
from pipelines.observations.columns import topics
from pipelines.recording import RecordingServerError, recorded_base, run_server, serve_recording
from pipelines.recording.store import RecordingError
from pipelines.sources.datasets import Dataset, load_datasets
from pipelines.statline.client import checked_base_url
from pipelines.statline.description import THIRD_PARTIES, Service, TableDescription, describe_table
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
def describe(table: Annotated[str, typer.Argument(help="Id of a CBS table, for instance 85335NED")]) -> None:
    """Show what a table at CBS holds: status, dimensions, and columns by path and unit; 1 when it cannot be read.

    Asks STATLINE_URL (and, for tables of third parties, STATLINE_URL_DATADERDEN); without one, the recording.
    """
    owner = next((each for each in load_datasets().values() if table in {t.tabel for t in each.tabellen}), None)
    try:
        with _services(Settings()) as (cbs, third_parties):
            hosts = [cbs, third_parties] if owner is None or owner.catalogus == "CBS" else [third_parties, cbs]
            found = describe_table(table, hosts)
    except (StatlineError, RecordingServerError) as error:
        console.print(f"{error}.")
        raise typer.Exit(1) from error
    for line in _lines(found, owner):
        console.print(line)


@app.command(name="serve-recording")
def serve_recording_command(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one")] = 8099,
    folder: Annotated[Path, typer.Option(help="Folder of the recorded tables")] = RECORDING,
) -> None:
    """Serve the recorded tables as CBS does, by OData v3 and (below /odata/v1) v4, on loopback, until interrupted."""
    try:
        run_server(folder, port)
    except (RecordingError, RecordingServerError, OSError) as error:
        console.print(str(error))
        raise typer.Exit(1) from error


@contextmanager
def _services(settings: Settings) -> Iterator[tuple[Service, Service]]:
    """Where the tables of CBS and of third parties are; the recording runs as long as the block when it is both."""
    api, third_party_api = settings.statline_api, settings.statline_api_dataderden
    if settings.uses_recording:
        with serve_recording(RECORDING) as url:
            third_parties = settings.statline_url_dataderden or recorded_base(url, third_party_api)
            yield Service(recorded_base(url, api), api), Service(third_parties, third_party_api, THIRD_PARTIES)
        return
    url = checked_base_url(settings.statline_url, "STATLINE_URL")
    third_parties = checked_base_url(settings.statline_url_dataderden or url, "STATLINE_URL_DATADERDEN")
    yield Service(url, api), Service(third_parties, third_party_api, THIRD_PARTIES)


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


def _aligned(pairs: list[tuple[str, str]]) -> Iterator[str]:
    width = max((len(name) for name, _ in pairs), default=0)
    return (f"  {name:<{max(width, 9)}}  {value}" for name, value in pairs)
