"""The trend of two indicators, computed again in plain Python, with the breaks typed over by hand."""

import math

import duckdb
import pytest

Value = tuple[float | None, float | None, bool]
"""waarde, the count behind it, twijfel."""

BLOCKING = {
    # The leading table changes; nothing blocks the lasten before the renumbering of 2025.
    "wmo_clienten_per_1000_inwoners": [2021],
    "lasten_jeugd": [],
}
NOT_BLOCKING = {"wmo_clienten_per_1000_inwoners": [2019, 2020], "lasten_jeugd": [2022, 2023]}
YEARS = {"wmo_clienten_per_1000_inwoners": range(2017, 2022), "lasten_jeugd": range(2017, 2025)}
COUNTED = {"wmo_clienten_per_1000_inwoners": True, "lasten_jeugd": False}
YOUTH_CARE_BOTH_YEARS = 291
"""Municipalities of the newest division with a figure in 2018 and in 2019."""
WITHOUT_MEMBERS = ("jeugdregio", "ggd_regio")
COLUMNS = (
    "waarde_van",
    "waarde",
    "mutatie",
    "mutatie_pct",
    "drempel",
    "richting",
    "reden_ontbreekt",
    "breuk_jaar",
    "beleidsbreuk",
)


def figures(release: duckdb.DuckDBPyConnection, indicator: str) -> dict[tuple[str, int], Value]:
    rows = release.execute(
        """
        select regio_code, jaar, waarde, teller, twijfel
        from mart_indicator_actueel
        where indicator_id = ? and regio_soort not in ?
        """,
        [indicator, WITHOUT_MEMBERS],
    ).fetchall()
    return {(region, year): (waarde, teller, twijfel) for region, year, waarde, teller, twijfel in rows}


def expected(indicator: str, before: Value, after: Value, first: int, year: int) -> tuple[object, ...]:
    """Work out one row as the methods page describes it."""
    old, old_count, old_doubt = before
    new, new_count, new_doubt = after
    blocking = [jaar for jaar in BLOCKING[indicator] if first < jaar <= year]
    policy = any(first < jaar <= year for jaar in NOT_BLOCKING[indicator])
    break_year = blocking[0] if blocking else None
    change = percentage = threshold = direction = None
    if old is not None and new is not None and not blocking:
        change = new - old
        percentage = 100 * change / old if old > 0 else None
    reason = (
        "reeksbreuk"
        if blocking
        else "cijfer_ontbreekt"
        if new is None
        else "vergelijkcijfer_ontbreekt"
        if old is None
        else "twijfel"
        if old_doubt or new_doubt
        else "vergelijkcijfer_nul"
        if old <= 0
        else None
    )
    if reason is None:
        assert percentage is not None
        noise = 0.0
        if COUNTED[indicator]:
            assert old_count is not None
            assert new_count is not None
            # The counts are rounded to 5, which matters only for counts that the secrecy of CBS leaves no room for.
            noise = 196 * math.sqrt(1 / old_count + 1 / new_count)
        threshold = max(3.0, noise)
        direction = "gelijk" if abs(percentage) <= threshold else "stijging" if percentage > 0 else "daling"
    return old, new, change, percentage, threshold, direction, reason, break_year, policy


@pytest.mark.parametrize("indicator", BLOCKING)
def test_every_row_of_an_indicator_is_what_the_method_says(release: duckdb.DuckDBPyConnection, indicator: str) -> None:
    known = figures(release, indicator)
    wanted = {
        (region, year, step): expected(indicator, known[region, year - step], known[region, year], year - step, year)
        for region, year in known
        for step in (1, 3)
        if year - step in YEARS[indicator]
    }
    rows = release.execute(
        f"select regio_code, jaar, stap, {', '.join(COLUMNS)} from mart_trend where indicator_id = ?",
        [indicator],
    ).fetchall()
    found = {(region, year, step): tuple(parts) for region, year, step, *parts in rows}
    assert found.keys() == wanted.keys()
    different = {key: (wanted[key], found[key]) for key in wanted if not same(wanted[key], found[key])}
    assert different == {}


def same(ours: tuple[object, ...], theirs: tuple[object, ...]) -> bool:
    """Compare numbers to 1e-9, all else exactly."""
    return all(
        math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9) if isinstance(a, float) and isinstance(b, float) else a == b
        for a, b in zip(ours, theirs, strict=True)
    )


def test_all_three_directions_and_the_usual_reasons_occur(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute("""
        select distinct coalesce(richting, reden_ontbreekt)
        from mart_trend
        where regio_soort = 'gemeente' and indicator_id in ('wmo_clienten_per_1000_inwoners', 'lasten_jeugd')
    """).fetchall()
    assert {word for (word,) in rows} == {
        "stijging",
        "daling",
        "gelijk",
        "reeksbreuk",
        "cijfer_ontbreekt",
        "vergelijkcijfer_ontbreekt",
        "twijfel",
    }


def test_a_few_clients_more_is_no_rise_where_the_numbers_are_small(release: duckdb.DuckDBPyConnection) -> None:
    """Small and large municipalities with about the same change in per cent are judged by the counts behind it."""
    rows = release.execute("""
        select
            max(drempel) filter (cijfer.teller < 100) > 25,
            min(drempel) filter (cijfer.teller > 10000) < 3.1,
            bool_and(drempel >= 3)
        from mart_trend as trend
        inner join fct_indicator as cijfer using (indicator_id, regio_code, jaar)
        where cijfer.indeling = 'actueel' and indicator_id = 'wmo_clienten_per_1000_inwoners' and richting is not null
    """).fetchone()
    assert rows == (True, True, True)


def test_a_deviation_is_compared_in_percentage_points(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute("""
        select count(*), count(mutatie_pct), count(distinct drempel), min(drempel), count(distinct richting)
        from mart_trend
        where indicator_id = 'begrotingsafwijking_jeugd_pct' and richting is not null
    """).fetchone()
    assert rows is not None
    assert rows[0] > 3000
    assert rows[1:] == (0, 1, 3.0, 3)


def test_the_new_series_of_youth_care_has_no_trend_at_all(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute("""
        select jaar, stap, count(richting), count(mutatie)
        from mart_trend
        where indicator_id = 'jeugdzorg_jongeren' and regio_soort = 'gemeente'
        group by all
        order by all
    """).fetchall()
    # 2018 to 2019 is one series; 2020 was not published, 2021 began a new one and 2022 moved young people around.
    assert [row[:2] for row in rows] == [(2019, 1), (2020, 1), (2021, 1), (2021, 3), (2022, 1), (2022, 3)]
    assert rows[0][2] == rows[0][3] == YOUTH_CARE_BOTH_YEARS
    assert {row[2:] for row in rows[1:]} == {(0, 0)}
