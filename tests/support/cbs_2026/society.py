"""The society that the made tables count: people, clients and money per municipality and year, all made up.

Everything is a count per municipality of 2010, smooth over the years and the same on every machine, so that a merged
municipality, a province and the country are sums of their parts in every table. A table rounds and hides what it shows.
"""

from collections.abc import Mapping
from functools import cache
from zlib import crc32

from tests.support.cbs_2026.form import UNKNOWN, Value
from tests.support.cbs_2026.region import WITH_WIJKEN, buurten, members, municipalities, parts, wijken

# Made up, but of the size that a reader expects of the four largest.
_LARGE = {"GM0363": 780_000, "GM0599": 600_000, "GM0518": 490_000, "GM0344": 310_000}
# Ages from, and the share of all people; the classes of 70072ned.
AGES = ("0-5", "5-10", "10-15", "15-20", "20-25", "25-45", "45-65", "65-80", "80+")
_AGE_SHARES = (0.050, 0.053, 0.056, 0.060, 0.064, 0.250, 0.270, 0.147, 0.050)
# People who get care or benefits, of all inhabitants, and how that grows in a year.
_RATES: dict[str, tuple[float, float]] = {
    "youth": (0.027, 1.012),
    "wmo": (0.068, 1.021),
    "benefit": (0.026, 0.985),
    "receivers": (0.29, 1.005),
    "overlap": (0.085, 1.010),
    "spent": (1.65, 1.040),
    "homes": (0.47, 1.002),
}


def chance(*words: str) -> float:
    """A number from 0 up to 1 that depends on the words only."""
    return (crc32("|".join(words).encode()) * 2_654_435_761 % 2**32) / 2**32


@cache
def _people_of_2010(gm_code: str) -> float:
    return _LARGE.get(gm_code, 1_000 + 130_000 * chance("size", gm_code) ** 3)


@cache
def _people(part: str, year: int) -> int:
    return round(_people_of_2010(part) * (1.003 + 0.007 * chance("growth", part)) ** (year - 2010))


@cache
def inhabitants(year: int) -> Mapping[str, float]:
    """Inhabitants on the first of January, by region; ages add up to them."""
    return _everywhere(
        year, {gm: float(sum(_people(part, year) for part in found)) for gm, found in parts(year).items()}
    )


@cache
def of_age(age: str, year: int) -> Mapping[str, float]:
    """Inhabitants of one of ``AGES``, whole people; 25-45 is what the others leave."""
    ages = {gm: _ages(gm, year)[age] for gm in municipalities(year)}
    return _everywhere(year, ages)


@cache
def of_single_age(age: int, year: int) -> Mapping[str, float]:
    """Inhabitants who are just this old, up to 24: whole people, of whom five years make a class of ``AGES``."""
    group, place = AGES[age // 5], age % 5

    def of(gm_code: str) -> float:
        people = _ages(gm_code, year)[group]
        return people * (place + 1) // 5 - people * place // 5

    return _everywhere(year, {gm: of(gm) for gm in municipalities(year)})


@cache
def _ages(gm_code: str, year: int) -> dict[str, float]:
    all_people = sum(_people(part, year) for part in parts(year)[gm_code])
    found = {
        age: float(round(all_people * share * (0.9 + 0.2 * chance("age", age, parts(year)[gm_code][0]))))
        for age, share in zip(AGES, _AGE_SHARES, strict=True)
    }
    found["25-45"] += all_people - sum(found.values())
    return found


@cache
def amount(year: int, what: str, *shares: tuple[str, float]) -> Mapping[str, float]:
    """What is counted, unrounded, by region: ``what`` of ``_RATES``, then for each of ``shares`` (a name, about what
    part).

    A part is never more than the whole it is a part of, in any region. A name that begins with ``=`` has the same part
    everywhere: such parts add up.
    """
    growth = _RATES[what][1] ** (year - 2020)
    every = _of_parts(what, shares)
    found = {
        gm_code: growth * sum([_people(part, year) * every[part] for part in own])
        for gm_code, own in parts(year).items()
    }
    return _everywhere(year, found)


@cache
def households(year: int) -> Mapping[str, float]:
    """Private households by region: whole ones per municipality, so that the country is their sum."""
    homes = amount(year, "homes")
    return _everywhere(year, {gm_code: float(round(homes[gm_code])) for gm_code in municipalities(year)})


@cache
def _of_parts(what: str, shares: tuple[tuple[str, float], ...]) -> Mapping[str, float]:
    """Which part of its inhabitants is counted, in 2020, by municipality of 2010."""
    found = {}
    for part in parts(2010):
        rate = _RATES[what][0] * (0.7 + 0.6 * chance(what, part))
        for name, share in shares:
            rate *= share if name.startswith("=") else min(1.0, share * (0.9 + 0.2 * chance(what, name, part)))
        found[part] = rate
    return found


def _everywhere(year: int, of_municipalities: dict[str, float]) -> Mapping[str, float]:
    """Add the regions that municipalities make, and the wijken and buurten that they are made of."""
    found = dict(of_municipalities)
    for region, codes in members(year).items():
        found[region] = sum(of_municipalities[code] for code in codes)
    found["NL01"] = found["NL00"] = found.pop("NL")
    for gm_code in WITH_WIJKEN:
        for code, weight in _weights(gm_code).items():
            found[code] = of_municipalities[gm_code] * weight
    return found


@cache
def _weights(gm_code: str) -> Mapping[str, float]:
    """Which part of a municipality lives in each of its wijken and buurten."""
    found = _parted(list(wijken(gm_code)))
    for wijk, weight in dict(found).items():
        found |= {buurt: weight * part for buurt, part in _parted(list(buurten(wijk))).items()}
    return found


def _parted(codes: list[str]) -> dict[str, float]:
    weights = {code: 0.5 + chance("weight", code) for code in codes}
    return {code: weight / sum(weights.values()) for code, weight in weights.items()}


def rounded(value: float, to: int = 5, *, hidden_below: float = 0) -> Value:
    """``value`` to the nearest multiple of ``to``; a dot where it is less than ``hidden_below``."""
    return UNKNOWN if value < hidden_below else to * int(value / to + 0.5)


def percentage(part: float, whole: float) -> Value:
    """With one decimal, and a dot where there is nothing to take a part of."""
    return round(100 * part / whole, 1) if whole >= 1 else UNKNOWN
