"""A finished build as the audit sees it, and ways to damage a copy of it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.audit import AuditRequest
from pipelines.build.checks import CheckResult
from pipelines.build.workspace import Workspace
from pipelines.common.settings import EXPECTATIONS
from pipelines.common.sql import parquet_files

INGESTED = ("observaties", "maten", "niet_begrepen", "tabellen", "onderwerpen")


def judged(request: AuditRequest) -> list[CheckResult]:
    """What Great Expectations finds; it is loaded here, since that takes seconds which collecting tests need not."""
    from pipelines.audit.engine import evaluate

    return evaluate(request)


@dataclass(frozen=True)
class Audited:
    """What an audit looks at; ``replaced`` are tables of the ingest that stand in for the real ones, by CBS table."""

    database: Path
    sources: Path
    previous: Path | None = None
    replaced: Path | None = None

    def by(self, *files: str, folder: Path) -> list[CheckResult]:
        """Judge by the named suites only (without ``.yml``), or by all."""
        suites = folder / "expectations"
        suites.mkdir(exist_ok=True)
        for path in EXPECTATIONS.glob("*.yml"):
            if not files or path.stem in files:
                shutil.copy(path, suites)
        views = {name: self._parts(name) for name in INGESTED}
        request = AuditRequest(database=self.database, suites=suites, views=views, previous=self.previous)
        return judged(request)

    def _parts(self, name: str) -> list[Path]:
        parts = sorted((self.sources / name).rglob("*.parquet"))
        if self.replaced is None or name != "observaties":
            return parts
        return [part for part in parts if self.replaced.stem not in str(part)] + [self.replaced]


def failures(results: list[CheckResult]) -> dict[str, str]:
    return {result.check: result.found for result in results if not result.passed}


def damaged(built: Workspace, folder: Path, *statements: str) -> Path:
    """A copy of the build with ``statements`` run in it."""
    copy = Path(shutil.copy(built.database, folder / "monitor.duckdb"))
    with duckdb.connect(str(copy)) as connection:
        for statement in statements:
            connection.execute(statement)
    return copy


def misread(built: Workspace, folder: Path, table: str, columns: str, where: str = "true") -> Path:
    """The observations of one CBS table, read wrongly: ``columns`` of DuckDB's ``select * replace (...)``."""
    parts = [part for part in (built.sources / "observaties").rglob("*.parquet") if table in str(part)]
    query = f"select * replace ({columns}) from {parquet_files(parts)} where {where}"
    duckdb.sql(query).write_parquet(str(folder / f"{table}.parquet"))
    return folder / f"{table}.parquet"
