"""Nothing published gives a secret cell away: not a region of one member, a numerator, a merger, or what a check found.

A secret cell is one in which CBS printed a dot. What is tried here is what a reader could do with two published
figures: take one for the other, or subtract them.
"""

import re

import duckdb
import pytest

SECRET = "onbekend_of_geheim"


def test_a_region_of_one_or_two_municipalities_says_no_more_than_they_do(release: duckdb.DuckDBPyConnection) -> None:
    """JZ15 is Haarlemmermeer and JZ22 is Utrecht: their row is the figure; of two members the other one gives it."""
    small = release.execute(
        "select regio_code, jaar, count(*) from gemeente_regio where regio_soort <> 'land'"
        " group by all having count(*) <= 2"
    ).fetchall()
    assert {("JZ15", 2021, 1), ("JZ22", 2022, 1)} <= set(small)
    told = release.execute(
        """
        with klein as (
            select regio_code, jaar from gemeente_regio where regio_soort <> 'land' group by all having count(*) <= 2
        ),
        geheim as (
            select distinct cijfer.indicator_id, lid.regio_code, lid.jaar
            from gemeente_regio as lid
            inner join klein using (regio_code, jaar)
            inner join fct_indicator as cijfer
                on cijfer.regio_code = lid.gm_code and cijfer.jaar = lid.jaar and cijfer.indeling = 'origineel'
            where cijfer.reden_ontbreekt = $secret
        )
        select count(*), count(regio.waarde)
        from geheim
        inner join fct_indicator as regio using (indicator_id, regio_code, jaar)
        where regio.indeling = 'origineel'
        """,
        {"secret": SECRET},
    ).fetchone()
    assert told is not None
    rows, with_a_figure = told
    # Of most there is no row at all, since not every municipality is placed.
    assert rows >= 3
    assert with_a_figure == 0


@pytest.mark.parametrize("table", ["fct_indicator", "fct_indicator_wijk"])
@pytest.mark.parametrize("part", ["teller", "noemer"])
def test_no_part_of_a_ratio_is_a_figure_that_is_secret_by_itself(
    release: duckdb.DuckDBPyConnection, table: str, part: str
) -> None:
    where = "and ratio.indeling = base.indeling" if table == "fct_indicator" else ""
    sql = f"""
        select count(*), count(ratio.{part})
        from {table} as ratio
        inner join dim_indicator as dim on dim.indicator_id = ratio.indicator_id
        inner join {table} as base
            on base.indicator_id = dim.{part} and base.regio_code = ratio.regio_code and base.jaar = ratio.jaar {where}
        where base.reden_ontbreekt = '{SECRET}' and not contains(ratio.indicator_id, 'begrotingsafwijking')
    """
    rows, given = release.execute(sql).fetchall()[0]
    assert given == 0
    assert rows > 0 or (table, part) == ("fct_indicator", "noemer")


def test_a_sum_of_ages_is_there_only_where_each_age_is(release: duckdb.DuckDBPyConnection) -> None:
    """Young people up to 25 of a wijk are two columns of CBS together: with one of them the other is known."""
    wrong = release.execute(
        """
        select som.regio_code
        from fct_indicator_wijk as som
        inner join fct_indicator_wijk as deel using (regio_code, jaar)
        where som.indicator_id = 'jongeren_tot_25' and deel.indicator_id in ('inwoners_tot_15', 'inwoners_15_25')
        group by som.regio_code, som.jaar
        having count(deel.waarde) < 2 and count(som.waarde) > 0
        """
    ).fetchall()
    assert wrong == []


def test_a_municipality_of_now_is_no_sum_of_some_of_its_parts(release: duckdb.DuckDBPyConnection) -> None:
    """With a part that lacks, the sum less the known parts would be that part."""
    rows, given = release.execute(
        """
        with delen as (
            select h.nieuwe_code, cijfer.indicator_id, cijfer.jaar, bool_or(cijfer.reden_ontbreekt = $secret) as geheim
            from herindeling as h
            inner join fct_indicator as cijfer
                on cijfer.regio_code in (h.oude_code, h.nieuwe_code) and cijfer.jaar <= year(h.datum)
                    and (cijfer.jaar < year(h.datum) or (month(h.datum), day(h.datum)) <> (1, 1))
            where cijfer.indeling = 'origineel' and h.soort in ('fusie', 'toevoeging')
            group by all
        )
        select count(*), count(nu.waarde)
        from delen
        inner join fct_indicator as nu
            on nu.regio_code = delen.nieuwe_code and nu.indicator_id = delen.indicator_id and nu.jaar = delen.jaar
        where delen.geheim and nu.indeling = 'actueel'
        """,
        {"secret": SECRET},
    ).fetchall()[0]
    assert rows > 100
    assert given == 0


def test_no_public_column_is_a_remainder(release: duckdb.DuckDBPyConnection) -> None:
    """Of people; what is left of amounts, or of how much changed, is no secret."""
    sql = "select table_name, column_name from duckdb_columns() where schema_name = 'main'"
    names = release.execute(sql).fetchall()
    found = {name for name in names if re.search(r"(^|_)(rest|overig|onbekende_wijk|restant|saldo)($|_)", name[1])}
    assert found == set()
