"""The command line ``monitor``: gathers the commands of ``commands``.

What does not belong here: a command of its own.
"""

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from pipelines.commands import decisions, figure, refresh, releases, source, watch
from pipelines.common import troubles


class _Commands(TyperGroup):
    """The commands; what any of them meets of a file, a disk or Dagster's database is a sentence, not a trace."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Carry out the command that was asked for."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except Exception as error:
            told = troubles.told(error)
            if told is None:
                raise
            typer.echo(f"{told[:1].upper()}{told[1:]}.", file=sys.stdout)
            raise typer.Exit(1) from error


app = typer.Typer(cls=_Commands, no_args_is_help=True, add_completion=False, help="The overall monitor sociaal domein.")
for commands in (refresh, figure, source, releases, decisions, watch):
    app.add_typer(commands.app)


if __name__ == "__main__":
    app()
