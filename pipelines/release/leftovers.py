"""Clear away what a killed process left in the warehouse, and old builds.

Only for whoever holds the writer lock: then nothing that is unfinished belongs to a living process.
"""

import shutil
from pathlib import Path

from pipelines.release.acceptance import REFUSED
from pipelines.release.releases import DATABASE, DRAFT_PREFIX
from pipelines.release.workspace import Workspace


def clear_leftovers(workspace: Workspace) -> list[Path]:
    """Remove unfinished files of dead processes, builds of runs that were killed, and the oldest other builds.

    A run that is started again after it was killed keeps its own build folder. Returns what was removed.
    """
    found = [*_unfinished(workspace.warehouse), *workspace.dead_builds()]
    for path in found:
        _remove(path)
    return [*found, *workspace.prune_others()]


def _unfinished(warehouse: Path) -> list[Path]:
    """Drafts of snapshots, observations and releases, and files and links that did not get their name."""
    found = [path for name in (DATABASE, REFUSED) for path in warehouse.glob(f".{name}.*")]
    found += (warehouse / "releases").glob(f"{DRAFT_PREFIX}*")
    for store in ("raw", "observations"):
        found += [*(warehouse / store).glob("*/.draft-*"), *(warehouse / store).glob("*/.*.json.*")]
    return sorted(found)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
