"""Letting a refused finding pass: the job `aanvaarden`, and how an acceptance shows on the asset `audit`."""

import dagster as dg

from pipelines.release.acceptance import Acceptance, accept
from pipelines.release.journal import JournalError
from pipelines.release.releases import ReleaseError
from pipelines.settings import Settings

AUDIT = dg.AssetKey("audit")


class AcceptanceConfig(dg.Config):
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
def aanvaard(context: dg.OpExecutionContext, config: AcceptanceConfig) -> None:
    """Accept, or fail with the sentence that says why not."""
    try:
        accepted = accept(Settings().monitor_warehouse, config.controle, config.reden)
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
