"""Commands about the figures of municipalities themselves: a blank form, and a look at the files before a refresh.

What does not belong here: taking files in (``refresh``).
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.console import make_console
from pipelines.common.settings import Settings
from pipelines.common.troubles import unreadable
from pipelines.submissions.blank_forms import FormError, form_titles, write_form
from pipelines.submissions.figures import known_places
from pipelines.submissions.intake import TakenIn, check_folder

app = typer.Typer()
console = make_console()


@app.command(name="own-form")
def own_form_command(
    name: Annotated[str | None, typer.Argument(help="Name of a form, for instance buig; without: list them")] = None,
    folder: Annotated[
        Path | None, typer.Option("--to", help="Folder to write it in; default: that of MONITOR_EIGEN_GEGEVENS")
    ] = None,
) -> None:
    """Write a form for figures that a municipality gives itself: a CSV file, and a yml that says what it holds."""
    if name is None:
        for each, title in form_titles().items():
            console.print(f"  {each:<24} {title}")
        return
    try:
        paths = write_form(name, folder or _own_folder())
    except FormError as error:
        console.print(str(error))
        raise typer.Exit(1) from error
    console.print(f"Fill in {paths[0]} (eigenaar, datum) and {paths[1]}, then look at them with `monitor own-check`.")


@app.command(name="own-check")
def own_check_command(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder with the files; default: that of MONITOR_EIGEN_GEGEVENS")
    ] = None,
) -> None:
    """Look at the files of municipalities as a refresh would, and change nothing; 1 when one of them has a mistake."""
    looked_at = folder or _own_folder()
    try:
        taken = check_folder(looked_at, known_places(), datetime.now(UTC).date())
    except OSError as error:
        console.print(f"{unreadable(looked_at, error)}.")
        raise typer.Exit(1) from error
    _print(taken, looked_at)
    raise typer.Exit(1 if taken.problems else 0)


def _own_folder() -> Path:
    folder = Settings().own_files
    if folder is None:
        console.print("Say which folder: MONITOR_EIGEN_GEGEVENS is empty.")
        raise typer.Exit(1)
    return folder


def _print(taken: TakenIn, folder: Path) -> None:
    for problem in taken.problems:
        for sentence in problem.sentences:
            console.print(sentence)
    for each in taken.submissions:
        figures, notes = len(each.content.figures), len(each.content.notes)
        console.print(f"{each.file}: {figures:,} figures and {notes:,} notes of {each.yml.eigenaar}, {each.yml.datum}")
    good, bad = len(taken.submissions), len(taken.problems)
    console.print(f"{folder}: {good} files are right, {bad} have mistakes.")
