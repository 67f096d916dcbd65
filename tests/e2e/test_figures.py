"""The published figures equal those that the oracle computes from the recording along another route.

All municipalities and the country, all indicators and years, in the division of the year itself.
"""

import math
from collections import Counter

import duckdb
import pytest

from tests.oracle import LAND, RECORDING, Figure, Key, compute
from tests.oracle.by_hand import CELLS, FILLED, INWONERS_NL_KWB, MUNICIPALITIES, RATIOS, REASONS

Figures = dict[Key, Figure]

SHOWN = 10

PUBLISHED = """
    select indicator_id, regio_code, jaar, waarde, reden_ontbreekt, status, teller, noemer
    from fct_indicator
    where indeling = 'origineel' and regio_soort in ('gemeente', 'land')
"""


@pytest.fixture(scope="module")
def expected() -> Figures:
    return compute(RECORDING)


@pytest.fixture(scope="module")
def published(release: duckdb.DuckDBPyConnection) -> Figures:
    rows = release.execute(PUBLISHED).fetchall()
    figures = {(indicator, region, year): Figure(*parts) for indicator, region, year, *parts in rows}
    assert len(figures) == len(rows), f"expected one row per indicator, region and year, found {len(rows)} rows"
    return figures


def fail_on(problems: dict[Key, str]) -> None:
    """Fail with the number of problems, the indicators that have most of them and the first ten."""
    if not problems:
        return
    most = Counter(indicator for indicator, _, _ in problems).most_common(SHOWN)
    lines = [f"{' '.join(map(str, key))}: {problem}" for key, problem in sorted(problems.items())[:SHOWN]]
    summary = ", ".join(f"{indicator} {count}" for indicator, count in most)
    pytest.fail("\n".join([f"{len(problems)} differences, most in {summary}", *lines]), pytrace=False)


def shared(expected: Figures, published: Figures) -> list[tuple[Key, Figure, Figure]]:
    return [(key, figure, published[key]) for key, figure in expected.items() if key in published]


def test_the_indicators_are_those_of_the_design(expected: Figures, published: Figures) -> None:
    assert {indicator for indicator, _, _ in published} == {indicator for indicator, _, _ in expected}


def test_every_indicator_year_and_region_is_there_and_no_other(expected: Figures, published: Figures) -> None:
    missing = dict.fromkeys(expected.keys() - published.keys(), "expected a row, found none")
    excess = dict.fromkeys(published.keys() - expected.keys(), "expected no row, found one")
    fail_on(missing | excess)


def test_values_are_equal(expected: Figures, published: Figures) -> None:
    fail_on(
        {
            key: f"expected {ours.waarde} (reden {ours.reden}), published {theirs.waarde} (reden {theirs.reden})"
            for key, ours, theirs in shared(expected, published)
            if not same_value(ours, theirs)
        }
    )


def same_value(ours: Figure, theirs: Figure) -> bool:
    """Compare exactly; only a computed ratio may differ in the last bits, by the order of its operations."""
    if ours.noemer is None or ours.waarde is None or theirs.waarde is None:
        return ours.waarde == theirs.waarde
    return math.isclose(ours.waarde, theirs.waarde, rel_tol=1e-12)


@pytest.mark.parametrize("part", ["reden", "status", "teller", "noemer"])
def test_what_is_said_about_a_figure_is_equal(expected: Figures, published: Figures, part: str) -> None:
    fail_on(
        {
            key: f"expected {part} {getattr(ours, part)}, published {getattr(theirs, part)}"
            for key, ours, theirs in shared(expected, published)
            if getattr(ours, part) != getattr(theirs, part)
        }
    )


@pytest.mark.parametrize("indicator", FILLED)
def test_as_many_municipalities_have_a_figure_as_the_design_says(published: Figures, indicator: str) -> None:
    rows = [(year, figure) for (id_, region, year), figure in published.items() if id_ == indicator and region != LAND]
    filled = Counter(year for year, figure in rows if figure.waarde is not None)
    counted = {year: (filled[year], total) for year, total in Counter(year for year, _ in rows).items()}
    assert counted == {year: (count, MUNICIPALITIES[year]) for year, count in FILLED[indicator].items()}


@pytest.mark.parametrize("year", INWONERS_NL_KWB)
def test_the_country_has_as_many_inhabitants_as_kerncijfers_says(published: Figures, year: int) -> None:
    assert published["inwoners", LAND, year].waarde == INWONERS_NL_KWB[year]


def test_cells_read_by_eye_from_the_recording(published: Figures) -> None:
    assert {key: published[key].waarde for key in CELLS if key in published} == CELLS


def test_ratios_worked_out_by_hand(published: Figures) -> None:
    assert {key: published[key].waarde for key in RATIOS if key in published} == pytest.approx(RATIOS, abs=1e-7)


def test_reasons_seen_by_eye_in_the_recording(published: Figures) -> None:
    assert {key: published[key].reden for key in REASONS if key in published} == REASONS


def test_regions_are_municipalities_by_their_code_and_one_country(release: duckdb.DuckDBPyConnection) -> None:
    kinds = release.execute("""
        select distinct regio_soort, regexp_replace(regio_code, '[0-9]{4}$', '')
        from fct_indicator
        where indeling = 'origineel' and regio_soort in ('gemeente', 'land')
    """).fetchall()
    assert sorted(kinds) == [("gemeente", "GM"), ("land", LAND)]
