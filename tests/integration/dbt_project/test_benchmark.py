"""The benchmark tables say what a second computation says, and the traits what the recorded cells say."""

import itertools
import math
import statistics
from collections.abc import Iterable

import duckdb
import pytest

from pipelines.common.settings import GUIDE_TEXTS
from tests.oracle.benchmark import Z_99, Year, parts_of, variance_between
from tests.oracle.recording import RECORDING
from tests.oracle.traits import all_traits

# Three ratios, and the percentage whose count is known: what CBS rounds the count to, the factor, and that count.
UNITS: dict[str, tuple[int, float, str | None]] = {
    "bijstand_per_1000_inwoners": (10, 1000, None),
    "jeugdzorg_pct": (5, 100, "jeugdzorg_jongeren"),
    "jeugdzorg_per_1000_inwoners": (5, 1000, None),
    "wmo_clienten_per_1000_inwoners": (5, 1000, None),
}
COMPARED = [
    *[("bijstand_per_1000_inwoners", year) for year in (2017, 2018, 2019, 2020, 2021)],
    *[("jeugdzorg_pct", year) for year in (2018, 2019, 2021)],
    *[("jeugdzorg_per_1000_inwoners", year) for year in (2018, 2019, 2021, 2022)],
    *[("wmo_clienten_per_1000_inwoners", year) for year in (2017, 2018, 2019, 2020, 2021)],
]
GROUPS = (
    "land",
    "provincie",
    "arbeidsmarktregio",
    "corop",
    "grootteklasse",
    "stedelijkheid",
    "vergelijkbare_gemeenten",
)
KWB = {2018: "84286NED", 2020: "84799NED", 2021: "85039NED"}

Rows = dict[str, dict[str, object]]


def rows_of(release: duckdb.DuckDBPyConnection, indicator: str, year: int) -> Rows:
    found = release.execute("select * from mart_benchmark where indicator_id = ? and jaar = ?", [indicator, year])
    names = [column[0] for column in found.description or []]
    return {row["gm_code"]: row for row in (dict(zip(names, values, strict=True)) for values in found.fetchall())}


def year_of(release: duckdb.DuckDBPyConnection, indicator: str, year: int) -> Year:
    unit, factor, count = UNITS[indicator]
    return Year(release, indicator, year, unit, factor, count)


def near(value: float | None) -> object:
    return None if value is None else pytest.approx(value, rel=1e-9, abs=1e-9)


def all_near(values: Iterable[float | None]) -> list[object]:
    return [near(value) for value in values]


@pytest.fixture(scope="module", params=COMPARED, ids=lambda case: f"{case[0]}-{case[1]}")
def compared(request: pytest.FixtureRequest, release: duckdb.DuckDBPyConnection) -> tuple[Year, Rows, tuple[str, int]]:
    indicator, year = request.param
    return year_of(release, indicator, year), rows_of(release, indicator, year), request.param


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
        # A rank never stands alone.
        beside = (len(again.values), "hoogste_eerst") if code in again.values else (None, None)
        assert (row["rang_van"], row["rang_richting"]) == beside, code


def test_group_figures_are_ratios_of_sums_and_medians_each_in_its_own_column(
    release: duckdb.DuckDBPyConnection, compared: tuple[Year, Rows, tuple[str, int]]
) -> None:
    again, _, case = compared
    found = {
        (kind, code): rest
        for kind, code, *rest in release.execute(
            "select groep_soort, groep_code, gewogen, mediaan, leden_met_cijfer, leden_met_noemer, leden "
            "from mart_benchmark_groep where indicator_id = ? and jaar = ?",
            case,
        ).fetchall()
    }
    assert found.keys() == again.groups.keys()
    for group, figure in again.groups.items():
        numbers = [figure.reporting, figure.with_denominator, figure.members]
        assert found[group] == [near(figure.weighted), near(figure.median), *numbers], group


