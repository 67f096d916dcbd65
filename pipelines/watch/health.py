"""Is all well with the monitor? Asked from the warehouse alone, so that it also answers when Dagster is down.

What does not belong here: mending anything, and taking the writer lock (a run must never wait for a question).
"""

import os
import shutil
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from pipelines.common.durations import LONGEST_WRITE, NIGHT, in_words
from pipelines.common.located_yaml import YamlError
from pipelines.common.lock import SINCE, Holder
from pipelines.common.settings import Settings
from pipelines.common.troubles import told
from pipelines.observations.observer import lacking_sentences
from pipelines.releases.decisions import holds
from pipelines.releases.journal import JournalError
from pipelines.releases.rights import wrong_rights
from pipelines.releases.store import ReleaseError
from pipelines.releases.upkeep import needed_bytes
from pipelines.releases.verification import verify_current
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.freshness import TableAge, late, table_ages
from pipelines.snapshots.records import SnapshotError

_MEGABYTE = 1024**2


class Health(IntEnum):
    """The verdict, and the exit code of `monitor health`, as monitoring systems read it."""

    OK = 0
    WARNING = 1
    CRITICAL = 2


@dataclass(frozen=True)
class Finding:
    """One thing that is not well: how bad, and a sentence with what to do."""

    health: Health
    sentence: str
    tables: tuple[str, ...] = ()


def findings(settings: Settings, now: datetime | None = None) -> list[Finding]:
    """Everything that is not well, the worst first; ``now`` (UTC) is for tests."""
    moment, warehouse = now or datetime.now(UTC), Warehouse.of(settings)
    try:
        warehouse.releases.require_entry()
    except ReleaseError as error:
        return [Finding(Health.CRITICAL, str(error))]
    looks = (
        _release(warehouse),
        _journal(warehouse),
        _tables(warehouse, moment),
        _writer(warehouse, moment),
        _disk(warehouse),
    )
    found = [finding for look in looks for finding in _told(look)]
    return sorted(found, key=lambda finding: -finding.health)


def verdict(found: list[Finding]) -> Health:
    """The worst of them; none is well."""
    return max((finding.health for finding in found), default=Health.OK)


def _told(look: Iterator[Finding]) -> Iterator[Finding]:
    """What ``look`` finds; a disk or file that does not let it look is a finding too, and hides no other."""
    try:
        yield from look
    except OSError as error:
        yield Finding(Health.CRITICAL, f"{told(error) or error}.")


def _release(warehouse: Warehouse) -> Iterator[Finding]:
    problems, current = verify_current(warehouse.releases, thorough=False), warehouse.releases.current()
    # Who may not read what is to be judged has heard that already.
    rights = [] if problems or current is None else wrong_rights(warehouse.releases, [current])
    yield from (Finding(Health.CRITICAL, problem) for problem in problems)
    yield from (Finding(Health.WARNING, sentence) for sentence in rights)


def _journal(warehouse: Warehouse) -> Iterator[Finding]:
    try:
        holds(warehouse.journal)
    except (JournalError, OSError) as error:
        yield Finding(Health.CRITICAL, str(error))


def _tables(warehouse: Warehouse, now: datetime) -> Iterator[Finding]:
    try:
        ages = table_ages(warehouse.project.datasets.values(), warehouse.snapshots, now)
    except (SnapshotError, YamlError) as error:
        yield Finding(Health.CRITICAL, str(error))
        return
    yield from _night(ages, now)
    yield from _ages(ages)
    yield from _lacking(warehouse, [age.table for age in ages])


def _lacking(warehouse: Warehouse, tables: Iterable[str]) -> Iterator[Finding]:
    """That the release lacks measures which were not understood, table by table."""
    found = {table: lacking_sentences(table, warehouse.observations) for table in tables}
    sentences = [said.english for told in found.values() for said in told]
    if sentences:
        yield Finding(Health.WARNING, "\n".join(sentences), tuple(table for table, told in found.items() if told))


def _night(ages: list[TableAge], now: datetime) -> Iterator[Finding]:
    """That no table at all was checked for a night: then the refresh did not run, or could not reach CBS."""
    checked = [age.checked for age in ages if age.checked is not None]
    if checked and now - max(checked) >= NIGHT:
        yield Finding(
            Health.WARNING,
            f"No table was checked at CBS for {in_words(now - max(checked))}; the limit is {in_words(NIGHT)}. Look "
            "whether the schedule and its daemon run (or the timer that refreshes), and what the last run said.",
        )


def _ages(ages: list[TableAge]) -> Iterator[Finding]:
    for health, chosen in ((Health.CRITICAL, "te_oud"), (Health.WARNING, "verouderd")):
        lagging = [age for age in late(ages) if age.verdict == chosen]
        if lagging:
            sentences = "\n".join(age.sentence for age in lagging)
            yield Finding(health, sentences, tuple(age.table for age in lagging))


def _writer(warehouse: Warehouse, now: datetime) -> Iterator[Finding]:
    holder = warehouse.last_writer
    if holder is None:
        return
    since = datetime.strptime(holder.since, SINCE).replace(tzinfo=UTC)
    if not _may_live(holder):
        yield Finding(
            Health.WARNING,
            f"A run was killed, or the machine stopped: {holder.words} never gave back the writer lock. Nothing of it "
            "was published half; the next `monitor refresh` clears what it left.",
        )
    elif now - since >= LONGEST_WRITE:
        yield Finding(
            Health.WARNING,
            f"{holder.words} writes in {warehouse.folder} for {in_words(now - since)}; the limit is "
            f"{in_words(LONGEST_WRITE)}. See in its run where it stands; end the process if it is stuck.",
        )


def _may_live(holder: Holder) -> bool:
    """Whether the holder may still be there; of another machine this cannot be seen."""
    if holder.host != socket.gethostname():
        return True
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _disk(warehouse: Warehouse) -> Iterator[Finding]:
    if not warehouse.folder.is_dir():
        return  # told as the release that is not there
    free, needed = shutil.disk_usage(warehouse.folder).free, needed_bytes(warehouse)
    if free < needed:
        yield Finding(
            Health.WARNING,
            f"The disk of {warehouse.folder} has {free // _MEGABYTE:,} MB free, so the next refresh, which "
            f"may need {needed // _MEGABYTE:,} MB, will refuse to start and say what takes the room.",
        )
