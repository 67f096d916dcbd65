"""What a person reads of a command: any text, in any terminal, pipe or file, whole and without an error.

The one place where a console is made. A terminal decides how it looks, never what is said: nothing is cut off at its
width, and a character that it cannot show stands there as its number.
"""

import codecs
import io
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column
from typer.core import TyperGroup

from pipelines.common import troubles
from pipelines.common.readers import write_for_ourselves

# An ellipsis, dashes, quotation marks and a hard space, in characters that every terminal shows.
_PLAIN: Final = {
    "\u2026": "...",
    "\u2013": "-",
    "\u2014": "-",
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u00a0": " ",
}
_ERRORS: Final = "monitor.shown"


class Commands(TyperGroup):
    """The commands, in a process that is made ready for them: what it prints can be printed, what it makes is ours."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Make the process ready, and do the command."""
        write_for_ourselves()
        for stream in (sys.stdout, sys.stderr):
            show_everything(stream)
        return super().main(*arguments, **options)

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Carry out the command; what it meets of a file, a disk or Dagster's database is a sentence, not a trace."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except Exception as error:
            sentence = troubles.told(error)
            if sentence is None:
                raise
            make_console().print(f"{sentence[:1].upper()}{sentence[1:]}.")
            raise typer.Exit(1) from error


def show_everything(stream: object) -> None:
    """Let ``stream`` take every character: what its encoding lacks in plain signs, or as a number (``\\u2026``)."""
    if isinstance(stream, io.TextIOWrapper):
        codecs.register_error(_ERRORS, _shown)
        stream.reconfigure(errors=_ERRORS)


def _shown(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    plain = [_PLAIN.get(sign) or sign.encode("ascii", "backslashreplace").decode() for sign in lacking]
    return "".join(plain), error.end


def make_console(*, stderr: bool = False) -> Console:
    """A console for names and sentences: without emoji, markup and colours of its own making, and without wrapping.

    On standard error goes what a program that reads the answer must not trip over.
    """
    return Console(highlight=False, soft_wrap=True, emoji=False, markup=False, stderr=stderr)


def print_rows(console: Console, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print ``rows`` below their ``titles``, each on one line and every cell whole, however narrow the terminal is."""
    lines = [titles, *([" ".join(cell.split()) for cell in row] for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = [cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)]
        console.print("  ".join(padded).rstrip())


def print_json(console: Console, value: object) -> None:
    """Print ``value`` as JSON that a program can read, in any encoding of the terminal or pipe."""
    # Where a sign cannot be shown, what stands for it might be a quotation mark, and end a text.
    console.print(json.dumps(value, ensure_ascii=not console.encoding.startswith("utf"), indent=1))


def make_progress(console: Console) -> Progress:
    """A line that moves while something is under way, and is gone afterwards; nothing where no person watches."""
    shows_all = console.encoding.startswith("utf")
    columns = (
        SpinnerColumn("dots" if shows_all else "line"),
        TextColumn("{task.description}", table_column=Column(no_wrap=True, overflow="crop")),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, transient=True)
