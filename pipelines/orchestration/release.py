"""The last assets of a run: the audit, the release, and the end that tells whether anything failed."""

from collections.abc import Iterator, Sequence

import dagster as dg

from pipelines.audit import CheckResult, Suite, load_suites
from pipelines.audit.auditor import CRITICAL, audit_build, refusals
from pipelines.build import dbt
from pipelines.build.database import read_result
from pipelines.common import progress
from pipelines.common.settings import EXPECTATIONS
from pipelines.orchestration.decisions import AUDIT, RELEASE
from pipelines.orchestration.fetch import EVERY_NIGHT, OWNERS
from pipelines.orchestration.models import MANIFEST, Translator
from pipelines.orchestration.resource import MonitorResource
from pipelines.orchestration.run_failures import TABLES_FAILED_STEP
from pipelines.orchestration.wording import combined_check, release_links
from pipelines.publish.publication import Publication
from pipelines.publish.publisher import Rehearsal, publish_build, rehearse
from pipelines.releases.store import NOTES

END = dg.AssetKey(TABLES_FAILED_STEP)
PUBLIC = [
    Translator().get_asset_key(node)
    for node in MANIFEST["nodes"].values()
    if node["resource_type"] == "model" and node["fqn"][1] == "marts"
]


def _check_specs() -> Iterator[dg.AssetCheckSpec]:
    """One check per audited table: Dagster plans and keeps every check in transactions of its own, every night."""
    tables: dict[str, list[Suite]] = {}
    for suite in load_suites(EXPECTATIONS):
        tables.setdefault(suite.tabel, []).append(suite)
    for table, suites in tables.items():
        expectations = [expectation for suite in suites for expectation in suite.verwachtingen]
        yield dg.AssetCheckSpec(
            table,
            asset=AUDIT,
            blocking=any(expectation.ernst == CRITICAL for expectation in expectations),
            description=f"{len(expectations)} verwachtingen. " + " ".join(suite.omschrijving for suite in suites),
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
def audited(monitor: MonitorResource) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
    """Judge and sign the build; where nothing was built the verdict on the current release still holds."""
    refresh = monitor.refresh
    standing = refresh.standing()
    if standing is not None:
        yield from _audit_results(standing.release.checks)
        yield dg.MaterializeResult(metadata={"uitkomst": standing.words})
        return
    progress.stage("audit")
    signed = audit_build(refresh.workspace, read_result(refresh.workspace), refresh.auditor, dbt.manifest_path())
    yield from _audit_results([CheckResult(**check) for check in signed["controles"]])
    if refused := refusals(signed["controles"]):
        # Dagster by itself says only which checks block; whoever opens the run must read what is wrong.
        told = "\n\n".join(["The audit did not pass, so nothing is published and the last release stands.", *refused])
        raise dg.Failure(description=told, allow_retries=False)
    failed = sum(not check["geslaagd"] for check in signed["controles"])
    yield dg.MaterializeResult(metadata={"controles": len(signed["controles"]), "niet geslaagd": failed})


def _audit_results(checks: Sequence[CheckResult]) -> Iterator[dg.AssetCheckResult]:
    audited: dict[str, list[CheckResult]] = {spec.name: [] for spec in _check_specs()}
    for check in checks:
        table, _, _ = check.controle.partition(".")
        if table in audited:
            audited[table].append(check)
    return (combined_check(AUDIT, table, found) for table, found in audited.items())


class ReleaseConfig(dg.Config):
    """``droog``: do everything but publish, and show what publishing would change."""

    droog: bool = False


@dg.asset(
    key=RELEASE,
    deps=[AUDIT],
    group_name="uitgave",
    kinds={"duckdb"},
    owners=OWNERS,
    freshness_policy=EVERY_NIGHT,
    description="De uitgave: een nieuw, alleen leesbaar bestand dat in één stap de plaats van het vorige inneemt.",
)
def released(monitor: MonitorResource, config: ReleaseConfig) -> dg.MaterializeResult:
    """Publish the audited build, unless there was nothing to build or it is a rehearsal."""
    refresh, settings = monitor.refresh, monitor.refresh.settings
    standing = refresh.standing()
    if standing is not None:
        links = release_links(standing.release, settings.monitor_public_url)
        about = {"uitkomst": standing.words, "uitgave": standing.release.release_id}
        return dg.MaterializeResult(metadata={**about, **links})
    progress.stage("publish")
    if config.droog:
        return _rehearsed(rehearse(refresh.workspace, dbt.manifest_path(), Publication.of(settings)))
    release = publish_build(
        refresh.workspace, settings.monitor_keep_releases, dbt.manifest_path(), Publication.of(settings)
    )
    manifest = release.manifest
    return dg.MaterializeResult(
        metadata={
            "uitgave": release.release_id,
            "bron": manifest["toelichting"],
            "bestand": dg.MetadataValue.path(str(refresh.releases.link)),
            **release_links(release, settings.monitor_public_url),
            "waarschuwingen": manifest["controles"]["waarschuwingen"],
            "toelichting": dg.MetadataValue.md((release.folder / NOTES).read_text(encoding="utf-8")),
        }
    )


def _rehearsed(rehearsal: Rehearsal) -> dg.MaterializeResult:
    difference = rehearsal.difference or "Er is nog geen uitgave om mee te vergelijken."
    return dg.MaterializeResult(
        metadata={
            "uitkomst": "Proef (droog): er is niets uitgegeven; zonder `droog` zou dit de uitgave zijn.",
            "verschil": dg.MetadataValue.md(f"```\n{difference}\n```"),
            "toelichting": dg.MetadataValue.md(rehearsal.text),
        }
    )


@dg.asset(
    key=END,
    deps=[RELEASE],
    group_name="uitgave",
    owners=OWNERS,
    freshness_policy=EVERY_NIGHT,
    description="Het einde van een run: die mislukt hier als een tabel niet was op te halen of te begrijpen.",
)
def ended(monitor: MonitorResource) -> dg.MaterializeResult:
    """Fail the run for each table that failed, now that everything else is done."""
    progress.stage("end")
    failures = monitor.refresh.workspace.failures()
    monitor.refresh.prune()
    if failures:
        raise dg.Failure(
            description=f"{len(failures)} table(s) failed; their last good version was used.\n"
            + "\n".join(f"- {failure['melding']}" for failure in failures)
            + "\nTo try them again, start the job `refresh` again or wait for the night: what is up to date is not "
            "fetched twice. Executing this run again from failure repeats this step only.",
            allow_retries=False,
        )
    return dg.MaterializeResult(metadata={"mislukte tabellen": 0})
