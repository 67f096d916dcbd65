"""The suites against a real build: the recorded figures satisfy them, and damage is caught by exactly its checks."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines.audit import load_suites
from pipelines.build.workspace import Workspace
from pipelines.common.settings import EXPECTATIONS
from tests.support.audited_builds import Audited, damaged, failures

# --- the suites themselves --------------------------------------------------------------------------------------


def test_every_table_of_the_build_has_a_suite_and_every_suite_a_table(built: Workspace) -> None:
    with duckdb.connect(str(built.database), read_only=True) as connection:
        tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    assert {suite.tabel for suite in load_suites(EXPECTATIONS)} == tables | {"observaties", "maten"}


def test_every_reason_and_threshold_is_a_sentence_of_its_own() -> None:
    # As they stand in the files: tables of one form share theirs.
    files = [yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) for path in EXPECTATIONS.glob("*.yml")]
    reasons = [expectation["reden"].strip() for file in files for expectation in file["verwachtingen"]]
    assert len(set(reasons)) >= len(reasons) - 3
    assert [reason for reason in reasons if len(reason) < 40] == []


@pytest.mark.slow
def test_the_recorded_figures_satisfy_every_suite(built: Workspace, tmp_path: Path) -> None:
    results = Audited(built.database, built.sources, previous=built.database).by(folder=tmp_path)
    assert failures(results) == {}
    assert len(results) >= 125


def test_a_first_release_has_nothing_to_be_compared_with(built: Workspace, tmp_path: Path) -> None:
    results = Audited(built.database, built.sources).by("fct_indicator__vorige", folder=tmp_path)
    assert {result.found for result in results} == {"geen vorige release"}
    assert all(result.passed for result in results)


def test_known_oddities_of_the_source_are_shown_though_they_pass(built: Workspace, tmp_path: Path) -> None:
    results = Audited(built.database, built.sources).by(
        "fct_indicator__grenzen", "fct_indicator__bronnen", folder=tmp_path
    )
    found = {result.check.partition(".")[2]: result.found for result in results}
    # The Hague registered 20 clients with help in the household in 2019, between 4,160 and 15,920.
    assert found["sprong_in_een_jaar"].startswith("31 afwijkende rijen, bijvoorbeeld: ")
    the_hague = "regio_code=GM0518, vorig_jaar=2019, vorige_waarde=20, jaar=2020, waarde=15920"
    assert the_hague in found["sprong_in_een_jaar"]
    assert found["inwoners_gelijk_aan_kerncijfers"].startswith("44 afwijkende rijen")


# --- damage to the tables ---------------------------------------------------------------------------------------

AMSTERDAM = "regio_code = 'GM0363' and indeling = 'origineel'"
# Suites to run, the damage, the checks that must fail and no other, and what the first of them must show.
DAMAGE: dict[str, tuple[tuple[str, ...], str, set[str], str]] = {
    "a municipality is missing": (
        ("fct_indicator__dekking",),
        (
            "delete from fct_indicator where regio_code = 'GM0363' and indicator_id = 'wmo_clienten' and jaar = 2019"
            " and indeling = 'origineel'"
        ),
        {"fct_indicator.origineel_is_lijst_van_jaar", "fct_indicator.aantal_gemeenten"},
        "indicator_id=wmo_clienten, jaar=2019, regio_code=GM0363, bevinding=ontbreekt",
    ),
    "an abolished municipality still counts": (
        ("fct_indicator__dekking",),
        (
            "update fct_indicator set regio_code = 'GM0457'"  # Weesp, in Amsterdam since 24 March 2022
            " where regio_code = 'GM0363' and indicator_id = 'inwoners' and jaar = 2024 and indeling = 'actueel'"
        ),
        {"fct_indicator.actueel_is_nieuwste_lijst"},
        "regio_code=GM0363, bevinding=ontbreekt; indicator_id=inwoners, jaar=2024, regio_code=GM0457",
    ),
    "half the municipalities lost their figure": (
        ("fct_indicator__dekking",),
        (
            "update fct_indicator set waarde = null, reden_ontbreekt = 'onbekend_of_geheim'"
            " where indicator_id = 'bijstand_personen' and jaar = 2021 and regio_code < 'GM0600'"
        ),
        {"fct_indicator.gebruikelijke_dekking"},
        "indicator_id=bijstand_personen, jaar=2021",
    ),
    "a year was dropped": (
        ("fct_indicator__dekking", "dim_indicator"),
        "delete from fct_indicator where indicator_id = 'jeugdzorg_jongeren' and jaar = 2020",
        {"fct_indicator.jaren_zonder_gat"},
        "indicator_id=jeugdzorg_jongeren, indeling=actueel, jaar=2021, vorig_jaar=2019",
    ),
    "the rate is a percentage": (
        ("fct_indicator__grenzen", "fct_indicator__sommen"),
        "update fct_indicator set waarde = waarde / 10 where indicator_id = 'jeugdzorg_per_1000_inwoners'",
        {"fct_indicator.midden_plausibel", "fct_indicator.uitschieter", "fct_indicator.verhouding_na_te_rekenen"},
        "indicator_id=jeugdzorg_per_1000_inwoners, jaar=2018",
    ),
    "a dot was read as zero": (
        ("fct_indicator__grenzen",),
        (
            "update fct_indicator set waarde = 0, reden_ontbreekt = null"
            " where indicator_id = 'wmo_verblijf_en_opvang' and jaar = 2018 and regio_code = 'GM0014'"
            " and indeling = 'origineel'"
        ),
        {"fct_indicator.punt_niet_als_nul"},
        "indicator_id=wmo_verblijf_en_opvang, regio_code=GM0014, jaar=2018, indeling=origineel, waarde=0",
    ),
    "the denominator is that of another year": (
        ("fct_indicator__sommen",),
        (
            "update fct_indicator as cijfer set noemer = vorig.waarde, waarde = cijfer.teller / vorig.waarde * 1000"
            " from fct_indicator as vorig where cijfer.indicator_id = 'bijstand_per_1000_inwoners'"
            " and cijfer.jaar = 2021 and vorig.indicator_id = 'inwoners' and vorig.jaar = 2020"
            " and vorig.regio_code = cijfer.regio_code"
            " and vorig.indeling = cijfer.indeling"
        ),
        {"fct_indicator.teller_en_noemer_zijn_de_cijfers"},
        "indicator_id=bijstand_per_1000_inwoners",
    ),
    "a country is published though a municipality is missing": (
        ("fct_indicator__sommen",),
        (
            "update fct_indicator set waarde = 5500000, reden_ontbreekt = null"
            " where indicator_id = 'begroot_jeugd' and jaar = 2026 and regio_code = 'NL'"
        ),
        {"fct_indicator.land_is_som_of_leeg"},
        "indicator_id=begroot_jeugd, jaar=2026",
    ),
    "a merged municipality lost a part": (
        ("fct_indicator__sommen",),
        (
            "update fct_indicator set waarde = waarde - 100 where indicator_id = 'begroot_participatie' and jaar = 2026"
            " and regio_code = 'GM0363' and indeling = 'actueel'"
        ),
        {"fct_indicator.actueel_telt_op_tot_origineel"},
        "indicator_id=begroot_participatie, jaar=2026",
    ),
    "two columns of Wmo are swapped": (
        ("fct_indicator__sommen",),
        (
            "update fct_indicator set waarde = waarde / 3 where indicator_id = 'wmo_clienten' and jaar = 2019"
            " and regio_soort = 'gemeente'"
        ),
        {"fct_indicator.wmo_soort_niet_boven_totaal", "fct_indicator.teller_en_noemer_zijn_de_cijfers"},
        "afwijkende rijen",
    ),
    "a published figure was changed on the way": (
        ("fct_indicator__bronnen",),
        (
            "update fct_indicator set waarde = waarde + 5"
            f" where {AMSTERDAM} and indicator_id = 'jeugdzorg_jongeren' and jaar = 2022"
        ),
        {"fct_indicator.gelijk_aan_gepubliceerde_cel"},
        "indicator_id=jeugdzorg_jongeren, regio_code=GM0363, jaar=2022, tabel_id=85335NED",
    ),
    "a taakveld is left out of the social domain": (
        ("fct_indicator__bronnen",),
        (
            f"update fct_indicator set waarde = waarde * 0.9 where {AMSTERDAM}"
            " and indicator_id = 'lasten_sociaal_domein' and jaar = 2024"
        ),
        {"fct_indicator.sociaal_domein_is_som_taakvelden"},
        "indicator_id=lasten_sociaal_domein, regio_code=GM0363, jaar=2024",
    ),
    "a change of dataset is no longer a break": (
        ("dim_reeksbreuk",),
        "delete from dim_reeksbreuk where indicator_id = 'wmo_clienten' and jaar = 2021",
        {"dim_reeksbreuk.wisseling_van_bron_is_breuk", "dim_reeksbreuk.vlag_klopt"},
        "vorige_dataset=wmo_maatwerkarrangement, jaar=2021, dataset=kerncijfers_wijken_en_buurten",
    ),
    "a figure lost its break": (
        ("dim_reeksbreuk",),
        (
            "update fct_indicator set reeksbreuk = false"
            f" where {AMSTERDAM} and indicator_id = 'jeugdzorg_pct' and jaar = 2021"
        ),
        {"dim_reeksbreuk.vlag_klopt"},
        "indicator_id=jeugdzorg_pct, regio_code=GM0363, jaar=2021, indeling=origineel, reeksbreuk=nee",
    ),
    "a doubt has no explanation": (
        ("dim_twijfel",),
        "delete from dim_twijfel where soort = 'bedrag_negatief' and indicator_id = 'begroot_jeugd'",
        {"dim_twijfel.zelfde_rijen_als_feiten"},
        "bevinding=zonder uitleg",
    ),
    "a municipality lies in no province": (
        ("gemeente_regio",),
        "delete from gemeente_regio where gm_code = 'GM0363' and jaar = 2021 and regio_soort = 'provincie'",
        {"gemeente_regio.provincie_en_landsdeel_volledig"},
        "jaar=2021, regio_soort=provincie, leden=351, gemeenten=352",
    ),
    "a merger is forgotten": (
        ("dim_gemeente",),
        "delete from herindeling where oude_code = 'GM0457'",
        {"dim_gemeente.opgeheven_heeft_opvolger"},
        "gm_code=GM0457, naam=Weesp, geldig_tot=2022-03-24",
    ),
    "the list has a municipality too few": (
        ("dim_gemeente",),
        "delete from dim_gemeente where gm_code = 'GM0363'",
        {"dim_gemeente.aantal_per_jaar"},
        "jaar=2010, verwacht=431, gemeenten=430",
    ),
    "a date was read wrongly": (
        ("herkomst",),
        "update herkomst set gewijzigd = timestamp '2062-07-17' where tabel_id = '70072ned'",
        {"herkomst.niet_uit_de_toekomst", "herkomst.gelijk_aan_gelezen_tabellen"},
        "tabel_id=70072ned, gewijzigd=2062-07-17",
    ),
    "the wide table tells another figure": (
        ("mart_gemeente_jaar",),
        "update mart_gemeente_jaar set wmo_clienten = 1 where gm_code = 'GM0363' and jaar = 2019",
        {"mart_gemeente_jaar.gelijk_aan_feiten"},
        "gm_code=GM0363, jaar=2019, indicator_id=wmo_clienten, breed=1",
    ),
    "a region without a name fell out of the long table": (
        ("mart_indicator",),
        "delete from mart_indicator_origineel where regio_code = 'GM0363' and jaar = 2019",
        {"mart_indicator_origineel.zelfde_rijen_als_feiten"},
        "regio_code=GM0363, jaar=2019",
    ),
    "the coverage is told too high": (
        ("mart_dekking",),
        (
            "update mart_dekking set leden_met_cijfer = leden where indicator_id = 'wmo_clienten'"
            " and regio_soort = 'land' and jaar = 2020"
        ),
        {"mart_dekking.land_gelijk_aan_feiten", "mart_dekking.provincies_zijn_het_land"},
        "indicator_id=wmo_clienten, jaar=2020, in_feiten=319, vermeld=355",
    ),
    "percentage and rate go opposite ways": (
        ("mart_trend",),
        (
            "update mart_trend set richting = 'daling' where indicator_id = 'jeugdzorg_pct' and regio_code = 'GM0546'"
            " and jaar = 2019 and richting = 'stijging'"
        ),
        {"mart_trend.percentage_en_verhouding_nooit_tegengesteld", "mart_trend.richting_volgt_uit_mutatie_en_drempel"},
        "indicator_id=jeugdzorg_pct, naast=jeugdzorg_per_1000_jongeren_tot_25, regio_code=GM0546, jaar=2019",
    ),
    "chance is called the minimum": (
        ("mart_trend",),
        (
            "update mart_trend set richting = 'binnen_3_procent' where indicator_id = 'wmo_clienten'"
            " and regio_code = 'GM0277' and jaar = 2019 and richting = 'niet_aantoonbaar'"
        ),
        {"mart_trend.richting_volgt_uit_mutatie_en_drempel"},
        "indicator_id=wmo_clienten, regio_code=GM0277, jaar=2019",
    ),
    "a province is compared over a break": (
        ("mart_volumeontwikkeling_jeugd",),
        (
            "insert into mart_volumeontwikkeling_jeugd by name select * replace ('provincie' as groep_soort,"
            " 'PV20' as groep_code) from mart_volumeontwikkeling_jeugd where groep_soort = 'land' and over_breuk"
            " and indicator_id = 'jeugdzorg_jongeren'"
        ),
        {"mart_volumeontwikkeling_jeugd.over_een_breuk_alleen_het_land"},
        "groep_soort=provincie, groep_code=PV20, jaar_van=2021, jaar_tot=2022",
    ),
    "a provisional year is called final": (
        ("mart_volumeontwikkeling_jeugd",),
        (
            "update mart_volumeontwikkeling_jeugd set status_tot = 'definitief'"
            " where groep_soort = 'land' and jaar_tot = 2022"
        ),
        {"mart_volumeontwikkeling_jeugd.status_van_beide_jaren"},
        "indicator_id=jeugdzorg_jongeren, jaar_van=2021, jaar_tot=2022",
    ),
    "a column lost its description": (
        ("dim_indicator",),
        "comment on column fct_indicator.teller is null",
        {"dim_indicator.alles_beschreven"},
        "tabel=fct_indicator, kolom=teller",
    ),
}


def one_of_each_suite() -> list[Any]:
    """The damages, of which all but the first to each suite are only tried by `make test-all`."""
    first = {suites: damage for damage, (suites, *_) in reversed(DAMAGE.items())}
    return [pytest.param(name, marks=() if name in first.values() else pytest.mark.slow) for name in DAMAGE]


@pytest.mark.parametrize("damage", one_of_each_suite())
def test_damage_makes_exactly_its_checks_fail(built: Workspace, tmp_path: Path, damage: str) -> None:
    suites, statement, expected, shown = DAMAGE[damage]
    results = Audited(damaged(built, tmp_path, statement), built.sources).by(*suites, folder=tmp_path)
    found = failures(results)
    assert found.keys() == expected
    assert any(shown in finding for finding in found.values()), found
