"""The notes of a release say in Dutch what whoever uses its figures must know."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.build.checks import CheckResult
from pipelines.build.counts import RevisionCount, RevisionCounts
from pipelines.build.workspace import FailedTable
from pipelines.common.sentences import Sentence
from pipelines.publish.notes import Notes, gather_notes
from pipelines.publish.revisions import LargeChange, Revisions
from pipelines.releases.reader import ReleaseHeader, open_folder
from tests.support.made_up_releases import CHECK, release_to_show

WHOLE = Path(__file__).parent / "uitgave"
HEADER = ReleaseHeader(
    release_id="20260102T030000.000Z-bbbbbbbb",
    made=datetime(2026, 1, 2, 3, 0),  # noqa: DTZ001 - as the table has it
    contract_version="1.3.0",
    division_year=2026,
    source="opname",
    explanation="Let op: opname, niet live. Gemaakt van opgenomen CBS-tabellen.",
    previous=None,
    git_commit=None,
    versions={},
    inputs="00",
)
PASSED = CheckResult.from_row(CHECK)
FAILED = CheckResult.from_row(
    CHECK
    | {
        "geslaagd": False,
        "drempel": '< 3 rijen & "niets" anders',
        "gevonden": "3 rijen, bijvoorbeeld: regio_code=GM0363, waarde='1,5'",
    }
)
ACCEPTED = CheckResult.from_row(
    FAILED.as_row() | {"controle": "a.b", "aanvaard": "aanvaard door Els op 2026-01-01: CBS-bericht 12"}
)
CORRECTION: dict[str, Any] = {
    "tabel_id": "85335NED",
    "regio_code": "GM0363",
    "jaar": 2022,
    "maat": "jeugdzorg_jongeren",
    "gepubliceerd": "10",
    "juist": "12",
    "oordeel": "toegepast",
    "verwijzing": "cbs.nl/bericht",
    "toelichting": "Dubbel | 'geteld' <b>.",
}
FAILURES = [
    FailedTable("85335NED", Sentence("CBS says 503.", "CBS geeft 503."), "abc", "2026-01-01T03:00:00+00:00"),
    FailedTable("85098NED", Sentence("It is gone.", "De kolom is weg."), "def", "2025-12-28T03:00:00+00:00"),
    FailedTable("83262NED", Sentence("Never read.", "Nog nooit gelezen."), None, None),
]
COUNT = RevisionCount(values=1_345, statuses=2, reasons=3, definitive=4, new=5, gone=6, municipalities=7)
CHANGES = (
    LargeChange("jeugdzorg_jongeren", "GM0363", 2022, "85335NED", 21_520, 23_672.5),
    LargeChange("lasten_jeugd", "GM0363", 2022, "45059NED", -0.004, 1_234_567.891),
    LargeChange("jeugdzorg_pct", "GM0014", 2022, "85335NED", 0, 2),
    LargeChange("wmo", "NL", 2021, "84908NED", 100.0, 3.3333333333333335),
)
PREVIOUS = "20260101T030000.000Z-aaaaaaaa"
REVISED = Revisions(
    RevisionCounts(
        previous=PREVIOUS,
        same_division=False,
        tables={"85335NED": COUNT, "70072ned": RevisionCount(new=1_234_567, municipalities=0)},
    ),
    CHANGES,
)
EVERYTHING: dict[str, Any] = {
    "checks": [PASSED, FAILED, ACCEPTED],
    "revisions": REVISED,
    "failures": FAILURES,
    "corrections": [CORRECTION],
}


def text(**more: Any) -> str:
    parts: dict[str, Any] = {
        "header": HEADER,
        "checks": [PASSED],
        "revisions": Revisions(),
        "failures": [],
        "corrections": [],
        "titles": {"85335NED": "Jeugdzorg | wijken & buurten"},
        "regions": {"GM0363": "Amsterdam", "NL": "Nederland"},
    }
    return Notes(**parts | more).as_text()


def notes(**more: Any) -> list[str]:
    return text(**more).splitlines()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("everything", EVERYTHING),
        ("first", {}),
        ("nothing_changed", {"revisions": Revisions(RevisionCounts(previous=PREVIOUS))}),
    ],
)
def test_the_whole_text_is_as_it_always_was(name: str, content: dict[str, Any]) -> None:
    """Byte for byte: who follows the notes of each night compares them with those of the night before."""
    assert text(**content) == (WHOLE / f"{name}.md").read_text(encoding="utf-8")


def test_a_first_release_without_anything_to_say_is_short() -> None:
    said = notes()
    assert said[0] == "# Uitgave 20260102T030000.000Z-bbbbbbbb"
    assert HEADER.explanation in said
    assert "- Controles: 1 van 1 geslaagd." in said
    assert [line for line in said if line.startswith("##")] == ["## Wat er veranderde"]
    assert said[-1] == "Dit is de eerste uitgave; er is niets om mee te vergelijken."


def test_revisions_are_counted_per_table_and_the_largest_are_named() -> None:
    said = notes(revisions=REVISED)
    assert f"Vergeleken met uitgave {PREVIOUS}." in said
    assert "De gemeentelijke indeling is een andere, dus `actueel` is niet vergeleken." in said
    assert "| 85335NED | Jeugdzorg / wijken & buurten | 1 345 | 4 | 2 | 3 | 5 | 6 | 7 |" in said
    assert "- jeugdzorg_jongeren, Amsterdam (GM0363), 2022: van 21 520 naar 23 672,5 (+10,0 %), tabel 85335NED" in said
    assert "- jeugdzorg_pct, GM0014, 2022: van 0 naar 2, tabel 85335NED" in said


def test_warnings_and_accepted_findings_stand_apart() -> None:
    said = notes(checks=[PASSED, FAILED, ACCEPTED])
    assert "- Controles: 1 van 3 geslaagd." in said
    warned, let_pass = said.index("## Waarschuwingen"), said.index("## Aanvaard")
    found = """verwacht < 3 rijen & "niets" anders; gevonden 3 rijen, bijvoorbeeld: regio_code=GM0363, waarde='1,5'."""
    assert said[warned + 2] == f"- `fct_indicator.sleutel`: {found}"
    assert said[let_pass + 2] == f"- `a.b`: {found} Dit is aanvaard door Els op 2026-01-01: CBS-bericht 12."


def test_failed_tables_are_named_in_dutch_with_the_age_of_what_was_used_instead() -> None:
    assert notes(failures=FAILURES)[-3:] == [
        "- 85335NED (voor het laatst goed gecontroleerd 2026-01-01 03:00 UTC, 24 uur geleden): CBS geeft 503.",
        "- 85098NED (voor het laatst goed gecontroleerd 2025-12-28 03:00 UTC, 5 dagen geleden): De kolom is weg.",
        "- 83262NED: Nog nooit gelezen.",
    ]


def test_tables_that_the_release_before_was_not_made_of_are_named() -> None:
    said = notes(new_tables=["85335NED", "86999NED"])
    place = said.index("## Nieuwe tabellen")
    assert said[place + 4 : place + 6] == ["- 85335NED: Jeugdzorg | wijken & buurten", "- 86999NED"]


@pytest.mark.parametrize(("before", "new"), [(None, ()), (["2ABC"], ["1ABC"]), (["1ABC", "2ABC"], [])])
def test_the_first_release_has_no_new_tables(tmp_path: Path, before: list[str] | None, new: list[str]) -> None:
    release_to_show(tmp_path)
    with open_folder(tmp_path) as release:
        assert "1ABC" in gather_notes(release, [PASSED], Revisions(), []).titles
        found = gather_notes(release, [PASSED], Revisions(), [], before).new_tables
    assert [table for table in found if table == "1ABC"] == list(new)


def test_corrections_are_listed_with_what_became_of_them() -> None:
    said = notes(corrections=[CORRECTION | {"toelichting": None}])
    assert "## Correcties van wat CBS publiceert" in said
    assert said[-1] == ("| 85335NED | GM0363 | 2022 | jeugdzorg_jongeren | 10 | 12 | toegepast | cbs.nl/bericht |  |")


@pytest.mark.parametrize("lacking", [(), ("correctie", "herkomst", "dim_regio")])
def test_the_notes_are_of_the_release_also_when_it_lacks_tables(tmp_path: Path, lacking: tuple[str, ...]) -> None:
    release_to_show(tmp_path, *(f"drop table {table}" for table in lacking))
    with open_folder(tmp_path) as release:
        found = gather_notes(release, [PASSED], Revisions(), [])
        assert found.header == release.header
    assert found.corrections == []
    assert found.titles.get("1ABC") == (None if lacking else "Jeugd; wijken 2020")
    assert found.regions.get("GM0001") == (None if lacking else "Aalten")
