"""What dbt reports becomes checks of `kwaliteit`, with the severity that the test has in the project."""

import json

import pytest

from pipelines.audit.auditor import dbt_checks, refusals
from pipelines.build import dbt
from pipelines.build.database import BuildResult

MANIFEST = json.loads(dbt.manifest_path().read_bytes())


def test_id(part: str) -> str:
    return next(name for name, node in MANIFEST["nodes"].items() if name.startswith("test.") and part in node["name"])


test_id.__test__ = False  # type: ignore[attr-defined]


def result(part: str, status: str) -> BuildResult:
    return BuildResult([dbt.NodeResult(test_id(part), status, "Got 3 results", 0.1, 3)])


@pytest.mark.parametrize(
    ("part", "status", "ernst", "geslaagd"),
    [
        ("sleutel_fct_indicator", "pass", "kritiek", True),
        ("sleutel_fct_indicator", "fail", "kritiek", False),
        ("voldoet_int_buiten_lijst", "warn", "waarschuwing", False),
    ],
)
def test_a_dbt_test_becomes_a_check(part: str, status: str, ernst: str, geslaagd: bool) -> None:
    (check,) = dbt_checks(result(part, status), dbt.manifest_path())
    assert (check.ernst, check.geslaagd) == (ernst, geslaagd)
    assert check.tabel in ("fct_indicator", "int_buiten_lijst")


def test_a_failed_dbt_test_fails_the_build_and_a_warning_does_not() -> None:
    assert result("sleutel_fct_indicator", "fail").failed
    assert not result("voldoet_int_buiten_lijst", "warn").failed


def test_only_critical_failures_refuse_a_release() -> None:
    check = {"controle": "a.b", "kolom": "waarde", "drempel": "0", "gevonden": "3", "geslaagd": False}
    checks = [{**check, "ernst": "kritiek"}, {**check, "ernst": "waarschuwing"}]
    assert refusals(checks) == ["a.b (column waarde): expected 0; found 3"]


def test_a_build_without_results_is_not_complete() -> None:
    """dbt was killed, or never ran: what lies in the file then may be half of it."""
    assert not BuildResult([]).complete
    assert result("sleutel_fct_indicator", "pass").complete
