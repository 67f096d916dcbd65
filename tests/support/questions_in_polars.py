"""The ten questions once more, as someone asks them who has only the Parquet files and polars; no SQL and no DuckDB."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
from polars import col


def ranglijst(table: Callable[[str], pl.LazyFrame]) -> pl.LazyFrame:
    chosen = (col("indicator_id") == "wmo_clienten_per_1000_inwoners") & col("nieuwste_jaar") & (col("rang") <= 10)
    shown = (
        "jaar",
        "rang",
        "rang_van",
        "rang_richting",
        "gm_code",
        "gemeente_naam",
        "provincie_naam",
        "waarde",
        "kleine_aantallen",
        "vlag",
    )
    return table("mart_ranglijst").filter(chosen).sort("rang", "gm_code").select(shown)


def profiel(table: Callable[[str], pl.LazyFrame]) -> pl.LazyFrame:
    chosen = (col("gm_code") == "GM0307") & (col("domein") == "jeugd") & col("nieuwste_jaar")
    groups = ("vergelijkbare_gemeenten", "provincie", "land")
    beside = [f"{kind}_{group}" for kind in ("gewogen", "mediaan") for group in groups]
    shown = (
        "indicator_id",
        "jaar",
        "waarde",
        "reden_ontbreekt",
        *beside,
        "rang",
        "rang_van",
        "rang_richting",
        "kleine_aantallen",
    )
    return table("mart_gemeente_profiel").filter(chosen).sort("indicator_id").select(shown)


def naast_gelijken(table: Callable[[str], pl.LazyFrame]) -> pl.LazyFrame:
    chosen = (col("gm_code") == "GM0479") & (col("indicator_id") == "bijstand_per_1000_inwoners")
    beside = ("vergelijkbare_gm_code", "vergelijkbare_naam", "afstand")
    shown = ("jaar", "volgorde", *beside, "waarde", "reden_ontbreekt")
    return table("mart_gemeente_naast_gelijken").filter(chosen).sort("volgorde").select(shown)


def verandering(table: Callable[[str], pl.LazyFrame]) -> pl.LazyFrame:
    chosen = (
        (col("indicator_id") == "bijstand_personen")
        & (col("jaar") == 2020)
        & (col("stap") == 3)
        & (col("regio_soort") == "gemeente")
        & (col("richting") == "daling")
    )
    named = table("dim_regio").select("regio_code", regio_naam="naam")
    ordered = table("mart_trend").filter(chosen).join(named, on="regio_code").sort("mutatie_pct", "regio_code")
    values = {"jaar_tot": "jaar", "waarde_van": "waarde_van", "waarde_tot": "waarde", "mutatie_pct": "mutatie_pct"}
    return ordered.head(10).select("regio_code", "regio_naam", "jaar_van", **{as_: col(c) for as_, c in values.items()})


def kaart(table: Callable[[str], pl.LazyFrame]) -> pl.LazyFrame:
    chosen = (col("indicator_id") == "jeugdhulp_pct_tot_18") & col("nieuwste_jaar")
    klasse = ("klasse", "klasse_laagste", "klasse_hoogste", "reden_geen_klasse")
    return (
        table("mart_kaart").filter(chosen).sort("gm_code").select("gm_code", "gemeente_naam", "jaar", "waarde", *klasse)
    )


def lasten_en_gebruik(table: Callable[[str], pl.LazyFrame]) -> pl.LazyFrame:
    chosen = (col("domein") == "jeugd") & (col("regio_code") == "GM0344")
    per_user = ("lasten_per_gebruiker", "reden_lasten_per_gebruiker", "koppeling")
    shown = ("jaar", "lasten", "begroot", "gebruikers", "reden_gebruikers", *per_user)
    return table("mart_lasten_en_gebruik").filter(chosen).sort("jaar").select(shown)


def meer_uitgegeven_dan_begroot(table: Callable[[str], pl.LazyFrame]) -> pl.LazyFrame:
    chosen = (
        (col("domein") == "sociaal_domein")
        & (col("regio_soort") == "gemeente")
        & (col("jaar") == 2023)
        & ~col("twijfel_lasten")
        & col("rekening_tegen_begroting_pct").is_not_null()
    )
    ordered = table("mart_lasten_en_gebruik").filter(chosen)
    ordered = ordered.sort("rekening_tegen_begroting_pct", "regio_code", descending=[True, False])
    account = ("rekening_tegen_begroting_pct", "rekening_tegen_begroting_soort", "begrotingsafwijking_pct")
    return ordered.head(10).select("regio_code", "regio_naam", "netto_lasten", "netto_begroot", *account)


def reeks(table: Callable[[str], pl.LazyFrame]) -> pl.LazyFrame:
    chosen = (col("indicator_id") == "jeugdzorg_jongeren") & (col("regio_code") == "GM0014")
    shown = ("jaar", "waarde", "status", "reden_ontbreekt", "reeksbreuk", "twijfel")
    return table("mart_indicator_actueel").filter(chosen).sort("jaar").select(shown)


def domein_breed(table: Callable[[str], pl.LazyFrame]) -> pl.LazyFrame:
    zeeland = table("dim_gemeente").filter(col("provincie_naam") == "Zeeland").select("gm_code")
    there = table("mart_gemeente_jaar_wmo").filter(col("jaar") == 2020).join(zeeland, on="gm_code")
    figures = ("wmo_clienten", "wmo_hulp_bij_het_huishouden", "lasten_wmo_zonder_opvang")
    shown = [name for figure in figures for name in (figure, f"{figure}_reden")]
    return there.sort("gm_code").select("gm_code", "naam", *shown, "betwijfeld")


def wat_ontbreekt(table: Callable[[str], pl.LazyFrame]) -> pl.LazyFrame:
    chosen = (col("indicator_id") == "wmo_clienten") & (col("regio_soort") == "gemeente")
    counted = table("mart_indicator_origineel").filter(chosen).group_by("jaar", "reden_ontbreekt").len("gemeenten")
    return counted.sort("jaar", "reden_ontbreekt", nulls_last=False)


QUESTIONS = {
    "01_ranglijst": ranglijst,
    "02_profiel": profiel,
    "03_naast_gelijken": naast_gelijken,
    "04_verandering": verandering,
    "05_kaart": kaart,
    "06_lasten_en_gebruik": lasten_en_gebruik,
    "07_meer_uitgegeven_dan_begroot": meer_uitgegeven_dan_begroot,
    "08_reeks": reeks,
    "09_domein_breed": domein_breed,
    "10_wat_ontbreekt": wat_ontbreekt,
}


def answer(release: Path, question: str) -> list[tuple[object, ...]]:
    """The rows that answer ``question``, from ``parquet/`` in the folder of a release."""
    return (
        QUESTIONS[question](lambda name: pl.scan_parquet(release / "parquet" / f"{name}.parquet", glob=False))
        .collect()
        .rows()
    )
