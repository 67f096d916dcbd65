"""``$filter``: what StatLine users write is understood, everything else is refused with a sentence."""

import gzip
import json
from typing import Any

import pytest

from pipelines.common.settings import RECORDING
from pipelines.recording.filters import FilterError, parse_filter

KWB = {
    "ID": 12,
    "WijkenEnBuurten": "GM0363    ",
    "AantalInwoners_5": 872757,
    "JongerenMetJeugdzorgInNatura_87": None,
}


def holds(text: str, row: dict[str, Any] = KWB) -> bool:
    return parse_filter(text, row.keys())(row)


def rows(table: str) -> list[dict[str, Any]]:
    content = (RECORDING / table / "UntypedDataSet.json.gz").read_bytes()
    recorded: list[dict[str, Any]] = json.loads(gzip.decompress(content))
    return recorded


@pytest.mark.parametrize(
    "text",
    [
        "WijkenEnBuurten eq 'GM0363    '",
        "startswith(WijkenEnBuurten,'GM')",
        "startswith(WijkenEnBuurten, 'GM') eq true",
        "substringof('0363',WijkenEnBuurten)",
        "substring(WijkenEnBuurten,0,5) eq 'GM036'",
        "substring(WijkenEnBuurten,2) eq '0363    '",
        "AantalInwoners_5 gt 872756 and AantalInwoners_5 lt 872758",
        "AantalInwoners_5 ge 872757 and AantalInwoners_5 le 872757L",
        "AantalInwoners_5 ne 872757.5",
        "((ID eq 12)) or (ID eq 13)",
        "JongerenMetJeugdzorgInNatura_87 eq null",
        "JongerenMetJeugdzorgInNatura_87 ne 0",
    ],
)
def test_a_true_condition_keeps_the_row(text: str) -> None:
    assert holds(text)


@pytest.mark.parametrize(
    "text",
    [
        "WijkenEnBuurten eq 'GM0363'",
        "WijkenEnBuurten eq 'gm0363    '",
        "substringof(WijkenEnBuurten,'0363')",
        "JongerenMetJeugdzorgInNatura_87 lt 8",
        "JongerenMetJeugdzorgInNatura_87 ge 0",
        "startswith(JongerenMetJeugdzorgInNatura_87,'1')",
    ],
)
def test_a_false_condition_drops_the_row(text: str) -> None:
    assert not holds(text)


def test_and_binds_stronger_than_or_unless_parentheses_say_otherwise() -> None:
    assert holds("ID eq 12 or ID eq 13 and ID eq 14")
    assert not holds("(ID eq 12 or ID eq 13) and ID eq 14")


def test_a_doubled_quote_is_a_quote() -> None:
    assert holds("Title eq '''s-Gravenhage (gemeente)'", {"Title": "'s-Gravenhage (gemeente)"})


def test_the_selection_of_cbs_itself_gives_the_regions_it_names() -> None:
    """The catalogue's DefaultSelection of 84799NED: 24 regions, joined by ``or``, in padded codes."""
    catalogue = json.loads((RECORDING / "catalog" / "Tables.json").read_bytes())
    selection = next(row["DefaultSelection"] for row in catalogue if row["Identifier"] == "84799NED")
    text = selection.removeprefix("$filter=").split("&$select=")[0]
    regions = rows("84799NED")
    test = parse_filter(text, regions[0].keys())
    found = [row["WijkenEnBuurten"] for row in regions if test(row)]
    assert len(found) == text.count(" eq ") == 24
    assert found[0] == "GM0034    "


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected a column"),
        ("ID eq", "expected a column, a value, a function or '(', found the end of the filter"),
        ("(ID eq 12", "expected ')'"),
        ("ID eq 12)", "expected 'and', 'or' or the end"),
        ("ID eq 12 ID", "expected 'and', 'or' or the end"),
        ("WijkenEnBuurten eq 'GM0363", "can't be read at position 19"),
        ("ID = 12", "can't be read at position 3"),
        ("RegioS eq 'GM0363'", "column 'RegioS'"),
        ("contains(WijkenEnBuurten,'GM')", "does not know"),
        ("startswith(WijkenEnBuurten)", "does not know"),
        ("WijkenEnBuurten", "a value, not a condition"),
        ("ID eq 12 and WijkenEnBuurten", "a value, not a condition"),
        ("AantalInwoners_5 gt '100'", "compares a number with text"),
        ("WijkenEnBuurten gt 100", "compares text with a number"),
        ("startswith(ID,'1')", "works on text"),
        ("substring(WijkenEnBuurten,-1) eq 'x'", "whole numbers from 0"),
        ("(" * 5_000 + "ID eq 12" + ")" * 5_000, "nested too deeply"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_with_the_place_or_the_name(text: str, words: str) -> None:
    with pytest.raises(FilterError) as refusal:
        holds(text)
    assert words in str(refusal.value)
