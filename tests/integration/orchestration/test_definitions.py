"""What Dagster is told: asset keys, checks with their blocking flag, jobs and schedules, against a reviewed snapshot.

After a change that is meant: ``python tests/integration/orchestration/test_definitions.py`` writes the snapshot anew;
read its diff.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipelines.definitions import defs
from pipelines.sources.datasets import next_year

SNAPSHOT = Path(__file__).with_name("definitions.json")


def described() -> dict[str, Any]:
    graph = defs.resolve_asset_graph()
    return {
        "assets": {
            key.to_user_string(): sorted(parent.to_user_string() for parent in graph.get(key).parent_keys)
            for key in sorted(graph.get_all_asset_keys())
        },
        "checks": {
            f"{spec.asset_key.to_user_string()}: {spec.name}": "blocking" if spec.blocking else "reported"
            for spec in sorted(_checks(), key=lambda s: (s.asset_key, s.name))
            # The tests of dbt are the models' own business; the suites of the audit and the fetch are listed.
            if spec.asset_key.path[0] in ("audit", "ruw", "observaties")
        },
        "jobs": sorted(job.name for job in defs.resolve_all_job_defs() if not job.name.startswith("__")),
        "schedules": {
            s.name: f"{s.cron_schedule} {s.execution_timezone} {s.default_status.value}" for s in defs.schedules or []
        },
        "sensors": {
            s.name: f"every {s.minimum_interval_seconds} s {s.default_status.value}"
            for s in sorted(defs.sensors or [], key=lambda sensor: sensor.name)
        },
    }


def _checks() -> list[dg.AssetCheckSpec]:
    return [spec for asset in defs.resolve_asset_graph().assets_defs for spec in asset.check_specs]


def test_definitions_equal_the_reviewed_snapshot() -> None:
    assert described() == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_every_asset_has_a_description_an_owner_and_a_group() -> None:
    lacking = [
        spec.key.to_user_string()
        for spec in defs.resolve_all_asset_specs()
        if not (spec.description and spec.owners and spec.group_name and spec.group_name != "default")
    ]
    assert lacking == []


def test_everything_that_fetches_shares_one_definition_of_years() -> None:
    partitioned = {
        spec.key.path[0]: spec.partitions_def for spec in defs.resolve_all_asset_specs() if spec.partitions_def
    }
    assert set(partitioned) == {"catalogus", "ruw", "observaties"}
    assert len({tuple(definition.get_partition_keys()) for definition in partitioned.values()}) == 1


@pytest.mark.parametrize("kind", ["ruw", "observaties"])
def test_a_failing_table_never_blocks_the_others(kind: str) -> None:
    checks = [spec for spec in _checks() if spec.asset_key.path[0] == kind]
    assert checks
    assert not any(spec.blocking for spec in checks)


def test_what_is_launched_on_chosen_assets_runs_in_one_process_too() -> None:
    assert defs.resolve_implicit_global_asset_job_def().executor_def.name == "in_process"


def test_the_nightly_run_is_one_run_over_all_years() -> None:
    (schedule,) = defs.schedules or []
    context = dg.build_schedule_context(scheduled_execution_time=datetime(2026, 11, 22, 2, 0, tzinfo=UTC))
    request = schedule.evaluate_tick(context).run_requests[0]
    assert request.partition_key is None
    assert request.tags["dagster/asset_partition_range_start"] == "2015"
    assert request.tags["dagster/asset_partition_range_end"] == str(next_year())


if __name__ == "__main__":
    SNAPSHOT.write_text(json.dumps(described(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
