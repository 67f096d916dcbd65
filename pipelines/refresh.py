"""What the steps of one refresh share: settings, stores, the StatLine client and the audit worker.

Client, recording server and audit worker start when first asked for, so that a night on which nothing changed at CBS
opens one connection and imports no Great Expectations. The writer lock is held from beginning to end.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from pipelines.audit import AuditWorker
from pipelines.build.database import gather_inputs
from pipelines.build.inputs import static_inputs
from pipelines.build.workspace import Workspace
from pipelines.common.lock import WAIT_SECONDS, Holder, WriterLock
from pipelines.common.settings import RECORDING, Settings
from pipelines.observations.drift import Known
from pipelines.observations.reading import ObservationStore
from pipelines.recording import serve_recording
from pipelines.releases.decisions import Hold, accepted_shapes, hold_on
from pipelines.releases.store import Release, Releases
from pipelines.releases.upkeep import clear_leftovers, prune_snapshots, require_space
from pipelines.snapshots.store import SnapshotStore
from pipelines.sources.datasets import Dataset, load_datasets
from pipelines.sources.municipalities import municipality_names
from pipelines.statline.client import StatlineClient


@dataclass(frozen=True)
class Standing:
    """The release that stays, and the hold that is the reason; without a hold nothing changed."""

    release: Release
    hold: Hold | None = None

    @property
    def words(self) -> str:
        """The reason, as whoever looks at a run reads it (Dutch)."""
        if self.hold is None:
            return "Ongewijzigd: alles waarvan de laatste uitgave is gemaakt is nog hetzelfde."
        return (
            f"Vastgehouden: deze invoer geeft uitgave {self.hold.release_id}, die sinds {self.hold.since} wordt "
            f"vastgehouden door {self.hold.by}: {self.hold.reason}. Er is niets gebouwd; de uitgave van nu blijft. "
            f"`monitor unhold {self.hold.release_id} --reason ...` geeft haar vrij."
        )


def standing_of(current: Release, inputs: str, warehouse: Path) -> Standing | None:
    """Why ``current`` stays when a run has these inputs, or None when they make a release of their own."""
    if current.manifest["invoer"] == inputs:
        return Standing(current)
    held = hold_on(warehouse, inputs)
    return Standing(current, held) if held else None


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
        self.workspace = Workspace(settings.monitor_warehouse, workspace_id)
        self.snapshots = SnapshotStore(settings.monitor_warehouse)
        self.observations = ObservationStore(settings.monitor_warehouse)
        self.releases = Releases(settings.monitor_warehouse)
        self._lock = WriterLock(
            settings.monitor_warehouse, "refresh", run_id=run_id or workspace_id, wait=wait, tell=tell
        )
        self._open = ExitStack()

    @cached_property
    def datasets(self) -> dict[str, Dataset]:
        """The datasets of ``pipelines/sources``, by name."""
        return load_datasets()

    @cached_property
    def client(self) -> StatlineClient:
        """The client of this run; starts the recording server when no ``STATLINE_URL`` is set."""
        settings = self.settings
        url = self._open.enter_context(serve_recording(RECORDING)) if settings.uses_recording else settings.statline_url
        return self._open.enter_context(StatlineClient(url, settings.statline_url_dataderden or url))

    @cached_property
    def auditor(self) -> AuditWorker:
        """The audit worker; it imports Great Expectations from the moment this is first read."""
        return self._open.enter_context(AuditWorker())

    @property
    def known(self) -> Known:
        """What a table that CBS changed is held against: the municipalities, and the shapes that a person accepted."""
        warehouse = self.settings.monitor_warehouse
        return Known(municipality_names, lambda digest: digest in accepted_shapes(warehouse))

    @property
    def dead_holder(self) -> Holder | None:
        """Who held the writer lock before and was killed, if anyone."""
        return self._lock.dead

    @property
    def current(self) -> Release | None:
        """The release that analysts read now."""
        return self.releases.current()

    def expect_audit(self) -> None:
        """Start the audit worker beside the fetch, since this run will need it."""
        _ = self.auditor

    def expect_audit_if_edited(self) -> None:
        """Start the audit worker when models, seeds, yml or expectations differ from those of the current release."""
        if self.current is None:
            self.expect_audit()
            return
        parts = self.current.manifest["invoer_delen"]
        if any(parts.get(name) != value for name, value in static_inputs(self.datasets.values()).items()):
            self.expect_audit()

    def inputs(self) -> dict[str, str]:
        """What goes into the build of this run; gathered now when no earlier step did."""
        return self.workspace.read("inputs") or gather_inputs(self.workspace, self.datasets.values())

    def standing(self) -> Standing | None:
        """Why the current release stays and this run makes none; None when it is to build, audit and publish.

        Raises:
            JournalError: if it cannot be read what is held.
        """
        current = self.current
        # Without a current release it builds, also what is held: publishing refuses that with the reason.
        return None if current is None else standing_of(current, self.inputs()["all"], self.releases.warehouse)

    def prune(self) -> None:
        """Remove old builds, and the versions of tables that no release on disk was made of."""
        self.workspace.prune_others()
        prune_snapshots(self.releases, self.snapshots, self.observations)

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.enter_context(self._lock)
            # First, since what a killed run left may be what fills the disk.
            clear_leftovers(self.workspace)
            require_space(self.settings.monitor_warehouse)
            self.workspace.begin()
            opening.callback(self.workspace.end)
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
