"""What is so of a municipality in each subject, on made rows: every condition where it holds and where it does not."""

from collections.abc import Mapping
from typing import Any

import pytest

from pipelines.publish.pages.sentences.evidence import GROSS, NET, Evidence
from pipelines.publish.pages.sentences.situations import (
    account_situation,
    change_situation,
    gaps_situation,
    spending_situation,
    use_situation,
)
from pipelines.publish.pages.sentences.wording import Situation, the_wording
from pipelines.releases.reader import Row

CODE, WMO, YOUTH = "GM0014", "wmo_clienten_per_1000_inwoners", "jeugdzorg_pct"
WORDING = the_wording()
USE: Row = {
    "indicator_id": WMO,
    "jaar": 2021,
    "waarde": 80.0,
    "reden_ontbreekt": None,
    "twijfel": False,
    "kanttekening": None,
    "eerder_jaar": None,
    "eerder_waarde": None,
    "eerder_indicator_id": None,
}
BESIDE: Row = {
    "waarde": 80.0,
    "reden_geen_vergelijking": None,
    "gewogen_land": 70.0,
    "aantal_vergeleken": 325,
    "gemeenten": 342,
    "rang": 39,
    "rang_van": 325,
    "kleine_aantallen": False,
    "toeval": 1.0,
    "afronding_marge": 0.0,
    "gewogen_gelijken": 79.0,
    "toeval_gelijken": 0.5,
    "afronding_gelijken": 0.0,
}
EURO: Row = BESIDE | {"waarde": 2000.0, "gewogen_land": 1500.0, "gewogen_gelijken": 1990.0, "toeval": None}
SHELTER: Row = {"waarde": 1950.0, "land": 1400.0, "gelijken": 1960.0}
ACCOUNT: Row = {
    "jaar": 2024,
    "waarde": 10.0,
    "wijze": "netto",
    "twijfel": False,
    "reden_ontbreekt": None,
    "centrumgemeente_opvang": False,
}
CHANGE: Row = {
    "jaar_van": 2020,
    "jaar_tot": 2021,
    "mutatie_pct": 4.25,
    "richting": "stijging",
    "reden_geen_richting": None,
    "breuk_jaar": None,
}
BROKEN: Row = CHANGE | {
    "mutatie_pct": None,
    "richting": None,
    "reden_geen_richting": "reeksbreuk",
    "breuk_jaar": 2021,
}


def evidence(
    use: Mapping[str, Row] | None = None,
    beside: Mapping[str, Row] | None = None,
    spending: tuple[str, int] | None = None,
    **more: Any,
) -> Evidence:
    """Of one municipality: rows of use by domain, of the benchmark by indicator."""
    return Evidence(
        municipalities=[CODE],
        decimals={
            WMO: 1,
            YOUTH: 1,
            "jeugdzorg_per_1000_jongeren_tot_25": 1,
            "bijstand_per_1000_inwoners": 1,
            GROSS: 0,
            NET: 0,
            "begrotingsafwijking_sociaal_domein_pct": 1,
            "netto_begrotingsafwijking_sociaal_domein_pct": 1,
        },
        years=(2020, 2026),
        use={(CODE, domain): row for domain, row in (use or {}).items()},
        spending=spending,
        beside={(CODE, name): row for name, row in (beside or {}).items()},
        without_shelter=more.get("without_shelter", {}),
        changes={(CODE, name): rows for name, rows in more.get("changes", {}).items()},
        account=more.get("account", {}),
        gaps=more.get("gaps", {}),
    )


def of_wmo(use: Mapping[str, Any] = USE, beside: Mapping[str, Any] | None = BESIDE) -> Situation:
    rows = {} if beside is None else {WMO: dict(beside)}
    return use_situation(evidence({"wmo": dict(use)}, rows), CODE, "wmo")


def said(subject: str, situation: Situation) -> str:
    """The sentence, with ordinary spaces."""
    template = WORDING.subject(subject)
    known = Situation(situation.conditions, {"naam": template.naam, **situation.words})
    return WORDING.sentence(template, known).replace("\N{NO-BREAK SPACE}", " ")


def noted(subject: str, situation: Situation) -> str | None:
    return WORDING.place(WORDING.subject(subject), situation)


