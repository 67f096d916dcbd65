"""How CBS says that a table ends, and in what words it names the next one."""

import json

import pytest

from pipelines.common.sentences import Sentence
from pipelines.common.settings import RECORDING
from pipelines.snapshots.withdrawal import future_warning, stop_marks, successors
from pipelines.sources.datasets import SOURCES, TableReference
from tests.support.recorded_datasets import recorded_datasets

# Without its series: of that it is normal that CBS stops the table of a year.
SERIES = recorded_datasets()["jeugdzorg_wijken"]
JEUGD = SERIES.model_copy(update={"reeks": None})
ALIVE = {"OutputStatus": "Regulier", "Frequency": "Perjaar", "ReasonDelivery": "Actualisering"}
ENDED = {"OutputStatus": "Gediscontinueerd", "Frequency": "Stopgezet", "ReasonDelivery": "Stopgezet"}


@pytest.mark.parametrize(
    ("row", "marks"),
    [
        (ALIVE, []),
        (ENDED, ["OutputStatus Gediscontinueerd", "Frequency Stopgezet", "ReasonDelivery Stopgezet"]),
        (ALIVE | {"OutputStatus": "Vervallen"}, ["OutputStatus Vervallen"]),
        (ALIVE | {"Frequency": "Stopgezet"}, ["Frequency Stopgezet"]),
        (ALIVE | {"ReasonDelivery": "Herontwerp", "OutputStatus": None}, []),
    ],
)
def test_the_marks_of_a_table_that_was_stopped(row: dict[str, str | None], marks: list[str]) -> None:
    assert stop_marks(row) == marks


LINK = '<a href="https://opendata.cbs.nl/statline/#/CBS/nl/dataset/85896NED/table?dl=1A2B">Wmo-cliënten</a>'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Deze tabel is opgevolgd door de tabel 85896NED. Bron: CBS.", ["85896NED"]),
        (f"Deze tabel wordt vervangen door {LINK}.", ["85896NED"]),
        ("De reeks wordt voortgezet in 85896NED en 86050NED.", ["85896NED", "86050NED"]),
        ("De opvolger is tabel 70072ned.", ["70072ned"]),
        ("Tabel 85896NED vervangt deze tabel met ingang van 2024.", ["85896NED"]),
        ("Tabel 85896NED is de opvolger van deze tabel.", ["85896NED"]),
        ("Wanneer komen er nieuwe cijfers?\r\nGeen, deze tabel is stopgezet. Zie tabel 85896NED.", ["85896NED"]),
        ("Deze tabel wordt niet meer bijgewerkt.\nZie ook 85896NED.", ["85896NED"]),
        ("Geen, deze tabel is stopgezet.", []),
        ("Deze tabel is de opvolger van tabel 82345NED.", []),
        ("Deze tabel vervangt tabel 82345NED.", []),
        ("Meer cijfers staan in tabel 82345NED. Zie ook 84580NED.", []),
        ("Voorlopige cijfers worden vervangen door definitieve cijfers. Tabel 84580NED geeft uitgaven.", []),
        ("Deze tabel is opgevolgd door tabel 83262NED zelf.", []),
    ],
)
def test_the_text_of_a_table_that_ended_names_its_successor(text: str, named: list[str]) -> None:
    assert successors({"Identifier": "83262NED", "Description": text}, ended=True) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Deze tabel wordt eind 2024 opgevolgd door 85896NED.", ["85896NED"]),
        ("Het onderwerp inkomen is vervangen door vermogen, zie 85896NED.", []),
    ],
)
def test_while_a_table_lives_only_a_sentence_about_the_table_counts(text: str, named: list[str]) -> None:
    assert successors({"Identifier": "83262NED", "ShortDescription": text}, ended=False) == named


def test_no_recorded_table_names_a_successor() -> None:
    infos = [json.loads(path.read_bytes())[0] for path in RECORDING.glob("*/TableInfos.json")]
    assert len(infos) == 34
    assert [row["Identifier"] for row in infos if successors(row, ended=True)] == []


