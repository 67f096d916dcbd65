"""Which rate leads as the use of a domain, and why it is that one."""

import duckdb
import polars as pl

URK, DELFT = "GM0184", "GM0503"
OVER_ALL, OVER_YOUNG, SHARE = "jeugdzorg_per_1000_inwoners", "jeugdzorg_per_1000_jongeren_tot_25", "jeugdzorg_pct"


def figures(release: duckdb.DuckDBPyConnection, indicator: str, kind: str = "gemeente") -> pl.DataFrame:
    return pl.DataFrame(
        release.sql(
            f"""
            select regio_code, jaar, waarde from mart_indicator_actueel
            where indicator_id = '{indicator}' and regio_soort = '{kind}'
            """
        )
    )


def place(release: duckdb.DuckDBPyConnection, indicator: str, region: str, year: int) -> tuple[int, int]:
    """Where a municipality stands from high to low, and of how many."""
    known = figures(release, indicator).filter(pl.col("jaar") == year).drop_nulls()
    own = known.filter(pl.col("regio_code") == region)["waarde"].item()
    return known.filter(pl.col("waarde") > own).height + 1, known.height


def test_over_all_inhabitants_a_place_with_many_children_seems_to_use_much(release: duckdb.DuckDBPyConnection) -> None:
    assert place(release, OVER_ALL, URK, 2021) == (120, 342)
    assert place(release, SHARE, URK, 2021) == (328, 336)
    assert place(release, OVER_YOUNG, URK, 2021) == (331, 342)


def test_over_inhabitants_up_to_25_a_place_with_many_students_seems_to_use_little(
    release: duckdb.DuckDBPyConnection,
) -> None:
    assert place(release, SHARE, DELFT, 2021) == (217, 336)
    assert place(release, OVER_YOUNG, DELFT, 2021) == (293, 342)


def test_the_percentage_of_cbs_leads_and_the_rate_over_the_young_steps_in(release: duckdb.DuckDBPyConnection) -> None:
    for kind in ("gemeente", "provincie", "land"):
        share, young = (figures(release, name, kind).drop_nulls() for name in (SHARE, OVER_YOUNG))
        stepped_in = young.join(share, on=["regio_code", "jaar"], how="anti")
        expected = {(*row, SHARE) for row in share.rows()} | {(*row, OVER_YOUNG) for row in stepped_in.rows()}
        found = release.execute(
            """
            select regio_code, jaar, waarde, indicator_id from mart_gebruik
            where domein = 'jeugd' and regio_soort = ? and waarde is not null
            """,
            [kind],
        ).fetchall()
        assert set(found) == expected


def test_a_rate_over_the_young_is_marked_where_many_of_them_are_students(release: duckdb.DuckDBPyConnection) -> None:
    """Groningen took in Haren and Ten Boer in 2019: CBS has no percentage of the three together in 2018."""
    marked = release.sql("select regio_code, jaar from mart_gebruik where kanttekening is not null").fetchall()
    assert marked == [("GM0014", 2018)]
