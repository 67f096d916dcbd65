"""The notes of a release, `uitgave.md`: what whoever works with the figures must know of it, in Dutch.

What does not belong here: where the counts come from (``revisions``), and the difference between any two releases
(``releases.comparison``).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pipelines.build.checks import CheckResult
from pipelines.build.counts import RevisionCount
from pipelines.build.workspace import FailedTable
from pipelines.common.dutch import SPACE, number
from pipelines.publish.revisions import Revisions
from pipelines.publish.templates import render_text
from pipelines.releases.reader import ReleaseHeader, ReleaseReader, Row

# Columns of the table `correctie`.
_CORRECTED: Final = (
    "tabel_id",
    "regio_code",
    "jaar",
    "maat",
    "gepubliceerd",
    "juist",
    "oordeel",
    "verwijzing",
    "toelichting",
)
_HOURS_TOLD: Final = 48


@dataclass(frozen=True)
class Notes:
    """What the notes say; ``corrections`` are rows of `correctie`, ``titles`` by CBS table, ``regions`` by code.

    ``new_tables`` are the ids of those that the release before was not made of.
    """

    header: ReleaseHeader
    checks: Sequence[CheckResult]
    revisions: Revisions
    failures: Sequence[FailedTable]
    corrections: Sequence[Row]
    titles: Mapping[str, str]
    regions: Mapping[str, str]
    new_tables: Sequence[str] = ()

    def as_text(self) -> str:
        """The notes as Markdown."""
        return render_text(
            "uitgave.md.jinja",
            header=self.header,
            checks=self.checks,
            revisions=self.revisions,
            revised=[
                [table, self.titles.get(table, ""), *_counts(count)]
                for table, count in self.revisions.counts.tables.items()
            ],
            regions=self.regions,
            corrected=_CORRECTED,
            corrections=[[_cell(row[column]) for column in _CORRECTED] for row in self.corrections],
            new_tables=[(table, self.titles.get(table, "")) for table in self.new_tables],
            failures=[(failure, self._last_good(failure)) for failure in self.failures],
        )

    def _last_good(self, failure: FailedTable) -> str:
        """When the version in use was last found good, and how long before the release that is."""
        if failure.checked is None:
            return ""
        moment = datetime.fromisoformat(failure.checked)
        age = self.header.made.replace(tzinfo=UTC) - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        hours = max(0, round(age.total_seconds() / 3600))
        told = f"{hours} uur" if hours < _HOURS_TOLD else f"{hours // 24} dagen"
        return f"{moment:%Y-%m-%d %H:%M} UTC, {told} geleden"


def gather_notes(
    release: ReleaseReader,
    checks: Sequence[CheckResult],
    revisions: Revisions,
    failures: Sequence[FailedTable],
    before: Collection[str] | None = None,
) -> Notes:
    """The notes of a release (or the draft of one).

    Args:
        release: that it is about.
        checks: what its checks found.
        revisions: what differs from the release before.
        failures: the tables that failed when it was made.
        before: ids of the tables that the release before was made of; None where there was none.

    """
    titles = release.select("herkomst", ("tabel_id", "titel"))
    regions = release.select("dim_regio", ("regio_code", "naam"))
    return Notes(
        release.header,
        checks,
        revisions,
        failures,
        release.select("correctie", _CORRECTED),
        {row["tabel_id"]: row["titel"] or "" for row in titles},
        {row["regio_code"]: row["naam"] for row in regions},
        () if before is None else sorted(row["tabel_id"] for row in titles if row["tabel_id"] not in before),
    )


def _counts(count: RevisionCount) -> list[str]:
    shown = (
        count.values,
        count.definitive,
        count.statuses,
        count.reasons,
        count.new,
        count.gone,
        count.municipalities,
    )
    return [number(each, thousands=SPACE) for each in shown]


def _cell(value: object) -> str:
    return "" if value is None else str(value)
