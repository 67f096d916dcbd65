"""The audit: dbt tests, Great Expectations and the outcome of the fetch, judged together and signed.

It fails closed: a check that could not be carried out counts as a critical failure, and the signature holds the content
hash of every data table, so that nothing else than what was audited can be published.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import orjson

from pipelines.audit import AuditRequest, AuditWorker, CheckResult
from pipelines.build.database import BuildError, BuildResult
from pipelines.build.workspace import Workspace
from pipelines.common.settings import EXPECTATIONS
from pipelines.releases.content import table_hashes
from pipelines.releases.decisions import how_to_accept, note_refusal, open_warnings, with_acceptances
from pipelines.releases.store import Releases
from pipelines.sources.datasets import load_datasets

CRITICAL: Final = "kritiek"
WARNING: Final = "waarschuwing"


def audit_build(workspace: Workspace, built: BuildResult, worker: AuditWorker, manifest: Path) -> dict[str, Any]:
    """Judge the build and sign it; returns and writes ``audit.json``.

    Returns:
        ``{"compleet": bool, "geslaagd": bool, "vorige": release id or None, "tabellen": {table: sha256}, "controles":
        [a row of `kwaliteit` each]}``; ``compleet`` is whether everything was built, ``geslaagd`` whether it may be
        published as well, ``vorige`` the release that it was compared with.
    """
    if not workspace.database.exists():
        raise BuildError(
            f"Nothing to audit: run {workspace.run_id} built no tables. Materialise the models in the same run."
        )
    checks = [*_fetch_checks(workspace), *shape_checks(workspace), *dbt_checks(built, manifest)]
    if built.complete:
        checks += worker.audit(_request(workspace))
    judged = with_acceptances(map(asdict, checks), workspace.warehouse)
    refused = [check for check in judged if is_refusal(check)]
    signed = {
        "compleet": built.complete,
        "geslaagd": built.complete and not refused,
        "vorige": current_id(workspace.warehouse),
        "tabellen": table_hashes(workspace.database) if built.complete else {},
        "controles": judged,
    }
    workspace.write("audit", signed)
    note_refusal(workspace, refused)
    return signed


def current_id(warehouse: Path) -> str | None:
    """Id of the release that analysts read now, or None before the first."""
    current = Releases(warehouse).current()
    return None if current is None else current.release_id


def is_refusal(check: Mapping[str, Any]) -> bool:
    """Whether a check (a row of `kwaliteit`) stops the release: critical, failed, and not accepted."""
    return not check["geslaagd"] and check["ernst"] == CRITICAL and not check.get("aanvaard")


def refusals(checks: Iterable[Mapping[str, Any]]) -> list[str]:
    """One sentence per check that stops the release: table, column, what was expected and found, and what to do."""
    return [told(check) for check in checks if is_refusal(check)]


def told(check: Mapping[str, Any]) -> str:
    """A check that failed in one sentence."""
    accepted = f"; {check['aanvaard']}" if check.get("aanvaard") else how_to_accept(check)
    return f"{check['controle']}{_column(check)}: expected {check['drempel']}; found {check['gevonden']}{accepted}"


def _column(check: Mapping[str, Any]) -> str:
    return f" (column {check['kolom']})" if check["kolom"] else ""


def _request(workspace: Workspace) -> AuditRequest:
    current = Releases(workspace.warehouse).current()
    views = {folder.name: [folder / "**" / "*.parquet"] for folder in workspace.sources.iterdir() if folder.is_dir()}
    return AuditRequest(
        database=workspace.database,
        suites=EXPECTATIONS,
        views=views,
        previous=current.database if current else None,
    )


def _fetch_checks(workspace: Workspace) -> list[CheckResult]:
    """A table that failed keeps its last good version: reported, not blocking."""
    failed = {outcome["tabel"]: outcome for outcome in workspace.failures()}
    tables = {outcome["tabel"] for step in ("ingest", "observations") for outcome in workspace.outcomes(step)}
    return [
        CheckResult(
            controle=f"ophalen.{table}",
            tabel=table,
            kolom=None,
            ernst=WARNING,
            drempel="opgehaald of ongewijzigd",
            reden="Een tabel die niet op te halen of te lezen is, houdt haar laatste goede versie en veroudert.",
            gevonden=_in_dutch(failed[table], "melding") if table in failed else "in orde",
            geslaagd=table not in failed,
        )
        for table in sorted(tables)
    ]


def shape_checks(workspace: Workspace) -> list[CheckResult]:
    """What CBS changed about a table in use, and about its future, as long as nobody has acted on it: one per table."""
    # Also of tables that this run was not asked to read: their version is in use all the same.
    in_use = open_warnings(workspace.warehouse, load_datasets().values())
    outcomes = [outcome for step in ("ingest", "observations") for outcome in workspace.outcomes(step)]
    warnings: dict[str, list[str]] = {table: [*sentences] for table, sentences in in_use.items()}
    for outcome in outcomes:
        if told := _in_dutch(outcome, "waarschuwingen"):
            known = warnings.setdefault(outcome["tabel"], [])
            known += [sentence for sentence in told if sentence not in known]
    tables = {outcome["tabel"] for outcome in outcomes} | warnings.keys()
    return [
        CheckResult(
            controle=f"vorm.{table}",
            tabel=table,
            kolom=None,
            ernst=WARNING,
            drempel="dezelfde vorm als de vorige versie, en niet gestopt",
            reden="CBS wijzigt kolommen, codes en gebieden, en stopt tabellen; dat mag geen cijfer van betekenis doen "
            "veranderen zonder dat iemand ernaar keek.",
            gevonden=" ".join(warnings.get(table, ["in orde"])),
            geslaagd=table not in warnings,
        )
        for table in sorted(tables)
    ]


def _in_dutch(outcome: Mapping[str, Any], key: str) -> Any:
    """What an outcome says under ``key`` for a reader of the release, as far as it has that."""
    return outcome.get(f"{key}_nl") or outcome.get(key)


def dbt_checks(built: BuildResult, manifest: Path) -> list[CheckResult]:
    """Every test of the build, and every model that failed, as a check of `kwaliteit`."""
    nodes = orjson.loads(manifest.read_bytes())["nodes"]
    return [
        CheckResult(
            controle=f"dbt.{nodes[node.unique_id]['name']}",
            tabel=_tested_table(nodes, node.unique_id),
            kolom=nodes[node.unique_id].get("column_name"),
            ernst=WARNING if nodes[node.unique_id]["config"].get("severity", "").lower() == "warn" else CRITICAL,
            drempel="0 afwijkende rijen",
            reden=nodes[node.unique_id].get("description")
            or "Sleutels, relaties en toegestane waarden zijn deel van het contract.",
            gevonden="0 afwijkende rijen" if node.ok else (node.message or node.status),
            geslaagd=node.ok,
        )
        for node in built.nodes
        if node.unique_id.startswith("test.") or not node.ok
    ]


def _tested_table(nodes: dict[str, Any], unique_id: str) -> str:
    node = nodes[unique_id]
    tested = node.get("attached_node") or next(iter(node["depends_on"]["nodes"]), unique_id)
    return str(nodes.get(tested, node)["name"])
