"""Files that two releases have alike lie once on the disk, under both names: hard links.

Most files of a release are those of the one before, byte for byte: the tables that nothing changed in, maps and styles.
A release is read-only, so that no name can be written through; removing a release takes its names away, and a file
goes with its last. What does not belong here: what a file should be, which the manifest says.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

from pipelines.common.readers import Readers, others_may_write
from pipelines.releases.content import hashes_of
from pipelines.releases.store import DamagedReleaseError, Release


def share_equal_files(draft: Release, previous: Release, readers: Readers) -> list[str]:
    """Replace what ``draft`` has alike with ``previous`` by a link to it; returns the paths within the release.

    Only what still is, on the disk, what the manifest of ``previous`` says, and what nobody but its owner can have open
    for writing. Where a file system has no hard links, or no more of one file, the copy stays.
    """
    try:
        published = previous.manifest.files
    except DamagedReleaseError:
        return []
    wanted = draft.manifest.files
    alike = [name for name in wanted if published.get(name) == wanted[name] and _is_safe(previous, name, readers)]
    found = hashes_of(previous.folder, alike)
    return [
        name for name in alike if found[name] == wanted[name] and _share(previous.folder / name, draft.folder / name)
    ]


def _is_safe(release: Release, name: str, readers: Readers) -> bool:
    """Whether a file is ours and read-only for others, reached without a link that may lead elsewhere."""
    path = release.folder / name
    try:
        status = path.lstat()
        inside = path.resolve(strict=True).is_relative_to(release.folder.resolve())
    except OSError:
        return False
    ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()
    return ours and inside and readers.are_right(status) and not others_may_write(status) and os.access(path, os.R_OK)


def _share(source: Path, target: Path) -> bool:
    """Whether ``target`` became another name of ``source``; in one step, so that it always is whole."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        os.link(source, temporary)
        temporary.replace(target)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        return False
    return True
