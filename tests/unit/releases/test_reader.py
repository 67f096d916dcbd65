"""A release is read by one reader, whatever its age; several of them beside each other see the same release."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from pipelines.releases.reader import open_folder, open_releases
from pipelines.releases.store import Release, ReleaseError
from tests.support.made_up_releases import HEADER, release_to_show


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return release_to_show(tmp_path / "uitgave")


def test_a_column_that_is_not_there_yet_is_empty_and_a_table_has_no_rows(folder: Path) -> None:
    with open_folder(folder) as release:
        assert release.select("dim_regio", ("naam", "later"), "naam desc") == [
            {"naam": "Nederland", "later": None},
            {"naam": "Aalten", "later": None},
        ]
        assert release.select("er_niet", ("naam",)) == []
        assert release.columns("dim_regio") == ["regio_code", "regio_soort", "naam"]
        assert not release.has("er_niet")


def test_rows_come_in_the_order_of_the_file_and_parameters_are_filled_in(folder: Path) -> None:
    with open_folder(folder) as release:
        assert release.rows("dim_regio")["naam"].to_list() == ["Aalten", "Nederland"]
        found = release.records("select naam from dim_regio where regio_code = $code", {"code": "NL"})
    assert found == [{"naam": "Nederland"}]


def test_the_header_is_what_the_release_says_of_itself(folder: Path) -> None:
    with open_folder(folder) as release:
        assert release.header.as_row() == HEADER
        assert release.header.is_recording


def test_readers_beside_each_other_read_the_same_release_at_once(folder: Path) -> None:
    with open_folder(folder) as release, ThreadPoolExecutor(4) as pool:
        readers = [release.beside() for _ in range(8)]
        found = list(pool.map(lambda reader: (reader.tables, reader.rows("fct_indicator").height), readers))
        assert found == [(release.tables, release.rows("fct_indicator").height)] * 8


def test_nothing_can_be_written(folder: Path) -> None:
    with open_folder(folder) as release, pytest.raises(duckdb.Error, match="read-only"):
        release.records("delete from dim_regio")


def test_releases_beside_each_other_are_told_by_name_when_one_cannot_be_read(folder: Path) -> None:
    with open_releases(een=Release(folder), twee=Release(folder.with_name("uitgave"))) as connection:
        count = "select (select count(*) from een.main.dim_regio), (select count(*) from twee.main.dim_regio)"
        assert connection.execute(count).fetchall() == [(2, 2)]
    (folder / "monitor.duckdb").write_bytes(b"geen database")
    with (
        pytest.raises(ReleaseError, match=r"Release uitgave cannot be read: .* See `monitor verify uitgave`"),
        open_releases(een=Release(folder)),
    ):
        pass
