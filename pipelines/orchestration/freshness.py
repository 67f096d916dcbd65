"""The check `vers` of each dataset: when CBS was last asked about its tables, and whether that is long ago.

It is no part of the nightly run: a night that fails is what makes it fail. The sensor `versheid` evaluates it all day,
and a person may execute it in the UI. Dagster's own freshness (``EVERY_NIGHT`` on three assets) sees another thing: a
run that could not reach CBS materialises the assets that fetch all the same.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import dagster as dg

from pipelines.common.settings import Settings
from pipelines.orchestration.fetch import DATASETS
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.freshness import FAIL_AFTER, WARN_AFTER, TableAge, late, table_ages, worst

FRESH = "vers"
_HOUR = timedelta(hours=1)


def ages_now(settings: Settings) -> list[TableAge]:
    """The age of every table of every dataset."""
    warehouse = Warehouse(settings.monitor_warehouse)
    return table_ages(warehouse.project.datasets.values(), warehouse.snapshots)


def evaluation(dataset: str, ages: Sequence[TableAge]) -> dg.AssetCheckEvaluation:
    """The check of one dataset, of the ages of its tables; which table, how old, the limit and what to do."""
    lagging = late(ages)
    checked = [age.checked for age in ages if age.checked is not None]
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(["ruw", dataset]),
        check_name=FRESH,
        passed=not lagging,
        severity=dg.AssetCheckSeverity.ERROR if worst(ages) == "te_oud" else dg.AssetCheckSeverity.WARN,
        description="\n".join(age.sentence for age in lagging) or None,
        metadata={
            "tabellen": len(ages),
            "niet vers": [age.table for age in lagging],
            "laatste controle": min(checked).isoformat(timespec="seconds") if checked else "nooit",
        },
    )


def of_dataset(dataset: str, ages: Sequence[TableAge]) -> list[TableAge]:
    """Those of ``ages`` that belong to ``dataset``."""
    return [age for age in ages if age.dataset == dataset]


@dg.multi_asset_check(
    name=FRESH,
    can_subset=True,
    specs=[
        dg.AssetCheckSpec(
            FRESH,
            asset=dg.AssetKey(["ruw", name]),
            description=f"Elke tabel is korter dan {WARN_AFTER // _HOUR} uur geleden bij CBS gecontroleerd "
            f"(anders een waarschuwing), en in elk geval korter dan {FAIL_AFTER // _HOUR} uur (anders een fout).",
        )
        for name in DATASETS
    ],
)
def fresh(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
    """Judge the datasets that were chosen in the UI."""
    ages = ages_now(Settings())
    for name in DATASETS:
        found = evaluation(name, of_dataset(name, ages))
        if found.asset_check_key in context.selected_asset_check_keys:
            yield dg.AssetCheckResult(
                asset_key=found.asset_key,
                check_name=FRESH,
                passed=found.passed,
                severity=found.severity,
                description=found.description,
                metadata=found.metadata,
            )
