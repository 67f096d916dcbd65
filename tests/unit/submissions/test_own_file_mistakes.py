"""Every kind of mistake in a file that a municipality gives is one sentence, with its line and column."""

import re
from datetime import date
from pathlib import Path

import pytest

from pipelines.submissions.figures import KnownPlaces
from pipelines.submissions.intake import TakenIn, check_folder

TODAY = date(2026, 11, 29)
KNOWN = KnownPlaces(
    {2019: {"GM0001": "Oud", "GM0002": "Twee"}, 2020: {"GM0002": "Twee", "GM0003": "Drie"}},
    frozenset({"inwoners", "intern"}),
    frozenset({"inwoners"}),
)
YML = """titel: Proef
omschrijving: Een proef.
soort: cijfers
eigenaar: Gemeente Twee
datum: 2026-03-01
kolommen:
  budget: {naam: Budget, eenheid: euro, soort: bedrag, decimalen: 1}
  mensen: {naam: Mensen, eenheid: personen, soort: personen}
  vrouwen: {naam: Vrouwen, eenheid: personen, soort: personen, van: mensen}
  eens: {naam: Eens, eenheid: "% van de mensen", soort: percentage, decimalen: 1, van: mensen}
  regio: {naam: Regio, eenheid: naam, soort: tekst}
"""
NOTES = "titel: Noot\nomschrijving: Noten.\nsoort: toelichting\neigenaar: Twee\ndatum: 2026-03-01\n"
HEADER = "gm_code;jaar;budget;mensen;vrouwen;eens;regio\n"
NOTES_HEADER = "gm_code;jaar;onderwerp;indicator_id;tekst\n"
RIGHT = "GM0002;2019;-1234,5;100;40;62,5;Oost\n"


def look_at(folder: Path, csv: str | bytes, yml: str = YML) -> TakenIn:
    (folder / "proef.yml").write_text(yml, encoding="utf-8")
    (folder / "proef.csv").write_bytes(csv if isinstance(csv, bytes) else csv.encode())
    return check_folder(folder, KNOWN, TODAY)


def told(folder: Path, taken: TakenIn) -> list[str]:
    """The sentences, without the folder; with a mistake nothing of the file is taken in."""
    assert taken.submissions == ()
    return [sentence.replace(f"{folder}/", "") for problem in taken.problems for sentence in problem.sentences]


