"""The published file is what the contract says, in both directions, and says itself what everything in it means.

Run as a program it writes what the current release of the warehouse offers as the contract of a version.
"""

import json
import sys

import duckdb

from pipelines.build.contract import CONTRACTS, contract_of, load_contract
from pipelines.common.settings import Settings


def test_the_file_has_exactly_the_tables_columns_types_and_keys_of_the_contract(
    release: duckdb.DuckDBPyConnection,
) -> None:
    offered, promised = contract_of(release), load_contract()
    assert offered.version == promised.version
    assert offered.as_json() == promised.as_json()


def test_the_dictionary_is_the_file_itself(release: duckdb.DuckDBPyConnection) -> None:
    in_file = release.execute(
        "select table_name, column_name, data_type, comment from duckdb_columns() where not internal"
    ).fetchall()
    told = release.execute("select tabel, kolom, type, omschrijving from dictionary").fetchall()
    assert sorted(in_file) == sorted(told)


def test_no_table_and_no_column_is_without_description(release: duckdb.DuckDBPyConnection) -> None:
    undocumented = release.execute(
        """
        select table_name, column_name from duckdb_columns() where not internal and coalesce(trim(comment), '') = ''
        union all
        select table_name, null from duckdb_tables() where not internal and coalesce(trim(comment), '') = ''
        """
    ).fetchall()
    assert undocumented == []


def test_every_table_says_which_columns_identify_a_row_and_they_do(release: duckdb.DuckDBPyConnection) -> None:
    for name, shape in load_contract().tables.items():
        (comment,) = release.execute("select comment from duckdb_tables() where table_name = ?", [name]).fetchone() or (
            "",
        )
        if not shape.key:
            continue
        assert set(comment.rpartition(" Sleutel: ")[2].rstrip(".").split(", ")) == set(shape.key)
        columns = ", ".join(shape.key)
        doubles = release.execute(f"select {columns} from {name} group by all having count(*) > 1 limit 1").fetchall()
        assert doubles == [], name
    assert [name for name, shape in load_contract().tables.items() if not shape.key] == []


def test_types_are_tight(release: duckdb.DuckDBPyConnection) -> None:
    types = dict(release.execute("select distinct data_type, true from duckdb_columns() where not internal").fetchall())
    assert types.keys() <= {
        "VARCHAR",
        "DOUBLE",
        "BOOLEAN",
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "DATE",
        "TIMESTAMP",
    }
    years = release.execute(
        """
        select distinct data_type from duckdb_columns()
        where not internal and regexp_matches(column_name, '^jaar(_|$)')
        """
    ).fetchall()
    assert years == [("SMALLINT",)]


def test_rows_lie_in_the_order_that_analysts_filter_by(release: duckdb.DuckDBPyConnection) -> None:
    filtered_by = {
        "fct_indicator": "indicator_id, indeling, regio_soort, regio_code, jaar",
        "mart_indicator_actueel": "indicator_id, regio_soort, regio_code, jaar",
        "mart_indicator_origineel": "indicator_id, regio_soort, regio_code, jaar",
        "mart_benchmark": "indicator_id, gm_code, jaar",
        "mart_ranglijst": "indicator_id, jaar",
        "mart_kaart": "indicator_id, jaar, gm_code",
        "mart_verandering": "indicator_id, jaar_van, regio_soort, regio_code",
        "mart_gemeente_profiel": "gm_code, domein, indicator_id, jaar",
        "mart_gemeente_naast_gelijken": "gm_code, domein, indicator_id, volgorde",
        "mart_gemeente_jaar": "gm_code, jaar",
    }
    for table, columns in filtered_by.items():
        (out_of_order,) = release.execute(
            f"""
            with plaatsen as (
                select rowid as plaats, row_number() over (order by {columns}, rowid) as hoort from {table}
            )
            select count(*) from plaatsen where plaats + 1 <> hoort
            """
        ).fetchone() or (None,)
        assert out_of_order == 0, table


def test_one_column_joins_the_facts_to_each_dimension(release: duckdb.DuckDBPyConnection) -> None:
    for dimension, column in (("dim_indicator", "indicator_id"), ("dim_regio", "regio_code"), ("dim_periode", "jaar")):
        (rows, keys) = release.execute(f"select count(*), count(distinct {column}) from {dimension}").fetchone() or ()
        assert rows == keys
        lost = release.execute(f"from fct_indicator anti join {dimension} using ({column}) limit 1").fetchall()
        assert lost == []
    municipalities = release.execute(
        "from fct_indicator anti join dim_gemeente on regio_code = gm_code where regio_soort = 'gemeente' limit 1"
    ).fetchall()
    assert municipalities == []


if __name__ == "__main__":
    with duckdb.connect(str(Settings().monitor_warehouse / "monitor.duckdb"), read_only=True) as current:
        offered = json.dumps(contract_of(current).as_json(), ensure_ascii=False, indent=1)
    (CONTRACTS / f"{sys.argv[1]}.json").write_text(offered + "\n", encoding="utf-8")
