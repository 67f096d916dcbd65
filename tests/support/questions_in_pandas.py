"""The ten questions once more, as someone asks them who has only the Parquet files and pandas; no SQL and no DuckDB."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

Table = Callable[[str], pd.DataFrame]


def ranglijst(table: Table) -> pd.DataFrame:
    t = table("mart_ranglijst")
    t = t[(t.indicator_id == "wmo_clienten_per_1000_inwoners") & t.nieuwste_jaar & (t.rang <= 10)]
    shown = [
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
    ]
    return t.sort_values(["rang", "gm_code"])[shown]


def profiel(table: Table) -> pd.DataFrame:
    t = table("mart_gemeente_profiel")
    t = t[(t.gm_code == "GM0307") & (t.domein == "jeugd") & t.nieuwste_jaar]
    groups = ["vergelijkbare_gemeenten", "provincie", "land"]
    beside = [f"{kind}_{group}" for kind in ("gewogen", "mediaan") for group in groups]
    shown = [
        "indicator_id",
        "jaar",
        "waarde",
        "reden_ontbreekt",
        *beside,
        "rang",
        "rang_van",
        "rang_richting",
        "kleine_aantallen",
    ]
    return t.sort_values("indicator_id")[shown]


def naast_gelijken(table: Table) -> pd.DataFrame:
    t = table("mart_gemeente_naast_gelijken")
    t = t[(t.gm_code == "GM0479") & (t.indicator_id == "bijstand_per_1000_inwoners")]
    beside = ["vergelijkbare_gm_code", "vergelijkbare_naam", "afstand"]
    return t.sort_values("volgorde")[["jaar", "volgorde", *beside, "waarde", "reden_ontbreekt"]]


def verandering(table: Table) -> pd.DataFrame:
    t = table("mart_trend")
    t = t[(t.indicator_id == "bijstand_personen") & (t.jaar == 2020) & (t.stap == 3)]
    t = t[(t.regio_soort == "gemeente") & (t.richting == "daling")].sort_values(["mutatie_pct", "regio_code"])
    t = t.merge(table("dim_regio")[["regio_code", "naam"]], on="regio_code")
    t = t.rename(columns={"jaar": "jaar_tot", "waarde": "waarde_tot", "naam": "regio_naam"})
    return t.head(10)[["regio_code", "regio_naam", "jaar_van", "jaar_tot", "waarde_van", "waarde_tot", "mutatie_pct"]]


def kaart(table: Table) -> pd.DataFrame:
    t = table("mart_kaart")
    t = t[(t.indicator_id == "jeugdhulp_pct_tot_18") & t.nieuwste_jaar].sort_values("gm_code")
    klasse = ["klasse", "klasse_laagste", "klasse_hoogste", "reden_geen_klasse"]
    return t[["gm_code", "gemeente_naam", "jaar", "waarde", *klasse]]


def lasten_en_gebruik(table: Table) -> pd.DataFrame:
    t = table("mart_lasten_en_gebruik")
    t = t[(t.domein == "jeugd") & (t.regio_code == "GM0344")].sort_values("jaar")
    per_user = ["lasten_per_gebruiker", "reden_lasten_per_gebruiker", "koppeling"]
    return t[["jaar", "lasten", "begroot", "gebruikers", "reden_gebruikers", *per_user]]


def meer_uitgegeven_dan_begroot(table: Table) -> pd.DataFrame:
    t = table("mart_lasten_en_gebruik")
    t = t[(t.domein == "sociaal_domein") & (t.regio_soort == "gemeente") & (t.jaar == 2023)]
    t = t[~t.twijfel_lasten & t.rekening_tegen_begroting_pct.notna()]
    t = t.sort_values(["rekening_tegen_begroting_pct", "regio_code"], ascending=[False, True]).head(10)
    account = ["rekening_tegen_begroting_pct", "rekening_tegen_begroting_soort", "begrotingsafwijking_pct"]
    return t[["regio_code", "regio_naam", "netto_lasten", "netto_begroot", *account]]


def reeks(table: Table) -> pd.DataFrame:
    t = table("mart_indicator_actueel")
    t = t[(t.indicator_id == "jeugdzorg_jongeren") & (t.regio_code == "GM0014")].sort_values("jaar")
    return t[["jaar", "waarde", "status", "reden_ontbreekt", "reeksbreuk", "twijfel"]]


def domein_breed(table: Table) -> pd.DataFrame:
    t, gemeente = table("mart_gemeente_jaar_wmo"), table("dim_gemeente")
    zeeland = gemeente[gemeente.provincie_naam == "Zeeland"][["gm_code"]]
    t = t[t.jaar == 2020].merge(zeeland, on="gm_code").sort_values("gm_code")
    figures = ("wmo_clienten", "wmo_hulp_bij_het_huishouden", "lasten_wmo_zonder_opvang")
    shown = [name for figure in figures for name in (figure, f"{figure}_reden")]
    return t[["gm_code", "naam", *shown, "betwijfeld"]]


def wat_ontbreekt(table: Table) -> pd.DataFrame:
    t = table("mart_indicator_origineel")
    t = t[(t.indicator_id == "wmo_clienten") & (t.regio_soort == "gemeente")]
    counted = t.groupby(["jaar", "reden_ontbreekt"], dropna=False).size().reset_index(name="gemeenten")
    return counted.sort_values(["jaar", "reden_ontbreekt"], na_position="first")


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

    def table(name: str) -> pd.DataFrame:
        # With Arrow's types an empty cell stays empty, and a year a whole number; NumPy's would make both a float.
        return pd.read_parquet(release / "parquet" / f"{name}.parquet", dtype_backend="pyarrow")

    found = QUESTIONS[question](table)
    # Not by way of rows of the frame: those would take the columns together into one type.
    columns = [[None if pd.isna(value) else value for value in found[name]] for name in found.columns]
    return list(zip(*columns, strict=True))
