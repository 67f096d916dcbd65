"""Releases that the publisher itself makes: an audited build published again, altered or not, in another warehouse.

``built`` (of everything) and ``small_built`` (of the miniature) are the builds to make them of.
"""

import shutil
from pathlib import Path
from typing import Any

import duckdb

from pipelines.build.project import Project
from pipelines.build.workspace import Workspace
from pipelines.publish.publisher import publish_build
from pipelines.releases.content import table_hashes
from pipelines.releases.store import Release
from pipelines.releases.warehouse import Warehouse

AALTEN = "indicator_id = 'jeugdzorg_jongeren' and regio_code = 'GM0197' and indeling = 'origineel'"
AALTEN_PCT = AALTEN.replace("jeugdzorg_jongeren", "jeugdhulp_pct_tot_18")
# The miniature has one division; a second one holds the same figures.
TWO_DIVISIONS = "insert into fct_indicator select * replace ('actueel' as indeling) from fct_indicator"
# What CBS may do to a figure of the miniature: revise it, change its status, withdraw it; also in the other division.
ALTERATIONS = (
    f"update fct_indicator set waarde = 710 where {AALTEN}",
    f"update fct_indicator set status = 'definitief' where {AALTEN.replace('GM0197', 'GM0363')}",
    f"update fct_indicator set waarde = null, reden_ontbreekt = 'niet_geleverd' where {AALTEN_PCT}",
    f"update fct_indicator set waarde = 715 where {AALTEN.replace('origineel', 'actueel')}",
)


class AuditedBuild(Workspace):
    """A finished and audited build: its workspace, with the warehouse that it lies in and the project that it is of."""

    def __init__(self, warehouse: Path, run_id: str, project: Project) -> None:
        super().__init__(warehouse, run_id)
        self.warehouse, self.project = Warehouse(warehouse), project


def the_build_in(warehouse: Path, project: Project) -> AuditedBuild:
    """The one build that there is in a warehouse."""
    (folder,) = (warehouse / "build").iterdir()
    return AuditedBuild(warehouse, folder.name, project)


def build_of(built: AuditedBuild, warehouse: Path, run_id: str, *statements: str) -> AuditedBuild:
    """The audited build in another warehouse; ``statements``, if any, count as done before it was audited."""
    build = AuditedBuild(warehouse, run_id, built.project)
    build.folder.mkdir(parents=True)
    for name in ("monitor.duckdb", "inputs.json", "audit.json"):
        shutil.copyfile(built.folder / name, build.folder / name)
    execute(build.database, *statements)
    return audited_now(build)


def audited_now(build: AuditedBuild) -> AuditedBuild:
    """Let the audit of ``build`` be one of its tables as they are, against the release that is current now."""
    signed = build.audit
    assert signed is not None
    now = {"tables": table_hashes(build.database), "compared_with": build.warehouse.releases.current_id}
    build.audit = signed.model_copy(update=now)
    return build


def execute(database: Path, *statements: str) -> None:
    with duckdb.connect(str(database)) as connection:
        for statement in statements:
            connection.execute(statement)


def query(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def published(build: AuditedBuild, keep: int = 10) -> Release:
    """Publish a build; ``keep`` releases stay."""
    return publish_build(build, build.warehouse, build.project, keep)