def test_use_is_laid_beside_the_country_and_peers() -> None:
    found = of_wmo()
    assert found.conditions == {"vergeleken", "gelijken", "land_hoger", "gelijken_gelijk", "plaats"}
    assert said("wmo", found) == (
        "Per 1 000 inwoners kregen er 80,0 Wmo-maatwerk (2021), meer dan landelijk (70,0), "
        "niet duidelijk anders dan vergelijkbare gemeenten (79,0)."
    )
    assert noted("wmo", found) == "plaats 39 van 325, van hoog naar laag"
    assert (found.indicator_id, found.year) == (WMO, 2021)


@pytest.mark.parametrize(("land", "peers"), [(60.0, 60.0), (80.0, 60.0), (100.0, 60.0), (60.0, 100.0), (80.0, 80.0)])
def test_each_side_follows_from_its_own_figure(land: float, peers: float) -> None:
    def side(other: float) -> str:
        return "hoger" if other == 60 else "lager" if other == 100 else "gelijk"

    found = of_wmo(beside=BESIDE | {"gewogen_land": land, "gewogen_gelijken": peers})
    assert found.conditions >= {f"land_{side(land)}", f"gelijken_{side(peers)}"}
    assert len([one for one in found.conditions if one.startswith(("land_", "gelijken_"))]) == 2


def test_what_is_missing_has_its_reason_and_the_last_figure_before_it() -> None:
    lacking = USE | {"waarde": None, "reden_ontbreekt": "onbekend_of_geheim"}
    assert said("wmo", of_wmo(lacking)) == "Geen cijfer over Wmo-maatwerk in 2021: bij CBS onbekend of geheim."
    earlier = lacking | {"eerder_jaar": 2019, "eerder_waarde": 68.125, "eerder_indicator_id": WMO}
    assert said("wmo", of_wmo(earlier)) == (
        "Geen cijfer over Wmo-maatwerk in 2021: bij CBS onbekend of geheim; in 2019 was het 68,1 per 1 000 inwoners."
    )
    assert noted("wmo", of_wmo(earlier)) == "geen plaats: bij CBS onbekend of geheim"


@pytest.mark.parametrize(
    ("use", "beside", "condition", "told", "note"),
    [
        (
            {"twijfel": True},
            {"reden_geen_vergelijking": "twijfel", "rang": None, "rang_van": None},
            "twijfel",
            "; aan dit cijfer wordt getwijfeld, daarom geen vergelijking.",
            "geen plaats: aan het cijfer wordt getwijfeld",
        ),
        (
            {},
            {"kleine_aantallen": True, "toeval": None},
            "kleine_aantallen",
            "; de aantallen zijn te klein voor een vergelijking.",
            "geen plaats: de aantallen zijn te klein",
        ),
        (
            {},
            {"aantal_vergeleken": 307, "toeval": None},
            "te_weinig_dekking",
            "; te weinig gemeenten hebben een cijfer voor een vergelijking.",
            "geen plaats: te weinig gemeenten hebben een cijfer",
        ),
    ],
)
def test_what_may_not_be_compared_has_no_place(use: Row, beside: Row, condition: str, told: str, note: str) -> None:
    found = of_wmo(USE | use, BESIDE | beside)
    assert condition in found.conditions
    assert "plaats" not in found.conditions
    assert said("wmo", found).endswith(told)
    assert noted("wmo", found) == note


def test_with_90_procent_of_the_municipalities_there_is_a_place() -> None:
    assert "plaats" in of_wmo(beside=BESIDE | {"aantal_vergeleken": 308}).conditions


def test_without_a_measure_of_chance_figures_stand_beside_each_other() -> None:
    found = of_wmo(beside=BESIDE | {"toeval": None, "kleine_aantallen": None})
    assert said("wmo", found).endswith("; landelijk 70,0, vergelijkbare gemeenten 79,0.")
    assert noted("wmo", found) == "geen plaats: de aantallen zijn niet bekend"


def test_without_peers_the_country_is_told() -> None:
    lonely = {"gewogen_gelijken": None, "toeval_gelijken": None, "afronding_gelijken": None}
    assert said("wmo", of_wmo(beside=BESIDE | lonely)).endswith(
        ", meer dan landelijk (70,0); van vergelijkbare gemeenten is er geen cijfer."
    )
    assert said("wmo", of_wmo(beside=BESIDE | lonely | {"gewogen_land": None})).endswith(
        "; er is geen cijfer om mee te vergelijken."
    )


