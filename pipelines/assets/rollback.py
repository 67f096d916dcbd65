"""Going back to an earlier release: the job `terugdraaien`, and how a rollback shows on the asset `uitgave`."""

import dagster as dg

from pipelines.assets.links import release_links
from pipelines.release.journal import JournalError
from pipelines.release.releases import ReleaseError
from pipelines.release.rollback import RolledBack, roll_back
from pipelines.settings import Settings

RELEASE = dg.AssetKey("uitgave")


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
        done = roll_back(Settings().monitor_warehouse, config.release, config.reason)
    except (ReleaseError, JournalError) as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    context.log_event(materialization(done))


@dg.job(
    executor_def=dg.in_process_executor,
    description="Terug naar de vorige goede uitgave; de verlaten uitgave wordt vastgehouden.",
)
def terugdraaien() -> None:
    """The same as `monitor rollback`."""
    draai_terug()
