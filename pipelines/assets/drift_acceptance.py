"""Accepting the new shape of a table from the UI: the job `vorm_aanvaarden`."""

import dagster as dg

from pipelines.assets.ingest import DATASETS
from pipelines.release.drift_acceptance import AcceptanceError, accept_drift
from pipelines.release.journal import JournalError
from pipelines.settings import Settings


class AcceptanceConfig(dg.Config):
    """Which table, and why its new shape is right."""

    tabel: str
    reden: str


@dg.op(description="Aanvaard de vorm die een tabel van CBS nu heeft; een volgende wijziging valt er niet onder.")
def aanvaard_vorm(context: dg.OpExecutionContext, config: AcceptanceConfig) -> None:
    """Accept, or fail with the sentence that says why not."""
    try:
        done = accept_drift(Settings().monitor_warehouse, DATASETS.values(), config.tabel, config.reden)
    except (AcceptanceError, JournalError) as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    for line in done.told:
        context.log.info(f"Aanvaard: {line}")
    owner = next(name for name, dataset in DATASETS.items() if config.tabel in {t.tabel for t in dataset.tabellen})
    metadata = {"tabel": config.tabel, "vorm": done.entry.vorm, "wie": done.entry.wie, "melding": "\n".join(done.told)}
    what = f"Vorm van {config.tabel} aanvaard: {config.reden}"
    context.log_event(dg.AssetObservation(dg.AssetKey(["observaties", owner]), description=what, metadata=metadata))


@dg.job(
    executor_def=dg.in_process_executor,
    description="Aanvaard de gewijzigde vorm van een tabel van CBS; de volgende verversing leest haar dan zo.",
)
def vorm_aanvaarden() -> None:
    """The same as `monitor accept-drift`."""
    aanvaard_vorm()
