"""The audit: dbt tests, Great Expectations and the outcome of the fetch, judged together and signed.

It fails closed: a check that could not be carried out counts as a critical failure, one that is in the files of the
project and was not carried out at all refuses the build, and the signature holds the content hash of every data table,
so that nothing else than what was audited can be published. What does not belong here: how Great Expectations judges
(``engine``), and publishing.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from pipelines.audit import AuditRequest, AuditWorker
from pipelines.audit.findings import returned_rows
from pipelines.audit.suites import load_suites
from pipelines.build.checks import CRITICAL, WARNING, CheckResult, SignedAudit
from pipelines.build.dbt import NodeResult
from pipelines.build.dbt_tests import WrittenTestsError, written_tests
from pipelines.build.inputs import own_files_of
from pipelines.build.project import Project
from pipelines.build.workspace import BuildError, BuildResult, Workspace
from pipelines.common.files import sha256_of
from pipelines.observations.observer import lacking_sentences
from pipelines.releases.content import table_hashes
from pipelines.releases.decisions import note_refusal, open_warnings, with_acceptances
from pipelines.releases.warehouse import Warehouse

# What checks on CBS tables begin with: how they were fetched, and whether they kept their shape.
_FETCHED, _SHAPE = "ophalen", "vorm"
OWN_FILES: Final = "eigen.bestanden"
_OWN_TABLE: Final = "eigen_opgave"
# What dbt says of a test that came to a verdict.
_CARRIED_OUT = ("pass", "warn", "fail")


def audit_build(workspace: Workspace, warehouse: Warehouse, project: Project, worker: AuditWorker) -> SignedAudit:
    """Judge the build and sign it; the signed audit is written down in the workspace as well.

    Raises:
        BuildError: this run built nothing, or it cannot be read which tests the project has.
        AuditError: the expectations could not be judged.
        JournalError: it cannot be read what was accepted.
    """
    if not workspace.database.exists():
        raise BuildError(
            f"Nothing to audit: run {workspace.run_id} built no tables. Materialise the models in the same run."
        )
    built = workspace.built or BuildResult()
    of_tables = [*_fetch_checks(workspace, warehouse, project), *shape_checks(workspace, warehouse, project)]
    checks = [*of_tables, *dbt_checks(built, project.dbt.nodes)]
    expected: list[str] | None = None
    # Before its tables are hashed: whatever would change in between has other bytes than these.
    file = sha256_of(workspace.database)
    tables: dict[str, str] = {}
    if built.complete:
        with ThreadPoolExecutor(max_workers=2) as beside:
            # The worker judges in a process of its own: hashing takes as long.
            hashing = beside.submit(table_hashes, workspace.database)
            expecting = beside.submit(expected_checks, project, {check.check for check in of_tables})
            checks += worker.audit(_request(workspace, warehouse, project))
            tables, expected = hashing.result(), expecting.result()
    judged = with_acceptances(checks, warehouse.journal)
    signed = SignedAudit(
        complete=built.complete,
        passed=False,
        compared_with=warehouse.releases.current_id,
        tables=tables,
        checks=tuple(judged),
        file=file,
        expected=None if expected is None else tuple(expected),
    )
    signed = signed.model_copy(update={"passed": built.complete and not signed.reasons(judged)})
    workspace.audit = signed
    note_refusal(warehouse, workspace.run_id, [check for check in judged if check.refuses])
    return signed


def expected_checks(project: Project, of_tables: Iterable[str] = ()) -> list[str]:
    """The names of all checks that a build of ``project`` owes, from its files alone: no manifest, no results.

    ``of_tables`` are the checks on CBS tables that were made; a run may look at some tables only, so they are owed as
    far as the datasets have their tables.

    Raises:
        BuildError: a file of the dbt project does not say which tests stand in it.
        SuiteError: an expectation is wrong.
    """
    try:
        tests = [f"dbt.{name}" for name in written_tests(project.dbt.folder)]
    except WrittenTestsError as error:
        raise BuildError(f"Nothing is published: {error}.") from error
    suites = load_suites(project.expectations)
    expectations = [suite.check(expectation) for suite in suites for expectation in suite.verwachtingen]
    owed = {f"{kind}.{table}" for kind in (_FETCHED, _SHAPE) for table in project.tables}
    return [*sorted((owed | {OWN_FILES}) & set(of_tables)), *tests, *expectations]


def _request(workspace: Workspace, warehouse: Warehouse, project: Project) -> AuditRequest:
    current = warehouse.releases.current()
    views = {folder.name: [folder] for folder in workspace.sources.iterdir() if folder.is_dir()}
    return AuditRequest(
        database=workspace.database,
        suites=project.expectations,
        views=views,
        previous=current.database if current else None,
    )


def _fetch_checks(workspace: Workspace, warehouse: Warehouse, project: Project) -> list[CheckResult]:
    """A table that failed keeps its last good version, and one that was never understood costs its figures: reported,
    not blocking. Also of tables that this run was not asked for: the release lacks those figures all the same. And
    whether the files of municipalities were taken in."""
    own = {problem.file for problem in workspace.own_problems or ()}
    failed = {failure.table: failure.problem.dutch for failure in workspace.failures if failure.table not in own}
    rest = [table for table in project.tables if table not in workspace.tables]
    failed |= {table: told for table in rest if (told := _not_understood(warehouse, table))}
    return [
        CheckResult(
            check=f"{_FETCHED}.{table}",
            table=table,
            column=None,
            severity=WARNING,
            threshold="opgehaald of ongewijzigd, en elke maat gevonden",
            reason="Een tabel die niet op te halen of te lezen is, houdt haar laatste goede versie en veroudert. Wat "
            "er nooit in te vinden was, ontbreekt met de reden niet_begrepen.",
            found=failed.get(table, "in orde"),
            passed=table not in failed,
        )
        for table in sorted({*workspace.tables, *failed})
    ] + own_file_checks(workspace)


def _not_understood(warehouse: Warehouse, table: str) -> str:
    """What the release lacks of a table (Dutch), or nothing."""
    if warehouse.observations.usable(table) is None:
        return "Deze tabel is nooit opgehaald of begrepen, dus haar cijfers ontbreken."
    return " ".join(said.dutch for said in lacking_sentences(table, warehouse.observations))


def own_file_checks(workspace: Workspace) -> list[CheckResult]:
    """Whether every file that a municipality gave was taken in: one check, or none where no municipality gives any."""
    problems, inputs = workspace.own_problems or (), workspace.inputs
    if not problems and (inputs is None or not own_files_of(inputs.parts)):
        return []
    return [
        CheckResult(
            check=OWN_FILES,
            table=_OWN_TABLE,
            column="bestand",
            severity=WARNING,
            threshold="0 eigen bestanden met een fout",
            reason="Een bestand met een fout wordt niet overgenomen. De vorige goede versie blijft dan in gebruik, en "
            "veroudert.",
            found=" ".join(each.problem.dutch for each in problems) or "in orde",
            passed=not problems,
        )
    ]


def shape_checks(workspace: Workspace, warehouse: Warehouse, project: Project) -> list[CheckResult]:
    """What CBS changed about a table in use, and about its future, as long as nobody has acted on it: one per table."""
    # Also of tables that this run was not asked to read: their version is in use all the same.
    in_use = open_warnings(warehouse, project.datasets.values())
    told = workspace.warnings
    warnings = {
        table: [*dict.fromkeys((*in_use.get(table, ()), *told.get(table, ())))] for table in in_use.keys() | told.keys()
    }
    return [
        CheckResult(
            check=f"{_SHAPE}.{table}",
            table=table,
            column=None,
            severity=WARNING,
            threshold="dezelfde vorm als de vorige versie, en niet gestopt",
            reason="CBS wijzigt kolommen, codes en gebieden, en stopt tabellen; dat mag geen cijfer van betekenis doen "
            "veranderen zonder dat iemand ernaar keek.",
            found=" ".join(warning.dutch for warning in warnings[table]) if table in warnings else "in orde",
            passed=table not in warnings,
        )
        for table in sorted({*workspace.tables, *warnings})
    ]


def dbt_checks(built: BuildResult, nodes: dict[str, Any]) -> list[CheckResult]:
    """Every test of the build, and every model that failed, as a check; ``nodes`` are those of dbt's manifest.

    Raises:
        BuildError: dbt reports on something that the manifest does not hold.
    """
    return [_dbt_check(node, nodes) for node in built.nodes if node.unique_id.startswith("test.") or not node.ok]


def _dbt_check(node: NodeResult, nodes: dict[str, Any]) -> CheckResult:
    properties = nodes.get(node.unique_id)
    if properties is None:
        raise BuildError(
            f"Nothing is published: dbt reports on {node.unique_id}, which its manifest does not hold: a file of "
            "dbt_project changed during the run, or target/ in it is not of these files. Remove target/ and refresh "
            "again."
        )
    # What was not carried out found nothing, so that it only warns says nothing.
    only_warns = properties["config"].get("severity", "").lower() == "warn" and node.status in _CARRIED_OUT
    return CheckResult(
        check=f"dbt.{properties['name']}",
        table=_tested_table(nodes, node.unique_id),
        column=properties.get("column_name"),
        severity=WARNING if only_warns else CRITICAL,
        threshold="0 afwijkende rijen",
        reason=properties.get("description") or "Sleutels, relaties en toegestane waarden zijn deel van het contract.",
        found=_dbt_found(node),
        passed=node.ok,
    )


def _dbt_found(node: NodeResult) -> str:
    """What dbt found, in Dutch: its own words (English) are those of the run that failed."""
    tested = node.unique_id.startswith("test.")
    if node.ok or (tested and node.status in ("fail", "warn") and node.failures is not None):
        return returned_rows(node.failures or 0)
    if node.status == "skipped":
        return "overgeslagen, omdat iets waarop dit rust mislukte" + ("; er is niets getoetst" if tested else "")
    if tested:
        return "de query van de toets faalt; er is niets getoetst"
    return "de tabel is niet gemaakt: de query of de gegevens ervoor zijn fout"


def _tested_table(nodes: dict[str, Any], unique_id: str) -> str:
    node = nodes[unique_id]
    tested = node.get("attached_node") or next(iter(node["depends_on"].get("nodes", ())), unique_id)
    return str(nodes.get(tested, node)["name"])
