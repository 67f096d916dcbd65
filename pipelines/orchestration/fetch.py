"""Assets that fetch: the catalogue, and per dataset its tables as snapshots and as observations.

Years are the partitions of all of them. A step never raises for one table: it records each outcome and fails a check
that does not block, so that one table never takes the others down; the last step of the job fails the run.
"""

from collections.abc import Mapping
from typing import Any, cast

import dagster as dg

from pipelines.build.project import Project
from pipelines.common import progress
from pipelines.observations.intake import Order
from pipelines.orchestration.keys import CATALOGUE
from pipelines.orchestration.resource import MonitorResource
from pipelines.orchestration.wording import outcome_table, series_metadata, table_check
from pipelines.refresh import Refresh
from pipelines.snapshots.freshness import FAIL_AFTER, WARN_AFTER
from pipelines.sources.datasets import Dataset, all_years

PROJECT = Project()
DATASETS = PROJECT.written
# Up to next year, as time goes on: a year of which CBS has no table yet says so.
YEARS = dg.TimeWindowPartitionsDefinition(
    cron_schedule="0 0 1 1 *", start=str(all_years(DATASETS)[0]), fmt="%Y", end_offset=2
)
# All that fetches has the same partitions, so that Dagster puts it in one run, whatever years are chosen.
ONE_RUN = dg.BackfillPolicy.single_run()
OWNERS = ["team:monitor-sociaal-domein"]
_UNDERSTOOD = (
    "Elke kolom en dimensie die de yml noemt is in de tabel gevonden, en CBS veranderde niets aan haar vorm. "
    "Een waarschuwing is gevolgd en in gebruik; bij een fout blijft de vorige versie in gebruik."
)
# Dagster's own clock, on the assets whose materialisation says something: that CBS was asked (`catalogus`), that a
# release was made or confirmed (`uitgave`), that a run ended without a failed table (`afsluiting`). Of a single table
# it says nothing, since a night that cannot fetch it materialises its asset too: the check `vers` does.
EVERY_NIGHT = dg.FreshnessPolicy.time_window(fail_window=FAIL_AFTER, warn_window=WARN_AFTER)


class FetchConfig(dg.Config):
    """How to fetch."""

    force: bool = False


@dg.asset(
    key=CATALOGUE,
    partitions_def=YEARS,
    backfill_policy=ONE_RUN,
    group_name="bron",
    kinds={"http"},
    owners=OWNERS,
    freshness_policy=EVERY_NIGHT,
    description="De catalogus van CBS: één verzoek per dienst zegt welke tabellen sinds de vorige keer zijn gewijzigd.",
)
def catalogue(monitor: MonitorResource) -> dg.MaterializeResult:
    """Ask each catalogue once, and let dbt load early where its work is certain."""
    refresh = monitor.refresh
    progress.stage("catalogue")
    refresh.expect_build_if_edited()
    found: dict[str, dg.MetadataValue] = {}
    for name in sorted({dataset.catalogus for dataset in DATASETS.values()}):
        try:
            found[name] = dg.MetadataValue.int(len(refresh.client.catalogue(name)))
        except Exception as error:  # noqa: BLE001 - each table reports this itself and keeps its last good version
            found[name] = dg.MetadataValue.text(str(error))
    return dg.MaterializeResult(metadata={**found, **series_metadata(refresh.series)})


