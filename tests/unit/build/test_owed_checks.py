"""A build is refused when its checks are not exactly those that are owed, in one sentence that names them."""

from dataclasses import replace

import pytest

from pipelines.build.checks import CheckResult, SignedAudit, other_checks

OWED = ["a.een", "a.twee", "dbt.drie"]


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (["a.een", "a.twee"], "expected 3, found 2: 1 missing (dbt.drie). "),
        ([], "expected 3, found 0: 3 missing (a.een, a.twee, dbt.drie). "),
        ([*OWED, "a.een"], "expected 3, found 4: 1 there more than once (a.een). "),
        ([*OWED, "a.vier"], "expected 3, found 4: 1 not in any file (a.vier). "),
        (
            ["a.een", "a.een", "a.vier"],
            "2 missing (a.twee, dbt.drie), 1 there more than once (a.een), 1 not in any file",
        ),
    ],
)
def test_what_is_missing_double_or_unknown_is_named(found: list[str], says: str) -> None:
    told = other_checks(OWED, found)
    assert told is not None
    assert says in told
    assert "\n" not in told
    assert told.endswith("then refresh again")


def test_exactly_those_that_are_owed_are_right_in_any_order() -> None:
    assert other_checks(OWED, reversed(OWED)) is None
    assert other_checks([*OWED, "a.een"], ["a.een", *OWED]) is None
    assert other_checks([], []) is None


def test_only_the_first_five_are_named_and_long_names_are_cut() -> None:
    told = other_checks([f"dbt.{number}_{'x' * 200}" for number in range(9)], [])
    assert told is not None
    assert "9 missing (dbt.0_" in told
    assert told.count("dbt.") == 5
    assert ", ...)" in told
    assert "x" * 80 not in told


def test_an_audit_refuses_for_it_but_not_one_of_before_nor_of_a_build_that_broke_off() -> None:
    check = CheckResult("a.een", "a", None, "kritiek", threshold="0", reason="Daarom.", found="0", passed=True)
    signed = SignedAudit(
        complete=True, passed=True, compared_with=None, tables={}, checks=(check,), expected=("a.een", "a.twee")
    )
    assert [reason.partition(".")[0] for reason in signed.reasons(signed.checks)] == [
        "The checks of this build are not those in the files of the project: expected 2, found 1: 1 missing (a"
    ]
    for other in ({"expected": None}, {"complete": False}, {"expected": ("a.een",)}):
        assert signed.model_copy(update=other).reasons(signed.checks) == []
    failed = replace(check, passed=False)
    assert len(signed.reasons([failed])) == 2
