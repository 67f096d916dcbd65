"""The notes of a release say in Dutch what whoever uses its figures must know."""

from datetime import datetime
from typing import Any

from pipelines.publish.notes import Notes, render_notes
from pipelines.publish.revisions import Count, LargeChange, Revisions
from tests.support.made_up_releases import CHECK

HEADER = {
    "release_id": "20260102T030000.000Z-bbbbbbbb",
    "toelichting": "Let op: opname, niet live. Gemaakt van opgenomen CBS-tabellen.",
    "gemaakt": datetime(2026, 1, 2, 3, 0),  # noqa: DTZ001 - as the table has it
    "contract_versie": "1.3.0",
    "indeling_jaar": 2026,
}
FAILED: dict[str, Any] = CHECK | {"geslaagd": False, "drempel": "0 rijen", "gevonden": "3 rijen"}


def notes(**more: Any) -> list[str]:
    parts: dict[str, Any] = {
        "header": HEADER,
        "checks": [CHECK],
        "revisions": Revisions(),
        "failures": [],
        "corrections": [],
        "titels": {"85335NED": "Jeugdzorg | wijken"},
        "regios": {"GM0363": "Amsterdam"},
    }
    return render_notes(Notes(**parts | more)).splitlines()


def test_a_first_release_without_anything_to_say_is_short() -> None:
    said = notes()
    assert said[0] == "# Uitgave 20260102T030000.000Z-bbbbbbbb"
    assert HEADER["toelichting"] in said
    assert "- Controles: 1 van 1 geslaagd." in said
    assert [line for line in said if line.startswith("##")] == ["## Wat er veranderde"]
    assert said[-1] == "Dit is de eerste uitgave; er is niets om mee te vergelijken."


def test_revisions_are_counted_per_table_and_the_largest_are_named() -> None:
    change = LargeChange("jeugdzorg_jongeren", "GM0363", 2022, "85335NED", 21_520, 23_672.5)
    from_zero = LargeChange("jeugdzorg_pct", "GM0014", 2022, "85335NED", 0, 2)
    count = Count(waarden=1_345, statussen=2, redenen=3, definitief=4, nieuw=5, vervallen=6, gemeenten=7)
    said = notes(revisions=Revisions("vorige", False, {"85335NED": count}, (change, from_zero)))
    assert "Vergeleken met uitgave vorige." in said
    assert "De gemeentelijke indeling is een andere, dus `actueel` is niet vergeleken." in said
    assert "| 85335NED | Jeugdzorg / wijken | 1 345 | 4 | 2 | 3 | 5 | 6 | 7 |" in said
    assert "- jeugdzorg_jongeren, Amsterdam (GM0363), 2022: van 21 520 naar 23 672,5 (+10,0 %), tabel 85335NED" in said
    assert "- jeugdzorg_pct, GM0014, 2022: van 0 naar 2, tabel 85335NED" in said


def test_warnings_and_accepted_findings_stand_apart() -> None:
    accepted = FAILED | {"controle": "a.b", "aanvaard": "aanvaard door Els op 2026-01-01: CBS-bericht 12"}
    said = notes(checks=[CHECK, FAILED, accepted])
    assert "- Controles: 1 van 3 geslaagd." in said
    warned, let_pass = said.index("## Waarschuwingen"), said.index("## Aanvaard")
    assert said[warned + 2] == "- `fct_indicator.sleutel`: verwacht 0 rijen; gevonden 3 rijen."
    assert said[let_pass + 2] == (
        "- `a.b`: verwacht 0 rijen; gevonden 3 rijen. Dit is aanvaard door Els op 2026-01-01: CBS-bericht 12."
    )


def test_failed_tables_are_named_with_the_age_of_what_was_used_instead() -> None:
    failures = [
        {"tabel": "85335NED", "melding": "CBS geeft 503.", "gecontroleerd": "2026-01-01T03:00:00+00:00"},
        {"tabel": "85098NED", "melding": "De kolom is weg.", "gecontroleerd": "2025-12-28T03:00:00+00:00"},
        {"tabel": "83262NED", "melding": "Nog nooit gelezen."},
    ]
    said = notes(failures=failures)
    assert said[-3:] == [
        "- 85335NED (voor het laatst goed gecontroleerd 2026-01-01 03:00 UTC, 24 uur geleden): CBS geeft 503.",
        "- 85098NED (voor het laatst goed gecontroleerd 2025-12-28 03:00 UTC, 5 dagen geleden): De kolom is weg.",
        "- 83262NED: Nog nooit gelezen.",
    ]


def test_corrections_are_listed_with_what_became_of_them() -> None:
    row = ("85335NED", "GM0363", 2022, "jeugdzorg_jongeren", "10", "12", "toegepast", "cbs.nl/bericht", "Dubbel.")
    said = notes(corrections=[row])
    assert "## Correcties van wat CBS publiceert" in said
    assert said[-1] == (
        "| 85335NED | GM0363 | 2022 | jeugdzorg_jongeren | 10 | 12 | toegepast | cbs.nl/bericht | Dubbel. |"
    )
