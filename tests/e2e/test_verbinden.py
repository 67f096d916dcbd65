"""The recipes of the guide `verbinden.md` do what it says: each Python and SQL block is run, as it stands there."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.common.settings import GUIDE_TEXTS
from pipelines.common.sql import quoted
from tests.e2e.test_over_http import HTTPFS
from tests.support.static_server import static_server
from tests.support.warehouses import query

GUIDE = (GUIDE_TEXTS / "handleiding" / "verbinden.md").read_text(encoding="utf-8")
EXAMPLE_ADDRESS = "https://monitor.example.nl"
FIGURE = "select jeugdzorg_jongeren from mart_gemeente_jaar where gm_code = 'GM0141' and jaar = 2022"


# What a person types in a tool that opens `argv[1]` read-only with the settings of the guide; the last rows are shown.
TYPED = """
import sys
import duckdb
path, locked, *statements = sys.argv[1:]
config = {"enable_external_access": "false", "lock_configuration": "true"} if locked == "locked" else {}
connection = duckdb.connect(path, read_only=path != ":memory:", config=config)
for statement in statements:
    print(connection.execute(statement).fetchall())
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


def run(folder: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``code`` as a person does, in a process of its own: DuckDB's settings go for all of a process."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def desk(warehouse: Path, tmp_path: Path) -> Path:
    """The folder of who reads the guide: `warehouse` lies in it."""
    (tmp_path / "warehouse").symlink_to(warehouse)
    return tmp_path


@pytest.fixture(scope="module")
def figure(warehouse: Path) -> str:
    """What every recipe reads."""
    ((found,),) = query(warehouse, FIGURE)
    return str(int(found))


@pytest.fixture
def address(warehouse: Path) -> Iterator[str]:
    """The warehouse on a web server."""
    with static_server(warehouse) as server:
        yield server.url


def test_the_guide_has_recipes_to_run() -> None:
    assert len(blocks("python")) >= 7
    assert len(blocks("sql")) >= 4


@pytest.mark.parametrize("block", blocks("python"), ids=range(len(blocks("python"))))
def test_a_python_recipe_reads_the_figure(block: str, desk: Path, figure: str, address: str) -> None:
    here = block.replace(EXAMPLE_ADDRESS, address).replace("install httpfs; load httpfs;", f"load {quoted(HTTPFS)}")
    done = run(desk, here)
    assert done.returncode == 0, done.stderr
    assert figure in done.stdout


@pytest.mark.parametrize("block", blocks("sql"), ids=range(len(blocks("sql"))))
def test_an_sql_recipe_answers_in_a_read_only_release(block: str, desk: Path, figure: str) -> None:
    path = ":memory:" if "attach '" in block else "warehouse/monitor.duckdb"
    done = run(desk, TYPED, path, "open", block)
    assert done.returncode == 0, done.stderr
    assert figure in done.stdout or "Jongeren" in done.stdout


@pytest.mark.parametrize(
    ("forbidden", "told"),
    [
        ("from read_text('/etc/hostname')", "file system operations are disabled"),
        ("attach 'elders.duckdb'", "file system operations are disabled"),
        ("copy release to 'uit.csv'", "file system operations are disabled"),
        ("load httpfs", "Loading external extensions is disabled"),
        ("set enable_external_access = true", "the configuration has been locked"),
        ("create table erbij (i integer)", "read-only mode"),
    ],
)
def test_a_locked_release_reads_no_other_file_and_stays_locked(
    forbidden: str, told: str, desk: Path, figure: str
) -> None:
    done = run(desk, TYPED, "warehouse/monitor.duckdb", "locked", FIGURE, forbidden)
    assert (done.stdout.strip(), done.returncode) == (f"[({figure}.0,)]", 1)
    assert told in done.stderr


def test_the_lock_is_the_one_of_the_guide() -> None:
    (settings,) = re.findall(r"^config = (\{.*?\})", TYPED, re.MULTILINE)
    assert GUIDE.count(settings) == 3
