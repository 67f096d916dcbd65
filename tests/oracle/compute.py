"""All figures of the recording: per division one mapping."""

from functools import cache
from pathlib import Path

from tests.oracle.divisions import TARGET, Composition, compositions, memberships, put_together
from tests.oracle.figures import LAND, Figure, Key, Series
from tests.oracle.iv3 import iv3_series
from tests.oracle.published import INDICATOREN_2022, REFERRALS, published_series
from tests.oracle.ratios import ratio_series
from tests.oracle.recording import municipalities_per_year

NOT_ADDITIVE = {"jeugdzorg_pct", *INDICATOREN_2022}
"""Percentages that CBS publishes without the counts behind them."""


@cache
def compute(recording: Path) -> dict[Key, Figure]:
    """Compute what `fct_indicator` must hold for municipalities and the country, indeling `origineel`.

    Args:
        recording: folder with `statline/<table>/`.

    Returns:
        One figure per (indicator_id, regio_code, jaar); worked out once, so not to be changed.
    """
    return _indicators(_measures(recording))


def compute_made(recording: Path) -> dict[str, dict[Key, Figure]]:
    """Compute what is made of municipalities of the year: per division one figure per (indicator_id, regio_code, jaar).

    `origineel` holds the regions, `actueel` the regions, the municipalities of today and the country.
    """
    measures, municipalities = _measures(recording), municipalities_per_year()
    members = memberships(recording, measures["inwoners"])
    made: dict[str, dict[str, Series]] = {
        "origineel": {name: {} for name in measures},
        "actueel": {name: {} for name in measures},
    }
    for year in range(min(members["provincie"]), TARGET + 1):
        for division, kinds in compositions(municipalities, members, year).items():
            for name, series in measures.items():
                for composition in kinds.values():
                    made[division][name] |= _year(series, year, composition, name)
    for name, series in measures.items():
        made["actueel"][name] |= {key: figure for key, figure in series.items() if key[0] == LAND}
    return {division: _indicators(series) for division, series in made.items()}


@cache
def _measures(recording: Path) -> dict[str, Series]:
    municipalities = municipalities_per_year()
    return published_series(recording, municipalities) | iv3_series(recording, municipalities)


def _indicators(measures: dict[str, Series]) -> dict[Key, Figure]:
    return {
        (indicator, region, year): figure
        for indicator, series in (measures | ratio_series(measures)).items()
        if indicator not in REFERRALS
        for (region, year), figure in series.items()
    }


def _year(series: Series, year: int, composition: Composition | None, name: str) -> Series:
    """Put one measure together for one year; of a kind of which not every member is known there is no region at all."""
    figures = {code: figure for (code, jaar), figure in series.items() if jaar == year and code != LAND}
    if not figures or composition is None:
        return {}
    additive = name not in NOT_ADDITIVE
    return {(whole, year): put_together(parts, figures, additive=additive) for whole, parts in composition.items()}
