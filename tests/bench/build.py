"""How much longer a build by dbt takes than the same SQL, over the same bytes, run by DuckDB alone.

Run it as ``python -m tests.bench.build WAREHOUSE`` on a quiet machine, after a refresh that made a release in that
warehouse: its last build says what dbt compiled. Alternating, each into fresh files:

- bare: every seed from its CSV and every model by its compiled SQL, in the same order, on one connection;
- ours: what a refresh does: dbt in a process of its own, with every test, description and contract.

Both must make the same tables with the same numbers of rows, else nothing is said.
"""

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from pipelines.build.database import build_database
from pipelines.build.dbt import DbtBuilder
from pipelines.build.project import Project
from pipelines.build.workspace import Workspace
from pipelines.common.settings import DBT_PROJECT
from pipelines.common.sql import attached, quoted, quoted_name, quoted_pattern

ROUNDS = 3
_BUILT = ("seed", "model")


@dataclass(frozen=True)
class BuildRounds:
    """Seconds per round of both, in the order in which they ran."""

    bare: list[float]
    ours: list[float]

    @property
    def ratio(self) -> float:
        """Our median over that of the bare script."""
        return statistics.median(self.ours) / statistics.median(self.bare)


def last_build(warehouse: Path) -> Path:
    """The newest build of a warehouse of which dbt's compiled SQL is on the disk."""
    found = sorted(warehouse.glob("build/*/dbt/manifest.json"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise SystemExit(f"{warehouse} has no build: run `monitor refresh` there first.")
    return found[-1].parents[1]


def in_order(build: Path) -> list[Mapping[str, Any]]:
    """Seeds and models as dbt compiled them, each after those it is made of."""
    nodes = json.loads((build / "dbt" / "manifest.json").read_bytes())["nodes"]
    made = {name: node for name, node in nodes.items() if node["resource_type"] in _BUILT}
    above = {name: node.get("depends_on", {}).get("nodes", []) for name, node in made.items()}
    return [made[name] for name in TopologicalSorter(above).static_order() if name in made]


def bare_build(nodes: list[Mapping[str, Any]], folder: Path) -> float:
    """Run the SQL in ``folder``, which has the links to the observations; returns seconds."""
    started = time.perf_counter()
    with inside(folder), duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        for name in ("monitor", "intern"):
            connection.execute(f"attach '{name}.duckdb' as {name} (storage_version 'v1.0.0')")
        for node in nodes:
            connection.execute(_seed(node) if node["resource_type"] == "seed" else _model(node))
    return time.perf_counter() - started


def _seed(node: Mapping[str, Any]) -> str:
    types = node["config"].get("column_types") or {}
    stated = ", ".join(f"{quoted(column)}: {quoted(kind)}" for column, kind in types.items())
    path = quoted_pattern(DBT_PROJECT / node["original_file_path"])
    return f"create table {node['relation_name']} as from read_csv({path}, header = true, types = {{{stated}}})"


def _model(node: Mapping[str, Any]) -> str:
    return f"create table {node['relation_name']} as {node['compiled_code']}"


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Work in ``folder`` meanwhile: the sources of the models are relative to it."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def fresh_copy(build: Path, folder: Path) -> Path:
    """A folder with the frozen observations of ``build`` and nothing built."""
    shutil.copytree(build / "bron", folder / "bron", copy_function=os.link)
    return folder


def rows_of(database: Path) -> dict[str, int]:
    """How many rows each table of a built file has."""
    with attached(gebouwd=database) as connection:
        names = connection.execute(
            "select table_name from duckdb_tables() where database_name = current_database() and schema_name = 'main'"
        ).fetchall()
        counts = {}
        for (name,) in names:
            found = connection.execute(f"select count(*) from {quoted_name(name)}").fetchone()
            counts[str(name)] = int(found[0]) if found else 0
        return counts


def measure(build: Path, rounds: int = ROUNDS) -> BuildRounds:
    """Both, ``rounds`` times in turn."""
    nodes, project = in_order(build), Project()
    bare, ours = [], []
    with tempfile.TemporaryDirectory(prefix="bench-", dir=build.parents[1]) as name:
        scratch = Path(name)
        for number in range(rounds):
            folder = fresh_copy(build, scratch / f"bare-{number}")
            bare.append(bare_build(nodes, folder))
            workspace = Workspace(scratch, f"ours-{number}")
            fresh_copy(build, workspace.folder)
            started = time.perf_counter()
            with closing(DbtBuilder(project.dbt, workspace.folder)) as builder:
                built = build_database(workspace, builder)
            ours.append(time.perf_counter() - started)
            if not built.complete or rows_of(workspace.database) != rows_of(folder / "monitor.duckdb"):
                raise SystemExit("The two builds differ, so their times say nothing.")
    return BuildRounds(bare, ours)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("warehouse", type=Path)
    found = measure(last_build(parser.parse_args().warehouse))
    for name, seconds in (("bare", found.bare), ("ours", found.ours)):
        print(f"{name:8} {statistics.median(seconds):6.2f} s (of {', '.join(f'{s:.2f}' for s in seconds)})")
    print(f"ratio    {found.ratio:6.2f}")


if __name__ == "__main__":
    main()
