"""The command line ``monitor``: gathers the commands of ``commands``.

What does not belong here: a command of its own.
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipelines.commands import decisions, figure, refresh, releases, watch
from pipelines.common.settings import RECORDING
from pipelines.recording import RecordingServerError, run_server

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The overall monitor sociaal domein.")
for commands in (refresh, figure, releases, decisions, watch):
    app.add_typer(commands.app)
console = Console(highlight=False, soft_wrap=True, emoji=False)


@app.command()
def serve_recording(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one")] = 8099,
    folder: Annotated[Path, typer.Option(help="Folder of the recorded tables")] = RECORDING,
) -> None:
    """Serve the recorded tables as CBS's OData v3 service, on loopback, until interrupted."""
    try:
        run_server(folder, port)
    except (RecordingServerError, OSError) as error:
        console.print(str(error), markup=False)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    app()