def test_a_percentage_and_a_rate_of_young_people_name_their_own_ages() -> None:
    share = USE | {"indicator_id": YOUTH, "waarde": 8.6}
    rate = USE | {"indicator_id": "jeugdzorg_per_1000_jongeren_tot_25", "waarde": 90.3}
    of_share = use_situation(evidence({"jeugd": share}, {YOUTH: BESIDE}), CODE, "jeugd")
    of_rate = use_situation(evidence({"jeugd": rate}, {}), CODE, "jeugd")
    assert said("jeugd", of_share).startswith("Van de jongeren tot 23 kreeg 8,6 % jeugdzorg (2021)")
    assert said("jeugd", of_rate).startswith("Per 1 000 jongeren tot 25 kregen 90,3 jeugdzorg (2021)")


def test_a_rate_that_students_make_low_is_not_compared() -> None:
    name = "jeugdzorg_per_1000_jongeren_tot_25"
    row = USE | {"indicator_id": name, "kanttekening": "veel_15_tot_25_jarigen"}
    found = use_situation(evidence({"jeugd": row}, {name: BESIDE}), CODE, "jeugd")
    assert said("jeugd", found).endswith("; veel jongeren van 15 tot 25 maken dit laag: geen vergelijking.")
    assert noted("jeugd", found) == "geen plaats: veel jongeren van 15 tot 25"


def of_lasten(beside: Mapping[str, Any] = EURO, name: str = GROSS, **more: Any) -> Situation:
    given = {"without_shelter": {CODE: SHELTER}, "account": {CODE: ACCOUNT}} | more
    return spending_situation(evidence(beside={name: dict(beside)}, spending=(name, 2024), **given), CODE)


def test_spending_is_more_or_less_beyond_3_procent() -> None:
    assert said("lasten", of_lasten()) == (
        "Het sociaal domein kostte bruto 2 000 euro per inwoner (2024), meer dan landelijk (1 500), "
        "ongeveer evenveel als vergelijkbare gemeenten (1 990)."
    )
    assert said("lasten", of_lasten(name=NET)).startswith("Het sociaal domein kostte netto 2 000 euro")


@pytest.mark.parametrize(
    "shelter",
    [{}, {CODE: SHELTER | {"land": 1960.0}}, {CODE: SHELTER | {"gelijken": 1700.0}}, {CODE: SHELTER | {"land": None}}],
)
def test_spending_that_shelter_decides_is_not_called_more_or_less(shelter: dict[str, Row]) -> None:
    assert said("lasten", of_lasten(without_shelter=shelter)).endswith(
        "; landelijk 1 500, vergelijkbare gemeenten 1 990, door opvang lastig te vergelijken."
    )


def test_who_pays_for_a_region_has_no_place() -> None:
    payer = of_lasten(account={CODE: ACCOUNT | {"centrumgemeente_opvang": True}})
    assert noted("lasten", payer) == "geen plaats: zij betaalt opvang voor de regio"
    assert noted("lasten", of_lasten()) == "plaats 39 van 325, van hoog naar laag"


def test_spending_that_is_doubted_or_missing_is_not_compared() -> None:
    doubted = of_lasten(EURO | {"reden_geen_vergelijking": "twijfel", "rang": None})
    assert said("lasten", doubted).endswith("; aan dit cijfer wordt getwijfeld, daarom geen vergelijking.")
    missing = of_lasten(EURO | {"waarde": None, "reden_geen_vergelijking": "niet_geleverd", "rang": None})
    assert said("lasten", missing) == "Geen cijfer over de lasten in 2024: de gemeente leverde geen volledige cijfers."
    assert noted("lasten", missing) == "geen plaats: de gemeente leverde geen volledige cijfers"


def of_change(**changes: Any) -> Situation:
    """Changes by subject: one row, or rows with the latest pair of years first."""
    names = {"jeugd": YOUTH, "wmo": WMO, "bijstand": "bijstand_per_1000_inwoners", "lasten": GROSS}
    domains = {"jeugd": "jeugd", "wmo": "wmo", "bijstand": "participatie"}
    found = evidence(
        use={domains[one]: USE | {"indicator_id": names[one]} for one in changes if one in domains},
        spending=(GROSS, 2021) if "lasten" in changes else None,
        changes={names[one]: rows if isinstance(rows, list) else [rows] for one, rows in changes.items()},
    )
    return change_situation(found, CODE, WORDING)


def test_changes_are_told_beside_each_other() -> None:
    fall = CHANGE | {"richting": "daling", "mutatie_pct": -3.14}
    small = CHANGE | {"richting": "niet_aantoonbaar", "mutatie_pct": 9.0}
    level = CHANGE | {"richting": "binnen_3_procent", "mutatie_pct": 1.0}
    assert said("verandering", of_change(jeugd=CHANGE, wmo=fall, bijstand=small, lasten=level)) == (
        "Jeugdzorg: 4,2 % meer (2020-2021); Wmo: 3,1 % minder (2020-2021); "
        "bijstand: niet duidelijk anders (2020-2021); lasten: ongeveer gelijk (2020-2021)."
    )


