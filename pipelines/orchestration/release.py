"""The last assets of a run: the audit, the release, and the end that tells whether anything failed."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import dagster as dg

from pipelines.audit import Suite, load_suites
from pipelines.audit.auditor import audit_build
from pipelines.build.checks import CRITICAL, CheckResult
from pipelines.common import progress
from pipelines.orchestration.fetch import EVERY_NIGHT, OWNERS, PROJECT
from pipelines.orchestration.home import prune_runs
from pipelines.orchestration.keys import AUDIT, END, RELEASE
from pipelines.orchestration.models import MANIFEST, Translator
from pipelines.orchestration.resource import MonitorResource
from pipelines.orchestration.wording import combined_check, release_links
from pipelines.publish.files.staging import TableStaging
from pipelines.publish.publication import Publication
from pipelines.publish.publisher import Rehearsal, publish_build, rehearse
from pipelines.releases.store import NOTES

PUBLIC = [
    Translator().get_asset_key(node)
    for node in MANIFEST["nodes"].values()
    if node["resource_type"] == "model" and node["fqn"][1] == "marts"
]


def _specs_of_checks() -> Iterator[dg.AssetCheckSpec]:
    """One check per audited table: Dagster plans and keeps every check in transactions of its own, every night."""
    tables: dict[str, list[Suite]] = {}
    for suite in load_suites(PROJECT.expectations):
        tables.setdefault(suite.tabel, []).append(suite)
    for table, suites in tables.items():
        expectations = [expectation for suite in suites for expectation in suite.verwachtingen]
        yield dg.AssetCheckSpec(
            table,
            asset=AUDIT,
            blocking=any(expectation.ernst == CRITICAL for expectation in expectations),
            description=f"{len(expectations)} verwachtingen. " + " ".join(suite.omschrijving for suite in suites),
        )


_CHECK_SPECS = tuple(_specs_of_checks())


@dg.asset(
    key=AUDIT,
    deps=PUBLIC,
    group_name="uitgave",
    kinds={"greatexpectations"},
    owners=OWNERS,
    check_specs=_CHECK_SPECS,
    description="De keuring van de gebouwde tabellen, met drempel en reden. Eén kritieke fout houdt de uitgave tegen.",
)
def audited(monitor: MonitorResource) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
    """Judge and sign the build; where nothing was built the verdict on the current release still holds."""
    refresh = monitor.refresh
    standing = refresh.standing
    if standing is not None:
        yield from _audit_results(standing.checks)
        yield dg.MaterializeResult(metadata={"uitkomst": refresh.decision.words})
        return
    progress.stage("audit")
    # Beside the verdict: what they hold does not depend on it, and publishing need not make them any more.
    files = TableStaging(refresh.workspace)
    files.start()
    with ExitStack() as unless_passed:
        unless_passed.callback(files.discard)
        signed = audit_build(refresh.workspace, refresh.warehouse, refresh.project, refresh.auditor)
        yield from _audit_results(signed.checks)
        if refused := signed.reasons(signed.checks):
            # Dagster by itself says only which checks block; whoever opens the run must read what is wrong.
            begun = "The audit did not pass, so nothing is published and the last release stands."
            raise dg.Failure(description="\n\n".join([begun, *refused]), allow_retries=False)
        unless_passed.pop_all()
    failed = sum(not check.passed for check in signed.checks)
    yield dg.MaterializeResult(metadata={"controles": len(signed.checks), "niet geslaagd": failed})


def _audit_results(checks: Sequence[CheckResult]) -> Iterator[dg.AssetCheckResult]:
    audited: dict[str, list[CheckResult]] = {spec.name: [] for spec in _CHECK_SPECS}
    for check in checks:
        table, _, _ = check.check.partition(".")
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
    standing, publication = refresh.standing, Publication.of(settings)
    if standing is not None:
        about = {"uitkomst": refresh.decision.words, "uitgave": standing.release_id}
        return dg.MaterializeResult(metadata={**about, **release_links(standing, settings.monitor_public_url)})
    progress.stage("publish")
    if config.droog:
        return _rehearsed(rehearse(refresh.workspace, refresh.warehouse, refresh.project, publication))
    release = publish_build(
        refresh.workspace, refresh.warehouse, refresh.project, settings.monitor_keep_releases, publication
    )
    return dg.MaterializeResult(
        metadata={
            "uitgave": release.release_id,
            "bron": release.manifest.explanation,
            "bestand": dg.MetadataValue.path(str(refresh.warehouse.releases.link)),
            **release_links(release, settings.monitor_public_url),
            "waarschuwingen": release.manifest.checks.warnings,
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
def ended(context: dg.AssetExecutionContext, monitor: MonitorResource) -> dg.MaterializeResult:
    """Fail the run for each table that failed or lacks a measure, now that everything else is done."""
    progress.stage("end")
    failures = monitor.refresh.workspace.failures
    monitor.refresh.prune()
    prune_runs(context.instance, monitor.refresh.settings.monitor_keep_runs_days, context.log)
    if failures:
        raise dg.Failure(
            description=f"{len(failures)} table(s) failed or lack a measure. Of those that were ever understood the "
            "last good version was used; what never was is missing, with the reason niet_begrepen.\n"
            + "\n".join(f"- {failure.problem.english}" for failure in failures)
            + "\nTo try them again, start the job `refresh` again or wait for the night: what is up to date is not "
            "fetched twice. Executing this run again from failure repeats this step only.",
            allow_retries=False,
        )
    return dg.MaterializeResult(metadata={"mislukte tabellen": 0})