# What stands under a right row, and the sentence about it: place, expected, found, to do.
CELLS = {
    "a code that never was": (
        "GM9999;2019;1;;;;",
        "gm_code",
        "a municipality of 2019",
        "'GM9999', which never was one",
        "give the code that it had in that year",
    ),
    "a code of another year": (
        "GM0001;2020;1;;;;",
        "gm_code",
        "a municipality of 2020",
        "'GM0001', which was one from 2019 to 2019",
        "give the code that it had in that year",
    ),
    "no code at all": (
        "Twee;2019;1;;;;",
        "gm_code",
        "the code of a municipality, such as GM0363",
        "'Twee'",
        "correct that cell",
    ),
    "a year without a list": (
        "GM0002;2018;1;;;;",
        "jaar",
        "a year from 2019 to 2020",
        "'2018'",
        "correct it, or leave that row out",
    ),
    "no year": ("GM0003;;1;;;;", "jaar", "a year, such as 2024", "an empty cell", "correct that cell"),
    "the same row twice": (RIGHT, "gm_code", "each row once", "GM0002 2019 also on line 2", "keep one of the two"),
    "a point in a number": (
        "GM0003;2020;1.234;;;;",
        "budget",
        "a number with a comma before decimals and nothing between thousands",
        "'1.234'",
        "correct that cell",
    ),
    "what only Python takes for a number": (
        "GM0003;2020;NaN;;;;",
        "budget",
        "a number with a comma before decimals and nothing between thousands",
        "'NaN'",
        "correct that cell",
    ),
    "too many decimals": (
        "GM0003;2020;1,25;;;;",
        "budget",
        "at most 1 decimals",
        "2",
        "round it, or say so under decimalen in the yml",
    ),
    "a percentage above all": (
        "GM0003;2020;;100;;101;",
        "eens",
        "a percentage from 0 to 100 with a comma before decimals and nothing between thousands",
        "'101'",
        "correct that cell",
    ),
    "few persons": (
        "GM0003;2020;;7;;;",
        "mensen",
        "10 persons or more",
        "fewer",
        "leave that row out, or merge it with a wider group",
    ),
    "no whole person": (
        "GM0003;2020;;17,5;;;",
        "mensen",
        "a whole number of persons",
        "something else",
        "correct that cell",
    ),
    "few persons behind a percentage": (
        "GM0003;2020;;40;;12,5;",
        "eens",
        "10 persons or more behind the percentage and behind the rest of mensen",
        "fewer",
        "leave that row out, or merge it with a wider group",
    ),
    "few persons behind the rest of it": (
        "GM0003;2020;;40;;87,5;",
        "eens",
        "10 persons or more behind the percentage and behind the rest of mensen",
        "fewer",
        "leave that row out, or merge it with a wider group",
    ),
    "few persons beside a part": (
        "GM0003;2020;;40;33;;",
        "mensen",
        "10 persons or more, or none, beside its parts",
        "fewer",
        "leave that row out, or merge it with a wider group",
    ),
    "a part larger than the whole": (
        "GM0003;2020;;40;50;;",
        "mensen",
        "no part larger than the whole",
        "one that is",
        "correct these cells",
    ),
    "a percentage of unknown persons": (
        "GM0003;2020;;;;50;",
        "mensen",
        "the persons that eens is of",
        "an empty cell",
        "fill it in",
    ),
    "a line end in a text": (
        'GM0003;2020;;;;;"Oost\nof west"',
        "regio",
        "text on one line",
        "a line end or another control character",
        "remove it",
    ),
    "a text too long": (
        f"GM0003;2020;;;;;{'x' * 101}",
        "regio",
        "text of at most 100 characters",
        f"'{'x' * 60}...'",
        "correct that cell",
    ),
    "a cell too few": ("GM0003;2020;1;;;", "regio", "7 cells", "6", "add what lacks, also of an empty cell"),
    "a cell too many": (
        "GM0003;2020;1;;;;Oost;west",
        "the row",
        "7 cells",
        "8; remove what is too much, and put text with a ",
        "between quotes",
    ),
    "an open quote": (
        'GM0003;2020;1;;;;"Oost\n',
        "the row",
        "text between two quotation marks",
        "unexpected end of data",
        "close or double the quotes",
    ),
}


@pytest.mark.parametrize("kind", CELLS)
def test_a_mistake_in_a_row_is_one_sentence(tmp_path: Path, kind: str) -> None:
    row, place, expected, found, remedy = CELLS[kind]
    sentence = f"proef.csv:3: {place}: expected {expected}, found {found}; {remedy}."
    assert told(tmp_path, look_at(tmp_path, HEADER + RIGHT + row)) == [sentence]


