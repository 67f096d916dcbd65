"""The volume of youth care and the national totals, worked out again in plain Python from the recorded cells.

Nothing of the pipeline is used: cells come from the oracle, mergers from the reference list, groups from the published
`gemeente_groep`.
"""

import csv
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import duckdb
import pytest

from tests.oracle import LAND, RECORDING, Figure, Key, compute
from tests.oracle.recording import REFERENCE, Table, municipalities_per_year

TARGET = "2026-01-01"
OVER_THE_BREAK = 2021
"""From this year to the next young people moved between municipalities: only the country is compared."""
KWB = {2018: "84286NED", 2019: "84583NED"}
PAIRS = [(2018, 2019, "inwoners"), (2018, 2019, "jongeren_tot_25"), (2021, 2022, "inwoners")]

Numbers = dict[str, float | None]


@dataclass(frozen=True)
class Volume:
    """What one municipality had in both years."""

    before: float
    after: float
    population_before: float
    population_after: float

    @property
    def population_effect(self) -> float:
        """The change of the population, at the mean of both rates."""
        mean_rate = (self.before / self.population_before + self.after / self.population_after) / 2
        return (self.population_after - self.population_before) * mean_rate

    @property
    def use_effect(self) -> float:
        """The change of the rate, at the mean of both populations."""
        change = self.after / self.population_after - self.before / self.population_before
        return change * (self.population_before + self.population_after) / 2


def successors(year: int) -> dict[str, set[str]]:
    """Follow each municipality of a year through the list of mergers; a split one ends up in more than one."""
    with (REFERENCE / "herindelingen.csv").open(encoding="utf-8", newline="") as file:
        changes = sorted(csv.DictReader(file), key=lambda row: row["datum"])
    ends = {code: {code} for code in municipalities_per_year()[year]}
    for date in dict.fromkeys(row["datum"] for row in changes if f"{year}-01-01" < row["datum"] <= TARGET):
        of_day = [row for row in changes if row["datum"] == date and row["soort"] != "grenscorrectie"]
        moved: dict[str, set[str]] = {}
        for row in of_day:
            moved.setdefault(row["oude_code"], set()).add(row["nieuwe_code"])
        ends = {code: set().union(*(moved.get(end, {end}) for end in now)) for code, now in ends.items()}
    return ends


def to_newest_division(cells: dict[str, float | None], year: int) -> Numbers:
    """Add the parts of each municipality of today; None where a part is unknown or was split."""
    parts: dict[str, list[float | None]] = {}
    for code, ends in successors(year).items():
        for end in ends:
            parts.setdefault(end, []).append(cells.get(code) if len(ends) == 1 else None)
    return {end: None if None in values else sum(v for v in values if v is not None) for end, values in parts.items()}


@pytest.fixture(scope="module")
def cells() -> dict[Key, Figure]:
    return compute(RECORDING)


@pytest.fixture(scope="module")
def volumes(cells: dict[Key, Figure]) -> dict[tuple[int, str], dict[str, Volume | None]]:
    """Every municipality of today, per pair of years and kind of population."""
    found = {}
    for before, after, population in PAIRS:
        young = [of_indicator(cells, "jeugdzorg_jongeren", year) for year in (before, after)]
        people = [
            of_indicator(cells, "inwoners", year) if population == "inwoners" else under_25(year)
            for year in (before, after)
        ]
        found[before, population] = {
            code: None if None in (values := (young[0][code], young[1][code], people[0][code], people[1][code]))
            else Volume(*(value for value in values if value is not None))
            for code in municipalities_per_year()[2026]
        }  # fmt: skip
    return found


def of_indicator(cells: dict[Key, Figure], indicator: str, year: int) -> Numbers:
    return to_newest_division(
        {code: cells[indicator, code, year].waarde for code in municipalities_per_year()[year]}, year
    )


def under_25(year: int) -> Numbers:
    table = Table(RECORDING, KWB[year])
    ages = [
        table.cells(table.column("Bevolking", "Leeftijdsgroepen", age), year, {})
        for age in ("0 tot 15 jaar", "15 tot 25 jaar")
    ]
    return to_newest_division({code: sum(float(age[code]) for age in ages) for code in ages[0] if code != LAND}, year)


def published(release: duckdb.DuckDBPyConnection, kind: str) -> dict[tuple[int, str, str], dict[str, object]]:
    found = release.execute(
        "select * from mart_volumeontwikkeling_jeugd where indicator_id = 'jeugdzorg_jongeren' and groep_soort = ?",
        [kind],
    )
    names = [column[0] for column in found.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {(row["jaar_van"], row["bevolking_soort"], row["groep_code"]): row for row in rows}


def close(ours: float, theirs: object) -> bool:
    return isinstance(theirs, float) and math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)


