"""The command line ``monitor``: gathers the commands of ``commands``.

What does not belong here: a command of its own.
"""

import os
import sys
from pathlib import Path

from pipelines.common import environment

# Before all that reads the environment as it is imported. The program is this module, or a script of that name.
environment.clear_for_libraries()
if __name__ == "__main__" or Path(sys.argv[0]).name == "monitor":
    environment.restart_if_steered()

import typer  # noqa: E402

from pipelines.commands import (  # noqa: E402
    contact,
    decisions,
    figure,
    municipalities,
    own_files,
    probe,
    refresh,
    releases,
    report,
    source,
    watch,
)
from pipelines.commands.console import Commands, make_console  # noqa: E402
from pipelines.common.settings import ConfigurationError, Settings, unknown_settings  # noqa: E402

# These do not begin where nothing can be written; others also answer about a warehouse that is only to be read.
_WRITING = {"refresh", "accept", "accept-drift", "rollback", "hold", "unhold"}

app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, help="The overall monitor sociaal domein.")
for commands in (
    refresh,
    figure,
    probe,
    source,
    contact,
    municipalities,
    own_files,
    releases,
    report,
    decisions,
    watch,
):
    app.add_typer(commands.app)
# What a person is told beside what a command prints: a program that reads that must not trip over it.
_aside = make_console(stderr=True)


@app.callback()
def _with_settings_that_can_be_used(context: typer.Context) -> None:
    for sentence in unknown_settings(os.environ):
        _aside.print(f"WARNING: {sentence}")
    try:
        settings = Settings()
        if context.invoked_subcommand in _WRITING:
            settings.require_writable_warehouse()
    except ConfigurationError as error:
        _aside.print(str(error))
        raise typer.Exit(1) from error


if __name__ == "__main__":
    app()
