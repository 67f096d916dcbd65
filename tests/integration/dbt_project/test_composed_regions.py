"""Regions put together from municipalities: who lies where and who says so, what they add up to, who has none."""

from datetime import date

import duckdb
import pytest

from tests.oracle.divisions import FROM_BORDERS, derived
from tests.oracle.recording import municipalities_per_year

COMPOSED = "samengesteld uit gemeenten, geen cijfer van CBS"
KINDS = ("jeugdregio", "ggd_regio")
COMPLETED = {
    "GM0756": ("JZ33", "GG5406", [2021]),
    "GM1702": ("JZ33", "GG5406", [2021]),
    "GM0530": ("JZ29", "GG4607", [2021, 2022]),
    "GM0614": ("JZ29", "GG4607", [2021, 2022]),
    "GM0457": ("JZ16", "GG3606", [2021, 2022]),
}
"""Boxmeer, Sint Anthonis, Hellevoetsluis, Westvoorne, Weesp: youth region, GGD region and the years completed."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_municipality_of_2021_to_2025_lies_where_its_successor_and_the_known_moves_say(
    release: duckdb.DuckDBPyConnection, kind: str
) -> None:
    municipalities = municipalities_per_year()
    for year in FROM_BORDERS:
        rows = release.execute(
            "select gm_code, regio_code from gemeente_regio where regio_soort = ? and jaar = ?", [kind, year]
        ).fetchall()
        assert dict(rows) == derived(kind, municipalities[year], year), year


@pytest.mark.parametrize("gm_code", COMPLETED)
def test_who_was_gone_before_the_first_borders_is_marked_as_derived(
    release: duckdb.DuckDBPyConnection, gm_code: str
) -> None:
    youth, ggd, years = COMPLETED[gm_code]
    rows = release.execute(
        "select regio_soort, regio_code, herkomst, list(jaar order by jaar) from gemeente_regio"
        " where gm_code = ? and jaar > 2020 and regio_soort in ('jeugdregio', 'ggd_regio') group by all order by all",
        [gm_code],
    ).fetchall()
    assert rows == [("ggd_regio", ggd, "afgeleid", years), ("jeugdregio", youth, "afgeleid", years)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_regions_of_a_kind_add_up_to_all_municipalities_in_2021_to_2025(
    release: duckdb.DuckDBPyConnection, kind: str
) -> None:
    """Of every count and amount that each municipality has, in both divisions; where one lacks, a region does too."""
    rows = release.execute(
        """
        select indicator_id, jaar, indeling,
            sum(waarde) filter (regio_soort = 'gemeente') as gemeenten,
            count(*) filter (regio_soort = 'gemeente' and waarde is null) as gemeenten_leeg,
            sum(waarde) filter (regio_soort = $kind) as regios,
            count(*) filter (regio_soort = $kind and waarde is null) as regios_leeg
        from fct_indicator
        where jaar between 2021 and 2025 and indicator_id in (select indicator_id from dim_indicator where optelbaar)
        group by all
        """,
        {"kind": kind},
    ).fetchall()
    whole = {(indicator, year, division) for indicator, year, division, _, empty, *_ in rows if not empty}
    assert {("inwoners", year, division) for year in FROM_BORDERS for division in ("origineel", "actueel")} <= whole
    assert {("jeugdzorg_jongeren", year, "origineel") for year in (2021, 2022)} <= whole
    for indicator, year, division, municipalities, empty, regions, regions_empty in rows:
        if not empty:
            assert (regions, regions_empty) == (municipalities, 0), (indicator, year, division)
        elif division == "origineel":
            assert 0 < regions_empty <= empty, (indicator, year)


def test_a_region_that_took_another_in_has_its_members_of_the_year_and_of_2025(
    release: duckdb.DuckDBPyConnection,
) -> None:
    """Zeewolde (GM0050) went from Flevoland (JZ08) to Noord-Veluwe (JZ12) in 2024."""
    rows = release.execute(
        "select jaar, indeling, regio_code, waarde, lidmaatschap_bron, lidmaatschap_datum from fct_indicator"
        " where indicator_id = 'inwoners' and regio_code in ('JZ08', 'JZ12', 'GM0050') and jaar in (2023, 2024)"
    ).fetchall()
    found = {(jaar, indeling, code): value for jaar, indeling, code, value, *_ in rows}
    zeewolde = found[2023, "origineel", "GM0050"]
    assert found[2023, "actueel", "JZ12"] - found[2023, "origineel", "JZ12"] == zeewolde
    assert found[2023, "origineel", "JZ08"] - found[2023, "actueel", "JZ08"] == zeewolde
    assert found[2024, "actueel", "JZ12"] == found[2024, "origineel", "JZ12"]
    told = {
        (jaar, indeling, day)
        for jaar, indeling, code, _, source, day in rows
        if code != "GM0050" and source == "afgeleid"
    }
    assert told == {
        *((year, "origineel", date(year, 1, 1)) for year in (2023, 2024)),
        *((year, "actueel", date(2025, 1, 1)) for year in (2023, 2024)),
    }


def test_every_region_says_that_it_is_composed_and_no_municipality_does(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute("""
        select regio_soort in ('gemeente', 'land') as is_none, regiocijfer,
            bool_and(lidmaatschap_bron is null), bool_or(lidmaatschap_bron is null)
        from fct_indicator group by all order by all
    """).fetchall()
    assert rows == [(False, COMPOSED, False, False), (True, None, True, True)]


def test_a_region_without_known_members_has_no_row_and_the_coverage_says_why(
    release: duckdb.DuckDBPyConnection,
) -> None:
    assert release.execute(
        "select count(*) from fct_indicator where reden_ontbreekt = 'regio_onvolledig'"
    ).fetchone() == (0,)
    rows = release.execute("""
        select regio_soort, jaar, count(*), count(reden_geen_som), max(leden) from mart_dekking
        where indicator_id = 'inwoners' and regio_soort in ('jeugdregio', 'ggd_regio') and jaar >= 2025
        group by all order by all
    """).fetchall()
    assert rows == [
        *(("ggd_regio", 2025, 25, 0, 26), ("ggd_regio", 2026, 25, 25, 0)),
        *(("jeugdregio", 2025, 42, 0, 21), ("jeugdregio", 2026, 42, 42, 0)),
    ]


def test_nobody_ranks_a_region_or_judges_a_municipality_by_one_of_derived_members(
    release: duckdb.DuckDBPyConnection,
) -> None:
    for table in ("mart_ranglijst", "mart_benchmark"):
        assert release.execute(f"select distinct left(gm_code, 2) from {table}").fetchall() == [("GM",)]
    for table, column in (("gemeente_groep", "groep_soort"), ("mart_benchmark_groep", "groep_soort")):
        kinds = {kind for (kind,) in release.execute(f"select distinct {column} from {table}").fetchall()}
        assert "provincie" in kinds
        assert not kinds & set(KINDS)


def test_the_recording_has_no_row_of_a_region_to_hold_a_sum_against(release: duckdb.DuckDBPyConnection) -> None:
    assert release.execute("select count(*) from mart_regiovergelijking").fetchone() == (0,)
