"""What analysts read of an indicator: every one has its texts, in the same words for the same thing."""

import csv

import pytest

from pipelines.common.settings import DBT_PROJECT

with (DBT_PROJECT / "seeds" / "indicatoren" / "indicator.csv").open(encoding="utf-8", newline="") as _file:
    ROWS = [row for row in csv.DictReader(_file) if row["publiek"] == "true"]
STANDING = "1 januari (stand)"
END_OF_YEAR = "31 december (stand)"
YEAR = "het hele jaar (wie op enig moment meetelde)"
ACCOUNTS, BUDGET = "het hele boekjaar", "het hele begrotingsjaar"
BY_YEAR = "verschilt per jaar (zie dim_peilmoment)"


def test_there_are_indicators() -> None:
    assert len(ROWS) == 116


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["indicator_id"])
def test_every_indicator_says_what_it_means_and_what_to_beware_of(row: dict[str, str]) -> None:
    assert all(row[name].strip() for name in ("naam", "eenheid", "peilmoment", "afronding", "decimalen"))
    for name in ("omschrijving", "toelichting"):
        assert len(row[name]) > 20
        assert row[name].endswith(".")
        # A live release has the same texts.
        assert "opname" not in row[name]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["indicator_id"])
def test_the_moment_is_told_in_the_same_words_and_apart_where_the_parts_differ(row: dict[str, str]) -> None:
    parts = [part.partition(": ") for part in row["peilmoment"].split("; ")]
    named = [name for name, _, moment in parts if moment]
    assert named == (["teller", "noemer"] if len(parts) == 2 else [])
    moments = {moment or name for name, _, moment in parts}
    assert moments <= {STANDING, END_OF_YEAR, YEAR, ACCOUNTS, BUDGET, BY_YEAR}
    if row["noemer"] == "inwoners":
        assert row["peilmoment"].endswith(f"; noemer: {STANDING}")


def test_what_is_divided_by_all_inhabitants_says_so() -> None:
    found = [row for row in ROWS if row["noemer"] == "inwoners"]
    assert len(found) > 10
    lacking = [
        row["indicator_id"]
        for row in found
        if not any(words in row["toelichting"] for words in ("alle inwoners", "inwoners van alle leeftijden"))
    ]
    assert lacking == []
