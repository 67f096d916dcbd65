"""What the checks of a build found: one class from dbt's tests and the expectations to the table `kwaliteit`.

What does not belong here: carrying out a check (``dbt``, ``audit``), and letting a finding pass
(``releases.decisions``).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict

Severity = Literal["kritiek", "waarschuwing"]
CRITICAL: Final = "kritiek"
WARNING: Final = "waarschuwing"


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check; one row of the public table ``kwaliteit``.

    ``check`` is ``<table>.<name>``; ``column`` is None for a check on the table as a whole, several columns are joined
    by a comma. ``severity`` is that of the yml, but always ``kritiek`` for a check that could not be carried out, and
    ``waarschuwing`` where all that failed are figures never released before, on which the expectation was not tuned.
    ``threshold``, ``reason`` and ``found`` are Dutch, ``found`` with at most five example rows; ``finding`` identifies
    all that was found (check and every row), of a failed check that may be accepted; ``accepted`` is the Dutch sentence
    that says who accepted it, which the audit itself never fills.
    """

    check: str
    table: str
    column: str | None
    severity: Severity
    threshold: str
    reason: str
    found: str
    passed: bool
    finding: str | None = None
    accepted: str | None = None

    @property
    def refuses(self) -> bool:
        """Whether it stops the release: critical, failed, and not accepted."""
        return not self.passed and self.severity == CRITICAL and not self.accepted

    @property
    def told(self) -> str:
        """A check that failed, in one sentence: table, column, what was expected and found, and what to do."""
        column = f" (column {self.column})" if self.column else ""
        then = f"; {self.accepted}" if self.accepted else self._how_to_accept
        return f"{self.check}{column}: expected {self.threshold}; found {self.found}{then}"

    @property
    def _how_to_accept(self) -> str:
        """What to do when the finding is right after all; empty for a check that may not be accepted."""
        if not self.finding:
            return ""
        return (
            f'. If CBS means this: `monitor accept {self.check} --reason "..."` (or the job `aanvaarden` in Dagster), '
            "then refresh again"
        )

    def as_row(self) -> dict[str, Any]:
        """The result under the names of ``kwaliteit`` (and ``bevinding``, which only the files of a release hold)."""
        return {dutch: getattr(self, english) for dutch, english in _ROW.items()}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """What ``as_row`` gave; releases made before findings could be accepted lack the last two."""
        return cls(**{_ROW[name]: value for name, value in row.items()})


_ROW: Final = {
    "controle": "check",
    "tabel": "table",
    "kolom": "column",
    "ernst": "severity",
    "drempel": "threshold",
    "reden": "reason",
    "gevonden": "found",
    "geslaagd": "passed",
    "bevinding": "finding",
    "aanvaard": "accepted",
}


# More names would bury the sentence; all of them are in the signed audit.
_NAMED: Final = 5
# dbt makes the name of a test of all its arguments.
_LONGEST_NAME: Final = 70


def refusals(checks: Iterable[CheckResult]) -> list[str]:
    """One sentence per check that stops the release."""
    return [check.told for check in checks if check.refuses]


def other_checks(expected: Iterable[str], found: Iterable[str]) -> str | None:
    """What is wrong with the names of the checks that were carried out, in one sentence; None when nothing is.

    Each that is expected should be there as often as it is expected, and no other: a check that did not run cannot
    fail, so half of them would let pass what all of them refuse.
    """
    owed, held = Counter(expected), Counter(found)
    differences = {
        "missing": owed - held,
        "there more than once": Counter({name: 1 for name in owed & held if held[name] > owed[name]}),
        "not in any file": Counter({name: 1 for name in held if name not in owed}),
    }
    told = [f"{some.total()} {what} ({_first(some)})" for what, some in differences.items() if some]
    if not told:
        return None
    return (
        f"The checks of this build are not those in the files of the project: expected {owed.total()}, found "
        f"{held.total()}: {', '.join(told)}. Take away what leaves them out (in dbt_project: `enabled: false`, a "
        "selector, .dbtignore, the name of a table that does not exist), or take a check that should go out of its own "
        "file (in dbt_project or expectations), then refresh again"
    )


def _first(names: Counter[str]) -> str:
    shown = [name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..." for name in sorted(names)[:_NAMED]]
    return ", ".join(shown) + (", ..." if len(names) > _NAMED else "")


class SignedAudit(BaseModel):
    """The verdict on a build: nothing else than what it signs may be published.

    ``complete`` is whether everything was built, ``passed`` whether it may be published as well, ``compared_with`` the
    release that was current then, ``tables`` the content hash of every data table, ``file`` the SHA-256 of the
    database that held them: of the same bytes nobody need hash the tables again. ``expected`` are the names of the
    checks that the files of the project hold (None: audited before that was written down).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    complete: bool
    passed: bool
    compared_with: str | None
    tables: dict[str, str]
    checks: tuple[CheckResult, ...]
    file: str | None = None
    expected: tuple[str, ...] | None = None

    def reasons(self, checks: Iterable[CheckResult]) -> list[str]:
        """One sentence for each reason not to publish; ``checks`` are its own, with what was accepted until now."""
        refused = refusals(checks)
        # Of tables that were not all made, no expectation was judged.
        if self.complete and self.expected is not None:
            wrong = other_checks(self.expected, [check.check for check in self.checks])
            refused += [wrong] if wrong else []
        return refused
