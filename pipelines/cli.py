"""The command line: ``monitor refresh``, ``explain``, ``serve-recording``, commands about releases, and for duty.

``refresh`` runs the same Dagster job as the schedule, in this process. Dagster is imported only there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipelines.audit import SuiteError
from pipelines.build.dbt import DbtError
from pipelines.commands import decisions, figure, releases, watch
from pipelines.common.located_yaml import YamlError
from pipelines.common.settings import RECORDING, Settings
from pipelines.recording import RecordingServerError, run_server
from pipelines.releases.journal import JournalError
from pipelines.sources.datasets import load_datasets
from pipelines.sources.scope import Scope, ScopeError
from pipelines.watch.webhook import Message, post

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The overall monitor sociaal domein.")
app.add_typer(figure.app)
app.add_typer(releases.app)
app.add_typer(decisions.app)
app.add_typer(watch.app)
# Without emoji: "file.yml:100: ..." is a place in a file.
console = Console(highlight=False, soft_wrap=True, emoji=False)


@app.command()
def refresh(
    force: Annotated[
        bool, typer.Option("--force", help="Fetch every table again, also where CBS changed nothing.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Fetch, build, audit and compare, but publish nothing.")
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

    Exit code: 0 released or nothing to do (unchanged, or held), 2 the same but a table failed, 1 no release. With
    --dry-run: what a refresh would end with.
    """
    from pipelines.commands.refresh import run_refresh  # Dagster takes seconds to import

    try:
        with told_if_not_started():
            scope = Scope.of(load_datasets(), dataset or (), years)
            code = run_refresh(Settings(), console, scope, force=force, wait=not no_wait, dry=dry_run)
    except (ScopeError, YamlError, SuiteError, DbtError, JournalError) as error:
        # A mistake in the question, or in our own files, found before the run began.
        console.print(f"NO RELEASE: {error}", markup=False)
        code = 1
    raise typer.Exit(code)


@contextmanager
def told_if_not_started() -> Iterator[None]:
    """Tell the webhook of a refresh that broke before or outside its run; whoever asked wrongly sees that himself."""
    try:
        yield
    except ScopeError:
        raise
    except Exception as error:
        title = "A refresh could not run; the last release stands"
        post(Settings(), Message("run_mislukt", "kritiek", title, f"{type(error).__name__}: {error}"))
        raise


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
