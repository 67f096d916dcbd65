"""The command ``monitor accept``: let a refused finding pass, deliberately and written down."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipelines.commands.telling import tell_dagster
from pipelines.release.acceptance import Acceptance, accept
from pipelines.release.journal import JournalError
from pipelines.release.releases import ReleaseError
from pipelines.settings import Settings

if TYPE_CHECKING:
    import dagster as dg

app = typer.Typer()
console = Console(highlight=False, soft_wrap=True, emoji=False)


@app.command(name="accept")
def accept_finding(
    check: Annotated[str, typer.Argument(metavar="CHECK", help="Name of the check, as the refusal gives it")],
    reason: Annotated[str, typer.Option("--reason", help="Why it is right; kept in the journal and in the release")],
) -> None:
    """Accept exactly what CHECK found in the last refused audit; anything else it finds is refused again."""
    settings = Settings()
    try:
        accepted = accept(settings.monitor_warehouse, check, reason)
    except (ReleaseError, JournalError) as error:
        console.print(str(error), markup=False)
        raise typer.Exit(1) from error
    console.print(
        f"What {check} found is accepted. `monitor refresh` releases it, if nothing else is refused; another or larger "
        "finding is refused again.",
        markup=False,
    )
    tell_dagster(settings, console, lambda: _event(accepted))


def _event(accepted: Acceptance) -> "dg.AssetMaterialization | dg.AssetObservation":
    from pipelines.assets.acceptance import observation

    return observation(accepted)
