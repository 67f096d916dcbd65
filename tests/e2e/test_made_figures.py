"""Every figure made of municipalities (today's division, regions) equals what the oracle makes of the recording."""

import math
from collections import Counter

import duckdb
import pytest

from tests.oracle import RECORDING, Figure, Key, compute, compute_made

Figures = dict[Key, Figure]

PUBLISHED = """
    select indicator_id, regio_code, jaar, waarde, reden_ontbreekt, status, teller, noemer, schatting
    from fct_indicator
    where indeling = $division and (regio_soort not in ('gemeente', 'land') or indeling = 'actueel')
"""
DIVISIONS = ("origineel", "actueel")


@pytest.fixture(scope="module")
def expected() -> dict[str, Figures]:
    return compute_made(RECORDING)


@pytest.fixture(scope="module")
def published(release: duckdb.DuckDBPyConnection) -> dict[str, Figures]:
    found = {}
    for division in DIVISIONS:
        rows = release.execute(PUBLISHED, {"division": division}).fetchall()
        found[division] = {(indicator, region, year): Figure(*parts) for indicator, region, year, *parts in rows}
        assert len(found[division]) == len(rows)
    return found


@pytest.mark.parametrize("division", DIVISIONS)
def test_every_indicator_region_and_year_is_there_and_no_other(
    expected: dict[str, Figures], published: dict[str, Figures], division: str
) -> None:
    missing = expected[division].keys() - published[division].keys()
    excess = published[division].keys() - expected[division].keys()
    assert (Counter(key[0] for key in missing), Counter(key[0] for key in excess)) == (Counter(), Counter()), (
        sorted(missing)[:5],
        sorted(excess)[:5],
    )


@pytest.mark.parametrize("division", DIVISIONS)
@pytest.mark.parametrize("part", ["waarde", "reden", "status", "teller", "noemer", "schatting"])
def test_what_is_published_is_what_its_parts_make(
    expected: dict[str, Figures], published: dict[str, Figures], division: str, part: str
) -> None:
    wrong = {
        key: (getattr(ours, part), getattr(published[division][key], part))
        for key, ours in expected[division].items()
        if key in published[division] and not same(getattr(ours, part), getattr(published[division][key], part))
    }
    assert len(wrong) == 0, dict(sorted(wrong.items())[:10])


def same(ours: float | str | None, theirs: float | str | None) -> bool:
    """Compare exactly; a ratio or an estimate may differ in the last bits, by the order of its operations."""
    if isinstance(ours, float) and isinstance(theirs, float):
        return math.isclose(ours, theirs, rel_tol=1e-12)
    return ours == theirs


def test_there_is_something_to_compare_in_both_divisions(expected: dict[str, Figures]) -> None:
    filled = {
        division: sum(figure.waarde is not None for figure in made.values()) for division, made in expected.items()
    }
    assert filled["origineel"] > 5_000
    assert filled["actueel"] > 100_000


def test_the_country_is_the_same_in_both_divisions(expected: dict[str, Figures]) -> None:
    original = {key: figure for key, figure in compute(RECORDING).items() if key[1] == "NL"}
    assert {key: figure for key, figure in expected["actueel"].items() if key[1] == "NL"} == original