def line(tabel: str) -> int:
    lines = (SOURCES / "jeugdzorg_wijken.yml").read_text(encoding="utf-8").splitlines()
    return next(number for number, text in enumerate(lines, start=1) if f"tabel: {tabel}" in text)


def warning(table: str, row: dict[str, str], text: str = "") -> Sentence | None:
    return future_warning(JEUGD, table, row, {"Identifier": table, "Description": text})


def test_the_newest_table_that_stops_leaves_years_uncovered_and_the_lines_to_write_are_told() -> None:
    told = warning("85335NED", ENDED, "Deze tabel is opgevolgd door tabel 86001NED.")
    assert told is not None
    assert told.english == (
        "Table 85335NED of jeugdzorg_wijken was stopped by CBS (OutputStatus Gediscontinueerd, Frequency Stopgezet, "
        "ReasonDelivery Stopgezet); its figures stay in use. Its text names 86001NED as what comes after it. From 2023 "
        "on no table of jeugdzorg_wijken is listed. "
        f"In pipelines/sources/jeugdzorg_wijken.yml:{line('85335NED')} write "
        "`- {tabel: 85335NED, jaren: 2022, gestopt: true}` and add `- {tabel: 86001NED, jaren: 2023}`."
    )
    assert told.dutch == (
        "CBS heeft deze tabel gestopt; haar cijfers blijven in gebruik. Als opvolger noemt CBS 86001NED."
    )


def test_an_older_table_that_stops_leaves_no_year_uncovered() -> None:
    told = warning("85075NED", ENDED, "Deze tabel is opgevolgd door tabel 85335NED.")
    assert told is not None
    assert (
        "What comes after it, 85335NED, is in the yml already. In "
        f"pipelines/sources/jeugdzorg_wijken.yml:{line('85075NED')} write" in told.english
    )
    assert told.english.endswith("write `- {tabel: 85075NED, jaren: 2021, gestopt: true}`.")


def test_a_successor_that_is_announced_is_told_while_the_table_lives() -> None:
    told = warning("85335NED", ALIVE, "Deze tabel wordt opgevolgd door 86001NED.")
    assert told is not None
    assert told.english.startswith(
        "Table 85335NED of jeugdzorg_wijken is being replaced by CBS; it is still kept up to date. Its"
    )
    assert told.dutch == (
        "CBS gaat deze tabel vervangen; tot dan wordt zij bijgewerkt. Als opvolger noemt CBS 86001NED."
    )


def test_a_living_table_and_one_that_the_yml_marks_are_no_news() -> None:
    assert warning("85335NED", ALIVE) is None
    only = TableReference(tabel="85335NED", jaren=2022, gestopt=True)
    marked = JEUGD.model_copy(update={"tabellen": [only]})
    infos = {"Identifier": "85335NED", "Description": "Opgevolgd door 86001NED."}
    assert future_warning(marked, "85335NED", ENDED, infos) is None


def test_that_a_table_of_one_year_of_a_series_stops_is_no_news_unless_it_names_a_table_that_nobody_knows() -> None:
    def told(text: str) -> Sentence | None:
        return future_warning(SERIES, "85335NED", ENDED, {"Identifier": "85335NED", "Description": text})

    assert told("") is None
    assert told("Deze tabel is opgevolgd door tabel 85075NED.") is None
    assert told("Deze tabel is opgevolgd door tabel 86001NED.") == warning(
        "85335NED", ENDED, "Deze tabel is opgevolgd door tabel 86001NED."
    )


def test_a_mark_in_the_yml_makes_nothing_be_read_again() -> None:
    marked = JEUGD.model_copy(update={"tabellen": [t.model_copy(update={"gestopt": True}) for t in JEUGD.tabellen]})
    assert marked.fingerprint == JEUGD.fingerprint
