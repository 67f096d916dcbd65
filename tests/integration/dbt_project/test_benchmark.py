"""The benchmark tables say what a second computation says, and the traits what the recorded cells say."""

import math
import statistics
from collections.abc import Iterable

import duckdb
import pytest

from tests.oracle.benchmark import Year
from tests.oracle.recording import RECORDING, Table

# Every year with figures of two indicators.
COMPARED = [
    *[("jeugdzorg_per_1000_inwoners", year) for year in (2018, 2019, 2021, 2022)],
    *[("wmo_clienten_per_1000_inwoners", year) for year in (2017, 2018, 2019, 2020, 2021)],
]
GROUPS = ("provincie", "arbeidsmarktregio", "corop", "grootteklasse", "stedelijkheid", "vergelijkbare_gemeenten")
KWB = {2018: "84286NED", 2020: "84799NED", 2021: "85039NED"}

Rows = dict[str, dict[str, object]]


def rows_of(release: duckdb.DuckDBPyConnection, indicator: str, year: int) -> Rows:
    found = release.execute("select * from mart_benchmark where indicator_id = ? and jaar = ?", [indicator, year])
    names = [column[0] for column in found.description or []]
    return {row["gm_code"]: row for row in (dict(zip(names, values, strict=True)) for values in found.fetchall())}


def near(value: float | None) -> object:
    return None if value is None else pytest.approx(value, rel=1e-9, abs=1e-9)


def all_near(values: Iterable[float | None]) -> list[object]:
    return [near(value) for value in values]


@pytest.fixture(scope="module", params=COMPARED, ids=lambda case: f"{case[0]}-{case[1]}")
def compared(request: pytest.FixtureRequest, release: duckdb.DuckDBPyConnection) -> tuple[Year, Rows, tuple[str, int]]:
    indicator, year = request.param
    return Year(release, indicator, year, unit=5, factor=1000), rows_of(release, indicator, year), request.param


def test_who_is_compared_has_a_figure_that_is_not_doubted(compared: tuple[Year, Rows, tuple[str, int]]) -> None:
    again, rows, _ = compared
    assert len(rows) == 342
    assert {code for code, row in rows.items() if row["reden_geen_vergelijking"] is None} == set(again.values)
    assert {row["aantal_vergeleken"] for row in rows.values()} == {len(again.values)}


def test_spread_rank_and_percentile_are_those_of_the_compared(compared: tuple[Year, Rows, tuple[str, int]]) -> None:
    again, rows, _ = compared
    for code, row in rows.items():
        assert [row[name] for name in again.spread] == all_near(again.spread.values())
        place = (again.ranks[code], again.percentile(code)) if code in again.values else (None, None)
        assert [row["rang"], row["percentiel"]] == all_near(place), code


def test_group_figures_are_ratios_of_sums(
    release: duckdb.DuckDBPyConnection, compared: tuple[Year, Rows, tuple[str, int]]
) -> None:
    again, _, case = compared
    found = {
        (kind, code): [value, reporting, members]
        for kind, code, value, reporting, members in release.execute(
            "select groep_soort, groep_code, groepscijfer, leden_met_cijfer, leden from mart_benchmark_groep "
            "where indicator_id = ? and jaar = ?",
            case,
        ).fetchall()
    }
    assert found.keys() == again.groups.keys()
    for group, figure in again.groups.items():
        assert found[group] == [near(figure.value), figure.reporting, figure.members], group


def test_differences_are_with_the_groups_of_the_municipality(compared: tuple[Year, Rows, tuple[str, int]]) -> None:
    again, rows, _ = compared
    kinds = again.members.filter(again.members["groep_soort"] != "vergelijkbare_gemeenten")
    lies_in = {(code, kind): group for kind, group, code in kinds.rows()}
    for code, own in again.values.items():
        assert rows[code]["verschil_land"] == near(own - (again.groups["land", "NL"].value or math.nan)), code
        for kind in GROUPS:
            group = again.groups[kind, lies_in.get((code, kind), code)].value
            assert rows[code][f"verschil_{kind}"] == near(None if group is None else own - group), (code, kind)


