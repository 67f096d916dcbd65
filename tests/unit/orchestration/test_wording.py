"""How the outcomes of tables show as a check in Dagster: red what failed, yellow what is in use and looks wrong."""

from typing import Any

import dagster as dg
import pytest

from pipelines.orchestration.wording import outcome_table

FAILED = {"tabel": "85335NED", "uitkomst": "mislukt", "melding": "Table 85335NED failed.", "jaren": (2021, 2022)}
WARNED = {"tabel": "85098NED", "uitkomst": "gelezen", "waarschuwingen": ("One thing.", "Another."), "jaren": (2022,)}
FINE = {"tabel": "83262NED", "uitkomst": "ongewijzigd", "jaren": (2019,)}


@pytest.mark.parametrize(
    ("rows", "passed", "severity", "told", "shown"),
    [
        ([FINE], True, "WARN", None, ["", "", ""]),
        ([FINE, WARNED], False, "WARN", "One thing.\n\nAnother.", ["", "", "85098NED"]),
        (
            [WARNED, FINE, FAILED],
            False,
            "ERROR",
            "Table 85335NED failed.\n\nOne thing.\n\nAnother.",
            ["85335NED", "2021, 2022", "85098NED"],
        ),
    ],
)
def test_a_check_over_tables(
    rows: list[dict[str, Any]], passed: bool, severity: str, told: str | None, shown: list[str]
) -> None:
    (check,) = outcome_table(rows, check="begrepen").check_results or ()
    assert (check.passed, check.severity, check.description) == (passed, dg.AssetCheckSeverity(severity), told)
    names = ("mislukte tabellen", "mislukte jaren", "tabellen met een waarschuwing")
    assert [check.metadata[name].value for name in names] == shown


def test_the_table_of_outcomes_names_the_years() -> None:
    table = outcome_table([FAILED, FINE], check="opgehaald").metadata["tabellen"].value
    assert "| 85335NED | 2021, 2022 | mislukt | Table 85335NED failed. |" in table
    assert "| 83262NED | 2019 | ongewijzigd |  |" in table
