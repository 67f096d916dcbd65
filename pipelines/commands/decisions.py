"""What people decide: ``accept`` a finding of the audit, ``accept-drift`` a table; and how Dagster hears of an act."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipelines.commands.console import make_console
from pipelines.common.located_yaml import YamlError
from pipelines.common.settings import Settings
from pipelines.orchestration import home as dagster_home
from pipelines.releases.decisions import Acceptance, AcceptanceError, accept, accept_drift
from pipelines.releases.journal import JournalError
from pipelines.releases.store import ReleaseError
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.records import SnapshotError

if TYPE_CHECKING:
    import dagster as dg


app = typer.Typer()
console = make_console()


@app.command(name="accept")
def accept_finding(
    check: Annotated[str, typer.Argument(metavar="CHECK", help="Name of the check, as the refusal gives it")],
    reason: Annotated[str, typer.Option("--reason", help="Why it is right; kept in the journal and in the release")],
) -> None:
    """Accept exactly what CHECK found in the last refused audit; anything else it finds is refused again."""
    settings = Settings()
    try:
        accepted = accept(Warehouse(settings.monitor_warehouse), check, reason)
    except (ReleaseError, JournalError) as error:
        console.print(str(error))
        raise typer.Exit(1) from error
    console.print(
        f"What {check} found is accepted. `monitor refresh` releases it, if nothing else is refused; another or larger "
        "finding is refused again.",
    )
    tell_dagster(settings, console, lambda: _event(accepted))


def _event(accepted: Acceptance) -> "dg.AssetMaterialization | dg.AssetObservation":
    from pipelines.orchestration.decisions import observation

    return observation(accepted)


@app.command(name="accept-drift")
def accept_shape(
    table: Annotated[str, typer.Argument(help="Id of the table that changed, for instance 85335NED")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the journal")],
) -> None:
    """Accept the new shape of a table, exactly as it is now; the next refresh follows it."""
    try:
        warehouse = Warehouse(Settings().monitor_warehouse)
        done = accept_drift(warehouse, warehouse.project, table, reason)
    except (AcceptanceError, JournalError, ReleaseError, SnapshotError, YamlError) as error:
        console.print(str(error))
        raise typer.Exit(1) from error
    for line in done.told:
        console.print(f"Accepted: {line}")
    what = "The next refresh reads the table in this shape" if done.was_refused else "It is not warned of any more"
    console.print(f"{what}; another change is drift again.")


def tell_dagster(
    settings: Settings, console: Console, event: "Callable[[], dg.AssetMaterialization | dg.AssetObservation]"
) -> None:
    """Report the ``event`` of an act that is done and written down; the act stands whatever becomes of this.

    Args:
        settings: of the monitor.
        console: where it says so when Dagster cannot be told.
        event: makes the event; called late, since it and Dagster take seconds to import.

    """
    try:
        dagster_home.prepare(settings)
        with dagster_home.instance() as instance:
            instance.report_runless_asset_event(event())
    except Exception as error:  # noqa: BLE001 - Dagster's administration may be down, damaged or elsewhere
        console.print(f"Dagster could not be told, so its UI does not show this: {error}")
