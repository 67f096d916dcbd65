"""What people decide from the UI: the jobs `terugdraaien`, `aanvaarden` and `vorm_aanvaarden`, and how an act shows."""

import dagster as dg

from pipelines.common.settings import Settings
from pipelines.orchestration.keys import AUDIT, RELEASE
from pipelines.orchestration.wording import release_links
from pipelines.releases.decisions import Acceptance, AcceptanceError, accept, accept_drift
from pipelines.releases.journal import JournalError
from pipelines.releases.rollback import RolledBack, roll_back
from pipelines.releases.store import ReleaseError
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.records import SnapshotError


class RollbackConfig(dg.Config):
    """Which release to go back to (empty: the good one before the current), and why."""

    release: str | None = None
    reason: str


def materialization(done: RolledBack) -> dg.AssetMaterialization:
    """A rollback as an event of the asset `uitgave`."""
    metadata: dict[str, str | dg.MetadataValue] = {
        "uitkomst": "teruggedraaid",
        "uitgave": done.to.release_id,
        "teruggedraaid van": done.left.release_id if done.left else "",
        "reden": done.reason,
        "vastgehouden": done.hold.sentence if done.hold else "niets",
        **release_links(done.to, Settings().monitor_public_url),
    }
    return dg.AssetMaterialization(asset_key=RELEASE, description=f"Teruggedraaid: {done.reason}", metadata=metadata)


@dg.op(description="Zet de vorige goede (of de gekozen) uitgave terug en houd de huidige vast.")
def draai_terug(context: dg.OpExecutionContext, config: RollbackConfig) -> None:
    """Roll back, or fail with the sentence that says why not."""
    try:
        done = roll_back(Warehouse.of(Settings()), config.release, config.reason)
    except (ReleaseError, JournalError) as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    for sentence in done.warnings:
        context.log.warning(sentence)
    context.log_event(materialization(done))


@dg.job(
    executor_def=dg.in_process_executor,
    description="Terug naar de vorige goede uitgave; de verlaten uitgave wordt vastgehouden.",
)
def terugdraaien() -> None:
    """The same as `monitor rollback`."""
    draai_terug()


class FindingConfig(dg.Config):
    """Which check (its name as the refusal gives it), and why what it found is right."""

    controle: str
    reden: str


def observation(accepted: Acceptance) -> dg.AssetObservation:
    """An acceptance as an event of the asset `audit`."""
    metadata = {
        "controle": accepted.check,
        "bevinding": accepted.finding,
        "door": accepted.by,
        "reden": accepted.reason,
    }
    return dg.AssetObservation(asset_key=AUDIT, description=f"Aanvaard: {accepted.check}", metadata=metadata)


@dg.op(description="Aanvaard precies wat deze controle in de laatste afgekeurde keuring vond.")
def aanvaard(context: dg.OpExecutionContext, config: FindingConfig) -> None:
    """Accept, or fail with the sentence that says why not."""
    try:
        accepted = accept(Warehouse(Settings().monitor_warehouse), config.controle, config.reden)
    except (ReleaseError, JournalError) as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    context.log_event(observation(accepted))


@dg.job(
    executor_def=dg.in_process_executor,
    description="Laat een afgekeurde bevinding bewust door; de volgende verversing geeft haar uit.",
)
def aanvaarden() -> None:
    """The same as `monitor accept`."""
    aanvaard()


class ShapeConfig(dg.Config):
    """Which table, and why its new shape is right."""

    tabel: str
    reden: str


@dg.op(description="Aanvaard de vorm die een tabel van CBS nu heeft; een volgende wijziging valt er niet onder.")
def aanvaard_vorm(context: dg.OpExecutionContext, config: ShapeConfig) -> None:
    """Accept, or fail with the sentence that says why not."""
    try:
        warehouse = Warehouse(Settings().monitor_warehouse)
        datasets = warehouse.project.datasets
        done = accept_drift(warehouse, warehouse.project, config.tabel, config.reden)
    except (AcceptanceError, JournalError, ReleaseError, SnapshotError) as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    for line in done.told:
        context.log.info(f"Aanvaard: {line}")
    owner = next(name for name, dataset in datasets.items() if config.tabel in {t.tabel for t in dataset.tabellen})
    metadata = {"tabel": config.tabel, "vorm": done.entry.shape, "wie": done.entry.by, "melding": "\n".join(done.told)}
    what = f"Vorm van {config.tabel} aanvaard: {config.reden}"
    context.log_event(dg.AssetObservation(dg.AssetKey(["observaties", owner]), description=what, metadata=metadata))


@dg.job(
    executor_def=dg.in_process_executor,
    description="Aanvaard de gewijzigde vorm van een tabel van CBS; de volgende verversing leest haar dan zo.",
)
def vorm_aanvaarden() -> None:
    """The same as `monitor accept-drift`."""
    aanvaard_vorm()
