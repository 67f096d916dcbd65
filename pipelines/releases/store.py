"""The releases on disk: which there are, which one is current, and the one atomic swap between them.

::

    releases/<id>/...                            one folder per release, never changed
    huidig -> releases/<id>                      the current one; replacing this link is the swap
    monitor.duckdb -> huidig/monitor.duckdb      what analysts open; it follows by itself
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.build.checks import CheckResult
from pipelines.common.files import sync, sync_tree
from pipelines.common.readers import EVERYBODY, Readers
from pipelines.common.suggestions import closest
from pipelines.common.troubles import unreadable
from pipelines.releases.manifest import ReleaseManifest

DATABASE = "monitor.duckdb"
MANIFEST = "manifest.json"
CHECKS = "kwaliteit.json"
# For people; releases made before there were notes have none.
NOTES = "uitgave.md"
# For people with a browser; older releases have none either.
REPORT = "kwaliteit.html"
INDICATORS = "indicatoren.html"
GUIDE = "handleiding.html"
# The website begins here; a release that lacks the tables it is made of has none.
HOME = "index.html"
COUNTRY = "nederland.html"
REGIONS = "regios.html"
COMPARISON = "vergelijk.html"
WORKBOOK = "monitor.xlsx"
# The folder of the current release, for tools that read its other files; the one link that a swap replaces.
CURRENT = "huidig"
DRAFT_PREFIX = ".draft-"
SWAP_LOCK = ".wissel.lock"


class ReleaseError(Exception):
    """Something asked of a release that cannot be; the message says what, and what can."""


class DamagedReleaseError(ReleaseError, ValueError):
    """A file of a release cannot be read as what it should be; the message says which, and what to do."""


class PublishError(Exception):
    """Refused: the build did not pass its audit, is not what was audited, is older than the release, or is held."""


@dataclass(frozen=True)
class Release:
    """One published release: an immutable folder with the database and its manifest."""

    folder: Path

    @property
    def release_id(self) -> str:
        """Name of the release, sortable by time of making."""
        return self.folder.name

    @property
    def database(self) -> Path:
        """The published database of this release."""
        return self.folder / DATABASE

    @property
    def manifest(self) -> ReleaseManifest:
        """What the release is made of and holds.

        Raises:
            DamagedReleaseError: there is none, or it cannot be read.
        """
        with self._told(MANIFEST):
            return ReleaseManifest.model_validate_json((self.folder / MANIFEST).read_bytes())

    def address(self, name: str, public_url: str) -> str:
        """Where a browser finds a file of this release, if a server shows the warehouse at ``public_url``."""
        return f"{public_url}/releases/{self.release_id}/{name}"

    @property
    def pages(self) -> dict[str, Path]:
        """What a person opens first in a browser, by what it is called on a terminal: as far as it is there."""
        first = {"Website": self.folder / HOME, "Quality report": self.folder / REPORT}
        return {name: path for name, path in first.items() if path.exists()}

    @property
    def checks(self) -> list[CheckResult]:
        """Every check that this release passed, or warned about.

        Raises:
            DamagedReleaseError: they cannot be read.
        """
        with self._told(CHECKS):
            content = json.loads((self.folder / CHECKS).read_text(encoding="utf-8"))
            return [CheckResult.from_row(check) for check in content]

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedReleaseError(
                f"Release {self.release_id}: {unreadable(self.folder / name, error)}; "
                f"`monitor verify {self.release_id}` says what else, and `monitor rollback --reason ...` goes back"
            ) from error


class Releases:
    """The folder ``releases/`` and the link ``monitor.duckdb`` of a warehouse, for these ``readers``."""

    def __init__(self, warehouse: Path, readers: Readers = EVERYBODY) -> None:
        self.warehouse = warehouse
        self.readers = readers
        self.root = warehouse / "releases"
        self.link = warehouse / DATABASE
        self.current_folder = warehouse / CURRENT

    def all(self) -> list[Release]:
        """Every release, newest first.

        Raises:
            ReleaseError: this user may not come there.
        """
        self.require_entry()
        if not self.root.is_dir():
            return []
        return [Release(path.parent) for path in sorted(self.root.glob(f"[!.]*/{MANIFEST}"), reverse=True)]

    def current(self) -> Release | None:
        """The release that ``monitor.duckdb`` points at, or None before the first.

        By the name that it has in ``releases/``, as `all` has it: ways to one folder may differ, through links.

        Raises:
            ReleaseError: this user may not come there.
        """
        self.require_entry()
        if not is_there(self.link):
            return None
        return self._led_to(self.link)

    def is_current(self, release: Release) -> bool:
        """Whether ``monitor.duckdb`` or ``huidig`` leads to ``release``, whatever way its path takes."""
        return any(_same(release.folder, folder) for folder in self._in_use())

    def _in_use(self) -> Iterator[Path]:
        """The folders that the links lead to: one and the same, unless a link is damaged."""
        yield self.current_folder.resolve()
        if self.link.is_symlink():
            yield self.link.resolve().parent

    def _led_to(self, link: Path) -> Release:
        folder = link.resolve().parent
        named = self.root / folder.name
        return Release(named if _same(named, folder) else folder)

    def require_entry(self) -> None:
        """Check that this user may come to the releases.

        Raises:
            ReleaseError: naming the folder that is closed, and what its owner can do.
        """
        for folder in reversed([self.root, self.warehouse, *self.warehouse.parents]):
            if os.path.lexists(folder) and not os.access(folder, os.X_OK):
                raise ReleaseError(
                    f"This user may not enter {folder}: `{self.readers.opening(folder)}` by its owner lets "
                    f"{self.readers.words} in."
                )

    @property
    def current_id(self) -> str | None:
        """Id of the release that analysts read now, or None before the first."""
        current = self.current()
        return None if current is None else current.release_id

    def find(self, release_id: str) -> Release:
        """The release of this id.

        Raises:
            ReleaseError: naming the ids that come nearest.
        """
        known = [release.release_id for release in self.all()]
        if release_id in known:
            return Release(self.root / release_id)
        nearest = closest(release_id, known, cutoff=0.0)
        hint = f"Nearest: {', '.join(nearest)}." if nearest else "There is no release on disk: run `make refresh`."
        raise ReleaseError(f"There is no release {release_id!r}. {hint}")

    def previous(self) -> Release | None:
        """The newest release older than the current one, or None."""
        current = self.current()
        older = [r for r in self.all() if current is not None and r.release_id < current.release_id]
        return older[0] if older else None

    def draft(self, release_id: str) -> Path:
        """A new empty folder on the same file system as the releases; it gets its name when it is whole."""
        folder = self.root / f"{DRAFT_PREFIX}{release_id}"
        shutil.rmtree(folder, ignore_errors=True)
        self.root.mkdir(parents=True, exist_ok=True)
        # Nobody else can open a file of it before it has its rights, and go on writing in it afterwards.
        folder.mkdir(mode=0o700)
        return folder

    def add(self, draft: Path) -> Release:
        """Give a finished draft its name, after everything in it is on the disk."""
        sync_tree(draft)
        folder = self.root / draft.name.removeprefix(DRAFT_PREFIX)
        draft.rename(folder)
        sync(self.root)
        return Release(folder)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold off any other swap meanwhile: a rollback must not choose what a refresh removes or replaces.

        Seconds at most, unlike the writer lock, so that going back need not wait for a refresh.

        Raises:
            ReleaseError: this user may not write here.
        """
        path = self.warehouse / SWAP_LOCK
        try:
            self.warehouse.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except PermissionError as error:
            raise ReleaseError(
                f"{path} cannot be opened for writing ({error.strerror}), so nothing was changed: do this as the owner "
                f"of {self.warehouse}"
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def point_at(self, release: Release) -> None:
        """Make ``release`` the current one: readers see the old files or the new ones, never anything between.

        Replacing the link is one rename; a reader that has the old file open keeps it until it closes.
        """
        self._let_database_follow()
        _replace_link(self.current_folder, release.folder.relative_to(self.warehouse))
        sync(self.warehouse)

    def _let_database_follow(self) -> None:
        """Make ``monitor.duckdb`` lead through ``huidig``, so that one swap moves both.

        In a warehouse from before there was ``huidig`` nothing moves by this: it first leads to the same release.
        """
        follows = Path(CURRENT) / DATABASE
        if self.link.is_symlink() and self.link.readlink() == follows:
            return
        current = self.current()
        if current is not None and current.folder.parent == self.root:
            _replace_link(self.current_folder, Path(self.root.name) / current.release_id)
        _replace_link(self.link, follows)

    def prune(self, keep: int) -> list[str]:
        """Remove all but the newest ``keep`` releases, never what a link leads to; returns the ids of those removed.

        Only for the holder of the writer lock. A release loses its name first, so that half of one is never listed.
        """
        old = [release for release in self.all()[keep:] if not self.is_current(release)]
        for release in old:
            release.folder.rename(self.root / f"{DRAFT_PREFIX}{release.release_id}")
        for draft in self.root.glob(f"{DRAFT_PREFIX}*"):
            shutil.rmtree(draft, ignore_errors=True)
        return [release.release_id for release in old]


def _same(one: Path, other: Path) -> bool:
    """Whether two paths lead to one folder that is there."""
    try:
        return one.exists() and other.exists() and one.samefile(other)
    except PermissionError:
        # Closed to this user, who can only go by the name.
        return one.name == other.name


def is_there(path: Path) -> bool:
    """Whether there is anything at ``path``; also what is closed to this user, of which `monitor verify` says so."""
    try:
        return path.exists()
    except PermissionError:
        return True


def _replace_link(link: Path, target: Path) -> None:
    temporary = link.with_name(f".{link.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(link)