def test_differences_are_with_the_groups_of_the_municipality(compared: tuple[Year, Rows, tuple[str, int]]) -> None:
    again, rows, _ = compared
    kinds = again.members.filter(again.members["groep_soort"] != "vergelijkbare_gemeenten")
    lies_in = {(code, kind): group for kind, group, code in kinds.rows()}
    for code, own in again.values.items():
        for kind in GROUPS:
            group = again.groups[kind, lies_in.get((code, kind), code)]
            expected = [None if figure is None else own - figure for figure in (group.weighted, group.median)]
            found = [rows[code][f"verschil_{kind}"], rows[code][f"verschil_mediaan_{kind}"]]
            assert found == all_near(expected), (code, kind)


def test_limits_are_random_effects_round_the_weighted_figure(compared: tuple[Year, Rows, tuple[str, int]]) -> None:
    again, rows, _ = compared
    limits = ("ondergrens_95", "bovengrens_95", "ondergrens_99", "bovengrens_99")
    assert bool(again.funnels) == (len(again.values) >= 0.9 * 342)
    for code, row in rows.items():
        if code in again.values:
            assert (row["kleine_aantallen"], row["afronding_marge"]) == (again.small(code), near(again.margin(code)))
        if code not in again.funnels:
            assert [row[name] for name in (*limits, "vlag", "spreiding_tussen_gemeenten")] == [None] * 6, code
            continue
        funnel = again.funnels[code]
        assert [row[name] for name in limits] == all_near(funnel.limits), code
        variances = [math.sqrt(funnel.between), math.sqrt(funnel.chance)]
        assert [row["spreiding_tussen_gemeenten"], row["toeval"]] == all_near(variances), code
        assert row["vlag"] == funnel.flag, code


def test_limits_of_counts_per_unit_rest_on_poisson_and_two_roundings(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.sql(
        "select gm_code, waarde, noemer, gewogen_land, spreiding_tussen_gemeenten, toeval, ondergrens_99, "
        "bovengrens_99 from mart_benchmark "
        "where indicator_id = 'jeugdzorg_trajecten_per_jongere' and jaar = 2022 order by gm_code"
    ).fetchall()
    assert len(rows) == 342
    parts = parts_of(release, 2022)
    chance = {gm: c / n + parts[gm] * 25 / 12 * (1 + c * c) / n**2 for gm, _, n, c, *_ in rows}
    between = variance_between([value - centre for _, value, _, centre, *_ in rows], list(chance.values()))
    for code, _, _, centre, spread, own, below, above in rows:
        if below is None:
            assert code in {"GM0096", "GM0088"}  # Vlieland and Schiermonnikoog: small numbers
            continue
        assert [spread, own] == all_near([math.sqrt(between), math.sqrt(chance[code])]), code
        reach = Z_99 * math.sqrt(between + chance[code])
        assert [below, above] == all_near([max(0.0, centre - reach), centre + reach]), code


def test_no_flag_where_too_few_report_or_numbers_are_small(release: duckdb.DuckDBPyConnection) -> None:
    reasons = release.sql(
        "select grens_reden, count(*), count(vlag), count(ondergrens_99), min(aantal_vergeleken), "
        "max(aantal_vergeleken) from mart_benchmark "
        "where grens_reden in ('te_weinig_dekking', 'kleine_aantallen') group by all order by all"
    ).fetchall()
    assert [(reason, flags, limits) for reason, _, flags, limits, _, _ in reasons] == [
        ("kleine_aantallen", 0, 0),
        ("te_weinig_dekking", 0, 0),
    ]
    small, thin = reasons
    assert small[4] >= 0.9 * 342 > thin[5]
    assert release.sql(
        "select count(*) from mart_benchmark where vlag is not null and kleine_aantallen"
    ).fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("name", "rank", "flag", "side"),
    [("Rotterdam", 39, "binnen_grenzen", "inside"), ("Goes", 4, "binnen_grenzen", "above the inner limit")],
)
def test_rank_4_lies_further_out_than_rank_39(
    release: duckdb.DuckDBPyConnection, name: str, rank: int, flag: str, side: str
) -> None:
    """Before, Rotterdam was flagged in this year and Goes was not."""
    ((place, found, value, inner),) = release.execute(
        "select rang, vlag, waarde, bovengrens_95 from mart_benchmark "
        "where indicator_id = 'wmo_clienten_per_1000_inwoners' and jaar = 2021 and gemeente_naam = ?",
        [name],
    ).fetchall()
    assert (place, found, "above the inner limit" if value > inner else "inside") == (rank, flag, side)


