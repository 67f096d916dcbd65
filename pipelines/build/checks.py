"""What the checks of a build found: one class from dbt's tests and the expectations to the table `kwaliteit`.

What does not belong here: carrying out a check (``dbt``, ``audit``), and letting a finding pass
(``releases.decisions``).
"""

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
    by a comma. ``severity`` is that of the yml, but always ``kritiek`` for a check that could not be carried out.
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


def refusals(checks: Iterable[CheckResult]) -> list[str]:
    """One sentence per check that stops the release."""
    return [check.told for check in checks if check.refuses]


class SignedAudit(BaseModel):
    """The verdict on a build: nothing else than what it signs may be published.

    ``complete`` is whether everything was built, ``passed`` whether it may be published as well, ``compared_with`` the
    release that was current then, ``tables`` the content hash of every data table, ``file`` the SHA-256 of the
    database that held them: of the same bytes nobody need hash the tables again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    complete: bool
    passed: bool
    compared_with: str | None
    tables: dict[str, str]
    checks: tuple[CheckResult, ...]
    file: str | None = None
