"""A cell that is named in the words of a page is found where exactly one fits, and else nothing is guessed."""

from typing import Any

import pytest

from pipelines.observations.contact.typed_places import FoundPlace, PlaceError, TypedPlace, find_place


def codes(**titles: str) -> list[dict[str, Any]]:
    return [{"Key": key.ljust(10), "Title": title, "Status": "Voorlopig"} for key, title in titles.items()]


def topic(number: int, title: str, unit: str = "aantal", parent: int | None = None) -> dict[str, Any]:
    key = f"{title}_{number}"
    row = {"ID": number, "ParentID": parent, "Type": "Topic", "Key": key, "Title": title, "Unit": unit}
    return row | {"Datatype": "Long", "Decimals": 0, "Description": ""}


def group(number: int, title: str) -> dict[str, Any]:
    return {"ID": number, "ParentID": None, "Type": "TopicGroup", "Key": "", "Title": title}


METADATA: dict[str, list[dict[str, Any]]] = {
    "TableInfos": [{"Title": "Gemaakte tabel 2023"}],
    "DataProperties": [
        {"ID": 90, "ParentID": None, "Type": "GeoDetail", "Key": "Wijken", "Title": "Wijken"},
        {"ID": 91, "ParentID": None, "Type": "TimeDimension", "Key": "Perioden", "Title": "Perioden"},
        {"ID": 92, "ParentID": None, "Type": "Dimension", "Key": "Vormen", "Title": "Vormen"},
        group(1, "Jongeren"),
        topic(2, "Totaal", parent=1),
        group(3, "Trajecten"),
        topic(4, "Totaal", parent=3),
        topic(5, "Regio", unit="omschrijving"),
    ],
    "Wijken": codes(
        GM0344="Utrecht", WK034401="Utrecht", PV26="Utrecht", WK034402="Centrum", WK036302="Centrum", WK9="Oost"
    ),
    "Perioden": codes(**{"2023JJ00": "2023", "2023HJ01": "2023 1e halfjaar"}),
    "Vormen": codes(A1="Totaal jeugdzorg", A2="Totaal jeugdhulp", A3="Pleegzorg"),
}


def place(**words: str) -> FoundPlace:
    usual = {"period": "2023", "region": "Oost", "dimensions": "Vormen=Pleegzorg", "topic": "Jongeren|Totaal"}
    return find_place("99999NED", TypedPlace(**{**usual, "unit": "aantal", **words}), METADATA)


def test_codes_are_those_of_the_lists_with_their_padding() -> None:
    found = place(period="1e halfjaar 2023*")
    assert found.codes == {"Wijken": "WK9       ", "Perioden": "2023HJ01  ", "Vormen": "A3        "}
    assert (found.topic.key, found.status, found.note) == ("Totaal_2", "Voorlopig", "")


def test_of_regions_with_one_name_the_municipality_is_meant() -> None:
    assert place(region="Utrecht").codes["Wijken"].strip() == "GM0344"
    assert place(region="PV26").codes["Wijken"].strip() == "PV26"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"region": "Centrum"}, "expected one region 'Centrum', found WK034402, WK036302; write its code."),
        ({"dimensions": ""}, "expected a code of dimension Vormen, found none given and 2 totals; write Vormen=TITLE"),
        ({"dimensions": "Vormen=Pleegzorg; Vormen=Totaal jeugdzorg"}, "expected a dimension 'Vormen', found Vormen."),
        ({"topic": "Totaal"}, "expected one column 'Totaal (aantal)', found 2; nearest: Jongeren > Totaal (aantal), "),
        ({"unit": "%"}, "expected one column 'Jongeren > Totaal (%)', found 0; nearest: Jongeren > Totaal (aantal)"),
        ({"period": "halfjaar 2023"}, "expected one period 'halfjaar 2023', found none"),
    ],
)
def test_what_fits_none_or_several_is_not_guessed(words: dict[str, str], says: str) -> None:
    with pytest.raises(PlaceError, match=r"^Table 99999NED: ") as error:
        place(**words)
    assert says in str(error.value)
