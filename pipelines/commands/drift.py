"""The command about tables that CBS changed: ``accept-drift``."""

from typing import Annotated

import typer
from rich.console import Console

from pipelines.located_yaml import YamlError
from pipelines.release.drift_acceptance import AcceptanceError, accept_drift
from pipelines.release.journal import JournalError
from pipelines.settings import Settings
from pipelines.statline.datasets import load_datasets

app = typer.Typer()
# Without emoji and markup: what is printed are names and sentences.
console = Console(highlight=False, soft_wrap=True, emoji=False)


@app.command(name="accept-drift")
def accept(
    table: Annotated[str, typer.Argument(help="Id of the table that changed, for instance 85335NED")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the journal")],
) -> None:
    """Accept the new shape of a table, exactly as it is now; the next refresh follows it."""
    try:
        done = accept_drift(Settings().monitor_warehouse, load_datasets().values(), table, reason)
    except (AcceptanceError, JournalError, YamlError) as error:
        console.print(str(error), markup=False)
        raise typer.Exit(1) from error
    for line in done.told:
        console.print(f"Accepted: {line}", markup=False)
    what = "The next refresh reads the table in this shape" if done.was_refused else "It is not warned of any more"
    console.print(f"{what}; another change is drift again.")
