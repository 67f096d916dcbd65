"""The ready-made tables, made again in polars from the facts: they say nothing that another table does not say."""

import duckdb
import polars as pl
import pytest

from pipelines.common.settings import DBT_PROJECT


@pytest.fixture(scope="module")
def facts(release: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Figures of the newest division, with the kind and domain of their indicator."""
    return pl.DataFrame(
        release.sql(
            """
            select f.*, i.soort, i.domein from fct_indicator as f inner join dim_indicator as i using (indicator_id)
            where f.indeling = 'actueel'
            """
        )
    )


@pytest.fixture(scope="module")
def municipal(facts: pl.DataFrame) -> pl.DataFrame:
    return facts.filter(pl.col("regio_soort") == "gemeente").rename({"regio_code": "gm_code"})


@pytest.fixture(scope="module")
def ratios(municipal: pl.DataFrame) -> pl.DataFrame:
    return municipal.filter(pl.col("soort").is_in(["verhouding", "gepubliceerd"]))


@pytest.fixture(scope="module")
def compared(ratios: pl.DataFrame) -> pl.DataFrame:
    """The figures that have a place: published, undoubted, and of three municipalities at least."""
    sure = ratios.filter(pl.col("waarde").is_not_null() & ~pl.col("twijfel"))
    return sure.filter(pl.len().over("indicator_id", "jaar") >= 3)


def table(release: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    return pl.DataFrame(release.sql(sql))


def test_the_ranking_is_the_order_of_the_figures(
    release: duckdb.DuckDBPyConnection, ratios: pl.DataFrame, compared: pl.DataFrame
) -> None:
    found = table(
        release,
        "select indicator_id, jaar, gm_code, waarde, rang, rang_van, rang_richting, nieuwste_jaar from mart_ranglijst",
    )
    ranks = compared.select(
        "indicator_id",
        "jaar",
        "gm_code",
        verwacht=pl.col("waarde").rank("min", descending=True).over("indicator_id", "jaar").cast(pl.Int16),
        verwacht_van=pl.len().over("indicator_id", "jaar").cast(pl.Int16),
        verwacht_richting=pl.lit("hoogste_eerst"),
    )
    both = ratios.join(ranks, on=["indicator_id", "jaar", "gm_code"], how="left").join(
        found, on=["indicator_id", "jaar", "gm_code"], how="full", coalesce=True, suffix="_lijst"
    )
    assert both.height == ratios.height == found.height
    # A rank travels with the number ranked and the direction of the list.
    for name, expected in (("rang", "verwacht"), ("rang_van", "verwacht_van"), ("rang_richting", "verwacht_richting")):
        assert both.filter(~pl.col(name).eq_missing(pl.col(expected))).height == 0, name
    assert both.filter(~pl.col("waarde").eq_missing(pl.col("waarde_lijst"))).height == 0
    newest = ratios.filter(pl.col("waarde").is_not_null()).group_by("indicator_id").agg(pl.col("jaar").max())
    marked = found.filter("nieuwste_jaar").select("indicator_id", "jaar").unique()
    assert set(marked.rows()) == set(newest.rows())


def test_the_ranking_lies_in_the_file_in_its_order(release: duckdb.DuckDBPyConnection) -> None:
    ranks = release.execute(
        "select rang from mart_ranglijst where indicator_id = 'jeugdhulp_pct_tot_18' and jaar = 2022"
    ).fetchall()
    places = [rank for (rank,) in ranks if rank is not None]
    assert places == sorted(places)
    assert all(rank is None for (rank,) in ranks[len(places) :])


def test_the_classes_of_a_map_are_fifths(release: duckdb.DuckDBPyConnection, compared: pl.DataFrame) -> None:
    lower = (pl.col("waarde").rank("min") - 1).over("indicator_id", "jaar").cast(pl.Int64)
    expected = compared.select(
        "indicator_id", "jaar", "gm_code", klasse=1 + 5 * lower // pl.len().over("indicator_id", "jaar")
    )
    found = table(release, "select indicator_id, jaar, gm_code, klasse from mart_kaart where klasse is not null")
    assert set(found.rows()) == set(expected.rows())
    sizes = found.group_by("klasse").len().sort("klasse")["len"].to_list()
    assert len(sizes) == 5
    assert max(sizes) < 1.2 * min(sizes)


def test_a_profile_holds_the_figures_of_the_groups_of_the_municipality(
    release: duckdb.DuckDBPyConnection, ratios: pl.DataFrame
) -> None:
    found = table(release, "from mart_gemeente_profiel")
    own = ratios.select("indicator_id", "jaar", "gm_code", "waarde", "reden_ontbreekt", "status")
    assert set(found.select(own.columns).rows()) == set(own.rows())
    groups = table(
        release,
        "select indicator_id, jaar, groep_soort, groep_code, gewogen, gewogen_wijze, mediaan from mart_benchmark_groep",
    )
    member = table(release, "select gm_code, groep_soort, groep_code from gemeente_groep")
    every = own.select("gm_code").unique()
    others = [
        every.with_columns(groep_soort=pl.lit("vergelijkbare_gemeenten"), groep_code=pl.col("gm_code")),
        every.with_columns(groep_soort=pl.lit("land"), groep_code=pl.lit("NL")),
    ]
    figures = pl.concat([member, *others]).join(groups, on=["groep_soort", "groep_code"])
    for kind in ("provincie", "grootteklasse", "vergelijkbare_gemeenten", "land"):
        expected = figures.filter(pl.col("groep_soort") == kind).select(
            "indicator_id",
            "jaar",
            "gm_code",
            pl.col("gewogen").alias(f"gewogen_{kind}"),
            pl.col("gewogen_wijze").alias(f"gewogen_{kind}_wijze"),
            pl.col("mediaan").alias(f"mediaan_{kind}"),
        )
        assert set(found.select(expected.columns).rows()) == set(expected.rows())


@pytest.mark.parametrize(
    "name", ["mart_ranglijst", "mart_kaart", "mart_gemeente_profiel", "mart_gemeente_naast_gelijken"]
)
def test_small_numbers_are_marked_in_every_ready_made_table(release: duckdb.DuckDBPyConnection, name: str) -> None:
    """Vlieland had the highest share of referrals by general practitioners in 2021: 10 of 10."""
    code = "vergelijkbare_gm_code" if name == "mart_gemeente_naast_gelijken" else "gm_code"
    differing = release.sql(
        f"select count(*) from {name} as t inner join mart_benchmark as b "
        f"on t.indicator_id = b.indicator_id and t.jaar = b.jaar and t.{code} = b.gm_code "
        "where t.kleine_aantallen is distinct from b.kleine_aantallen"
    ).fetchall()
    assert differing == [(0,)]
    marked = release.sql(f"select count(*) from {name} where kleine_aantallen").fetchall()
    assert marked > [(0,)]


def test_a_first_place_by_10_of_10_is_marked(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.sql(
        "select rang, rang_van, rang_richting, kleine_aantallen, vlag, grens_reden from mart_ranglijst "
        "where indicator_id = 'jeugdzorg_verwijzer_huisarts_pct' and jaar = 2021 and gemeente_naam = 'Vlieland'"
    ).fetchall()
    assert rows == [(1, 341, "hoogste_eerst", True, None, "kleine_aantallen")]


def test_small_numbers_of_a_percentage_are_those_of_its_count(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.sql(
        "select c.waarde, b.kleine_aantallen from mart_benchmark as b inner join fct_indicator as c "
        "on c.indicator_id = 'jeugdzorg_jongeren' and c.indeling = 'actueel' and c.regio_code = b.gm_code "
        "and c.jaar = b.jaar where b.indicator_id = 'jeugdzorg_pct' and b.reden_geen_vergelijking is null"
    ).fetchall()
    assert {marked for _, marked in rows} == {True, False}
    assert all(marked == (count < 25) for count, marked in rows)


def test_beside_a_municipality_stand_its_ten_peers_with_their_own_figures(
    release: duckdb.DuckDBPyConnection, ratios: pl.DataFrame
) -> None:
    found = table(release, "from mart_gemeente_naast_gelijken")
    newest = ratios.filter(pl.col("waarde").is_not_null()).group_by("indicator_id").agg(pl.col("jaar").max())
    figures = ratios.join(newest, on=["indicator_id", "jaar"]).select(
        "indicator_id", "jaar", pl.col("gm_code").alias("vergelijkbare_gm_code"), "waarde", "reden_ontbreekt"
    )
    joined = found.join(figures, on=["indicator_id", "jaar", "vergelijkbare_gm_code"], suffix="_feit")
    assert joined.height == found.height == figures.height * 11
    assert joined.filter(~pl.col("waarde").eq_missing(pl.col("waarde_feit"))).height == 0
    variants = table(release, "select distinct indicator_id, variant from mart_benchmark")
    peers = table(
        release, "select variant, jaar, gm_code, volgorde, vergelijkbare_gm_code from mart_vergelijkbare_gemeenten"
    )
    chosen = variants.join(newest, on="indicator_id").join(peers, on=["variant", "jaar"])
    keys = ["indicator_id", "gm_code", "volgorde", "vergelijkbare_gm_code"]
    assert set(found.filter(pl.col("volgorde") > 0).select(keys).rows()) == set(chosen.select(keys).rows())


def test_a_change_is_the_difference_of_two_figures_and_never_crosses_a_break(
    release: duckdb.DuckDBPyConnection, facts: pl.DataFrame
) -> None:
    found = table(release, "from mart_verandering")
    municipal = facts.filter((pl.col("regio_soort") == "gemeente") & pl.col("waarde").is_not_null())
    newest = municipal.group_by("indicator_id").agg(pl.col("jaar").max().alias("jaar_tot"))
    figures = facts.join(newest, on="indicator_id")
    keys = ["indicator_id", "regio_code", "jaar_tot"]
    before = figures.filter(pl.col("jaar") < pl.col("jaar_tot")).select(*keys, jaar_van="jaar", van="waarde")
    after = figures.filter(pl.col("jaar") == pl.col("jaar_tot")).select(*keys, tot="waarde")
    breaks = table(release, "select indicator_id, jaar as breuk from dim_reeksbreuk where blokkerend")
    pairs = before.join(after, on=keys)
    crossed = (
        pairs.join(breaks, on="indicator_id")
        .filter((pl.col("breuk") > pl.col("jaar_van")) & (pl.col("breuk") <= pl.col("jaar_tot")))
        .select("indicator_id", "jaar_van")
        .unique()
        .with_columns(gebroken=True)
    )
    expected = pairs.join(crossed, on=["indicator_id", "jaar_van"], how="left").with_columns(
        verschil=pl.when(pl.col("gebroken").is_null()).then(pl.col("tot") - pl.col("van"))
    )
    joined = expected.join(found, on=[*keys, "jaar_van"], how="full", coalesce=True)
    assert joined.height == expected.height == found.height
    assert joined.filter(~pl.col("mutatie").eq_missing(pl.col("verschil"))).height == 0
    assert joined.filter(pl.col("gebroken").is_not_null() & (pl.col("reden_geen_richting") != "reeksbreuk")).height == 0
    share = joined.filter(pl.col("mutatie_pct").is_not_null())
    assert share.height > 10_000
    assert share.filter((pl.col("mutatie_pct") - 100 * (pl.col("tot") / pl.col("van") - 1)).abs() > 1e-6).height == 0


@pytest.mark.parametrize("domain", ["jeugd", "wmo", "bijstand", "participatie", "sociaal_domein"])
def test_a_wide_table_has_the_figures_and_reasons_of_its_domain(
    domain: str, release: duckdb.DuckDBPyConnection, municipal: pl.DataFrame
) -> None:
    own = municipal.filter(pl.col("domein") == domain)
    found = table(release, f"from mart_gemeente_jaar_{domain}")
    # Also those without a figure: the recording does not have their tables.
    listed = pl.read_csv(DBT_PROJECT / "seeds" / "indicatoren" / "indicator.csv")
    indicators = listed.filter("publiek", pl.col("domein") == domain)["indicator_id"].sort().to_list()
    notes = ["betwijfeld", "na_reeksbreuk", "voorlopig"]
    columns = [column for name in indicators for column in (name, f"{name}_reden")]
    assert found.columns == ["gm_code", "naam", "jaar", "inwoners", *columns, *notes]
    for name in indicators:
        rows = own.filter(pl.col("indicator_id") == name).select("gm_code", "jaar", "waarde", "reden_ontbreekt")
        joined = found.select("gm_code", "jaar", name, f"{name}_reden").join(rows, on=["gm_code", "jaar"], how="left")
        outside = pl.col("waarde").is_null() & pl.col("reden_ontbreekt").is_null()
        reason = pl.when(outside).then(pl.lit("buiten_reeks")).otherwise(pl.col("reden_ontbreekt"))
        assert joined.filter(~pl.col(name).eq_missing(pl.col("waarde"))).height == 0
        assert joined.filter(~pl.col(f"{name}_reden").eq_missing(reason)).height == 0
    doubted = own.filter("twijfel").group_by("gm_code", "jaar").agg(pl.col("indicator_id").sort().str.join(", "))
    told = found.filter(pl.col("betwijfeld").is_not_null()).select("gm_code", "jaar", "betwijfeld")
    assert set(told.rows()) == set(doubted.rows())
