"""The command ``monitor accept``: let a refused finding pass, deliberately and written down."""

from typing import Annotated

import typer
from rich.console import Console

from pipelines import dagster_home
from pipelines.release.acceptance import Acceptance, accept
from pipelines.release.journal import JournalError
from pipelines.release.releases import ReleaseError
from pipelines.settings import Settings

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
    _tell_dagster(settings, accepted)


def _tell_dagster(settings: Settings, accepted: Acceptance) -> None:
    """Show the acceptance in the UI too; it stands whatever becomes of that."""
    try:
        dagster_home.prepare(settings)
        import dagster as dg  # takes seconds, and by now it is written down

        from pipelines.assets.acceptance import observation

        with dg.DagsterInstance.get() as instance:
            instance.report_runless_asset_event(observation(accepted))
    except Exception as error:  # noqa: BLE001 - Dagster's administration may be down, damaged or elsewhere
        console.print(f"Dagster could not be told, so its UI does not show this: {error}", markup=False)
