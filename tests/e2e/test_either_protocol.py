"""The release is the same whether the tables came by OData v3 or by v4; only where they came from differs.

Shown of the miniature: that every recorded table gives the same cells by either is shown table by table
(``test_v4_cells_are_those_of_v3``), and a release is made of nothing else.
"""

from pathlib import Path

import duckdb
import pytest

from pipelines.statline.client import Api
from tests.support.place import Place
from tests.support.warehouses import copy_warehouse, query

# Of a release itself: when and from what it was made.
OWN = {"release"}
# Of a table: when it came, and the hash of what was kept, which is in the form of the protocol.
OWN_COLUMNS = {"herkomst": {"opgehaald", "sha256"}}


def refreshed(place: Place, warehouse: Path, api: Api) -> Place:
    made = place.with_warehouse(warehouse)
    done = made.run("refresh", STATLINE_API=api)
    assert done.returncode == 0, done.stdout
    assert "failed. " in done.stdout
    assert " 0 failed. " in done.stdout
    return made


def differences(first: Path, second: Path) -> dict[str, int]:
    """How many rows of each public table stand in one of two releases only."""
    with duckdb.connect() as connection:
        for name, warehouse in (("first", first), ("second", second)):
            connection.execute(f"attach '{warehouse / 'monitor.duckdb'}' as \"{name}\" (read_only)")
        listed = "select distinct table_name from duckdb_tables() where database_name = ?"
        tables = {row[0] for row in connection.execute(listed, ["first"]).fetchall()}
        assert tables == {row[0] for row in connection.execute(listed, ["second"]).fetchall()}
        found = {}
        for table in sorted(tables - OWN):
            leave_out = ", ".join(sorted(OWN_COLUMNS.get(table, ())))
            columns = f"* exclude ({leave_out})" if leave_out else "*"
            one, other = (f'select {columns} from "{name}".main."{table}"' for name in ("first", "second"))
            query = f"select count(*) from (({one} except all {other}) union all ({other} except all {one}))"
            row = connection.execute(query).fetchone()
            assert row is not None
            found[table] = row[0]
        return found


@pytest.mark.slow
def test_the_miniature_gives_the_same_release_by_either_protocol(miniature: Place, tmp_path: Path) -> None:
    by_v4 = refreshed(miniature, tmp_path / "v4", "v4")
    found = differences(miniature.warehouse, by_v4.warehouse)
    assert "fct_indicator" in found
    assert {table: count for table, count in found.items() if count} == {}


@pytest.mark.slow
def test_a_warehouse_goes_from_one_protocol_to_the_other_and_back(miniature: Place, tmp_path: Path) -> None:
    place = miniature.with_warehouse(copy_warehouse(miniature.warehouse, tmp_path / "warehouse"))
    figures = query(place.warehouse, "from fct_indicator order by all")
    done = place.run("refresh", STATLINE_API="v4")
    assert done.returncode == 0, done.stdout
    assert "Tables: 3 fetched, 0 unchanged, 0 failed." in done.stdout
    quiet = place.run("refresh", STATLINE_API="v4")
    assert "Tables: 0 fetched, 3 unchanged, 0 failed." in quiet.stdout
    assert query(place.warehouse, "from fct_indicator order by all") == figures
    back = place.run("refresh", STATLINE_API="v3")
    assert "Tables: 3 fetched, 0 unchanged, 0 failed." in back.stdout
    assert query(place.warehouse, "from fct_indicator order by all") == figures
