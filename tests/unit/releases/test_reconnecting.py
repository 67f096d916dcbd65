"""What the guide for analysts says of a reader that stays open while a release is published."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from pipelines.common.settings import GUIDE_TEXTS
from tests.support.made_up_releases import stored_release

GUIDE = (GUIDE_TEXTS / "handleiding" / "verbinden.md").read_text(encoding="utf-8")
WHICH = "select release_id from release"


def read(connection: duckdb.DuckDBPyConnection) -> str:
    ((release_id,),) = connection.execute(WHICH).fetchall()
    return str(release_id)


def test_an_open_connection_keeps_its_release_and_a_new_one_gets_the_new(tmp_path: Path) -> None:
    first, path = stored_release(tmp_path, 1, "a"), str(tmp_path / "monitor.duckdb")
    with duckdb.connect(path, read_only=True) as held:
        second = stored_release(tmp_path, 2, "b")
        assert read(held) == read(held.cursor()) == first.release_id
        with duckdb.connect(path, read_only=True) as fresh:
            assert read(fresh) == second.release_id
        assert read(held) == first.release_id


def test_what_is_attached_again_is_the_new_release(tmp_path: Path) -> None:
    first = stored_release(tmp_path, 1, "a")
    attach = f"attach '{tmp_path / 'monitor.duckdb'}' as monitor (read_only)"
    with duckdb.connect() as connection:
        connection.execute(attach)
        second = stored_release(tmp_path, 2, "b")
        which = "select release_id from monitor.release"
        assert connection.execute(which).fetchall() == [(first.release_id,)]
        connection.execute("detach monitor")
        connection.execute(attach)
        assert connection.execute(which).fetchall() == [(second.release_id,)]


@pytest.mark.parametrize(
    ("settings", "sees_the_new_one"),
    [({"poolclass": NullPool}, True), ({"pool_recycle": 0}, True), ({}, False)],
    ids=["no pool", "recycled", "pool"],
)
def test_a_pool_of_sqlalchemy_keeps_the_release_unless_it_lets_go(
    tmp_path: Path, settings: dict[str, Any], sees_the_new_one: bool
) -> None:
    first = stored_release(tmp_path, 1, "a")
    engine = create_engine(f"duckdb:///{tmp_path / 'monitor.duckdb'}", connect_args={"read_only": True}, **settings)
    with engine.connect() as connection:
        assert connection.execute(text(WHICH)).scalar() == first.release_id
    second = stored_release(tmp_path, 2, "b")
    with engine.connect() as connection:
        assert connection.execute(text(WHICH)).scalar() == (second if sees_the_new_one else first).release_id
    engine.dispose()


def test_two_connections_with_other_settings_refuse_each_other(tmp_path: Path) -> None:
    stored_release(tmp_path, 1, "a")
    path = str(tmp_path / "monitor.duckdb")
    with duckdb.connect(path, read_only=True), pytest.raises(duckdb.ConnectionException) as refused:
        duckdb.connect(path, read_only=True, config={"custom_user_agent": "ander"})
    assert "different configuration than existing connections" in str(refused.value)
    assert "different configuration than existing connections" in GUIDE


def test_the_reader_of_the_guide_follows_the_releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = (
        b for b in re.findall(r"^```python\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE) if "class Monitor" in b
    )
    recipe: dict[str, Any] = {"__name__": "verbinden"}
    exec(block.partition("\nmonitor = Monitor()")[0], recipe)
    monkeypatch.chdir(tmp_path)
    first = stored_release(tmp_path / "warehouse", 1, "a")
    monitor = recipe["Monitor"]()
    held = monitor.verbinding()
    assert read(held) == monitor.uitgave == first.release_id
    second = stored_release(tmp_path / "warehouse", 2, "b")
    assert read(monitor.verbinding()) == monitor.uitgave == second.release_id
    assert read(held) == first.release_id