FILES = {
    "another separator": (HEADER.replace(";", ",") + RIGHT.replace(";", ","), YML, 7),
    "a column too many": (HEADER.replace("regio", "regio;extra") + RIGHT, YML, 1),
    "columns in another order": (HEADER.replace("gm_code;jaar", "jaar;gm_code") + RIGHT, YML, 2),
    "a header alone": (HEADER, YML, 1),
    "nothing": ("", YML, 1),
    "rows without a figure": (HEADER + "GM0002;2019;;;;;\n", YML, 1),
    "another encoding": ((HEADER + RIGHT.replace("Oost", "Zuïd")).encode("latin-1"), YML, 1),
    "too large": (HEADER + RIGHT + " " * 5_000_000, YML, 1),
    "a note about an indicator that is none": (f"{NOTES_HEADER}GM0002;2019;Zorg;intern;Tekst\n", NOTES, 1),
    "a note without text": (f"{NOTES_HEADER}GM0002;2019;Zorg;;\n", NOTES, 1),
    "the same note twice": (f"{NOTES_HEADER}GM0002;2019;Zorg;;a\nGM0002;2019;Zorg;;b\n", NOTES, 1),
    "no owner": (HEADER + RIGHT, YML.replace("Gemeente Twee", ""), 1),
    "no day": (HEADER + RIGHT, YML.replace("2026-03-01", "vandaag"), 1),
    "a day to come": (HEADER + RIGHT, YML.replace("2026-03-01", "2026-11-30"), 1),
    "no unit": (HEADER + RIGHT, YML.replace("eenheid: euro, ", ""), 1),
    "an unknown key": (HEADER + RIGHT, YML.replace("titel: Proef", "titel: Proef\nbron: wij"), 1),
    "a key twice": (HEADER + RIGHT, YML.replace("titel: Proef", "titel: Proef\ntitel: Twee"), 1),
    "no yml at all": (HEADER + RIGHT, "[1, 2]", 1),
    "columns of notes": (HEADER + RIGHT, YML.replace("soort: cijfers", "soort: toelichting"), 1),
    "no columns": (HEADER + RIGHT, YML.split("kolommen:")[0], 1),
    "the name of an indicator": (HEADER + RIGHT, YML.replace("  budget:", "  inwoners:"), 1),
    "a name with capitals": (HEADER + RIGHT, YML.replace("  budget:", "  Budget:"), 1),
    "persons called a number": (
        HEADER + RIGHT,
        YML.replace("eenheid: euro, soort: bedrag, decimalen: 1", "eenheid: cliënten, soort: aantal"),
        1,
    ),
    "a percentage of nobody knows whom": (
        HEADER + RIGHT,
        YML.replace("soort: percentage, decimalen: 1, van: mensen", "soort: percentage"),
        1,
    ),
    "a percentage in another unit": (HEADER + RIGHT, YML.replace('"% van de mensen"', "promille"), 1),
    "an amount without euro": (HEADER + RIGHT, YML.replace("eenheid: euro", "eenheid: gulden"), 1),
    "the same sign twice": (HEADER + RIGHT, YML + 'csv: {scheidingsteken: ",", decimaalteken: ","}\n', 1),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_mistake_in_a_file_or_its_yml_is_one_sentence(tmp_path: Path, kind: str) -> None:
    csv, yml, count = FILES[kind]
    sentences = told(tmp_path, look_at(tmp_path, csv, yml))
    assert len(sentences) == count, sentences
    for sentence in sentences:
        assert re.fullmatch(r"proef\.(csv|yml):\d+: [^\n]+[;,][^\n]+\.", sentence), sentence


def test_what_is_right_is_taken_in_as_it_is(tmp_path: Path) -> None:
    """With a byte order mark, spaces round a cell, and the empty rows that Excel leaves behind."""
    content = "\ufeff" + HEADER + "\r\n" + RIGHT.replace("GM0002", " GM0002 ") + ";;;;;;\n" + "GM0003;2020;;;;;West\n"
    taken = look_at(tmp_path, content)
    assert taken.problems == ()
    (file,) = taken.submissions
    found = [(each.column, each.code, each.year, each.value, each.text, each.line) for each in file.content.figures]
    assert found == [
        ("budget", "GM0002", 2019, -1234.5, None, 3),
        ("mensen", "GM0002", 2019, 100.0, None, 3),
        ("vrouwen", "GM0002", 2019, 40.0, None, 3),
        ("eens", "GM0002", 2019, 62.5, None, 3),
        ("regio", "GM0002", 2019, None, "Oost", 3),
        ("regio", "GM0003", 2020, None, "West", 5),
    ]


def test_a_point_before_decimals_is_read_where_the_yml_says_so(tmp_path: Path) -> None:
    yml = YML + 'csv: {scheidingsteken: ",", decimaalteken: "."}\n'
    taken = look_at(tmp_path, (HEADER + "GM0002;2019;1234.5;;;;\n").replace(";", ","), yml)
    assert [each.value for file in taken.submissions for each in file.content.figures] == [1234.5]


def test_a_small_number_of_persons_is_never_told(tmp_path: Path) -> None:
    taken = look_at(tmp_path, HEADER + "GM0002;2019;;7;;;\nGM0003;2020;;88;81;;\n")
    (problem,) = taken.problems
    text = " ".join([problem.problem.english, problem.problem.dutch]).replace(str(tmp_path), "")
    assert "7" not in text
    assert "8" not in text
    assert problem.problem.dutch == (
        "Het eigen bestand proef.csv heeft 2 fouten en is niet overgenomen; het telt niet mee in deze uitgave."
    )


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    rows = "GM9999;2018;x;7;;;\nGM0002;2019;1;;;;\n"
    lines = [sentence.split(":")[1:3] for sentence in told(tmp_path, look_at(tmp_path, HEADER + rows))]
    assert lines == [["2", " budget"], ["2", " jaar"]]
