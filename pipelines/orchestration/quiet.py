"""A night without news, as Dagster sees it: no run, but materializations of what every night confirms.

A run of the job would write 3 MB to say that nothing happened. What does not belong here: whether a night is quiet
(``refresh``).
"""

import logging

import dagster as dg

from pipelines.common.settings import Settings
from pipelines.orchestration.home import prune_runs
from pipelines.orchestration.keys import CATALOGUE, END, RELEASE
from pipelines.orchestration.wording import release_links
from pipelines.refresh import QuietNight

QUIET = "stil"


def report_quiet(instance: dg.DagsterInstance, night: QuietNight, settings: Settings) -> None:
    """Tell Dagster that CBS was asked, that the release stands, and that a refresh ended; remove old runs."""
    told: dict[dg.AssetKey, dict[str, int | str | dg.MetadataValue]] = {
        CATALOGUE: dict(night.catalogues),
        RELEASE: {
            "uitkomst": night.words,
            "uitgave": night.release.release_id,
            **release_links(night.release, settings.monitor_public_url),
        },
        END: {"mislukte tabellen": 0},
    }
    for key, metadata in told.items():
        instance.report_runless_asset_event(
            dg.AssetMaterialization(asset_key=key, description=night.words, metadata=metadata, tags={QUIET: "ja"})
        )
    prune_runs(instance, settings.monitor_keep_runs_days, logging.getLogger(__name__))
