"""How the outcomes of tables show as a check in Dagster: red what failed, yellow what is in use and looks wrong."""

from typing import Any

import dagster as dg
import pytest

from pipelines.assets.wording import outcome_table

FAILED = {"tabel": "85335NED", "uitkomst": "mislukt", "melding": "Table 85335NED failed.", "waarschuwingen": ()}
WARNED = {"tabel": "85098NED", "uitkomst": "gelezen", "melding": None, "waarschuwingen": ("One thing.", "Another.")}
FINE = {"tabel": "83262NED", "uitkomst": "ongewijzigd", "melding": None, "waarschuwingen": ()}


@pytest.mark.parametrize(
    ("rows", "passed", "severity", "told"),
    [
        ([FINE], True, "WARN", None),
        ([FINE, WARNED], False, "WARN", "One thing.\nAnother."),
        ([WARNED, FINE, FAILED], False, "ERROR", "Table 85335NED failed.\nOne thing.\nAnother."),
    ],
)
def test_a_check_over_tables(rows: list[dict[str, Any]], passed: bool, severity: str, told: str | None) -> None:
    (check,) = outcome_table(rows, check="begrepen").check_results or ()
    assert (check.passed, check.severity, check.description) == (passed, dg.AssetCheckSeverity(severity), told)
    assert check.metadata["mislukte tabellen"].value == [row["tabel"] for row in rows if row is FAILED]
    assert check.metadata["tabellen met een waarschuwing"].value == [row["tabel"] for row in rows if row is WARNED]
