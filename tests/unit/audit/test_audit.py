"""What dbt reports becomes checks of `kwaliteit`, in Dutch and with the severity that the test has in the project."""

from dataclasses import replace

import pytest

from pipelines.audit.auditor import dbt_checks
from pipelines.build.checks import CheckResult, refusals
from pipelines.build.dbt import DbtProject, NodeResult
from pipelines.build.workspace import BuildResult

NODES = DbtProject().nodes
ENGLISH = "Database Error in test sleutel: Binder Error: Referenced column not found"


KEY = "sleutel_fct_indicator_indicator_id__regio_code__jaar__indeling"


def node_id(kind: str, part: str) -> str:
    """The node of this kind with ``part`` in its name, the shortest where several have it."""
    found = (name for name, node in NODES.items() if name.startswith(f"{kind}.") and part in node["name"])
    return min(found, key=lambda name: len(NODES[name]["name"]))


def result(part: str, status: str, failures: int | None = 3, *, kind: str = "test") -> BuildResult:
    node = NodeResult(unique_id=node_id(kind, part), status=status, message=ENGLISH, seconds=0.1, failures=failures)
    return BuildResult(nodes=(node,))


@pytest.mark.parametrize(
    ("part", "status", "failures", "severity", "passed", "found"),
    [
        (KEY, "pass", 0, "kritiek", True, "0 afwijkende rijen"),
        (KEY, "fail", 1, "kritiek", False, "1 afwijkende rij"),
        (KEY, "fail", 12345, "kritiek", False, "12.345 afwijkende rijen"),
        ("voldoet_int_buiten_lijst", "warn", 3, "waarschuwing", False, "3 afwijkende rijen"),
        (
            KEY,
            "error",
            None,
            "kritiek",
            False,
            "de query van de toets faalt; er is niets getoetst",
        ),
        (
            KEY,
            "skipped",
            None,
            "kritiek",
            False,
            "overgeslagen, omdat iets waarop dit rust mislukte; er is niets getoetst",
        ),
    ],
)
def test_a_dbt_test_becomes_a_check_in_dutch(
    part: str, status: str, failures: int | None, severity: str, passed: bool, found: str
) -> None:
    (check,) = dbt_checks(result(part, status, failures), NODES)
    assert (check.severity, check.passed, check.found) == (severity, passed, found)
    assert check.table in ("fct_indicator", "int_buiten_lijst")


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("error", "de tabel is niet gemaakt: de query of de gegevens ervoor zijn fout"),
        ("skipped", "overgeslagen, omdat iets waarop dit rust mislukte"),
        ("partial success", "de tabel is niet gemaakt: de query of de gegevens ervoor zijn fout"),
    ],
)
def test_a_model_that_was_not_made_is_a_check_that_failed(status: str, found: str) -> None:
    (check,) = dbt_checks(result("fct_indicator", status, None, kind="model"), NODES)
    assert (check.check, check.passed, check.found) == ("dbt.fct_indicator", False, found)
    assert dbt_checks(result("fct_indicator", "success", None, kind="model"), NODES) == []


def test_a_failed_dbt_test_fails_the_build_and_a_warning_does_not() -> None:
    assert result(KEY, "fail").failed
    assert not result("voldoet_int_buiten_lijst", "warn").failed


def test_only_critical_failures_refuse_a_release() -> None:
    check = CheckResult("a.b", "a", "waarde", "kritiek", threshold="0", reason="Daarom.", found="3", passed=False)
    checks = [check, replace(check, severity="waarschuwing"), replace(check, passed=True)]
    assert refusals(checks) == ["a.b (column waarde): expected 0; found 3"]


def test_a_build_without_results_is_not_complete() -> None:
    """dbt was killed, or never ran: what lies in the file then may be half of it."""
    assert not BuildResult().complete
    assert result(KEY, "pass").complete


def test_a_seed_that_failed_is_a_check_on_itself() -> None:
    """It rests on nothing, of which dbt's manifest has another form than for a model or test."""
    (check,) = dbt_checks(result("herindelingen", "error", None, kind="seed"), NODES)
    assert (check.check, check.table, check.severity) == ("dbt.herindelingen", "herindelingen", "kritiek")
    assert check.refuses
