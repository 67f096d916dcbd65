"""Spending and use of a domain side by side: gaps stay gaps."""

import duckdb
import pytest

COMPLETE = {
    "jeugd": {2018, 2019, 2021, 2022},
    "wmo": {2017, 2018, 2019, 2020, 2021},
    "wmo_zonder_opvang": {2017, 2018, 2019, 2020, 2021},
    "participatie": {2017, 2018, 2019, 2020, 2021},
    "wijkteams": set[int](),
    "jeugd_wmo_en_wijkteams": set[int](),
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


def test_the_account_against_the_first_budget_is_net_where_baten_are_known(release: duckdb.DuckDBPyConnection) -> None:
    kinds = release.execute("""
        select jaar, list(distinct rekening_tegen_begroting_soort)
        from mart_lasten_en_gebruik
        where domein = 'sociaal_domein' and jaar between 2022 and 2024
        group by jaar
        order by jaar
    """).fetchall()
    assert kinds == [(2022, ["bruto"]), (2023, ["netto"]), (2024, ["bruto"])]


def test_gross_and_net_say_something_else_of_a_third_of_the_municipalities(release: duckdb.DuckDBPyConnection) -> None:
    """In 2023 +16.8 % gross and +4.3 % net of all that delivered both: what came in addition was mostly paid for."""
    found = release.execute("""
        select
            count(*),
            round(100 * (sum(lasten) / sum(begroot) - 1), 1),
            round(100 * (sum(netto_lasten) / sum(netto_begroot) - 1), 1),
            count(*) filter (sign(begrotingsafwijking_pct) <> sign(netto_begrotingsafwijking_pct))
        from mart_lasten_en_gebruik
        where domein = 'sociaal_domein' and jaar = 2023 and regio_soort = 'gemeente'
            and begrotingsafwijking_pct is not null and netto_begrotingsafwijking_pct is not null
    """).fetchone()
    assert found == (340, 16.8, 4.3, 127)


def test_what_is_read_per_inhabitant_and_client_leaves_out_shelter(release: duckdb.DuckDBPyConnection) -> None:
    """Vlissingen pays for shelter in all of Zeeland; without it, it is a municipality as others."""
    rows = release.execute("""
        select domein, round(lasten_per_inwoner), centrumgemeente_opvang, taakvelden
        from mart_lasten_en_gebruik
        where regio_code = 'GM0718' and jaar = 2021 and domein in ('wmo', 'wmo_zonder_opvang')
        order by domein
    """).fetchall()
    assert [row[2:] for row in rows] == [(True, "6.6, 6.71, 6.81"), (True, "6.6, 6.71")]
    assert rows[0][1] == 1170
    assert rows[1][1] < 400


def test_a_taakveld_has_both_sides_of_budget_and_account(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute("""
        select jaar, verslagsoort, taakveld, lasten, baten, netto_lasten, reden_baten, groepen, lasten_weggelaten
        from mart_taakveld
        where gm_code = 'GM0193' and (
            (jaar = 2023 and taakveld = '6.2') or (jaar = 2022 and taakveld = '6.2' and verslagsoort = 'jaarrekening')
            or (jaar = 2025 and taakveld in ('6.79', '6.91', '7.1')) or (jaar = 2026 and taakveld = '6.23')
        )
        order by all
    """).fetchall()
    teams, whole = "jeugd_wmo_en_wijkteams, sociaal_domein, wijkteams", "jeugd_wmo_en_wijkteams, sociaal_domein"
    assert [row for row in rows if row[0] == 2023] == [
        (2023, "begroting", "6.2", 21_195, 280, 20_915, None, teams, False),
        (2023, "jaarrekening", "6.2", 23_943, 1_959, 21_984, None, teams, False),
    ]
    assert [(row[0], row[4], row[6]) for row in rows if row[0] in (2022, 2026)] == [
        (2022, None, "buiten_reeks"),
        (2026, None, "buiten_reeks"),
    ]
    assert [row[2:] for row in rows if row[0] == 2025] == [
        ("6.79", 3_547, 0, 3_547, None, whole, False),
        ("6.91", 0, 0, 0, None, f"{whole}, wmo, wmo_zonder_opvang", True),
        ("7.1", 6_685, 0, 6_685, None, None, False),
    ]


def test_centre_municipalities_book_nearly_all_shelter(release: duckdb.DuckDBPyConnection) -> None:
    shares = release.execute("""
        select
            sum(lasten) filter (centrumgemeente_opvang) / sum(lasten),
            count(distinct gm_code) filter (centrumgemeente_opvang)
        from mart_taakveld
        where taakveld = '6.81' and verslagsoort = 'jaarrekening' and jaar between 2017 and 2024
        group by jaar
    """).fetchall()
    assert len(shares) == 8
    assert all(0.94 <= share <= 0.98 for share, _ in shares)
    assert {number for _, number in shares} <= {42, 43}


def test_neighbourhood_teams_grew_and_stand_beside_youth_and_wmo(release: duckdb.DuckDBPyConnection) -> None:
    """From 0.9 to 2.1 billion, in no group of youth or Wmo: the group of all three has them."""
    amounts = dict(
        release.execute("""
            select jaar, round(sum(lasten) / 1e6, 1) from mart_taakveld
            where taakveld = '6.2' and verslagsoort = 'jaarrekening' group by jaar
        """).fetchall()
    )
    assert (amounts[2017], amounts[2022], amounts[2023], amounts[2024]) == (0.9, 1.3, 1.9, 2.1)
    together = release.execute("""
        select
            count(*) filter (abs(geheel.lasten - jeugd.lasten - wmo.lasten - teams.lasten) > 0.5),
            count(geheel.lasten)
        from mart_lasten_en_gebruik as geheel
        inner join mart_lasten_en_gebruik as jeugd using (regio_code, jaar)
        inner join mart_lasten_en_gebruik as wmo using (regio_code, jaar)
        inner join mart_lasten_en_gebruik as teams using (regio_code, jaar)
        where (geheel.domein, jeugd.domein, wmo.domein, teams.domein)
            = ('jeugd_wmo_en_wijkteams', 'jeugd', 'wmo', 'wijkteams') and geheel.regio_soort = 'gemeente'
    """).fetchone()
    assert together is not None
    assert together[0] == 0
    assert together[1] > 2_600


@pytest.mark.parametrize("indicator", ["begroot_jeugd", "begroot_wmo", "lasten_wijkteams", "netto_begroot_jeugd"])
def test_a_group_of_another_scope_is_not_compared_with_the_year_before(
    release: duckdb.DuckDBPyConnection, indicator: str
) -> None:
    breaks = release.execute(
        "select jaar, tekst from dim_reeksbreuk where indicator_id = ? and blokkerend order by jaar", [indicator]
    ).fetchall()
    assert breaks[-1][0] == 2025
    if indicator.endswith(("jeugd", "wmo")):
        assert "6.79" in breaks[-1][1]
        assert "6.23" in breaks[-1][1]
    trends = release.execute(
        "select count(*) from mart_trend where indicator_id = ? and jaar = 2025 and richting is not null", [indicator]
    ).fetchone()
    assert trends == (0,)