def total(members: Iterable[Volume], of: Callable[[Volume], float]) -> float:
    return math.fsum(of(member) for member in members)


def test_the_effects_of_every_municipality_are_those_of_the_recorded_cells(
    release: duckdb.DuckDBPyConnection, volumes: dict[tuple[int, str], dict[str, Volume | None]]
) -> None:
    rows = published(release, "gemeente")
    one_series = {key: known for key, known in volumes.items() if key[0] != OVER_THE_BREAK}
    assert rows.keys() == {(year, kind, code) for (year, kind), known in one_series.items() for code in known}
    for (year, population), known in one_series.items():
        for code, volume in known.items():
            row = rows[year, population, code]
            if volume is None:
                assert row["mutatie"] is None, row
                assert row["reden_ontbreekt"] is not None, row
            else:
                assert close(volume.after - volume.before, row["mutatie"]), row
                assert close(volume.population_effect, row["bevolkingseffect"]), row
                assert close(volume.use_effect, row["gebruikseffect"]), row


@pytest.mark.parametrize("kind", ["grootteklasse", "provincie", "land"])
def test_the_effects_of_groups_are_those_of_their_members(
    release: duckdb.DuckDBPyConnection, volumes: dict[tuple[int, str], dict[str, Volume | None]], kind: str
) -> None:
    members: dict[str, list[str]] = {}
    groups = release.execute("select groep_code, gm_code from gemeente_groep where groep_soort = ?", [kind]).fetchall()
    for group, code in groups or [("NL", code) for code in municipalities_per_year()[2026]]:
        members.setdefault(group, []).append(code)
    rows = {key: row for key, row in published(release, kind).items() if key[0] != OVER_THE_BREAK}
    pairs = [(year, population) for year, population in volumes if year != OVER_THE_BREAK]
    assert rows.keys() == {(year, population, group) for year, population in pairs for group in members}
    for (year, population, group), row in rows.items():
        everyone = [volumes[year, population][code] for code in members[group]]
        known = [volume for volume in everyone if volume is not None]
        country = [volume for volume in volumes[year, population].values() if volume is not None]
        base = total(known, lambda v: v.before)
        change = total(known, lambda v: v.after - v.before)
        assert (row["leden"], row["leden_met_cijfer"]) == (len(everyone), len(known)), row
        assert close(100 * change / total(country, lambda v: v.before), row["bijdrage_pct"]), row
        if len(known) == len(everyone):
            assert close(change, row["mutatie"]), row
            assert close(total(known, lambda v: v.population_effect), row["bevolkingseffect"]), row
            assert close(total(known, lambda v: v.use_effect), row["gebruikseffect"]), row
        else:
            assert (row["mutatie"], row["jongeren_van"], row["reden_ontbreekt"]) == (None, None, "deel_ontbreekt"), row
        if len(known) == len(everyone) or len(known) >= 3:
            assert close(100 * change / base, row["mutatie_pct"]), row
            assert close(100 * total(known, lambda v: v.use_effect) / base, row["gebruikseffect_pct"]), row
        else:
            assert (row["mutatie_pct"], row["reden_pct_ontbreekt"]) == (None, "te_weinig_leden"), row


def test_over_the_move_of_2022_only_the_country_is_compared_by_its_own_totals(
    release: duckdb.DuckDBPyConnection, volumes: dict[tuple[int, str], dict[str, Volume | None]]
) -> None:
    rows = release.execute("""
        select distinct
            jaar_van, jaar_tot, over_breuk, contains(breuk_tekst, 'woonplaatsbeginsel'), groep_soort = 'land'
        from mart_volumeontwikkeling_jeugd
        order by all
    """).fetchall()
    assert rows == [(2018, 2019, False, None, False), (2018, 2019, False, None, True), (2021, 2022, True, True, True)]
    everyone = [volume for volume in volumes[OVER_THE_BREAK, "inwoners"].values() if volume is not None]
    assert len(everyone) == len(municipalities_per_year()[2026])
    country = Volume(
        total(everyone, lambda v: v.before),
        total(everyone, lambda v: v.after),
        total(everyone, lambda v: v.population_before),
        total(everyone, lambda v: v.population_after),
    )
    row = published(release, "land")[OVER_THE_BREAK, "inwoners", LAND]
    assert (row["jongeren_van"], row["jongeren_tot"]) == (country.before, country.after) == (463_570, 461_955)
    assert close(country.population_effect, row["bevolkingseffect"]), row
    assert close(country.use_effect, row["gebruikseffect"]), row
    assert (row["status_tot"], row["status"]) == ("voorlopig", "voorlopig")
    assert row["status_van"] != "voorlopig"


