"""Releases that the publisher itself makes: an audited build published again, altered or not, in another warehouse.

``built`` (of everything) and ``small_built`` (of the miniature) are the builds to make them of.
"""

import shutil
from pathlib import Path
from typing import Any

import duckdb

from pipelines.audit.auditor import current_id
from pipelines.build import dbt
from pipelines.build.workspace import Workspace
from pipelines.publish.publisher import publish_build
from pipelines.releases.content import table_hashes
from pipelines.releases.store import Release

AALTEN = "indicator_id = 'bijstand_personen' and regio_code = 'GM0197' and jaar = 2021 and indeling = 'origineel'"
# What CBS may do to a figure: revise it, change its status, withdraw it; and a figure of the other division.
ALTERATIONS = (
    f"update fct_indicator set waarde = 300 where {AALTEN}",
    f"update fct_indicator set status = 'voorlopig' where {AALTEN.replace('GM0197', 'GM0363')}",
    f"update fct_indicator set waarde = null, reden_ontbreekt = 'niet_geleverd' where {AALTEN.replace('2021', '2020')}",
    f"update fct_indicator set waarde = 301 where {AALTEN.replace('origineel', 'actueel')}",
)


def build_of(built: Workspace, warehouse: Path, run_id: str, *statements: str) -> Workspace:
    """The audited build in another warehouse; ``statements``, if any, count as done before it was audited."""
    workspace = Workspace(warehouse, run_id)
    workspace.folder.mkdir(parents=True)
    for name in ("monitor.duckdb", "inputs.json", "audit.json"):
        shutil.copyfile(built.folder / name, workspace.folder / name)
    if statements:
        execute(workspace.database, *statements)
    return audited_now(workspace)


def audited_now(workspace: Workspace) -> Workspace:
    """Let the audit of ``workspace`` be one of its tables as they are, against the release that is current now."""
    signed = workspace.read("audit") | {"tabellen": table_hashes(workspace.database)}
    workspace.write("audit", signed | {"vorige": current_id(workspace.warehouse)})
    return workspace


def execute(database: Path, *statements: str) -> None:
    with duckdb.connect(str(database)) as connection:
        for statement in statements:
            connection.execute(statement)


def query(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def published(workspace: Workspace, keep: int = 10) -> Release:
    """Publish the build of a workspace, of which ``keep`` stay."""
    return publish_build(workspace, keep, dbt.manifest_path())
