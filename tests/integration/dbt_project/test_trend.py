"""Every direction of every figure, worked out again in plain Python with the formula of the methods page.

Figures come from the published facts; which count a figure rests on, how CBS rounds it and where series break is typed
over by hand; how many parts a sum has comes from the oracle, which replays the mergers.
"""

import math
from collections import Counter
from dataclasses import dataclass

import duckdb
import pytest

from tests.oracle import LAND, RECORDING, compute
from tests.oracle.divisions import GEBIEDEN, compositions, memberships
from tests.oracle.recording import municipalities_per_year

Key = tuple[str, str, int]
"""indicator_id, regio_code, jaar."""

ROUNDED_TO_TEN = {"bijstand_personen", "bijstandsuitkeringen", "ao_personen", "ww_personen"}
"""All other counts of persons and clients are rounded to 5."""
WITHOUT_CHANCE = (
    "inwoners",
    "aow_personen",
    "huishoudens",
    "jongeren_tot_25",
    "lasten_",
    "begroot_",
    "kosten_",
    "baten_",
    "netto_",
)
COUNTED_BELOW = {"jeugdzorg_trajecten_per_jongere", "lasten_jeugd_per_jongere_met_jeugdzorg", "lasten_wmo_per_client",
    "lasten_wmo_zonder_opvang_per_client",
}  # fmt: skip
"""Whose denominator is the count."""
WITH_COUNT = "jeugdzorg_pct"
WITHOUT_COUNT = {
    "jeugdhulp_pct_tot_18", "jeugdhulp_met_verblijf_pct_van_jeugdhulp", "jeugdbescherming_pct_tot_18",
    "jeugdbescherming_met_verblijf_pct_van_jeugdbescherming", "jeugdreclassering_pct_12_tot_23",
}  # fmt: skip
BLOCKING = {"wmo_clienten_per_1000_inwoners": [2021], "lasten_jeugd": [], "jeugdzorg_pct": [2021, 2022]}
NOT_BLOCKING = {"wmo_clienten_per_1000_inwoners": [2019, 2020], "lasten_jeugd": [2022, 2023], "jeugdzorg_pct": []}
YOUTH_CARE_BOTH_YEARS = 291
"""Municipalities of the newest division with a figure in 2018 and in 2019."""
DIRECTIONS = {"stijging", "daling", "niet_aantoonbaar", "binnen_3_procent", "binnen_3_procentpunt"}


@dataclass(frozen=True)
class Fact:
    """A published figure and its parts."""

    value: float | None
    above: float | None
    below: float | None
    doubted: bool


@dataclass(frozen=True)
class Count:
    """The count behind a figure, the size of its rounding and how often it was rounded."""

    number: float
    rounding: float
    parts: int

    @property
    def at_least(self) -> float:
        """What a count published as 0 may be at most."""
        return max(self.number, self.rounding / 2)

    @property
    def variance(self) -> float:
        """Of its logarithm: of chance, and of rounding every part."""
        return 1 / self.at_least + self.parts * self.rounding**2 / 12 / self.at_least**2


@pytest.fixture(scope="module")
def facts(release: duckdb.DuckDBPyConnection) -> dict[Key, Fact]:
    """Every figure of the newest division."""
    rows = release.execute(
        """
        select indicator_id, regio_code, jaar, waarde, teller, noemer, twijfel
        from mart_indicator_actueel
        """
    ).fetchall()
    return {(name, region, year): Fact(*rest) for name, region, year, *rest in rows}


@pytest.fixture(scope="module")
def parts() -> dict[tuple[str, int], int]:
    """Of how many municipalities of the year each municipality and region of today is made up."""
    lists, figures = municipalities_per_year(), compute(RECORDING)
    inhabitants = {(region, year): figure for (name, region, year), figure in figures.items() if name == "inwoners"}
    members = memberships(RECORDING, inhabitants)
    found = {}
    for year in GEBIEDEN:
        for made in compositions(lists, members, year)["actueel"].values():
            found |= {(region, year): len(whole) for region, whole in (made or {}).items()}
    return found