def snapshot_asset(dataset: Dataset) -> dg.AssetsDefinition:
    """The asset that fetches the tables of ``dataset`` for the chosen years."""
    key = dg.AssetKey(["ruw", dataset.name])

    @dg.asset(
        key=key,
        partitions_def=YEARS,
        backfill_policy=ONE_RUN,
        deps=[CATALOGUE],
        group_name="ruw",
        kinds={"http", "json"},
        owners=OWNERS,
        metadata=_source_metadata(dataset),
        check_specs=[
            table_check("opgehaald", key, "Elke tabel van de gekozen jaren is opgehaald of ongewijzigd bij CBS.")
        ],
        description=f"{dataset.omschrijving} Onveranderlijke opnamen van de tabellen zoals CBS ze publiceert.",
    )
    def fetch(context: dg.AssetExecutionContext, config: FetchConfig, monitor: MonitorResource) -> dg.MaterializeResult:
        refresh = monitor.refresh
        progress.stage("fetch")
        refresh.intake.begin(_orders(context, refresh))
        order = _order(context, refresh.datasets[dataset.name], force=config.force)
        outcomes = refresh.intake.fetched(order, lambda outcome: progress.table(outcome.as_row()))
        refresh.workspace.keep_fetched(dataset.name, outcomes)
        return outcome_table([outcome.as_row() for outcome in outcomes], check="opgehaald")

    return fetch


def observation_asset(dataset: Dataset) -> dg.AssetsDefinition:
    """The asset that reads the snapshots of ``dataset`` into observations."""
    key = dg.AssetKey(["observaties", dataset.name])

    @dg.asset(
        key=key,
        partitions_def=YEARS,
        backfill_policy=ONE_RUN,
        deps=[dg.AssetKey(["ruw", dataset.name])],
        group_name="observaties",
        kinds={"polars", "parquet"},
        owners=OWNERS,
        metadata=_source_metadata(dataset),
        check_specs=[table_check("begrepen", key, _UNDERSTOOD)],
        description=f"{dataset.titel}: één rij per cel, in dezelfde lange vorm voor elke tabel.",
    )
    def observe(context: dg.AssetExecutionContext, monitor: MonitorResource) -> dg.MaterializeResult:
        refresh = monitor.refresh
        progress.stage("observations")
        outcomes = refresh.intake.observed(_order(context, refresh.datasets[dataset.name]))
        refresh.workspace.keep_observed(dataset.name, outcomes)
        return outcome_table([outcome.as_row() for outcome in outcomes], check="begrepen")

    return observe


def _orders(context: dg.AssetExecutionContext, refresh: Refresh) -> list[Order]:
    """What all steps of this run together want, so that the first of them can start everything."""
    steps = set(context.run.step_keys_to_execute or (node.name for node in context.job_def.nodes))
    config = cast("Mapping[str, Any]", context.run.run_config.get("ops", {}))
    return [
        _order(
            context,
            dataset,
            force=config.get(f"ruw__{name}", {}).get("config", {}).get("force", False),
            observe=f"observaties__{name}" in steps,
        )
        for name, dataset in refresh.datasets.items()
        if f"ruw__{name}" in steps
    ]


def _order(context: dg.AssetExecutionContext, dataset: Dataset, *, force: bool = False, observe: bool = False) -> Order:
    years = frozenset(int(key) for key in context.partition_keys)
    return Order(dataset, years, force=force, observe=observe)


def _source_metadata(dataset: Dataset) -> dict[str, dg.MetadataValue]:
    return {
        "over de bron": dg.MetadataValue.url(dataset.link),
        "bronhouder": dg.MetadataValue.text(dataset.eigenaar),
        "licentie": dg.MetadataValue.text(f"{dataset.licentie}, {dataset.bronvermelding}"),
        **_statline_links(dataset),
    }


def _statline_links(dataset: Dataset) -> dict[str, dg.MetadataValue]:
    """A link to StatLine per table; the catalogues of third parties have portals of their own, with no known form."""
    if dataset.catalogus != "CBS":
        return {}
    page = "https://opendata.cbs.nl/statline/#/CBS/nl/dataset/"
    return {f"StatLine {table.jaren}": dg.MetadataValue.url(page + table.tabel) for table in dataset.tabellen}


SNAPSHOTS = [snapshot_asset(dataset) for dataset in DATASETS.values()]
OBSERVATIONS = [observation_asset(dataset) for dataset in DATASETS.values()]
