"""The warehouse: the one folder in which everything lies that the monitor keeps, and who may write in it.

::

    raw/                snapshots of CBS tables          .schrijver.lock   who writes (``common.lock``)
    eigen/              files that municipalities gave
    observations/       their cells in one long shape    journaal.ndjson   what people decided (``journal``)
    build/<run_id>/     what a run works with            afgekeurd.json    what the last audit refused (``decisions``)
    releases/<id>/      what analysts read; ``huidig`` and ``monitor.duckdb`` lead to the current one

What does not belong here: what the project itself brings (``build.project``), but for the tables of its series.
"""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Self

from pipelines.build.project import Project
from pipelines.build.workspace import Workspace
from pipelines.common.lock import Holder, WriterLock, last_holder
from pipelines.common.places import LOCK_FILE
from pipelines.common.readers import EVERYBODY, Readers
from pipelines.common.settings import Settings
from pipelines.observations.store import ObservationStore
from pipelines.releases.journal import Journal
from pipelines.releases.store import Releases
from pipelines.snapshots.series import SeriesStore
from pipelines.snapshots.store import SnapshotStore
from pipelines.submissions.store import SubmissionStore


class Warehouse:
    """The stores, the lock and the workspaces of the warehouse in ``folder``; nothing is read before it is asked
    for. ``is_live``: it is filled from a service, not from the recording."""

    def __init__(
        self, folder: Path, readers: Readers = EVERYBODY, *, only_live: bool = False, is_live: bool = False
    ) -> None:
        self.folder = folder
        self.readers = readers
        self.is_live = is_live
        self._only_live = only_live

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The warehouse of an installation, for its readers."""
        return cls(
            settings.monitor_warehouse,
            settings.readers,
            only_live=settings.monitor_only_live,
            is_live=not settings.uses_recording,
        )

    @cached_property
    def snapshots(self) -> SnapshotStore:
        """Immutable versions of CBS tables."""
        return SnapshotStore(self.folder)

    @cached_property
    def series(self) -> SeriesStore:
        """Which tables of a series were found in the catalogue of CBS."""
        return SeriesStore(self.folder)

    @cached_property
    def observations(self) -> ObservationStore:
        """The cells of the tables in use."""
        return ObservationStore(self.folder, only_live=self._only_live)

    @cached_property
    def submissions(self) -> SubmissionStore:
        """The files that municipalities gave."""
        return SubmissionStore(self.folder)

    @cached_property
    def releases(self) -> Releases:
        """What analysts read now and could go back to."""
        return Releases(self.folder, self.readers)

    @cached_property
    def journal(self) -> Journal:
        """What people deliberately did."""
        return Journal(self.folder)

    @cached_property
    def project(self) -> Project:
        """The project of this checkout, its series with the tables that were found for this warehouse."""
        return Project(series=self.series)

    def workspace(self, run_id: str) -> Workspace:
        """The folder of one run."""
        return Workspace(self.folder, run_id)

    def lock(
        self,
        what: str,
        *,
        run_id: str | None = None,
        wait: float = 0.0,
        tell: Callable[[str], None] = lambda _: None,
    ) -> WriterLock:
        """The right to write here, not yet taken; the arguments are those of `WriterLock`."""
        return WriterLock(self.folder, what, run_id=run_id, wait=wait, tell=tell)

    @property
    def last_writer(self) -> Holder | None:
        """Who writes here now, or did and died; None when the lock was given back."""
        return last_holder(self.folder / LOCK_FILE)