def count_behind(facts: dict[Key, Fact], parts: dict[tuple[str, int], int], key: Key) -> Count | None:
    """Find the count that the chance of a figure depends on; None where there is none or it is not known."""
    name, region, year = key
    fact = facts[key]
    if name in WITHOUT_COUNT or (name.startswith(WITHOUT_CHANCE) and name not in COUNTED_BELOW):
        return None
    base = facts.get(("jeugdzorg_jongeren", region, year))
    number = (
        (base.value if base else None) if name == WITH_COUNT
        else fact.below if name in COUNTED_BELOW
        else fact.value if fact.below is None
        else fact.above
    )  # fmt: skip
    rounding = 10.0 if name in ROUNDED_TO_TEN or name.startswith("bijstand_per") else 5.0
    # CBS publishes the country itself wherever the monitor has a count of it.
    known = 1 if region == LAND else parts[region, year]
    return None if number is None else Count(number, rounding, known)


def compared(facts: dict[Key, Fact], key: Key, count: Count | None) -> float:
    """What two years are compared by: the figure, or its count (of 0: half a unit), where it has one per head."""
    fact = facts[key]
    assert fact.value is not None
    if count is None or key[0] in COUNTED_BELOW:
        return fact.value
    return count.at_least if fact.below is None else count.at_least / fact.below


def ratio_of_percentages(facts: dict[Key, Fact], before: Key, after: Key) -> float:
    """Give the ratio of two percentages: that of the rates of young people, as near as their own rounding allows."""
    old, new = facts[before].value, facts[after].value
    assert old is not None
    assert new is not None
    young = [facts["jeugdzorg_jongeren", region, year].value for _, region, year in (before, after)]
    people = [facts["jongeren_tot_25", region, year].value for _, region, year in (before, after)]
    rates = [count / of for count, of in zip(young, people, strict=True) if count is not None and of is not None]
    lowest, highest = (new - 0.05) / (old + 0.05), (new + 0.05) / (old - 0.05)
    return sorted((lowest, rates[1] / rates[0], highest))[1]


def direction(facts: dict[Key, Fact], parts: dict[tuple[str, int], int], before: Key, after: Key) -> str:
    """Give the direction between two known figures, or why there is none."""
    name, old, new = before[0], facts[before], facts[after]
    assert old.value is not None
    assert new.value is not None
    if old.doubted or new.doubted:
        return "twijfel"
    if "begrotingsafwijking_" in name:
        change = new.value - old.value
        return "stijging" if change > 3 else "daling" if change < -3 else "binnen_3_procentpunt"
    counts = [count_behind(facts, parts, key) for key in (before, after)]
    known = [count for count in counts if count is not None]
    if name in WITHOUT_COUNT or (name == WITH_COUNT and len(known) < 2):
        return "telling_onbekend"
    if not known and old.value <= 0:
        return "vergelijkcijfer_nul"
    if name == WITH_COUNT:
        ratio = ratio_of_percentages(facts, before, after)
    else:
        ratio = compared(facts, after, counts[1]) / compared(facts, before, counts[0])
    chance = math.exp(1.96 * math.sqrt(sum(count.variance for count in known)))
    limit = max(1.03, chance)
    if ratio > limit:
        return "stijging"
    if ratio <= 0 or 1 / ratio > limit:
        return "daling"
    return "niet_aantoonbaar" if chance > 1.03 else "binnen_3_procent"


def test_every_direction_is_what_the_method_says(
    release: duckdb.DuckDBPyConnection, facts: dict[Key, Fact], parts: dict[tuple[str, int], int]
) -> None:
    rows = release.execute("""
        select indicator_id, regio_code, jaar_van, jaar, breuk_jaar, coalesce(richting, reden_geen_richting)
        from mart_trend
        union
        select indicator_id, regio_code, jaar_van, jaar_tot, breuk_jaar, coalesce(richting, reden_geen_richting)
        from mart_verandering
    """).fetchall()
    seen: Counter[str] = Counter()
    different = []
    for name, region, first, year, broken, found in rows:
        before, after = (name, region, first), (name, region, year)
        if broken is not None:
            wanted = "reeksbreuk"
        elif facts[after].value is None:
            wanted = "cijfer_ontbreekt"
        elif facts[before].value is None:
            wanted = "vergelijkcijfer_ontbreekt"
        else:
            wanted = direction(facts, parts, before, after)
        seen[wanted] += 1
        if wanted != found:
            different.append((name, region, first, year, wanted, found))
    assert different == []
    assert DIRECTIONS | {"twijfel"} <= seen.keys()
    assert sum(seen[word] for word in DIRECTIONS) > 100_000


