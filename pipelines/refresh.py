"""One night: the project, the warehouse, the StatLine client and the audit worker, shared by the steps of a refresh.

Client, recording server and audit worker start when first asked for, so that a night on which nothing changed at CBS
opens one connection and imports no Great Expectations. The writer lock is held from beginning to end. Whether this run
builds, or the current release stands, is decided here, once, from what goes into the build.
"""

import logging
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from types import TracebackType
from typing import Self

from pipelines.audit import AuditWorker
from pipelines.build.database import gather_inputs
from pipelines.build.dbt import DbtBuilder
from pipelines.build.inputs import Inputs, inputs_of, tables_of
from pipelines.build.workspace import BuildError, Decision
from pipelines.common.lock import WAIT_SECONDS, Holder, WriterLockError
from pipelines.common.settings import Settings
from pipelines.observations.drift import Known
from pipelines.observations.intake import Intake
from pipelines.observations.observer import Observer, all_understood
from pipelines.observations.plan import columns_read
from pipelines.recording import RecordingServerError, recorded_base, serve_recording
from pipelines.releases.decisions import accepted_shapes, hold_on
from pipelines.releases.journal import Journal, JournalError
from pipelines.releases.store import Release, ReleaseError
from pipelines.releases.upkeep import DiskError, clear_leftovers, prune_snapshots, require_space
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.ingest import unchanged
from pipelines.snapshots.series import FoundTable, KnownTables, SeriesReport, find_tables, unrecorded_tables
from pipelines.snapshots.store import Snapshot, SnapshotError
from pipelines.sources.datasets import Dataset
from pipelines.sources.seeds import municipal_lists, municipality_names
from pipelines.statline.catalogue import Catalogue
from pipelines.statline.client import StatlineClient
from pipelines.statline.errors import StatlineError
from pipelines.statline.limits import time_limit
from pipelines.submissions.figures import known_places
from pipelines.submissions.intake import take_in, versions_if_unchanged
from pipelines.watch.webhook import Message, tell

_log = logging.getLogger(__name__)

# A catalogue is there within seconds; while CBS is busy a run has more patience, and says for what it waits.
_ASKING_SECONDS = 60.0
# Hashing lets go of the interpreter, so threads share the work; a disk serves a few readers best.
_READERS = 4
# What the run that is needed then says better, with the table or the way out.
_NEEDS_A_RUN = (
    BuildError,
    DiskError,
    JournalError,
    OSError,
    RecordingServerError,
    ReleaseError,
    SnapshotError,
    StatlineError,
    ValueError,
    WriterLockError,
)


def decide(current: Release | None, inputs: Inputs, journal: Journal) -> Decision:
    """Whether a run with these inputs builds: not when they made the current release, or what they would make is held.

    Raises:
        JournalError: if it cannot be read what is held.
    """
    # Without a current release it builds, also what is held: publishing refuses that with the reason.
    if current is None:
        return Decision()
    if current.manifest.inputs == inputs.fingerprint:
        words = "Ongewijzigd: alles waarvan de laatste uitgave is gemaakt is nog hetzelfde."
        return Decision(stands=current.release_id, words=words)
    held = hold_on(journal, inputs.fingerprint)
    if held is None:
        return Decision()
    words = (
        f"Vastgehouden: deze invoer geeft uitgave {held.release_id}, die sinds {held.since} wordt vastgehouden door "
        f"{held.by}: {held.reason}. Er is niets gebouwd; de uitgave van nu blijft. "
        f"`monitor unhold {held.release_id} --reason ...` geeft haar vrij."
    )
    return Decision(stands=current.release_id, words=words, held=held.sentence)


@dataclass(frozen=True)
class QuietNight:
    """A night without news: the release that stands and why (Dutch), the hold that is the reason if one is (English).

    ``tables`` were confirmed, by catalogues that list so many tables each.
    """

    release: Release
    words: str
    held: str | None
    tables: int
    catalogues: Mapping[str, int]


def _found_message(new: Sequence[FoundTable]) -> Message:
    """What is told once of tables that were found for a series."""
    names = [f"{table.table} '{table.title}' ({table.year}; {table.rule})" for table in new]
    return Message(
        "tabel_gevonden",
        "melding",
        f"CBS published {len(new)} new table{'s' if len(new) > 1 else ''} of a series",
        "\n".join(f"{name} is fetched from now on." for name in names),
        tables=[table.table for table in new],
    )


@contextmanager
def open_if_free(settings: Settings, run_id: str, killed: Callable[[Holder], None]) -> Iterator["Refresh | None"]:
    """A refresh that is open, or None where it cannot be at once: the run that then follows waits, or says why not.

    ``killed`` hears who held the writer lock before and died.
    """
    with ExitStack() as opened:
        refresh, is_open = Refresh(settings, run_id, wait=0.0), False
        with suppress(DiskError, OSError, WriterLockError):
            opened.enter_context(refresh)
            is_open = True
        # Also where there is no room: with the lock goes the note of who died.
        if refresh.dead_holder is not None:
            killed(refresh.dead_holder)
        yield refresh if is_open else None


