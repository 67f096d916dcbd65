"""The command line: ``monitor refresh``, ``status``, ``releases``, ``explain`` and ``serve-recording``.

``refresh`` runs the same Dagster job as the schedule, in this process. Dagster is imported only there.
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipelines.located_yaml import YamlError
from pipelines.quality import SuiteError
from pipelines.release.dbt import DbtError
from pipelines.release.explain import ExplainError, explain, render
from pipelines.release.releases import Release, Releases
from pipelines.scope import Scope, ScopeError
from pipelines.settings import RECORDING, Settings
from pipelines.statline.datasets import load_datasets
from pipelines.statline.recording import RecordingServerError, run_server

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The overall monitor sociaal domein.")
# Without emoji: "file.yml:100: ..." is a place in a file.
console = Console(highlight=False, soft_wrap=True, emoji=False)


@app.command()
def refresh(
    force: Annotated[
        bool, typer.Option("--force", help="Fetch every table again, also where CBS changed nothing.")
    ] = False,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Fail at once when another run writes in the warehouse.")
    ] = False,
    dataset: Annotated[
        list[str] | None, typer.Option("--dataset", help="Fetch only this dataset; may be given more than once.")
    ] = None,
    years: Annotated[
        str | None, typer.Option("--years", help="Fetch only these years: 2021, 2017-2021, 2021-.")
    ] = None,
) -> None:
    """Fetch what changed at CBS, build, audit and publish; what is not fetched is reused as it is.

    Exit code: 0 released or nothing to do, 2 the same but a table failed, 1 no release.
    """
    from pipelines.refresh_command import run_refresh  # Dagster takes seconds to import

    try:
        scope = Scope.of(load_datasets(), dataset or (), years)
        code = run_refresh(Settings(), console, scope, force=force, wait=not no_wait)
    except (ScopeError, YamlError, SuiteError, DbtError) as error:
        # A mistake in the question, or in our own yml or SQL, found before the run began.
        console.print(f"NO RELEASE: {error}", markup=False)
        code = 1
    raise typer.Exit(code)


@app.command()
def status() -> None:
    """Say which release analysts read now, what it was made of and what it warns about."""
    current = Releases(Settings().monitor_warehouse).current()
    if current is None:
        console.print("There is no release yet: run `make refresh`.")
        raise typer.Exit(1)
    manifest = current.manifest
    console.print(f"{current.release_id} ({manifest['bron']}), made {manifest['gemaakt']}")
    console.print(manifest["toelichting"])
    checks = manifest["controles"]
    console.print(f"{checks['aantal']} checks, warnings: {', '.join(checks['waarschuwingen']) or 'none'}")
    console.print(f"{Releases(Settings().monitor_warehouse).link}")


@app.command()
def releases() -> None:
    """List the releases on disk, newest first; the current one has a star."""
    found = Releases(Settings().monitor_warehouse)
    current = found.current()
    table = Table("", "release", "made (UTC)", "source", "checks", "warnings", box=None)
    # A release id is there to be copied: never cut it short.
    table.columns[1].no_wrap = True
    for release in found.all():
        table.add_row(
            *_release_cells(release, is_current=current is not None and release.folder.samefile(current.folder))
        )
    console.print(table)


def _release_cells(release: Release, *, is_current: bool) -> list[str]:
    manifest = release.manifest
    checks = manifest["controles"]
    marker = "*" if is_current else ""
    return [
        marker,
        release.release_id,
        manifest["gemaakt"][:19],
        manifest["bron"],
        str(checks["aantal"]),
        str(len(checks["waarschuwingen"])),
    ]


@app.command(name="explain")
def explain_figure(
    indicator: Annotated[str, typer.Argument(help="indicator_id, for instance jeugdzorg_jongeren")],
    regio: Annotated[str, typer.Argument(help="CBS code, for instance GM0363, or NL")],
    jaar: Annotated[int, typer.Argument(help="Year of the figure")],
    indeling: Annotated[str, typer.Option(help="origineel or actueel")] = "origineel",
) -> None:
    """Show the way of one figure back to the published cells; exit code 1 when it does not follow from them."""
    try:
        explanation = explain(Settings().monitor_warehouse, indicator, regio, jaar, indeling)
    except ExplainError as error:
        console.print(str(error), markup=False)
        raise typer.Exit(1) from error
    console.print(render(explanation), markup=False)
    raise typer.Exit(0 if explanation.klopt else 1)


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
