"""Releases that all tests share and none changes: made once for a state of the project, and kept between runs.

They lie in pytest's own cache (``pytest --cache-clear`` makes them anew), below a fingerprint of all that a release is
made of. Whoever comes first makes one, under a lock; who comes while that is going on waits. A test that wants to
change something copies it first: what was changed here fails the run that changed it, and is never used again.
"""

import fcntl
import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from pipelines.common.settings import PROJECT

# All that decides what a release holds, or how it is made.
_SOURCES = (
    *("pipelines", "dbt_project", "expectations", "docs/nl", "warehouse/recording", "pyproject.toml"),
    *("requirements.lock", "tests/support/miniature", "tests/support/cbs_2026", "tests/support/live_release.py"),
    "tests/support/shared_releases.py",
)
# What comes into being beside the sources, or beside a release, by reading them.
_BY_USE = {"__pycache__", "target", "logs", "dagster", ".user.yml"}
# A table that was not checked at CBS for 36 hours is no longer fresh, and the tests are about fresh ones.
_KEPT_SECONDS = 24 * 3600.0

Listing = dict[str, list[int]]


def fingerprint(project: Path = PROJECT) -> str:
    """Hash of the sources of ``project``, of where they lie and of the version of Python."""
    found = sha256(f"{project} {sys.version}".encode())
    for source in _SOURCES:
        below = project / source
        for path in sorted(_files(below)) if below.is_dir() else [below] if below.exists() else []:
            found.update(f"{path.relative_to(project)} {path.stat().st_size} ".encode() + path.read_bytes())
    return found.hexdigest()[:16]


class SharedReleases:
    """The shared releases of one state of the project, below ``cache``."""

    def __init__(self, cache: Path, state: str) -> None:
        """Take ``state``, a fingerprint, as that of the project now."""
        self._cache, self._folder = cache, cache / state

    def get(self, name: str, make: Callable[[Path], None]) -> Path:
        """Give the folder ``name``, which ``make`` fills if nobody has, or if it is not what was made any more."""
        folder = self._folder / name
        with self._locked(name):
            if not self._good(folder):
                self._clear(folder)
                make(folder)
                self._listing_of(folder).write_text(json.dumps(_listing(folder)), encoding="utf-8")
        return folder

    def changed(self, folder: Path) -> list[str]:
        """What differs in a shared folder from what was made: then the next run makes it anew."""
        made: Listing = json.loads(self._listing_of(folder).read_bytes())
        found = _listing(folder)
        return sorted(path for path in made.keys() | found.keys() if made.get(path) != found.get(path))

    def _good(self, folder: Path) -> bool:
        listing = self._listing_of(folder)
        young = listing.exists() and time.time() - listing.stat().st_mtime < _KEPT_SECONDS
        return young and not self.changed(folder)

    def _clear(self, folder: Path) -> None:
        """Remove what is left of ``folder``, and all that was made of another state of the project."""
        for other in self._cache.iterdir():
            if other.is_dir() and other != self._folder:
                shutil.rmtree(other, ignore_errors=True)
        self._listing_of(folder).unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        self._folder.mkdir(exist_ok=True)

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        with (self._cache / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @staticmethod
    def _listing_of(folder: Path) -> Path:
        return folder.with_suffix(".json")


def _listing(folder: Path) -> Listing:
    """Size and moment of change of every file, by its path."""
    found = {}
    for path in _files(folder):
        status = path.lstat()
        found[str(path.relative_to(folder))] = [status.st_size, status.st_mtime_ns]
    return found


def _files(folder: Path) -> Iterator[Path]:
    """Every file and link below ``folder`` but those that come by use."""
    for path in folder.iterdir():
        if path.name in _BY_USE:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files(path)
        else:
            yield path
