"""Commands for the first contact with tables of CBS: a yml that was drafted from what CBS says of them.

What does not belong here: what a table holds, and recording it (``source``).
"""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.console import make_console
from pipelines.commands.service import statline_client
from pipelines.common.files import replace_file
from pipelines.common.settings import Settings
from pipelines.observations.proposal import Proposal, ProposalError, propose_dataset
from pipelines.recording import RecordingServerError
from pipelines.sources.datasets import load_datasets
from pipelines.statline.errors import StatlineError

app = typer.Typer()
console = make_console()
# What is told beside a yml on standard output, which a person sends to a file.
_aside = make_console(stderr=True)


@app.command()
def draft(
    dataset: Annotated[str, typer.Argument(help="Name for the dataset, for instance wmo_voorzieningen")],
    tables: Annotated[list[str], typer.Argument(metavar="TABLE...", help="Ids of its CBS tables")],
    folder: Annotated[
        Path | None, typer.Option("--to", help="Write DATASET.yml in this folder; without it the yml is printed")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a yml of that name in the folder")] = False,
) -> None:
    """Draft the yml of a dataset from what CBS says of its tables, and tell what was chosen; 1 when none can be made.

    The yml is one that a refresh can read: every measure was found in every table that it is asked of.
    """
    path = folder / f"{dataset}.yml" if folder else None
    if path is not None and path.exists() and not force:
        console.print(f"{path} is there already, so nothing was asked; --force replaces it.")
        raise typer.Exit(1)
    try:
        with statline_client(Settings()) as client:
            proposal = propose_dataset(dataset, tables, client)
    except (StatlineError, RecordingServerError) as error:
        console.print(f"{error}.")
        raise typer.Exit(1) from error
    except ProposalError as error:
        console.print(str(error))
        raise typer.Exit(1) from error
    if path is None:
        console.print(proposal.text, end="")
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, proposal.text.encode())
        console.print(f"Written: {path}")
    for sentence in (*proposal.choices, *_clashes(proposal)):
        _aside.print(sentence)


def _clashes(proposal: Proposal) -> list[str]:
    """What keeps the yml from standing beside those of the project."""
    known = load_datasets()
    listed = {table.tabel for table in proposal.dataset.tabellen}
    told = [
        f"NOTE: table {table.tabel} is read by dataset {other.name} already, and one dataset reads a table: leave it "
        "out of one of the two."
        for other in known.values()
        for table in other.tabellen
        if table.tabel in listed and other.name != proposal.dataset.name
    ]
    if proposal.dataset.name in known:
        told.append(f"NOTE: there is a dataset {proposal.dataset.name} already; this yml would take its place.")
    return told
