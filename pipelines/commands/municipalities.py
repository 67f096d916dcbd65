"""The command that prints what the seeds lack of a new municipal division: ``division``.

What does not belong here: comparing the lists (``observations``), and writing in the seeds, which a person does.
"""

from collections.abc import Iterator
from csv import writer
from io import StringIO
from typing import Final

import typer

from pipelines.commands.console import make_console
from pipelines.common.located_yaml import YamlError
from pipelines.common.settings import Settings
from pipelines.observations.divisions import NewDivision, new_division
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.records import SnapshotError
from pipelines.sources.seeds import LIST_DATASET, MERGERS_FILE, MUNICIPALITIES_FILE, municipal_lists

app = typer.Typer()
console = make_console()
# Between rows to paste only rows are printed, so that the whole of it can go to a file.
_aside = make_console(stderr=True)

_NOTHING, _UNREADABLE, _ROWS = 0, 1, 2
_NEXT: Final = (
    "Then look whether a region or boundary changes with it: docs/sources.md, 'A new municipal division'. The figures "
    "of that year come with the next refresh."
)


@app.command()
def division() -> None:
    """Print the rows that the seeds lack of the municipal list of a new year, once a refresh has fetched it.

    Exit code 0: none lack; 2: rows were printed; 1: the warehouse could not be read.
    """
    try:
        found = list(_new_divisions(Warehouse.of(Settings())))
    except (SnapshotError, YamlError) as error:
        console.print(str(error))
        raise typer.Exit(_UNREADABLE) from error
    if not found:
        console.print(f"{MUNICIPALITIES_FILE} has every list that was fetched.")
        raise typer.Exit(_NOTHING)
    for each in found:
        _print(each)
    _aside.print(_NEXT)
    raise typer.Exit(_ROWS)


def _new_divisions(warehouse: Warehouse) -> Iterator[NewDivision]:
    dataset = warehouse.project.datasets.get(LIST_DATASET)
    for reference in dataset.tabellen if dataset else ():
        record, snapshot = warehouse.observations.record(reference.tabel), warehouse.snapshots.current(reference.tabel)
        if dataset and record and snapshot:
            found = new_division(dataset, snapshot, warehouse.snapshots, record.ahead, municipal_lists())
            if found:
                yield found


def _print(new: NewDivision) -> None:
    _aside.print(new.sentence.english)
    _aside.print(f"Add to {MERGERS_FILE}:")
    console.print(_as_csv(new.merger_rows), end="")
    _aside.print(f"Add to {MUNICIPALITIES_FILE}:")
    console.print(_as_csv(new.list_rows), end="")


def _as_csv(rows: list[list[str]]) -> str:
    text = StringIO()
    writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