def test_over_a_break_a_count_that_some_municipality_lacks_has_no_change_at_all(
    release: duckdb.DuckDBPyConnection,
) -> None:
    rows = release.execute("""
        select indicator_id, leden - leden_met_cijfer, coalesce(mutatie, mutatie_pct, bijdrage_pct), reden_pct_ontbreekt
        from mart_volumeontwikkeling_jeugd
        where over_breuk and dekking = 'meldende_leden'
        order by all
    """).fetchall()
    # Of the ages CBS keeps some municipalities secret: who moved to or from them would count as more or fewer.
    assert rows == [
        ("jeugdzorg_jongeren_0_4", 15, None, "deel_ontbreekt"),
        ("jeugdzorg_jongeren_12_18", 2, None, "deel_ontbreekt"),
        ("jeugdzorg_jongeren_18_23", 61, None, "deel_ontbreekt"),
        ("jeugdzorg_jongeren_4_12", 1, None, "deel_ontbreekt"),
    ]


def cells_of(table_id: str, titles: tuple[str, ...], year: int, **members: str) -> dict[str, str]:
    table = Table(RECORDING, table_id)
    codes = {dimension: table.member(dimension, title) for dimension, title in members.items()}
    return table.cells(table.column(*titles), year, {name: code for name, code in codes.items() if code is not None})


def numbers(cells: dict[str, str], year: int) -> list[float]:
    texts = [cells.get(code, ".").strip() for code in municipalities_per_year()[year]]
    return [float(text) for text in texts if text not in ("", ".")]


WMO = {2017: ("84751NED", 1_051_520, 308), 2018: ("84752NED", 1_097_855, 314), 2019: ("84753NED", 1_166_485, 325)}


@pytest.mark.parametrize("year", WMO)
def test_the_national_wmo_figure_is_the_published_estimate_and_no_sum(
    release: duckdb.DuckDBPyConnection, year: int
) -> None:
    table, estimate, known = WMO[year]
    land = cells_of(
        "83262NED", ("Wmo-cliënten",), year, Geslacht="Totaal mannen en vrouwen",
        KenmerkenVanPersonen="Totaal personen", TypeMaatwerkarrangement="Totaal",
    )  # fmt: skip
    municipal = numbers(cells_of(table, ("Wmo-cliënten",), year, TypeMaatwerkarrangement="Totaal"), year)
    assert (float(land[LAND]), len(municipal)) == (estimate, known)
    assert release.execute(
        """
        select landcijfer, land_is_som, leden_met_cijfer, som_gemeenten, verschil, binnen_afronding,
            som_pct_van_landcijfer
        from mart_landvergelijking
        where indicator_id = 'wmo_clienten' and jaar = ?
        """,
        [year],
    ).fetchall() == [(estimate, False, known, None, None, None, round(100 * sum(municipal) / estimate, 1))]


def test_the_national_youth_care_figure_of_2022_is_thirty_more_than_the_sum(release: duckdb.DuckDBPyConnection) -> None:
    published_cells = cells_of(
        "85335NED",
        ("Jongeren met jeugdzorg in natura", "Totaal jongeren met jeugdzorg in natura"),
        2022,
        VormenVanJeugdzorg="Totaal jeugdzorg",
    )
    municipal = numbers(published_cells, 2022)
    assert (float(published_cells[LAND]), sum(municipal), len(municipal)) == (461_985, 461_955, 345)
    row = release.execute("""
        select landcijfer, som_gemeenten, verschil, afrondingsmarge, binnen_afronding
        from mart_landvergelijking
        where indicator_id = 'jeugdzorg_jongeren' and jaar = 2022
    """).fetchone()
    assert row == (461_985, 461_955, -30, 865, True)


def test_no_share_of_the_country_stands_where_one_or_two_municipalities_are_secret(
    release: duckdb.DuckDBPyConnection,
) -> None:
    rows = release.execute("""
        select indicator_id, jaar, leden - leden_met_cijfer, reden_pct_ontbreekt
        from mart_landvergelijking
        where som_pct_van_landcijfer is null
        order by all
    """).fetchall()
    assert rows == [
        ("jeugdzorg_jongeren_12_18", 2022, 2, "te_weinig_ontbrekend"),
        ("jeugdzorg_jongeren_4_12", 2022, 1, "te_weinig_ontbrekend"),
    ]
