"""A column that nobody named yet gets a name from its titles, which no other column of the table has."""

import pytest

from pipelines.observations.contact.measure_names import name_measures, snake_case


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Wmo-cliënten per 1 000 inwoners", "wmo_clienten_per_1000_inwoners"),
        ("Arbeidsmarktregio's", "arbeidsmarktregios"),
        ("Regionale Energiestrategie regio\u2019s", "regionale_energiestrategie_regios"),
        ("  % 65 jaar of ouder ", "pct_65_jaar_of_ouder"),
        ("Jeugdh. met verbl. in nat.", "jeugdh_met_verbl_in_nat"),
        ("13 500 000 euro", "13500000_euro"),
        ("2020 2021", "2020_2021"),
        ("(…)", ""),
    ],
)
def test_a_title_becomes_a_name(title: str, name: str) -> None:
    assert snake_case(title) == name


def test_a_title_that_stands_once_is_the_name() -> None:
    assert name_measures([(("Zorg", "Jongeren"), "aantal"), (("Zorg", "Ouderen"), "aantal")]) == ["jongeren", "ouderen"]


def test_titles_of_groups_tell_apart_what_is_called_the_same() -> None:
    columns = [
        (("Gebieden", "Provincies", "Code"), "code"),
        (("Gebieden", "Landsdelen", "Code"), "code"),
        (("Gebieden", "Naam"), "naam"),
    ]
    assert name_measures(columns) == ["provincies_code", "landsdelen_code", "naam"]


def test_the_unit_tells_apart_what_has_the_same_titles() -> None:
    columns = [(("Cliënten",), "aantal"), (("Cliënten",), "%"), (("Cliënten",), "per 1 000 inwoners")]
    assert name_measures(columns) == ["clienten_aantal", "clienten_pct", "clienten_per_1000_inwoners"]


def test_a_name_never_begins_with_a_digit() -> None:
    columns = [(("Jongeren", "Leeftijd", "0 tot 4 jaar"), "aantal"), (("1e plaatsing",), "1 000 euro")]
    assert name_measures(columns) == ["leeftijd_0_tot_4_jaar", "maat_1e_plaatsing"]


def test_what_is_the_same_in_every_way_gets_a_number() -> None:
    columns = [(("Cliënten",), "aantal"), (("Cliënten",), "Aantal"), (("…",), ""), (("?",), "")]
    assert name_measures(columns) == ["clienten_aantal", "clienten_aantal_2", "maat", "maat_2"]


def test_a_longer_name_that_meets_another_goes_on_until_all_differ() -> None:
    columns = [(("a", "b", "c"), ""), (("d", "b", "c"), ""), (("b c",), "")]
    names = name_measures(columns)
    assert len(set(names)) == 3
    assert names[2] == "b_c"
