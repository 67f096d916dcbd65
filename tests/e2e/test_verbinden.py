"""The recipes of the guide `verbinden.md` do what it says: each Python and SQL block is run, as it stands there."""

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.settings import DBT_PROJECT
from tests.e2e.conftest import query
from tests.e2e.test_over_http import HTTPFS
from tests.static_server import static_server

GUIDE = (DBT_PROJECT / "handleiding" / "verbinden.md").read_text(encoding="utf-8")
EXAMPLE_ADDRESS = "https://monitor.example.nl"
FIGURE = "select jeugdzorg_jongeren from mart_gemeente_jaar where gm_code = 'GM0141' and jaar = 2022"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def figure(warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What every recipe reads, where `warehouse` is a folder beside the one who reads the guide."""
    (tmp_path / "warehouse").symlink_to(warehouse)
    monkeypatch.chdir(tmp_path)
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
def test_a_python_recipe_reads_the_figure(block: str, figure: str, address: str) -> None:
    here = block.replace(EXAMPLE_ADDRESS, address).replace("install httpfs; load httpfs;", f"load '{HTTPFS}'")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(here, "verbinden.md", "exec"), {"__name__": "verbinden"})
    assert figure in said.getvalue()


@pytest.mark.parametrize("block", blocks("sql"), ids=range(len(blocks("sql"))))
def test_an_sql_recipe_answers_in_a_read_only_release(block: str, figure: str) -> None:
    path = ":memory:" if "attach '" in block else "warehouse/monitor.duckdb"
    with duckdb.connect(path, read_only=path != ":memory:") as connection:
        answer = connection.execute(block).fetchall()
    assert answer
    assert figure in str(answer) or "Jongeren" in str(answer)


def test_a_locked_release_reads_no_other_file_and_stays_locked(figure: str) -> None:
    locked = {"enable_external_access": "false", "lock_configuration": "true"}
    assert str(locked).strip("{}") in GUIDE.replace('"', "'")
    with duckdb.connect("warehouse/monitor.duckdb", read_only=True, config=locked) as connection:
        assert f"({figure}.0,)" in str(connection.execute(FIGURE).fetchall())
        for forbidden in (
            "from read_text('/etc/hostname')",
            "attach '/tmp/elders.duckdb'",
            "copy release to 'uit.csv'",
            "load httpfs",
            "set enable_external_access = true",
            "create table erbij (i integer)",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(forbidden)