def test_what_became_of_several_subjects_is_told_once() -> None:
    assert said("verandering", of_change(jeugd=CHANGE, wmo=CHANGE, bijstand=BROKEN)) == (
        "Jeugdzorg en Wmo: 4,2 % meer (2020-2021); bijstand: vanaf 2021 anders geteld."
    )


@pytest.mark.parametrize(
    ("richting", "told"),
    [
        ("stijging", "stegen de lasten per inwoner met 4,2 %"),
        ("daling", "daalden de lasten per inwoner met 4,2 %"),
        ("binnen_3_procent", "bleven de lasten per inwoner ongeveer gelijk"),
    ],
)
def test_where_all_use_is_counted_anew_spending_comes_first(richting: str, told: str) -> None:
    lasten = CHANGE | {"richting": richting}
    found = of_change(jeugd=BROKEN, wmo=BROKEN, bijstand=BROKEN, lasten=lasten)
    assert said("verandering", found) == (
        f"Van 2020 naar 2021 {told}; jeugdzorg, Wmo en bijstand zijn vanaf 2021 anders geteld."
    )


def test_over_a_break_no_change_is_told_even_if_a_row_had_one() -> None:
    found = of_change(jeugd=BROKEN | {"mutatie_pct": 12.0}, lasten=CHANGE)
    assert "12" not in said("verandering", found)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"richting": None, "reden_geen_richting": "twijfel"}, "twijfel aan een cijfer"),
        ({"richting": None, "reden_geen_richting": "cijfer_ontbreekt", "mutatie_pct": None}, "geen cijfer over 2021"),
        (
            {"richting": None, "reden_geen_richting": "vergelijkcijfer_ontbreekt", "mutatie_pct": None},
            "geen cijfer over 2020",
        ),
        ({"richting": None, "reden_geen_richting": "telling_onbekend"}, "niet te vergelijken"),
        ({"richting": None, "reden_geen_richting": "vergelijkcijfer_nul", "mutatie_pct": None}, "niet te vergelijken"),
        ({"mutatie_pct": None}, "in 2020 nog nul"),
    ],
)
def test_where_there_is_no_change_to_tell_the_reason_is_told(row: Row, told: str) -> None:
    assert said("verandering", of_change(wmo=CHANGE | row)) == f"Wmo: {told}."


def test_a_series_of_one_year_says_so() -> None:
    assert said("verandering", of_change(jeugd=[])) == "Jeugdzorg: eerste jaar is 2021."


def test_only_where_the_year_before_lacks_a_figure_an_earlier_year_counts() -> None:
    lacking = CHANGE | {"richting": None, "reden_geen_richting": "vergelijkcijfer_ontbreekt", "mutatie_pct": None}
    earlier = CHANGE | {"jaar_van": 2019, "mutatie_pct": 7.77}
    assert said("verandering", of_change(wmo=[lacking, earlier])) == "Wmo: 7,8 % meer (2019-2021)."
    assert said("verandering", of_change(wmo=[BROKEN, earlier])) == "Wmo: vanaf 2021 anders geteld."


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (10.0, "was netto 10,0 % hoger dan de eerste begroting, zonder latere wijzigingen."),
        (-10.0, "was netto 10,0 % lager dan de eerste begroting, zonder latere wijzigingen."),
        (3.0, "was ongeveer gelijk aan de eerste begroting, zonder latere wijzigingen (netto 3,0 % verschil)."),
        (-0.4, "was ongeveer gelijk aan de eerste begroting, zonder latere wijzigingen (netto 0,4 % verschil)."),
    ],
)
def test_the_account_is_laid_beside_the_first_budget(share: float, told: str) -> None:
    found = account_situation(evidence(account={CODE: ACCOUNT | {"waarde": share}}), CODE)
    assert said("begroting", found) == f"De rekening sociaal domein 2024 {told}"
    assert found.indicator_id == "netto_begrotingsafwijking_sociaal_domein_pct"


def test_a_gross_account_says_that_there_is_no_net_one() -> None:
    found = account_situation(evidence(account={CODE: ACCOUNT | {"wijze": "bruto"}}), CODE)
    assert said("begroting", found).endswith(
        "was bruto 10,0 % hoger dan de eerste begroting, zonder latere wijzigingen; netto is onbekend."
    )
    assert found.indicator_id == "begrotingsafwijking_sociaal_domein_pct"


