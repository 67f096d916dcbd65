"""How old the figures are: per table the last time that CBS was asked and the answer understood as whole.

Read from the pointer of the snapshot in use (``checked``), which a night on which CBS changed nothing renews too.
What does not belong here: why a table could not be checked (its outcome in the run says so), and telling anyone.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from pipelines.common.durations import in_words
from pipelines.snapshots.store import SnapshotError, SnapshotStore
from pipelines.sources.datasets import Dataset

# A refresh comes every night: at 36 hours one has been missed, and half a working day has gone by in which a later run
# could have made up for it. Fewer would warn of every restart of CBS.
WARN_AFTER = timedelta(hours=36)
# CBS has been down for days, never for a week; after that nobody can vouch that the figures are CBS's newest.
FAIL_AFTER = timedelta(days=7)

Verdict = Literal["vers", "verouderd", "te_oud"]
_ORDER: tuple[Verdict, ...] = ("vers", "verouderd", "te_oud")


@dataclass(frozen=True)
class TableAge:
    """When a table was last checked (UTC), how long ago that is, and the verdict on it.

    ``checked`` and ``age`` are None of a table that has no usable snapshot; ``problem`` says why not.
    """

    dataset: str
    table: str
    checked: datetime | None
    age: timedelta | None
    problem: str = ""

    @property
    def verdict(self) -> Verdict:
        """``vers``, ``verouderd`` (a warning) or ``te_oud`` (a failure, also without any usable snapshot)."""
        if self.age is None or self.age >= FAIL_AFTER:
            return "te_oud"
        return "verouderd" if self.age >= WARN_AFTER else "vers"

    @property
    def sentence(self) -> str:
        """Table, age, limit, and what to do when it is late."""
        if self.checked is None or self.age is None:
            return f"Table {self.table} of {self.dataset} {self.problem}."
        told = (
            f"Table {self.table} of {self.dataset} was last checked at CBS {in_words(self.age)} ago, "
            f"on {self.checked:%Y-%m-%d %H:%M} UTC"
        )
        if self.verdict == "vers":
            return f"{told}."
        limit = FAIL_AFTER if self.verdict == "te_oud" else WARN_AFTER
        return (
            f"{told}; the limit is {in_words(limit)}. Its last good version stays in use. The check `opgehaald` of the "
            f"last run says why; if nothing ran since, launch the job `refresh` or run `monitor refresh`."
        )


def table_ages(datasets: Iterable[Dataset], store: SnapshotStore, now: datetime | None = None) -> list[TableAge]:
    """The age of every table, in the order of the yml; ``now`` (UTC) is for tests.

    A table that CBS stopped and removed needs no exception: that it is gone as the yml says is a good check too.
    """
    moment = now or datetime.now(UTC)
    return [
        _age(dataset.name, table, store, moment)
        for dataset in datasets
        for table in dict.fromkeys(listed.tabel for listed in dataset.tabellen)
    ]


def late(ages: Iterable[TableAge]) -> list[TableAge]:
    """Those that are not fresh, the worst and oldest first."""
    found = [age for age in ages if age.verdict != "vers"]
    return sorted(found, key=lambda age: (age.age is not None, -(age.age or timedelta()), age.table))


def worst(ages: Iterable[TableAge]) -> Verdict:
    """The verdict on all of them together; nothing to judge is fresh."""
    return max((age.verdict for age in ages), key=_ORDER.index, default="vers")


def summary(ages: Collection[TableAge]) -> list[str]:
    """One line when every table is fresh, else one per table that is not."""
    lagging = late(ages)
    if lagging:
        return [age.sentence for age in lagging]
    oldest = max((age.age for age in ages if age.age is not None), default=timedelta())
    return [f"All {len(ages)} tables were checked at CBS in the last {in_words(max(oldest, timedelta(minutes=1)))}."]


def _age(dataset: str, table: str, store: SnapshotStore, now: datetime) -> TableAge:
    try:
        snapshot = store.current(table)
    except (SnapshotError, OSError) as error:
        problem = f"has no usable snapshot ({error}); the next `monitor refresh` fetches it again"
        return TableAge(dataset, table, None, None, problem)
    if snapshot is None:
        return TableAge(dataset, table, None, None, "was never fetched; `monitor refresh` says what is wrong with it")
    checked = snapshot.pointer.checked.astimezone(UTC)
    return TableAge(dataset, table, checked, now - checked)
