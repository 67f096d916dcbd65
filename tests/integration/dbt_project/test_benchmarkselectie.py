"""The choice of municipalities for the benchmark, made a second time in plain Python from the published figures."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import duckdb
import pytest

from pipelines.build.workspace import Workspace
from tests.support.made_tables import MadeTables, made_tables

YEAR, PLACES, SEED_NUMBER = 2019, 30, 2018
SIZES = {"klein": 0, "midden": 50_000, "groot": 100_000}
ACCOUNTS = ("niet_boven_begroting", "boven_begroting", "onbekend")
TRENDS = ("stijging", "geen_van_beide", "daling")
STRATA = {
    f"{size}_{account}_{trend}": (size, account, trend) for size in SIZES for account in ACCOUNTS for trend in TRENDS
}

Candidates = dict[str, list[tuple[str, str]]]
"""Per stratum the candidates: code and landsdeel."""


@dataclass(frozen=True)
class Choice:
    places: dict[str, int]
    chosen: dict[str, str]
    """Code of the municipality and its stratum."""


def places_for(candidates: Candidates, wanted: int) -> dict[str, int]:
    """One place per stratum with candidates, the others in proportion to those who remain, by largest remainder."""
    filled = sorted((s for s in candidates if candidates[s]), key=lambda s: (-len(candidates[s]), s))[:wanted]
    places = dict.fromkeys(filled, 1)
    remaining = {stratum: len(candidates[stratum]) - places.get(stratum, 0) for stratum in candidates}
    left = min(wanted, sum(len(codes) for codes in candidates.values())) - len(filled)
    if left == 0:
        return places
    quotas = {stratum: Fraction(left * count, sum(remaining.values())) for stratum, count in remaining.items()}
    for stratum, quota in quotas.items():
        places[stratum] = places.get(stratum, 0) + int(quota)
    over = left - sum(int(quota) for quota in quotas.values())
    for stratum in sorted(quotas, key=lambda s: (-(quotas[s] - int(quotas[s])), s))[:over]:
        places[stratum] += 1
    return places


def choose(candidates: Candidates, seed_number: int, wanted: int = PLACES) -> Choice:
    """Let the landsdelen take turns within each stratum; the one to begin moves on with each place given."""
    landsdelen = sorted({landsdeel for stratum in candidates.values() for _, landsdeel in stratum})
    places = places_for(candidates, wanted)
    chosen: dict[str, str] = {}
    for stratum in STRATA:
        queues: dict[str, list[str]] = defaultdict(list)
        for code, landsdeel in candidates.get(stratum, []):
            queues[landsdeel].append(code)
        for queue in queues.values():
            queue.sort(key=lambda code: hashlib.md5(f"{seed_number}{code}".encode()).hexdigest())
        start = len(chosen) % len(landsdelen)
        turns = landsdelen[start:] + landsdelen[:start]
        picked: list[str] = []
        while len(picked) < places.get(stratum, 0):
            picked += [queues[landsdeel].pop(0) for landsdeel in turns if queues[landsdeel]]
        chosen |= dict.fromkeys(picked[: places.get(stratum, 0)], stratum)
    return Choice(places, chosen)


@pytest.fixture(scope="module")
def candidates(release: duckdb.DuckDBPyConnection) -> Candidates:
    """Sort every municipality into its stratum, from the public figures alone."""

    def figures(query: str) -> dict[str, tuple[Any, ...]]:
        return {code: tuple(rest) for code, *rest in release.execute(query).fetchall()}

    facts = (
        "select regio_code, waarde, twijfel from mart_indicator_actueel where regio_soort = 'gemeente' and indicator_id"
    )
    inhabitants = figures(f"{facts} = 'inwoners' and jaar = {YEAR}")
    deviations = figures(f"{facts} = 'begrotingsafwijking_jeugd_pct' and jaar = {YEAR}")
    trends = figures(
        "select regio_code, richting from mart_trend where indicator_id = 'jeugdzorg_per_1000_jongeren_tot_25'"
        f" and regio_soort = 'gemeente' and jaar = {YEAR} and stap = 1"
    )
    landsdelen = figures("select gm_code, groep_code from gemeente_groep where groep_soort = 'landsdeel'")
    found: Candidates = {stratum: [] for stratum in STRATA}
    for code, (landsdeel,) in landsdelen.items():
        (count, _), (deviation, doubt), (trend,) = inhabitants[code], deviations[code], trends[code]
        if count is None or trend is None:
            continue
        size = max((name for name, minimum in SIZES.items() if count >= minimum), key=SIZES.__getitem__)
        above = "boven_begroting" if deviation is not None and deviation > 0 else "niet_boven_begroting"
        account = "onbekend" if deviation is None or doubt else above
        direction = trend if trend in ("stijging", "daling") else "geen_van_beide"
        found[f"{size}_{account}_{direction}"].append((code, landsdeel))
    return found


def test_the_choice_is_the_one_made_in_python(release: duckdb.DuckDBPyConnection, candidates: Candidates) -> None:
    published = release.execute("select gm_code, stratum from mart_benchmarkselectie").fetchall()
    choice = choose(candidates, SEED_NUMBER)
    assert len(published) == PLACES
    assert dict(published) == choice.chosen


def test_every_stratum_is_reported_with_its_places(release: duckdb.DuckDBPyConnection, candidates: Candidates) -> None:
    rows = release.execute(
        "select stratum, aantal_gemeenten, plaatsen, leeg from mart_benchmarkselectie_stratum"
        " where reden_niet_in_aanmerking is null order by volgorde"
    ).fetchall()
    places = places_for(candidates, PLACES)
    assert rows == [
        (stratum, len(candidates[stratum]), places.get(stratum, 0), not candidates[stratum]) for stratum in STRATA
    ]


def test_a_doubted_deviation_is_a_stratum_of_its_own(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute(
        "select naam, rekening_reden from mart_benchmarkselectie_kandidaat"
        " where in_aanmerking and rekening_tegen_begroting = 'onbekend' order by naam"
    ).fetchall()
    # Each spent more than twice its youth budget: it pays for its region, or books elsewhere.
    doubted = ["Amersfoort", "Midden-Delfland", "Nieuwegein", "Rozendaal", "Soest"]
    assert rows == [(name, "twijfel") for name in doubted]


def test_empty_strata_are_reported(release: duckdb.DuckDBPyConnection, candidates: Candidates) -> None:
    rows = release.execute(
        "select stratum from mart_benchmarkselectie_stratum where leeg and reden_niet_in_aanmerking is null"
    ).fetchall()
    empty = {stratum for (stratum,) in rows}
    assert empty == {stratum for stratum in STRATA if not candidates[stratum]}
    assert {"midden_niet_boven_begroting_daling", "groot_onbekend_stijging"} <= empty


@pytest.mark.parametrize(
    ("name", "whole", "youth", "account"),
    [
        ("'s-Hertogenbosch", -0.7, 3.8, "boven_begroting"),
        ("Oude IJsselstreek", -0.9, 38.9, "boven_begroting"),
        ("Lochem", -0.1, -9.9, "niet_boven_begroting"),
        ("Nieuwegein", -6.8, 169.6, "onbekend"),
    ],
)
def test_the_account_of_youth_decides_and_not_that_of_the_whole_domain(
    release: duckdb.DuckDBPyConnection, name: str, whole: float, youth: float, account: str
) -> None:
    """All four stayed below the budget of the whole domain; 20 of the 30 who did spent more on youth, or far more."""
    found = release.execute(
        "select round(heel.waarde, 1), round(kandidaat.begrotingsafwijking_jeugd_pct, 1), rekening_tegen_begroting "
        "from mart_benchmarkselectie_kandidaat as kandidaat inner join fct_indicator as heel "
        "on heel.regio_code = gm_code and heel.jaar = selectie_jaar and indeling = 'actueel' "
        "where naam = ? and indicator_id = 'begrotingsafwijking_sociaal_domein_pct'",
        [name],
    ).fetchall()
    assert found == [(whole, youth, account)]


def test_the_chosen_stand_for_all_candidates(release: duckdb.DuckDBPyConnection, candidates: Candidates) -> None:
    rows = release.execute("select stratum, insluitgewicht from mart_benchmarkselectie").fetchall()
    places = places_for(candidates, PLACES)
    assert rows
    for stratum, weight in rows:
        assert weight == pytest.approx(len(candidates[stratum]) / places[stratum]), stratum
    assert sum(weight for _, weight in rows) == pytest.approx(sum(map(len, candidates.values()))) == 291


def test_municipalities_without_a_stratum_are_counted_with_their_reason(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute(
        "select reden_niet_in_aanmerking, aantal_gemeenten, plaatsen from mart_benchmarkselectie_stratum"
        " where reden_niet_in_aanmerking is not null order by volgorde"
    ).fetchall()
    assert rows == [("inwoners_onbekend", 4, 0), ("landsdeel_onbekend", 0, 0), ("trend_onbekend", 47, 0)]


def test_those_without_inhabitants_received_a_part_of_haaren(release: duckdb.DuckDBPyConnection) -> None:
    names = release.execute(
        "select naam from mart_benchmarkselectie_kandidaat where reden_niet_gekozen = 'inwoners_onbekend' order by naam"
    ).fetchall()
    assert [name for (name,) in names] == ["Boxtel", "Oisterwijk", "Tilburg", "Vught"]


def test_another_seed_number_chooses_others_from_the_same_strata(candidates: Candidates) -> None:
    choice, other = choose(candidates, SEED_NUMBER), choose(candidates, SEED_NUMBER + 1)
    assert other.places == choice.places
    assert sorted(other.chosen.values()) == sorted(choice.chosen.values())
    assert other.chosen != choice.chosen


def test_every_landsdeel_is_in_the_choice(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute(
        "select landsdeel_naam, count(*) from mart_benchmarkselectie group by all order by all"
    ).fetchall()
    assert dict(rows) == {"Noord-Nederland": 6, "Oost-Nederland": 8, "West-Nederland": 11, "Zuid-Nederland": 5}


@pytest.fixture
def tables(built: Workspace) -> Iterator[MadeTables]:
    with made_tables(built) as made:
        yield made


def made_choice(tables: MadeTables, candidates: Candidates) -> Choice:
    """Choose with the models themselves, from candidates in any number and order."""
    schema = dict.fromkeys(
        (
            "gm_code",
            "naam",
            "landsdeel_code",
            "landsdeel_naam",
            "grootte",
            "rekening_tegen_begroting",
            "rekening_reden",
            "trend",
            "trend_reden",
        ),
        "varchar",
    )
    schema["reden_niet_in_aanmerking"] = "varchar"
    numbers = dict.fromkeys(("inwoners", "begrotingsafwijking_jeugd_pct", "mutatie_pct", "drempel"), "double")
    rows = [
        {"gm_code": code, "landsdeel_code": landsdeel}
        | dict(zip(("grootte", "rekening_tegen_begroting", "trend"), STRATA[stratum], strict=True))
        for stratum, members in candidates.items()
        for code, landsdeel in members
    ]
    tables.table("intern.int_selectie_kandidaat", rows, {**schema, **numbers})
    tables.table(
        "intern.selectie_grootte",
        [{"grootte": name, "vanaf": minimum} for name, minimum in SIZES.items()],
        {"grootte": "varchar", "vanaf": "integer"},
    )
    tables.model("intern.int_selectie_stratum")
    tables.model("monitor.mart_benchmarkselectie_kandidaat")
    tables.model("monitor.mart_benchmarkselectie_stratum")
    tables.model("monitor.mart_benchmarkselectie")
    places = tables.rows("select stratum, plaatsen from intern.main.int_selectie_stratum where plaatsen > 0")
    return Choice(dict(places), dict(tables.rows("select gm_code, stratum from monitor.main.mart_benchmarkselectie")))


def test_the_order_of_the_rows_does_not_matter(tables: MadeTables, candidates: Candidates) -> None:
    turned = {stratum: members[::-1] for stratum, members in reversed(candidates.items())}
    assert made_choice(tables, turned).chosen == choose(candidates, SEED_NUMBER).chosen


def test_with_fewer_candidates_than_places_all_are_chosen(tables: MadeTables) -> None:
    few = {
        "klein_boven_begroting_geen_van_beide": [("GM1", "LD01"), ("GM2", "LD01"), ("GM3", "LD02")],
        "groot_boven_begroting_daling": [("GM4", "LD02")],
    }
    choice = made_choice(tables, few)
    assert choice.places == {"klein_boven_begroting_geen_van_beide": 3, "groot_boven_begroting_daling": 1}
    assert choice.chosen.keys() == {"GM1", "GM2", "GM3", "GM4"}


def test_a_small_stratum_never_gets_more_places_than_candidates(tables: MadeTables) -> None:
    sizes = {
        "klein_boven_begroting_geen_van_beide": 40,
        "klein_boven_begroting_daling": 1,
        "midden_boven_begroting_geen_van_beide": 2,
        "groot_niet_boven_begroting_stijging": 3,
    }
    numbers = iter(range(10_000))
    many = {s: [(f"GM{next(numbers):04}", f"LD0{i % 4 + 1}") for i in range(count)] for s, count in sizes.items()}
    choice = made_choice(tables, many)
    assert choice.places == places_for(many, PLACES)
    assert sum(choice.places.values()) == PLACES
    assert all(choice.places[stratum] <= count for stratum, count in sizes.items())
    assert choice.chosen == choose(many, SEED_NUMBER).chosen
