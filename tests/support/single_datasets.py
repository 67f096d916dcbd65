"""One dataset on its way into a warehouse, as the steps of a run fetch and read it."""

from collections.abc import Callable

from pipelines.observations.drift import Known
from pipelines.observations.intake import Intake, Order
from pipelines.observations.observer import ObservationOutcome, Observer
from pipelines.observations.store import ObservationStore
from pipelines.snapshots.ingest import TableOutcome
from pipelines.snapshots.store import SnapshotStore
from pipelines.sources.datasets import Dataset
from pipelines.statline.client import StatlineClient


def ingest_dataset(
    dataset: Dataset,
    years: set[int] | None,
    client: StatlineClient,
    snapshots: SnapshotStore,
    *,
    force: bool = False,
    progress: Callable[[TableOutcome], None] = lambda _: None,
) -> list[TableOutcome]:
    """Fetch the tables of ``dataset`` that cover one of ``years`` (None: all) and read none of them."""
    observer = Observer(snapshots, ObservationStore(snapshots.raw.parent))
    with Intake(lambda: client, observer, snapshots) as intake:
        return intake.fetched(_order(dataset, years, force=force), progress)


def observe_dataset(
    dataset: Dataset,
    years: set[int] | None,
    snapshots: SnapshotStore,
    store: ObservationStore,
    known: Known | None = None,
) -> list[ObservationOutcome]:
    """Read the tables of ``dataset`` that cover one of ``years`` (None: all) and fetch none of them."""

    def no_client() -> StatlineClient:
        raise AssertionError("Reading asks CBS nothing.")

    with Intake(no_client, Observer(snapshots, store, known), snapshots) as intake:
        return intake.observed(_order(dataset, years))


def _order(dataset: Dataset, years: set[int] | None, *, force: bool = False) -> Order:
    return Order(dataset, None if years is None else frozenset(years), force=force, observe=False)