@pytest.mark.parametrize("indicator", BLOCKING)
def test_every_pair_of_years_has_its_change_and_its_break(
    release: duckdb.DuckDBPyConnection, facts: dict[Key, Fact], indicator: str
) -> None:
    known = {(region, year): fact.value for (name, region, year), fact in facts.items() if name == indicator}
    wanted: dict[tuple[str, int, int], tuple[object, ...]] = {}
    for (region, year), new in known.items():
        for step in (1, 3):
            if (region, year - step) in known:
                blocking = [jaar for jaar in BLOCKING[indicator] if year - step < jaar <= year]
                old = known[region, year - step]
                change = None if blocking or old is None or new is None else new - old
                share = None if change is None or old is None or old <= 0 else 100 * change / old
                policy = any(year - step < jaar <= year for jaar in NOT_BLOCKING[indicator])
                broken = blocking[0] if blocking else None
                wanted[region, year, step] = (old, new, change, share, broken, policy)
    rows = release.execute(
        """
        select regio_code, jaar, stap, waarde_van, waarde, mutatie, mutatie_pct, breuk_jaar, beleidsbreuk
        from mart_trend
        where indicator_id = ?
        """,
        [indicator],
    ).fetchall()
    found = {(region, year, step): tuple(rest) for region, year, step, *rest in rows}
    assert found.keys() == wanted.keys()
    assert {key: (wanted[key], found[key]) for key in wanted if not same(wanted[key], found[key])} == {}


def same(ours: tuple[object, ...], theirs: tuple[object, ...]) -> bool:
    """Compare numbers to 1e-9, all else exactly."""
    return all(
        math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9) if isinstance(a, float) and isinstance(b, float) else a == b
        for a, b in zip(ours, theirs, strict=True)
    )


def test_percentage_and_rate_of_youth_care_have_one_direction(release: duckdb.DuckDBPyConnection) -> None:
    """Where they still differ, young people became fewer among all inhabitants: no rounding, and never opposite."""
    rows = release.execute("""
        select naam, percentage.richting, per_inwoner.richting, per_jongere.richting
        from mart_trend as percentage
        inner join mart_trend as per_inwoner using (regio_code, jaar, stap)
        inner join mart_trend as per_jongere using (regio_code, jaar, stap)
        inner join dim_regio as regio using (regio_code)
        where percentage.indicator_id = 'jeugdzorg_pct' and per_inwoner.indicator_id = 'jeugdzorg_per_1000_inwoners'
          and per_jongere.indicator_id = 'jeugdzorg_per_1000_jongeren_tot_25' and percentage.richting is not null
          and percentage.regio_soort = 'gemeente'
        order by naam
    """).fetchall()
    assert len(rows) == 282
    assert [row for row in rows if row[1] != row[3]] == []
    assert [row[:3] for row in rows if row[1] != row[2]] == [
        (name, "stijging", "niet_aantoonbaar")
        for name in ("Borsele", "Breda", "Leiden", "Nijmegen", "Noordenveld", "Oirschot")
    ]


@pytest.mark.parametrize(
    ("indicator", "region", "year", "step", "expected"),
    [
        # The smallest municipality with a Wmo figure: 35 and 45 clients.
        ("wmo_clienten_per_1000_inwoners", "GM0277", 2019, 1, (57.4, "niet_aantoonbaar")),
        # 10 persons, then 0, which may be 5; and back.
        ("bijstand_personen", "GM0277", 2018, 1, (100.0, "niet_aantoonbaar")),
        ("bijstand_personen", "GM0277", 2019, 1, (None, "niet_aantoonbaar")),
        ("wmo_clienten_per_1000_inwoners", "GM0014", 2020, 1, (2.9, "binnen_3_procent")),
    ],
)
def test_small_numbers_have_a_wide_threshold(
    release: duckdb.DuckDBPyConnection, indicator: str, region: str, year: int, step: int, expected: tuple[object, ...]
) -> None:
    found = release.execute(
        """
        select round(drempel, 1), richting from mart_trend
        where indicator_id = ? and regio_code = ? and jaar = ? and stap = ?
        """,
        [indicator, region, year, step],
    ).fetchone()
    assert found == expected


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
