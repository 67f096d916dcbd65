"""The command line ``monitor``: gathers the commands of ``commands``.

What does not belong here: a command of its own.
"""

import sys
from pathlib import Path

from pipelines.common import environment

# Before all that reads the environment as it is imported. The program is this module, or a script of that name.
environment.clear_for_libraries()
if __name__ == "__main__" or Path(sys.argv[0]).name == "monitor":
    environment.restart_if_steered()

import typer  # noqa: E402

from pipelines.commands import decisions, figure, refresh, releases, source, watch  # noqa: E402

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The overall monitor sociaal domein.")
for commands in (refresh, figure, source, releases, decisions, watch):
    app.add_typer(commands.app)


if __name__ == "__main__":
    app()