def test_a_series_says_on_which_side_a_figure_can_show(release: duckdb.DuckDBPyConnection) -> None:
    """Bijstand spreads so much that the lower limit is 0 everywhere; of youth care no limit is."""
    said = {
        (indicator, year): sides
        for indicator, year, *sides in release.sql(
            "select indicator_id, jaar, laag_kan_blijken, hoog_kan_blijken from mart_benchmark_reeks"
        ).fetchall()
    }
    counted = release.sql(
        "select indicator_id, jaar, count(*) filter (ondergrens_99 > 0) as laag, count(vlag) as samen "
        "from mart_benchmark where vlag is not null group by all"
    ).fetchall()
    assert len(counted) > 20
    for indicator, year, low, together in counted:
        expected = "bij_geen" if low == 0 else "bij_alle" if low == together else "bij_een_deel"
        assert said[indicator, year][0] == expected, (indicator, year)
    assert said["bijstand_per_1000_inwoners", 2021] == ["bij_geen", "bij_alle"]
    assert said["jeugdzorg_pct", 2021] == ["bij_alle", "bij_alle"]
    assert said["wmo_clienten_per_1000_inwoners", 2017] == [None, None]  # 267 of 342 report


# Inhabitants of the year, and how the page on methods names the class.
SIZES = {
    (0, 10_000): "tot 10 000",
    (10_000, 20_000): "10 000 tot 20 000",
    (20_000, 50_000): "20 000 tot 50 000",
    (50_000, 100_000): "50 000 tot 100 000",
    (100_000, 150_000): "100 000 tot 150 000",
    (150_000, math.inf): "vanaf 150 000",
}


