"""Show in Dagster's UI what was done from the command line."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.console import Console

from pipelines import dagster_home
from pipelines.settings import Settings

if TYPE_CHECKING:
    import dagster as dg


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
        import dagster as dg

        with dg.DagsterInstance.get() as instance:
            instance.report_runless_asset_event(event())
    except Exception as error:  # noqa: BLE001 - Dagster's administration may be down, damaged or elsewhere
        console.print(f"Dagster could not be told, so its UI does not show this: {error}", markup=False)
