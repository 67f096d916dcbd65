"""What the docs say of a release is so of a real one: its files, the examples of the README, and one value's way."""

import re
import subprocess
import sys
from pathlib import Path

import duckdb

from pipelines.common.settings import PROJECT
from pipelines.explain.text import render
from pipelines.releases.warehouse import Warehouse
from tests.support.explained import explain_figure

README = (PROJECT / "README.md").read_text(encoding="utf-8")
CONTRACT = (PROJECT / "docs" / "contract.md").read_text(encoding="utf-8")
ARCHITECTURE = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_query_of_the_readme_finds_the_figures(release: duckdb.DuckDBPyConnection) -> None:
    (query,) = re.findall(r'^duckdb -readonly \S+ \\\n  "(.*?)"$', README, re.DOTALL | re.MULTILINE)
    rows = release.execute(query).fetchall()
    assert {region for region, *_ in rows} == {"Amsterdam"}
    assert any(value is not None for _, _, value, *_ in rows)


def test_the_python_of_the_readme_runs_as_it_stands(warehouse: Path, tmp_path: Path) -> None:
    (tmp_path / "warehouse").symlink_to(warehouse)
    (code,) = re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    shown = re.sub(r"^(monitor\.sql\(.*\))$", r"print(len(\1.fetchall()))", code, flags=re.MULTILINE)
    done = subprocess.run([sys.executable, "-c", shown], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "5\n", "")


def test_the_files_of_a_release_are_those_that_are_told(warehouse: Path) -> None:
    section = CONTRACT.split("## Files beside the database\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.split(" | ")[0] for line in section.splitlines() if line.startswith("| `")]
    told = {re.sub("<[^>]+>", "*", name) for row in rows for name in re.findall(r"`([^`]+)`", row)} | {"monitor.duckdb"}
    folder = warehouse / "huidig"
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {name for name in told if not list(folder.glob(name))} == set()
    assert files - {path.relative_to(folder).as_posix() for name in told for path in folder.glob(name)} == set()


def test_the_value_whose_way_is_told_goes_that_way(warehouse: Path) -> None:
    way = ARCHITECTURE.split("## The way of one value\n", 1)[1].split("\n## ", 1)[0]
    table, column, text = re.search(r"table (\w+) .*?`(\w+_\d+)`, as the text `('[^']+')`", way, re.DOTALL).groups()  # type: ignore[union-attr]
    found = explain_figure(Warehouse(warehouse), "jeugdzorg_jongeren", "GM1680", 2018, "origineel")
    told = render(found)
    assert all(part in told for part in (table, column, text, "Zorg > Jongeren met jeugdzorg in natura"))
    assert "Zorg > Jongeren met jeugdzorg in natura" in way
    version = next(path for path in (warehouse / "raw" / table).iterdir() if path.is_dir())
    kept = {path.name for path in version.iterdir()}
    assert kept == {"rows.ndjson.gz", "metadata", "snapshot.json"}
    assert all(name in way for name in kept)