def test_an_account_that_is_doubted_or_missing_is_not_laid_beside_its_budget() -> None:
    doubted = account_situation(evidence(account={CODE: ACCOUNT | {"twijfel": True}}), CODE)
    assert "10" not in said("begroting", doubted)
    assert said("begroting", doubted).endswith("aan een van beide wordt getwijfeld.")
    lacking = ACCOUNT | {"waarde": None, "reden_ontbreekt": "niet_geleverd"}
    missing = account_situation(evidence(account={CODE: lacking}), CODE)
    assert said("begroting", missing) == (
        "De rekening sociaal domein 2024 is niet naast de eerste begroting te leggen: "
        "de gemeente leverde geen volledige cijfers."
    )


def of_gaps(counts: dict[tuple[str, str | None], int], *lacking: str) -> str:
    """The sentence where so many figures of a domain are missing for a reason."""
    rows = [
        {"domein": domain, "reden_ontbreekt": reason, "aantal": count} for (domain, reason), count in counts.items()
    ]
    return said("ontbreekt", gaps_situation(evidence(gaps={CODE: rows}), CODE, lacking))


START = "Van de 110 nieuwste cijfers (2020-2026)"


def test_what_is_missing_is_counted_with_the_reason_of_most() -> None:
    assert of_gaps({("jeugd", None): 110}) == f"{START} ontbreekt er geen."
    assert of_gaps({("jeugd", None): 109, ("wmo", "onbekend_of_geheim"): 1}) == (
        f"{START} ontbreekt er een, over Wmo; reden: bij CBS onbekend of geheim."
    )
    # Most are for one reason, though of each domain alone most are for another.
    mixed: dict[tuple[str, str | None], int] = {
        ("jeugd", None): 97,
        ("jeugd", "deel_ontbreekt"): 4,
        ("jeugd", "onbekend_of_geheim"): 3,
        ("wmo", "onbekend_of_geheim"): 3,
        ("participatie", "niet_geleverd"): 3,
    }
    assert of_gaps(mixed) == (f"{START} ontbreken er 13, vooral over jeugd; vaakste reden: bij CBS onbekend of geheim.")


def test_a_domain_is_named_only_if_more_than_half_of_what_is_missing_is_of_it() -> None:
    halves: dict[tuple[str, str | None], int] = {
        ("jeugd", None): 106,
        ("jeugd", "onbekend_of_geheim"): 2,
        ("wmo", "onbekend_of_geheim"): 2,
    }
    assert of_gaps(halves) == f"{START} ontbreken er 4; reden: bij CBS onbekend of geheim."


def test_of_reasons_that_are_equally_frequent_one_is_told_as_one() -> None:
    equal: dict[tuple[str, str | None], int] = {
        ("jeugd", None): 108,
        ("jeugd", "onbekend_of_geheim"): 1,
        ("wmo", "deel_ontbreekt"): 1,
    }
    assert of_gaps(equal) == f"{START} ontbreken er 2; een reden: een deel van het cijfer ontbreekt."


def test_what_the_other_sentences_lack_is_told_first() -> None:
    some: dict[tuple[str, str | None], int] = {("jeugd", None): 100, ("wmo", "onbekend_of_geheim"): 10}
    assert of_gaps(some, "Wmo-maatwerk") == (
        f"{START} ontbreken er 10, ook Wmo-maatwerk; reden: bij CBS onbekend of geheim."
    )
    assert of_gaps(some, "Wmo-maatwerk", "de lasten") == (
        f"{START} ontbreken er 10, waarvan 2 hierboven; reden: bij CBS onbekend of geheim."
    )
    assert of_gaps({("jeugd", None): 109, ("sociaal_domein", "niet_geleverd"): 1}, "de lasten") == (
        f"{START} ontbreekt er een, de lasten; reden: de gemeente leverde geen volledige cijfers."
    )


def test_a_release_without_any_figure_says_so() -> None:
    nothing = evidence()
    for subject, found in {
        "wmo": use_situation(nothing, CODE, "wmo"),
        "lasten": spending_situation(nothing, CODE),
        "verandering": change_situation(nothing, CODE, WORDING),
        "begroting": account_situation(nothing, CODE),
    }.items():
        assert said(subject, found).endswith("heeft deze uitgave geen cijfers.")
