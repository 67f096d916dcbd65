"""The suites on what was read and on what changed since the previous release, each damaged in one way at a time."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from pipelines.build.workspace import Workspace
from tests.support.audited_builds import Audited, damaged, failures, misread

# One of each kind; the others are tried by `make test-all`.
FAST = {
    "a code kept its spaces",
    "rows were lost",
    "an indicator vanished",
    "ten municipalities lost their figure",
    "a definitive total moved by eight percent",
    "every definitive figure is one higher",
}


def cases(names: Iterable[str]) -> list[Any]:
    return [pytest.param(name, marks=() if name in FAST else pytest.mark.slow) for name in names]


# --- damage to what was read ------------------------------------------------------------------------------------

# CBS table, what is read wrongly, of which rows, and the checks that must fail and no other.
MISREADING: dict[str, tuple[str, str, str, set[str]]] = {
    "a code kept its spaces": (
        "85098NED",
        "regio || '  ' as regio",
        "true",
        {"codes_zonder_spaties", "regio_past_bij_soort", "gemeente_zonder_rij", "waarde_van_bestaande_gemeente"},
    ),
    "rows were lost": (
        "70072ned",
        "regio as regio",
        "rij_id % 3 > 0",
        {"tabel_volledig_gelezen", "gemeente_zonder_rij"},
    ),
    "a column was lost": (
        "84751NED",
        "regio as regio",
        "onderwerp <> 'WmoClientenPer1000Inwoners_6'",
        {"tabel_volledig_gelezen"},
    ),
    "a symbol lost its meaning": (
        "70072ned",
        "case when symbool is null then reden_ontbreekt end as reden_ontbreekt",
        "true",
        {"symbool_heeft_reden"},
    ),
    "a dot became a value beside itself": (
        "70072ned",
        "coalesce(waarde, 0) as waarde",
        "true",
        {"precies_een_inhoud", "waarde_van_bestaande_gemeente"},
    ),
    "figures stand in the wrong year": (
        "84751NED",
        "2018::smallint as jaar",
        "true",
        {"jaar_van_de_tabel", "een_rij_per_maat", "waarde_van_bestaande_gemeente"},
    ),
}


@pytest.mark.parametrize("misreading", cases(MISREADING))
def test_a_misread_table_makes_exactly_its_checks_fail(built: Workspace, tmp_path: Path, misreading: str) -> None:
    table, columns, where, expected = MISREADING[misreading]
    wrong = misread(built, tmp_path, table, columns, where)
    results = Audited(built.database, built.sources, replaced=wrong).by("observaties", folder=tmp_path)
    assert {check.removeprefix("observaties.") for check in failures(results)} == expected


# --- beside the previous release --------------------------------------------------------------------------------

CHANGES = {
    "an indicator vanished": (
        "update fct_indicator set indicator_id = 'wmo_gebruikers' where indicator_id = 'wmo_clienten'",
        {"indicator_niet_verdwenen", "jaar_niet_verdwenen"},
    ),
    "a year vanished": (
        "delete from fct_indicator where indicator_id = 'inwoners' and jaar = 2026",
        {"jaar_niet_verdwenen"},
    ),
    "one municipality withdrew its figure": (
        (
            "update fct_indicator set waarde = null"
            " where indicator_id = 'wmo_clienten' and jaar = 2020 and regio_code = 'GM0363'"
        ),
        {"cijfer_niet_verdwenen"},
    ),
    "ten municipalities lost their figure": (
        (
            "update fct_indicator set waarde = null"
            " where indicator_id = 'inwoners' and jaar = 2020 and regio_code < 'GM0100'"
        ),
        {"cijfer_niet_verdwenen", "dekking_niet_gedaald"},
    ),
    "a definitive total moved by a tenth of a percent, in every municipality": (
        "update fct_indicator set waarde = waarde * 1.001 where indicator_id = 'inwoners' and jaar = 2020",
        {"definitief_niet_massaal_herzien"},
    ),
    "a definitive total moved by two percent": (
        "update fct_indicator set waarde = waarde * 1.02 where indicator_id = 'inwoners' and jaar = 2020",
        {"totaal_bijgesteld", "definitief_niet_massaal_herzien"},
    ),
    "a definitive total moved by eight percent": (
        "update fct_indicator set waarde = waarde * 1.08 where indicator_id = 'inwoners' and jaar = 2020",
        {"totaal_bijgesteld", "totaal_niet_verschoven", "definitief_niet_massaal_herzien", "land_niet_verschoven"},
    ),
    "a provisional total moved by eight percent": (
        "update fct_indicator set waarde = waarde * 1.08 where indicator_id = 'jeugdzorg_jongeren' and jaar = 2022",
        set(),
    ),
    "every municipality got the figure of another": (
        (
            "update fct_indicator as cijfer set waarde = ander.waarde from ("
            " select regio_code, lag(waarde, 1, 0) over (order by regio_code) as waarde from fct_indicator"
            " where indicator_id = 'inwoners' and jaar = 2020 and indeling = 'origineel'"
            " and regio_soort = 'gemeente') as ander"
            " where cijfer.indicator_id = 'inwoners' and cijfer.jaar = 2020 and cijfer.indeling = 'origineel'"
            " and cijfer.regio_soort = 'gemeente' and ander.regio_code = cijfer.regio_code"
        ),
        {"gemeenten_niet_verwisseld", "definitief_niet_massaal_herzien"},
    ),
    "every definitive figure is one higher": (
        (
            "update fct_indicator set waarde = waarde + 1"
            " where indicator_id = 'inwoners' and jaar = 2020 and indeling = 'origineel' and regio_soort = 'gemeente'"
        ),
        {"definitief_niet_massaal_herzien"},
    ),
    "five municipalities got another definitive figure": (
        (
            "update fct_indicator set waarde = waarde + 1 where indicator_id = 'inwoners' and jaar = 2020"
            " and indeling = 'origineel' and regio_code in ('GM0363', 'GM0344', 'GM0197', 'GM0014', 'GM0034')"
        ),
        set(),
    ),
    "the country alone moved": (
        (
            "update fct_indicator set waarde = waarde * 1.06"
            " where indicator_id = 'inwoners' and jaar = 2020 and indeling = 'origineel' and regio_soort = 'land'"
        ),
        {"land_niet_verschoven"},
    ),
    "definitive figures became provisional": (
        (
            "update fct_indicator set status = 'voorlopig'"
            " where indicator_id = 'inwoners' and jaar = 2020 and indeling = 'origineel' and regio_code = 'GM0363'"
        ),
        {"definitief_weer_voorlopig"},
    ),
}


@pytest.mark.parametrize("change", cases(CHANGES))
def test_a_change_since_the_previous_release_is_told_when_it_is_too_large(
    built: Workspace, tmp_path: Path, change: str
) -> None:
    statement, expected = CHANGES[change]
    audited = Audited(damaged(built, tmp_path, statement), built.sources, previous=built.database)
    found = failures(audited.by("fct_indicator__vorige", folder=tmp_path))
    assert {check.removeprefix("fct_indicator.") for check in found} == expected


def test_what_is_tried_for_a_change_is_among_the_cases() -> None:
    assert {*MISREADING, *CHANGES} >= FAST
