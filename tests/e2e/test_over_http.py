"""A release is read over http from a plain file server, and a new release in between spoils nothing."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from urllib.request import Request, urlopen

import duckdb
import pytest

from pipelines.common.sql import quoted
from pipelines.releases.store import Release, Releases
from tests.support.static_server import StaticServer, static_server
from tests.support.warehouses import query

HTTPFS = files("duckdb_extension_httpfs") / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
FIGURE = (
    "select jeugdzorg_jongeren from monitor.mart_gemeente_jaar where gm_code = 'GM0141' and jaar = 2022",
    """select waarde from monitor.mart_indicator_actueel
    where indicator_id = 'jeugdzorg_jongeren' and regio_code = 'GM0141' and jaar = 2022""",
)


@pytest.fixture(scope="module")
def two(warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Releases, Release, Release]:
    """A warehouse with some tables of the release, and a later one in which that figure is a thousand more."""
    releases = Releases(tmp_path_factory.mktemp("http") / "warehouse")
    first, later = (Release(releases.root / name) for name in ("20260101T030000.000Z-een", "20260102T030000.000Z-twee"))
    for release in (first, later):
        release.folder.mkdir(parents=True)
        with duckdb.connect(str(release.database)) as connection:
            connection.execute(f"attach {quoted(warehouse / 'monitor.duckdb')} as bron (read_only)")
            for table in ("mart_gemeente_jaar", "mart_indicator_actueel"):
                connection.execute(f"create table {table} as from bron.{table}")
            connection.execute(f"create table release as select '{release.release_id}' as release_id")
            connection.execute("detach bron")
    with duckdb.connect(str(later.database)) as connection:
        connection.execute("update mart_gemeente_jaar set jeugdzorg_jongeren = jeugdzorg_jongeren + 1000")
        connection.execute("update mart_indicator_actueel set waarde = waarde + 1000")
    return releases, first, later


@pytest.fixture
def server(two: tuple[Releases, Release, Release]) -> Iterator[StaticServer]:
    releases, first, _ = two
    releases.point_at(first)
    with static_server(releases.warehouse) as running:
        yield running


@pytest.fixture
def reader() -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with httpfs, which is not fetched."""
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        connection.execute(f"load {quoted(HTTPFS)}")
        yield connection


def figures(reader: duckdb.DuckDBPyConnection) -> list[float]:
    return [row[0] for sql in FIGURE for row in reader.execute(sql).fetchall()]


def test_a_release_stays_what_it_is_whatever_comes_after_it(
    two: tuple[Releases, Release, Release], server: StaticServer, reader: duckdb.DuckDBPyConnection
) -> None:
    releases, first, later = two
    ((figure,),) = query(releases.warehouse, FIGURE[0].replace("monitor.", ""))
    reader.execute(f"attach '{server.url}/releases/{first.release_id}/monitor.duckdb' as monitor (read_only)")
    releases.point_at(later)
    assert figures(reader) == [figure, figure]
    with pytest.raises(duckdb.Error, match="read-only mode"):
        reader.execute("delete from monitor.release")


def test_only_what_is_asked_for_is_fetched_and_every_table_arrives_as_it_was_published(
    warehouse: Path, reader: duckdb.DuckDBPyConnection
) -> None:
    release = Releases(warehouse).current()
    assert release is not None
    reader.execute(f"attach {quoted(release.database)} as schijf (read_only)")
    tables = reader.execute("select table_name from duckdb_tables() where database_name = 'schijf'").fetchall()
    assert tables
    rows = "select count(*), sum(hash(rij)) from {}.{} as rij"
    address = f"/releases/{release.release_id}/monitor.duckdb"
    with static_server(warehouse) as server:
        reader.execute(f"attach '{server.url}{address}' as monitor (read_only)")
        assert len(figures(reader)) == 2
        assert server.sent[address] < release.database.stat().st_size / 3
        for (table,) in tables:
            over_http, on_disk = (reader.execute(rows.format(at, table)).fetchall() for at in ("monitor", "schijf"))
            assert over_http == on_disk, table


def test_what_was_attached_through_the_current_link_stays_whole_after_a_swap(
    two: tuple[Releases, Release, Release], server: StaticServer, reader: duckdb.DuckDBPyConnection
) -> None:
    releases, first, later = two
    attach = f"attach '{server.url}/huidig/monitor.duckdb' as monitor (read_only)"
    reader.execute(attach)
    releases.point_at(later)
    old = figures(reader)
    assert reader.execute("select release_id from monitor.release").fetchall() == [(first.release_id,)]
    reader.execute("detach monitor")
    reader.execute(attach)
    assert figures(reader) == [figure + 1000 for figure in old]


def test_a_server_that_gives_parts_of_the_current_release_breaks_off_rather_than_mixes(
    two: tuple[Releases, Release, Release], reader: duckdb.DuckDBPyConnection
) -> None:
    releases, first, later = two
    releases.point_at(first)
    with static_server(releases.warehouse, ranges_of_current=True) as careless:
        reader.execute(f"attach '{careless.url}/huidig/monitor.duckdb' as monitor (read_only)")
        releases.point_at(later)
        # This version says so with bytes of the file in its message, which Python cannot read.
        with pytest.raises((duckdb.Error, UnicodeDecodeError)):
            figures(reader)


def test_ranges_are_given_of_releases_and_whole_files_of_the_current_one(
    two: tuple[Releases, Release, Release], server: StaticServer
) -> None:
    _, first, _ = two
    content = first.database.read_bytes()
    for path, status, body in (
        (f"releases/{first.release_id}", 206, content[4096:8192]),
        ("huidig", 200, content),
    ):
        part = Request(f"{server.url}/{path}/monitor.duckdb", headers={"Range": "bytes=4096-8191"})
        with urlopen(part) as answer:
            assert (answer.status, answer.read() == body) == (status, True)
