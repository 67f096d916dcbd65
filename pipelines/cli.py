"""The command line ``monitor``: gathers the commands of ``commands``.

What does not belong here: a command of its own.
"""

import typer

from pipelines.commands import decisions, figure, refresh, releases, source, watch
from pipelines.commands.console import Commands

app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, help="The overall monitor sociaal domein.")
for commands in (refresh, figure, source, releases, decisions, watch):
    app.add_typer(commands.app)


if __name__ == "__main__":
    app()
