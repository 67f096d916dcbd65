"""The last assets of a run: the audit, the release, and the end that tells whether anything failed."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from pipelines import progress
from pipelines.assets.ingest import OWNERS
from pipelines.assets.models import MANIFEST, UNCHANGED, Translator
from pipelines.assets.resource import MonitorResource
from pipelines.quality import CheckResult, load_suites
from pipelines.release import dbt
from pipelines.release.audit import CRITICAL, audit
from pipelines.release.build import read_result
from pipelines.release.publish import publish
from pipelines.settings import EXPECTATIONS

AUDIT, RELEASE, END = dg.AssetKey("audit"), dg.AssetKey("uitgave"), dg.AssetKey("afsluiting")
PUBLIC = [
    Translator().get_asset_key(node)
    for node in MANIFEST["nodes"].values()
    if node["resource_type"] == "model" and node["fqn"][1] == "marts"
]


def _check_name(check: str) -> str:
    return check.replace(".", "__")


def _check_specs() -> Iterator[dg.AssetCheckSpec]:
    for suite in load_suites(EXPECTATIONS):
        for expectation in suite.verwachtingen:
            yield dg.AssetCheckSpec(
                _check_name(f"{suite.tabel}.{expectation.naam}"),
                asset=AUDIT,
                blocking=expectation.ernst == CRITICAL,
                description=f"{expectation.drempel} ({expectation.ernst}). {expectation.reden}",
            )


@dg.asset(
    key=AUDIT,
    deps=PUBLIC,
    group_name="uitgave",
    kinds={"greatexpectations"},
    owners=OWNERS,
    check_specs=list(_check_specs()),
    description="De keuring van de gebouwde tabellen, met drempel en reden. Eén kritieke fout houdt de uitgave tegen.",
)
def audited(monitor: MonitorResource) -> dg.MaterializeResult:
    """Judge and sign the build; of an unchanged monitor the verdict on the current release still holds."""
    refresh = monitor.refresh
    if refresh.is_unchanged() and refresh.current:
        checks = json.loads((refresh.current.folder / "kwaliteit.json").read_text(encoding="utf-8"))
        return _audit_result(checks, {"uitkomst": UNCHANGED})
    progress.stage("audit")
    signed = audit(refresh.workspace, read_result(refresh.workspace), refresh.auditor, dbt.manifest_path())
    return _audit_result(signed["controles"], {"geslaagd": signed["geslaagd"]})


def _audit_result(checks: list[Mapping[str, Any]], metadata: Mapping[str, Any]) -> dg.MaterializeResult:
    names = {spec.name for spec in _check_specs()}
    results = {_check_name(check["controle"]): CheckResult(**check) for check in checks}
    failed = sum(not check["geslaagd"] for check in checks)
    return dg.MaterializeResult(
        metadata={**metadata, "controles": len(checks), "niet geslaagd": failed},
        check_results=[
            dg.AssetCheckResult(
                check_name=name,
                passed=check.geslaagd,
                severity=dg.AssetCheckSeverity.ERROR if check.ernst == CRITICAL else dg.AssetCheckSeverity.WARN,
                description=f"{check.tabel}{f', {check.kolom}' if check.kolom else ''}: {check.gevonden}",
                metadata={"drempel": check.drempel, "reden": check.reden},
            )
            for name, check in results.items()
            if name in names
        ],
    )


@dg.asset(
    key=RELEASE,
    deps=[AUDIT],
    group_name="uitgave",
    kinds={"duckdb"},
    owners=OWNERS,
    description="De uitgave: een nieuw, alleen leesbaar bestand dat in één stap de plaats van het vorige inneemt.",
)
def released(monitor: MonitorResource) -> dg.MaterializeResult:
    """Publish the audited build, unless it is what the current release already holds."""
    refresh = monitor.refresh
    if refresh.is_unchanged() and refresh.current:
        return dg.MaterializeResult(metadata={"uitkomst": UNCHANGED, "uitgave": refresh.current.release_id})
    progress.stage("publish")
    release = publish(refresh.workspace, refresh.settings.monitor_keep_releases, dbt.manifest_path())
    manifest = release.manifest
    return dg.MaterializeResult(
        metadata={
            "uitgave": release.release_id,
            "bron": manifest["toelichting"],
            "bestand": dg.MetadataValue.path(str(refresh.releases.link)),
            "waarschuwingen": manifest["controles"]["waarschuwingen"],
        }
    )


@dg.asset(
    key=END,
    deps=[RELEASE],
    group_name="uitgave",
    owners=OWNERS,
    description="Het einde van een run: die mislukt hier als een tabel niet was op te halen of te begrijpen.",
)
def ended(monitor: MonitorResource) -> dg.MaterializeResult:
    """Fail the run for each table that failed, now that everything else is done."""
    workspace = monitor.refresh.workspace
    progress.stage("end")
    failures = workspace.failures()
    workspace.prune_others()
    if failures:
        raise dg.Failure(
            description=f"{len(failures)} table(s) failed; their last good version was used.\n"
            + "\n".join(f"- {failure['melding']}" for failure in failures),
            allow_retries=False,
        )
    return dg.MaterializeResult(metadata={"mislukte tabellen": 0})