def test_limits_follow_wilson_overdispersion_and_rounding(compared: tuple[Year, Rows, tuple[str, int]]) -> None:
    again, rows, _ = compared
    assert again.phi > 10  # municipalities differ far more than chance
    limits = ("ondergrens_95", "bovengrens_95", "ondergrens_998", "bovengrens_998")
    for code, row in rows.items():
        if code not in again.funnels:
            assert [row[name] for name in (*limits, "vlag", "overdispersie")] == [None] * 6, code
            continue
        funnel = again.funnels[code]
        assert [row[name] for name in limits] == all_near(funnel.limits), code
        assert [row["overdispersie"], row["afronding_marge"]] == all_near([funnel.phi, funnel.margin]), code
        assert (row["vlag"], row["kleine_aantallen"]) == (funnel.flag, again.small(code)), code


def test_limits_of_counts_per_unit_follow_byar(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.sql(
        "select noemer, landcijfer, overdispersie, afronding_marge, ondergrens_998, bovengrens_998 from mart_benchmark "
        "where indicator_id = 'jeugdzorg_trajecten_per_jongere' and jaar = 2022"
    ).fetchall()
    assert len(rows) == 342
    for young_people, theta, phi, margin, below, above in rows:
        expected, z = theta * young_people, 3.090232306167813
        low = expected * max(0.0, 1 - 1 / (9 * expected) - z / (3 * expected**0.5)) ** 3
        high = (expected + 1) * (1 - 1 / (9 * (expected + 1)) + z / (3 * (expected + 1) ** 0.5)) ** 3
        stretched = [theta + phi**0.5 * (limit / young_people - theta) for limit in (low, high)]
        assert [below, above] == all_near([max(0.0, stretched[0] - margin), stretched[1] + margin])


def test_flag_of_the_year_before_is_given_unless_a_break_lies_between(release: duckdb.DuckDBPyConnection) -> None:
    flags = {
        (code, year): funnel.flag
        for year in (2017, 2018, 2019, 2020, 2021)
        for code, funnel in Year(release, "wmo_clienten_per_1000_inwoners", year, unit=5, factor=1000).funnels.items()
    }
    found = release.sql(
        "select gm_code, jaar, vlag_vorig_jaar, vlag_vorig_jaar_reden, vlag_herhaald from mart_benchmark "
        "where indicator_id = 'wmo_clienten_per_1000_inwoners' and vlag is not null"
    ).fetchall()
    for code, year, before, reason, repeated in found:
        # The leading table changes in 2021; nothing is compared across that.
        expected = None if year == 2021 else flags.get((code, year - 1))
        why = None if expected else "reeksbreuk" if year == 2021 else "geen_vlag_in_vorig_jaar"
        both = None if expected is None else expected != "binnen_grenzen" and expected == flags[code, year]
        assert (before, reason, repeated) == (expected, why, both), (code, year)


@pytest.mark.parametrize("variant", ["alle_kenmerken", "zonder_bijstand_per_1000_inwoners"])
def test_peers_are_the_ten_nearest_on_the_published_z_scores(release: duckdb.DuckDBPyConnection, variant: str) -> None:
    left_out = variant.removeprefix("zonder_")
    for year in range(2017, 2027):
        profiles = {
            code: tuple(z)
            for code, z in release.execute(
                "select gm_code, list(z_score order by kenmerk_id) from mart_kenmerk "
                "where jaar = ? and kenmerk_id <> ? group by gm_code",
                [year, left_out],
            ).fetchall()
        }
        peers: dict[str, list[tuple[float, str]]] = {}
        for code, distance, peer in release.execute(
            "select gm_code, afstand, vergelijkbare_gm_code from mart_vergelijkbare_gemeenten "
            "where variant = ? and jaar = ? order by gm_code, volgorde",
            [variant, year],
        ).fetchall():
            peers.setdefault(code, []).append((distance, peer))
        assert len(profiles) == len(peers) == 342
        assert {len(profile) for profile in profiles.values()} == {5 if variant == "alle_kenmerken" else 4}
        for code, own in profiles.items():
            nearest = sorted((math.dist(own, other), name) for name, other in profiles.items() if name != code)[:10]
            assert [name for _, name in peers[code]] == [name for _, name in nearest], (year, code)
            assert [distance for distance, _ in peers[code]] == all_near(distance for distance, _ in nearest), code


def test_z_scores_are_distances_from_the_mean_in_standard_deviations(release: duckdb.DuckDBPyConnection) -> None:
    for year, trait in release.sql("select distinct jaar, kenmerk_id from mart_kenmerk").fetchall():
        rows = release.execute(
            "select waarde, z_score from mart_kenmerk where jaar = ? and kenmerk_id = ?", [year, trait]
        ).fetchall()
        mean, deviation = statistics.fmean(v for v, _ in rows), statistics.pstdev(v for v, _ in rows)
        assert [z for _, z in rows] == all_near((value - mean) / deviation for value, _ in rows), (year, trait)


@pytest.mark.parametrize(
    ("code", "year", "taken_from", "parts"),
    [
        pytest.param("GM0193", 2018, 2018, ["GM0193"], id="unchanged: Zwolle"),
        pytest.param("GM1979", 2020, 2020, ["GM0003", "GM0010", "GM0024"], id="merged in 2021: Eemsdelta"),
        pytest.param("GM0855", 2018, 2021, ["GM0855"], id="received part of Haaren in 2021: Tilburg"),
        pytest.param("GM0855", 2026, 2021, ["GM0855"], id="after the last year with traits: Tilburg"),
    ],
)
def test_traits_are_those_of_the_recorded_cells(
    release: duckdb.DuckDBPyConnection, code: str, year: int, taken_from: int, parts: list[str]
) -> None:
    table = Table(RECORDING, KWB[taken_from])

    def cells(*titles: str) -> list[float]:
        column = table.cells(table.column(*titles), taken_from, {})
        return [float(column[part]) for part in parts]

    everyone = cells("Bevolking", "Aantal inwoners")
    young = cells("Bevolking", "Leeftijdsgroepen", "0 tot 15 jaar")
    old = cells("Bevolking", "Leeftijdsgroepen", "65 jaar of ouder")
    bijstand = cells("Sociale zekerheid", "Personen per soort uitkering; Bijstand")
    density = cells("Stedelijkheid", "Omgevingsadressendichtheid")
    mean_density = sum(d * people for d, people in zip(density, everyone, strict=True)) / sum(everyone)
    found = release.execute(
        "select kenmerk_id, waarde, kenmerken_jaar from mart_kenmerk where gm_code = ? and jaar = ?",
        [code, year],
    ).fetchall()
    assert {taken for _, _, taken in found} == {taken_from}
    assert {trait: value for trait, value, _ in found} == {
        "log_inwoners": near(math.log(sum(everyone))),
        "log_omgevingsadressendichtheid": near(math.log(1 + mean_density)),
        "aandeel_tot_15_pct": near(100 * sum(young) / sum(everyone)),
        "aandeel_65_plus_pct": near(100 * sum(old) / sum(everyone)),
        "bijstand_per_1000_inwoners": near(1000 * sum(bijstand) / sum(everyone)),
    }


def test_bijstand_is_not_compared_among_peers_chosen_by_bijstand(release: duckdb.DuckDBPyConnection) -> None:
    variants = dict(release.sql("select distinct indicator_id, variant from mart_benchmark").fetchall())
    assert variants.pop("bijstand_per_1000_inwoners") == "zonder_bijstand_per_1000_inwoners"
    assert set(variants.values()) == {"alle_kenmerken"}