def confirm_if_quiet(
    settings: Settings,
    *,
    within: float = math.inf,
    killed: Callable[[Holder], None],
    confirmed: Callable[[QuietNight], None],
) -> QuietNight | None:
    """Do the work of a night without news, under the writer lock; None when a run is needed, which then does it all.

    Never waits for another writer, and raises nothing: whatever is wrong, the run that is needed then says it.

    Args:
        settings: of the monitor.
        within: seconds; a night that cannot be confirmed in that time needs a run.
        killed: hears who held the lock before and died.
        confirmed: hears of a quiet night, before the lock is given back.

    """
    deadline = time.monotonic() + within
    with open_if_free(settings, f"stil-{os.getpid()}-{time.time_ns()}", killed) as refresh:
        if refresh is None:
            return None
        night = refresh.quiet_night(deadline)
        if night is not None:
            confirmed(night)
        refresh.workspace.remove()
        return night


class Refresh:
    """One refresh; use as a context manager, which ends every process that it started.

    Args:
        settings: of the monitor.
        workspace_id: names the workspace.
        run_id: of the run that works there, for whoever waits for it; the same unless told otherwise.
        wait: seconds to wait while another run writes in the warehouse.
        tell: hears for whom it waits.

    Raises (on entering):
        WriterLockError: another run writes in the warehouse, or it cannot be locked.
        DiskError: the warehouse's disk is too full for a refresh.

    """

    def __init__(
        self,
        settings: Settings,
        workspace_id: str,
        *,
        run_id: str | None = None,
        wait: float = WAIT_SECONDS,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.settings = settings
        self.warehouse = Warehouse.of(settings)
        self.project = self.warehouse.project
        self.workspace = self.warehouse.workspace(workspace_id)
        self._lock = self.warehouse.lock("refresh", run_id=run_id or workspace_id, wait=wait, tell=tell)
        self._open = ExitStack()
        self._starting = Lock()
        self._is_closing = False

    @cached_property
    def client(self) -> StatlineClient:
        """The client of this run; starts the recording server when no ``STATLINE_URL`` is set."""
        settings, api, third_party_api = (
            self.settings,
            self.settings.statline_api,
            self.settings.statline_api_dataderden,
        )
        base = third_party_base = settings.statline_url
        if settings.uses_recording:
            url = self._open.enter_context(serve_recording(settings.recording))
            base, third_party_base = recorded_base(url, api), recorded_base(url, third_party_api)
        third_party_base = settings.statline_url_dataderden or third_party_base
        client = StatlineClient(base, third_party_base, api=api, third_party_api=third_party_api)
        return self._open.enter_context(client)

    @cached_property
    def series(self) -> SeriesReport:
        """The tables of every series, looked for in the catalogues when this is first read; what is new is kept.

        So is which listed tables a recording lacks: no figures are expected of those.

        Raises:
            SnapshotError: it cannot be read which tables were found before.
        """
        report, known = self._look_for_tables()
        if self.warehouse.series.keep(known):
            self.project.forget_found()
        if report.new:
            tell(self.settings, _found_message(report.new), _log)
        return report

    @property
    def datasets(self) -> dict[str, Dataset]:
        """The datasets by name, with every table that was found for their series until now."""
        _ = self.series
        return self.project.datasets

    def _look_for_tables(self) -> tuple[SeriesReport, KnownTables]:
        written, before = self.project.written.values(), self.warehouse.series.known()
        catalogues: dict[str, Catalogue] = {}
        for name in sorted({dataset.catalogus for dataset in written}):
            # Each table says itself that its catalogue could not be read; what was found before stays.
            with suppress(RecordingServerError, StatlineError):
                catalogues[name] = self.client.catalogue(name)
        recorded = {name: rows for name, rows in catalogues.items() if self.client.source(name).recording}
        unread = {t.tabel for d in written if d.catalogus not in catalogues for t in d.tabellen}
        unrecorded = unrecorded_tables(written, recorded, lambda t: self.warehouse.observations.current(t) is not None)
        report = find_tables(written, catalogues, before.found)
        kept = tuple(sorted({*unrecorded, *(unread & set(before.unrecorded))}))
        return report, KnownTables(found=dict(report.tables), unrecorded=kept)

    @cached_property
    def auditor(self) -> AuditWorker:
        """The audit worker; it imports Great Expectations from the moment this is first read."""
        return self._open.enter_context(AuditWorker())

    @cached_property
    def builder(self) -> DbtBuilder:
        """What builds the tables; it loads dbt from the moment this is first read."""
        return self._open.enter_context(closing(DbtBuilder(self.project.dbt, self.workspace.folder)))

    @cached_property
    def intake(self) -> Intake:
        """What fetches the tables of this run and reads them into observations."""
        # What a table that CBS changed is held against: the municipalities, and the shapes that a person accepted.
        known = Known(
            municipality_names, lambda digest: digest in accepted_shapes(self.warehouse.journal), municipal_lists
        )
        observer = Observer(self.warehouse.snapshots, self.warehouse.observations, known)
        # Opened before the client, so closed after it: a run that breaks off does not wait for tables to come in whole.
        return self._open.enter_context(
            Intake(lambda: self.client, observer, self.warehouse.snapshots, self.expect_build)
        )

    @property
    def dead_holder(self) -> Holder | None:
        """Who held the writer lock before and was killed, if anyone."""
        return self._lock.dead

    def expect_build(self) -> None:
        """Let dbt load beside what goes before it, since this run will need it; from any thread."""
        with self._starting:
            # A table that was still on its way when the run broke off is no reason to start anything.
            if not self._is_closing:
                _ = self.builder

    def expect_audit(self) -> None:
        """Let the audit worker load beside the build, since this run will need it."""
        _ = self.auditor

    def expect_build_if_edited(self) -> None:
        """Expect a build when models, seeds, yml or expectations differ from those of the current release."""
        current = self.warehouse.releases.current()
        made_of = {} if current is None else current.manifest.parts
        if any(made_of.get(name) != value for name, value in self.project.own_parts().items()):
            self.expect_build()

    def gather(self) -> Inputs:
        """Freeze what goes into this build, and decide from it whether there is anything to build.

        Raises:
            BuildError: there is no usable version of a table that is indispensable or was released before.
            JournalError: if it cannot be read what is held.
        """
        current = self.warehouse.releases.current()
        released = {} if current is None else tables_of(current.manifest.parts)
        own = take_in(self.settings.own_files, self.warehouse.submissions, known_places(), datetime.now(UTC).date())
        inputs = gather_inputs(self.workspace, self.project, self.warehouse.observations, released, own)
        self.workspace.decision = decide(current, inputs, self.warehouse.journal)
        return inputs

    @property
    def decision(self) -> Decision:
        """Whether this run builds, as it was decided when its inputs were gathered; gathers when no step did."""
        if self.workspace.decision is None:
            self.gather()
        return self.workspace.decision or Decision()

    @property
    def standing(self) -> Release | None:
        """The release that stays because there is nothing to build; None when this run builds.

        Raises:
            ReleaseError: it is no longer there.
        """
        stands = self.decision.stands
        return None if stands is None else self.warehouse.releases.find(stands)

    def quiet_night(self, deadline: float = math.inf) -> QuietNight | None:
        """Confirm what is in use, if there is nothing to do: no stamp moved at CBS, and what is here is whole and
        released.

        Every byte of every snapshot and observation is read for it. Nothing is changed unless the night is quiet; then
        each snapshot is noted as checked, and what is old goes. None when anything at all asks for a run, also when
        ``deadline`` (``time.monotonic``) passes: whatever is wrong, the run then says it better.
        """
        try:
            with time_limit(min(deadline - time.monotonic(), _ASKING_SECONDS)):
                return self._confirmed(deadline)
        except _NEEDS_A_RUN:
            return None

    def _confirmed(self, deadline: float) -> QuietNight | None:
        current = self.warehouse.releases.current()
        if current is None:
            return None
        own = versions_if_unchanged(self.settings.own_files, self.warehouse.submissions)
        if own is None:
            return None
        decision = decide(current, inputs_of(self.project, self.warehouse.observations, own), self.warehouse.journal)
        if decision.stands is None or self._look_for_tables()[1] != self.warehouse.series.known():
            return None
        in_use: list[tuple[Dataset, list[Snapshot]]] = []
        for dataset in self.project.datasets.values():
            snapshots = unchanged(dataset, self.client, self.warehouse.snapshots, columns_read)
            if snapshots is None:
                return None
            in_use.append((dataset, snapshots))
        with ThreadPoolExecutor(_READERS) as readers:
            if not all(readers.map(lambda part: self._is_whole(part[0], part[1], deadline), in_use)):
                return None
        confirmed = [snapshot for _, snapshots in in_use for snapshot in snapshots]
        for snapshot in confirmed:
            self.warehouse.snapshots.confirm(snapshot)
        catalogues = {dataset.catalogus for dataset in self.project.written.values()}
        counted = {name: len(self.client.catalogue(name)) for name in sorted(catalogues)}
        self.prune()
        return QuietNight(current, decision.words, decision.held, len(confirmed), counted)

    def _is_whole(self, dataset: Dataset, snapshots: Sequence[Snapshot], deadline: float) -> bool:
        """Whether every byte of these snapshots and of their observations is as it was written."""
        for snapshot in snapshots:
            if time.monotonic() > deadline:
                return False
            self.warehouse.snapshots.verify(snapshot)
        return all_understood(dataset, snapshots, self.warehouse.observations)

    def prune(self) -> None:
        """Remove old builds, and the versions of tables that no release on disk was made of."""
        self.workspace.prune_others()
        prune_snapshots(self.warehouse)

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.enter_context(self._lock)
            # First, since what a killed run left may be what fills the disk.
            clear_leftovers(self.warehouse, self.workspace)
            require_space(self.warehouse)
            self.workspace.begin()
            opening.callback(self.workspace.end)
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._starting:
            self._is_closing = True
        self._open.close()
