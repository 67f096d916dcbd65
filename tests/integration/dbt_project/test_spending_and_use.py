"""Spending and use of a domain side by side: gaps stay gaps."""

import duckdb
import pytest

COMPLETE = {
    "jeugd": {2018, 2019, 2021, 2022},
    "wmo": {2017, 2018, 2019, 2020, 2021},
    "participatie": {2017, 2018, 2019, 2020, 2021},
    "sociaal_domein": set[int](),
}
"""Years in which at least one municipality has both lasten and users."""


@pytest.mark.parametrize("domain", COMPLETE)
def test_years_in_which_one_side_is_missing_are_visible(release: duckdb.DuckDBPyConnection, domain: str) -> None:
    rows = release.execute(
        """
        select jaar, list(distinct koppeling order by koppeling)
        from mart_lasten_en_gebruik
        where domein = ? and regio_soort = 'gemeente'
        group by jaar
        order by jaar
        """,
        [domain],
    ).fetchall()
    assert [year for year, _ in rows] == list(range(2017, 2027))
    assert {year for year, kinds in rows if "compleet" in kinds} == COMPLETE[domain]
    assert {year for year, kinds in rows if kinds == ["geen"]} == {2025, 2026}


def test_a_domain_without_its_counts_says_why(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute("""
        select domein, jaar, koppeling, reden_gebruikers, reden_lasten_per_gebruiker, reden_lasten
        from mart_lasten_en_gebruik
        where regio_code = 'GM0344' and (domein, jaar) in (
            ('jeugd', 2017), ('jeugd', 2020), ('jeugd', 2024), ('jeugd', 2025), ('participatie', 2021),
            ('sociaal_domein', 2021), ('wmo', 2022)
        )
        order by all
    """).fetchall()
    assert rows == [
        ("jeugd", 2017, "alleen_lasten", "buiten_reeks", "buiten_reeks", None),
        ("jeugd", 2020, "alleen_lasten", "niet_opgenomen", "niet_opgenomen", None),
        ("jeugd", 2024, "alleen_lasten", "buiten_reeks", "buiten_reeks", None),
        ("jeugd", 2025, "geen", "buiten_reeks", "buiten_reeks", "buiten_reeks"),
        ("participatie", 2021, "compleet", None, "geen_indicator", None),
        ("sociaal_domein", 2021, "alleen_lasten", "geen_indicator", "geen_indicator", None),
        ("wmo", 2022, "alleen_lasten", "buiten_reeks", "buiten_reeks", None),
    ]


def test_a_payer_for_its_region_stands_out_beside_its_neighbours(release: duckdb.DuckDBPyConnection) -> None:
    """Maastricht booked the youth care of Zuid-Limburg up to 2020: the methods page warns with these figures."""
    rows = release.execute("""
        select regio_code, jaar, lasten, begroot, round(lasten_per_inwoner), round(begrotingsafwijking_pct, 1),
            twijfel_lasten
        from mart_lasten_en_gebruik
        where domein = 'jeugd' and (regio_code, jaar) in (('GM0935', 2018), ('GM0935', 2021), ('GM0917', 2018))
        order by all
    """).fetchall()
    assert rows == [
        ("GM0917", 2018, 40_659, 32_990, 469, 23.2, False),
        ("GM0935", 2018, 159_296, 37_006, 1298, 330.5, True),
        ("GM0935", 2021, 47_027, 172_820, 391, -72.8, True),
    ]
