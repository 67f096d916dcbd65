"""The dbt models as assets: the gathered input, and seeds, models and tests of the build."""

import json
from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from pipelines.audit.auditor import dbt_checks
from pipelines.build.checks import CheckResult
from pipelines.build.database import build_database
from pipelines.build.dbt import NodeResult
from pipelines.build.workspace import BuildError, BuildResult
from pipelines.common import progress, troubles
from pipelines.orchestration.fetch import OBSERVATIONS, OWNERS, PROJECT
from pipelines.orchestration.resource import MonitorResource
from pipelines.orchestration.wording import combined_check

MANIFEST: dict[str, Any] = json.loads(PROJECT.dbt.manifest.read_bytes())
SOURCES = list(MANIFEST["sources"].values())
DBT_TESTS = "dbt_tests"


class Translator(DagsterDbtTranslator):
    """Asset names, groups and texts of the dbt models."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """A source is the gathered input of the build; anything else has its own name."""
        prefix = ["bouw"] if dbt_resource_props["resource_type"] == "source" else []
        return dg.AssetKey([*prefix, dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Seeds, staging, intermediate and marts, like the folders."""
        return "seeds" if dbt_resource_props["resource_type"] == "seed" else str(dbt_resource_props["fqn"][1])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The description alone; the SQL stands in the project."""
        return str(dbt_resource_props["description"])

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """Seeds too wait for the gathered input: every build loads them into a fresh file, together with the models."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        if not unique_id.startswith("seed."):
            return spec
        return spec.replace_attributes(deps=[self.get_asset_key(source) for source in manifest["sources"].values()])

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: DbtProject | None,  # noqa: ARG002 - the signature of dagster-dbt
    ) -> dg.AssetCheckSpec | None:
        """One check for all tests of a model: Dagster plans every check in a transaction of its own, every night."""
        tested = manifest["nodes"].get(manifest["nodes"][unique_id].get("attached_node") or "")
        if tested is None or self.get_asset_key(tested) != asset_spec.key:
            return None
        return dg.AssetCheckSpec(
            DBT_TESTS, asset=asset_spec.key, description="Alle dbt-tests op deze tabel; elk apart staat in `kwaliteit`."
        )

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:  # noqa: ARG002 - the signature of dagster-dbt
        """All models have the same owner."""
        return OWNERS


def _in_order() -> list[dg.AssetKey]:
    """Every seed and model after those it is made of: Dagster takes them in no other order."""
    nodes = {name: node for name, node in MANIFEST["nodes"].items() if node["resource_type"] in ("seed", "model")}
    above = {name: node.get("depends_on", {}).get("nodes", []) for name, node in nodes.items()}
    return [dg.AssetKey(nodes[name]["name"]) for name in TopologicalSorter(above).static_order() if name in nodes]


_IN_ORDER = _in_order()


@dg.multi_asset(
    name="bouw",
    specs=[
        dg.AssetSpec(
            ["bouw", node["name"]],
            deps=[asset.key for asset in OBSERVATIONS],
            description=node["description"],
            skippable=True,
            group_name="bouw",
            kinds={"parquet"},
            owners=OWNERS,
        )
        for node in SOURCES
    ],
)
def gathered(monitor: MonitorResource) -> Iterator[dg.MaterializeResult]:
    """Freeze the observations in use as the input of this build."""
    refresh = monitor.refresh
    # Anew in every run: an earlier run of the same backfill may have gathered before the last table came in.
    inputs = refresh.gather()
    if refresh.decision.stands is None:
        refresh.expect_build()
        refresh.expect_audit()
    for node in SOURCES:
        yield dg.MaterializeResult(asset_key=["bouw", node["name"]], metadata={"vingerafdruk": inputs.fingerprint})


@dbt_assets(manifest=MANIFEST, dagster_dbt_translator=Translator(), name="dbt")
def dbt_models(
    context: dg.AssetExecutionContext, monitor: MonitorResource
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Build seeds and models and run their tests, all together in a fresh file."""
    refresh = monitor.refresh
    standing = refresh.standing
    if standing is not None:
        for key in _IN_ORDER:
            if key in context.selected_asset_keys:
                yield dg.MaterializeResult(asset_key=key, metadata={"uitkomst": refresh.decision.words})
        yield from _check_results(context, standing.checks)
        return
    progress.stage("build")
    result = build_database(refresh.workspace, refresh.builder)
    yield from _materializations(context, result)
    yield from _check_results(context, dbt_checks(result, MANIFEST["nodes"]))
    if result.failed:
        raise BuildError(
            "The build failed; nothing is published.\n" + "\n".join(f"- {_sentence(n)}" for n in result.failed)
        )


def _materializations(context: dg.AssetExecutionContext, result: BuildResult) -> Iterator[dg.MaterializeResult]:
    """A materialisation for every model and seed that succeeded."""
    for node in result.nodes:
        # What dbt made of a file that came in since this process started is no asset of its definitions.
        properties = MANIFEST["nodes"].get(node.unique_id)
        if properties is None:
            continue
        key = dg.AssetKey(properties["name"])
        if key in context.selected_asset_keys and node.ok:
            yield dg.MaterializeResult(
                asset_key=key,
                metadata={
                    "seconden": node.seconds,
                    "melding": node.message or "",
                    "vingerafdruk": properties["checksum"]["checksum"],
                },
            )


def _check_results(context: dg.AssetExecutionContext, checks: Iterable[CheckResult]) -> Iterator[dg.AssetCheckResult]:
    """One result for all tests of a model or seed; what did not pass is named."""
    tests: dict[str, list[CheckResult]] = {}
    for check in checks:
        if check.check.startswith("dbt."):
            tests.setdefault(check.table, []).append(check)
    for table, found in tests.items():
        if dg.AssetCheckKey(dg.AssetKey(table), DBT_TESTS) not in context.selected_asset_check_keys:
            continue
        yield combined_check(dg.AssetKey(table), DBT_TESTS, found)


def _sentence(node: NodeResult) -> str:
    said = (node.message or node.status).strip()
    return f"{node.unique_id.split('.')[2]}: {troubles.told(said) or said}"
