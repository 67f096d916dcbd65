"""Commands for the first contact with tables of CBS: drafting a yml of them, and holding typed figures against them.

What does not belong here: what a table holds, and recording it (``source``).
"""

from collections import Counter
from pathlib import Path
from typing import Annotated, get_args

import typer

from pipelines.commands.console import make_console, print_json, print_rows
from pipelines.commands.service import statline_client
from pipelines.common.files import replace_file
from pipelines.common.settings import Settings
from pipelines.observations.contact.live_tables import LiveTables
from pipelines.observations.contact.proposal import Proposal, ProposalError, propose_dataset
from pipelines.observations.contact.typed_figures import (
    ComparedFigure,
    FiguresFileError,
    Verdict,
    compare_figures,
    read_figures,
)
from pipelines.recording import RecordingServerError
from pipelines.releases.released_cells import cells_of_release
from pipelines.releases.store import ReleaseError
from pipelines.releases.warehouse import Warehouse
from pipelines.sources.datasets import load_datasets
from pipelines.statline.errors import StatlineError

app = typer.Typer()
console = make_console()
# What is told beside a yml on standard output, which a person sends to a file.
_aside = make_console(stderr=True)

# What the current release is called where an id is asked.
CURRENT = "huidig"
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
_SHOWN = ("verdict", "line", "table", "period", "region", "topic", "typed", "found")


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


@app.command()
def compare(
    figures: Annotated[
        Path, typer.Argument(metavar="FIGURES.csv", help="CSV with figures typed over from CBS's pages")
    ],
    release: Annotated[
        str | None, typer.Option(help=f"Id of a release to hold them against, or {CURRENT}; without it the service")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for a program")] = False,
) -> None:
    """Hold typed figures against the cells that CBS serves, or those that a release was made of.

    Exit code 0: all are equal; 1: one differs, or could not be looked up; 2: none differs, but one was not found.
    """
    settings = Settings()
    try:
        typed = read_figures(figures)
        if release is None:
            with statline_client(settings) as client:
                found = compare_figures(typed, LiveTables(client))
        else:
            cells = cells_of_release(Warehouse.of(settings), None if release == CURRENT else release)
            found = compare_figures(typed, cells)
    except (StatlineError, RecordingServerError) as error:
        console.print(f"{error}.")
        raise typer.Exit(1) from error
    except (FiguresFileError, ReleaseError) as error:
        console.print(str(error))
        raise typer.Exit(1) from error
    count = Counter(each.verdict for each in found)
    if as_json:
        print_json(console, {"counts": {verdict: count[verdict] for verdict in VERDICTS}, "figures": _rows(found)})
    else:
        _show(found, count)
    failed = count["different"] + count["not asked"]
    raise typer.Exit(1 if failed else 2 if count["not found"] else 0)


def _show(found: list[ComparedFigure], count: Counter[Verdict]) -> None:
    rows = [[str(row[title] if row[title] is not None else "") for title in _SHOWN] for row in _rows(found)]
    print_rows(console, _SHOWN, rows)
    for note in dict.fromkeys(each.note for each in found if each.note):
        lines = [str(each.figure.line) for each in found if each.note == note]
        console.print(f"{'Line' if len(lines) == 1 else 'Lines'} {', '.join(lines)}: {note}")
    told = [f"{count[verdict]} {verdict}" for verdict in VERDICTS if count[verdict]]
    console.print(f"{len(found)} figures: {', '.join(told)}.")


def _rows(found: list[ComparedFigure]) -> list[dict[str, str | int | None]]:
    return [
        {
            "verdict": each.verdict,
            "line": each.figure.line,
            "table": each.figure.table,
            "period": each.figure.place.period,
            "region": each.figure.place.region,
            "dimensions": each.figure.place.dimensions,
            "topic": each.figure.place.topic,
            "unit": each.figure.place.unit,
            "typed": each.figure.text,
            "found": each.found,
            "note": each.note,
        }
        for each in found
    ]


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