@pytest.fixture(scope="module")
def flags_by_size(release: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """How many figures have a flag, and how many limits, per class of size."""
    rows = release.sql(
        "select n.waarde, b.vlag <> 'binnen_grenzen' from mart_benchmark as b inner join fct_indicator as n "
        "on n.indicator_id = 'inwoners' and n.indeling = 'actueel' and n.regio_code = b.gm_code and n.jaar = b.jaar "
        "where b.vlag is not null"
    ).fetchall()
    sizes = {name: [flag for people, flag in rows if low <= people < high] for (low, high), name in SIZES.items()}
    return {name: (sum(flags), len(flags)) for name, flags in sizes.items()}


def test_flags_do_not_measure_size(flags_by_size: dict[str, tuple[int, int]]) -> None:
    """Of figures of municipalities under 10,000 inhabitants 0 % had a flag before, of those over 150,000 25 %."""
    pooled = sum(flags for flags, _ in flags_by_size.values()) / sum(number for _, number in flags_by_size.values())
    assert 0.005 < pooled < 0.02
    for name, (flags, number) in flags_by_size.items():
        if number >= 500:
            assert pooled / 3 <= flags / number <= 3 * pooled, (name, flags, number)
        else:
            assert flags in binomial_interval(number, pooled), (name, flags, number)


def test_the_page_on_methods_tells_the_flags_per_size(flags_by_size: dict[str, tuple[int, int]]) -> None:
    page = (GUIDE_TEXTS / "methoden" / "benchmark.md").read_text(encoding="utf-8")
    for name, (flags, number) in flags_by_size.items():
        row = f"| {name} | {number:,} | {flags} | {100 * flags / number:.1f} |".replace(",", " ").replace(".", ",")
        assert row in page


def binomial_interval(n: int, p: float) -> range:
    """The counts between the 2.5 % and 97.5 % quantiles."""
    chances = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    below = list(itertools.accumulate(chances))
    first, last = (next(k for k, total in enumerate(below) if total >= share) for share in (0.025, 0.975))
    return range(first, last + 1)


def test_the_reference_figures_of_a_percentage_are_of_one_kind(release: duckdb.DuckDBPyConnection) -> None:
    """The country of 2018 was a median (8.95) and that of 2019 published (9.9), both beside medians of provinces."""
    rows = release.sql(
        "select jaar, round(gewogen, 2), gewogen_wijze, mediaan, gepubliceerd from mart_benchmark_groep "
        "where indicator_id = 'jeugdzorg_pct' and groep_soort = 'land' and jaar in (2018, 2019, 2021) order by jaar"
    ).fetchall()
    assert rows == [
        (2018, 9.64, "meldende_leden", 8.95, None),
        (2019, 9.87, "meldende_leden", 9.4, 9.9),
        (2021, 10.52, "meldende_leden", 10.4, None),
    ]


def test_a_percentage_without_counts_has_medians_and_the_published_figure_apart(
    release: duckdb.DuckDBPyConnection,
) -> None:
    rows = release.sql(
        "select distinct gewogen_provincie, mediaan_provincie, reden_provincie, gewogen_land, mediaan_land, "
        "gepubliceerd_land from mart_gemeente_profiel "
        "where indicator_id = 'jeugdhulp_pct_tot_18' and gemeente_naam = 'Rotterdam'"
    ).fetchall()
    # The median of Zuid-Holland (13.8) no longer stands beside the published figure of the country (13.2) alone.
    assert rows == [(None, 13.8, "noemer_onbekend", None, 13.0, 13.2)]
    ((province, country),) = release.sql(
        "select distinct gewogen_provincie, gewogen_land from mart_gemeente_profiel "
        "where indicator_id = 'jeugdzorg_per_1000_inwoners' and jaar = 2022 and gemeente_naam = 'Rotterdam'"
    ).fetchall()
    assert province < country  # weighted, Zuid-Holland lies below the country


def test_a_published_figure_is_one_of_cbs(release: duckdb.DuckDBPyConnection) -> None:
    """What CBS counts itself; a sum of municipalities, as of spending, is not published by CBS."""
    rows = release.sql(
        "select indicator_id, list(distinct jaar order by jaar) from mart_benchmark_groep "
        "where gepubliceerd is not null group by all order by all"
    ).fetchall()
    years = dict(rows)
    assert years["bijstand_per_1000_inwoners"] == [2017, 2018, 2019, 2020, 2021]
    assert years["jeugdzorg_pct"] == [2019]
    assert years["wmo_clienten_per_1000_inwoners"] == [2017, 2018, 2019]
    assert [name for name in years if name.startswith(("lasten", "begrotingsafwijking"))] == []


@pytest.mark.parametrize("indicator", ["bijstand_per_1000_inwoners", "wmo_clienten_per_1000_inwoners"])
def test_flag_of_the_year_before_is_given_unless_a_break_lies_between(
    release: duckdb.DuckDBPyConnection, indicator: str
) -> None:
    flags = {
        (code, year): funnel.flag
        for year in (2017, 2018, 2019, 2020, 2021)
        for code, funnel in year_of(release, indicator, year).funnels.items()
    }
    found = release.execute(
        "select gm_code, jaar, vlag_vorig_jaar, vlag_vorig_jaar_reden, vlag_herhaald from mart_benchmark "
        "where indicator_id = ? and vlag is not null",
        [indicator],
    ).fetchall()
    for code, year, before, reason, repeated in found:
        # In 2021 the leading table of the Wmo and the moment of bijstand change; nothing is compared across that.
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
        assert {len(profile) for profile in profiles.values()} == {7 if variant == "alle_kenmerken" else 6}
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


def test_traits_are_those_of_the_recorded_cells(release: duckdb.DuckDBPyConnection) -> None:
    again = all_traits(RECORDING)
    rows = release.sql("select jaar, gm_code, kenmerk_id, waarde, kenmerk_jaar, geschat from mart_kenmerk").fetchall()
    assert len(rows) == len(again) == 342 * 7 * 10
    for year, code, name, value, of, estimated in rows:
        trait = again[year, code, name]
        assert (value, of, estimated) == (near(trait.value), trait.year, trait.estimated), (year, code, name)


@pytest.mark.parametrize(
    ("trait", "year", "of"),
    [
        ("log_inwoners", 2026, 2026),
        ("log_omgevingsadressendichtheid", 2019, 2019),
        ("log_omgevingsadressendichtheid", 2022, 2022),
        ("log_omgevingsadressendichtheid", 2023, 2024),
        ("log_omgevingsadressendichtheid", 2026, 2024),
        ("aandeel_65_plus_pct", 2024, 2021),
        ("aandeel_eenpersoonshuishoudens_pct", 2017, 2020),
        ("aandeel_huishoudens_met_kinderen_pct", 2026, 2020),
    ],
)
def test_each_trait_is_of_the_nearest_year_that_the_recording_has(
    release: duckdb.DuckDBPyConnection, trait: str, year: int, of: int
) -> None:
    """Zwolle was in no merger, so that CBS gives of it what it gives at all."""
    found = release.execute(
        "select kenmerk_jaar from mart_kenmerk where gm_code = 'GM0193' and kenmerk_id = ? and jaar = ?", [trait, year]
    ).fetchall()
    assert found == [(of,)]


def test_only_what_no_later_year_has_is_an_estimate(release: duckdb.DuckDBPyConnection) -> None:
    """Haaren was divided among four in 2021; of households the recording has 2020 alone."""
    found = release.sql(
        "select distinct naam, kenmerk_id, kenmerk_jaar from mart_kenmerk inner join dim_gemeente using (gm_code) "
        "where geschat order by all"
    ).fetchall()
    homes = ("aandeel_eenpersoonshuishoudens_pct", "aandeel_huishoudens_met_kinderen_pct")
    four = ("Boxtel", "Oisterwijk", "Tilburg", "Vught")
    assert found == [(name, trait, 2020) for name in four for trait in homes]


def test_peers_name_the_year_of_each_trait_they_were_chosen_by(release: duckdb.DuckDBPyConnection) -> None:
    found = release.sql(
        "select distinct variant, jaar, gm_code, kenmerken_jaren from mart_vergelijkbare_gemeenten "
        "where jaar in (2017, 2023)"
    ).fetchall()
    assert len(found) == 2 * 2 * 342
    years = {
        (year, code, trait): of
        for year, code, trait, of in release.sql(
            "select jaar, gm_code, kenmerk_id, kenmerk_jaar from mart_kenmerk where jaar in (2017, 2023)"
        ).fetchall()
    }
    for variant, year, code, text in found:
        told = dict(part.split(" ") for part in text.split(", "))
        assert told == {
            trait: str(of)
            for (of_year, of_code, trait), of in years.items()
            if (of_year, of_code) == (year, code) and trait != variant.removeprefix("zonder_")
        }


def test_no_outcome_of_bijstand_is_compared_among_peers_chosen_by_bijstand(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.sql(
        "select distinct domein, indicator_id, variant "
        "from mart_benchmark inner join dim_indicator using (indicator_id)"
    ).fetchall()
    without = {indicator for domain, indicator, _ in rows if domain in ("bijstand", "participatie", "sociaal_domein")}
    assert {
        "bijstand_per_1000_inwoners",
        "lasten_participatie_per_inwoner",
        "begrotingsafwijking_participatie_pct",
        "lasten_sociaal_domein_per_inwoner",
    } <= without
    assert {indicator for _, indicator, variant in rows if variant == "zonder_bijstand_per_1000_inwoners"} == without
    assert {variant for _, indicator, variant in rows if indicator not in without} == {"alle_kenmerken"}


@pytest.mark.parametrize(
    ("indicator", "least"), [("lasten_participatie_per_inwoner", 0.9), ("lasten_sociaal_domein_per_inwoner", 0.85)]
)
def test_what_is_an_outcome_of_bijstand_goes_with_it_every_year(
    release: duckdb.DuckDBPyConnection, indicator: str, least: float
) -> None:
    """Peers chosen by bijstand spend alike, so that a difference with them would be small by that choice."""
    rows = release.execute(
        "select jaar, kenmerk.waarde, benchmark.waarde from mart_benchmark as benchmark "
        "inner join mart_kenmerk as kenmerk using (gm_code, jaar) "
        "where kenmerk_id = 'bijstand_per_1000_inwoners' and indicator_id = ? and reden_geen_vergelijking is null",
        [indicator],
    ).fetchall()
    years = sorted({year for year, _, _ in rows})
    assert years == list(range(2017, 2025))
    for year in years:
        pairs = [(trait, figure) for of, trait, figure in rows if of == year]
        assert least < statistics.correlation(*zip(*pairs, strict=True)) < 0.94, year
