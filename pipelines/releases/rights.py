"""The rights of what is published: set when it is, told where they are others, and mended where this user may.

Wrong rights are no damage: what was published is still what was audited, and the release can be read or gone back to.
A sentence says what they let happen, and the command that sets them right.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from pipelines.common.readers import Readers, RightsError, others_may_write
from pipelines.releases.store import Release, Releases

# As many names tell what it is about; the command is about all.
_SHOWN: Final = 5


def give_to_readers(folder: Path, readers: Readers) -> None:
    """Set the promised rights on a release, or on the finished draft of one.

    Raises:
        RightsError: this user may not.
    """
    for path in _below(folder):
        readers.give(path)
    # Last: until then nobody else can come at a draft.
    readers.give(folder)


def open_the_way(releases: Releases) -> None:
    """Let readers pass through the warehouse and its folder of releases, where this user may decide about those."""
    for folder in (releases.warehouse, releases.root):
        try:
            if folder.stat().st_uid == os.geteuid():
                releases.readers.give(folder)
        except (OSError, RightsError):
            # Told by `monitor verify` and `monitor health`, with what its owner can do.
            continue


def mend(releases: Releases, release: Release) -> None:
    """Set the promised rights of a release and of the way to it, as far as this user may.

    What then remains is told by `wrong_rights`.
    """
    open_the_way(releases)
    with suppress(OSError, RightsError):
        if closed_to_this_user(releases, release) or [*_wrong(release, releases.readers)]:
            # First, since its owner cannot list a folder that is closed to him too.
            releases.readers.give(release.folder)
            give_to_readers(release.folder, releases.readers)


def wrong_rights(releases: Releases, chosen: Iterable[Release]) -> list[str]:
    """What is wrong with the rights of the releases ``chosen`` and of the way to them: a sentence each, with a command.

    Raises:
        OSError: this user may not even see them (see `closed_to_this_user`).
    """
    way = [folder for folder in (releases.warehouse, releases.root) if folder.is_dir()]
    told = [sentence for folder in way for sentence in _way(folder, releases.readers)]
    return told + [sentence for release in chosen for sentence in _wrong(release, releases.readers)]


def closed_to_this_user(releases: Releases, release: Release) -> str | None:
    """Why this user cannot see whether a release is whole, and what its owner can do; None when nothing is closed."""
    closed = [*_closed(release.folder)]
    if not closed:
        return None
    return (
        f"Release {release.release_id}: this user may not read {_some(release, closed)}, so it is not known whether it "
        f"is whole: `{releases.readers.mending(release.folder)}` by its owner lets {releases.readers.words} read it."
    )


def _closed(folder: Path) -> Iterator[Path]:
    """What this user may not read of a folder; nothing is known of what lies in a folder that is closed."""
    if folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK):
        yield folder
        return
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            continue
        if path.is_dir():
            yield from _closed(path)
        elif not os.access(path, os.R_OK):
            yield path


def _wrong(release: Release, readers: Readers) -> Iterator[str]:
    """One sentence, if the rights of a release are not those that are promised."""
    found = [(path, path.stat()) for path in _all_of(release.folder)]
    problems = {
        "others than its owner may write": [path for path, status in found if others_may_write(status)],
        readers.wrong: [path for path, status in found if not readers.are_right(status)],
    }
    told = "; ".join(f"{what} {_some(release, paths)}" for what, paths in problems.items() if paths)
    if told:
        yield (
            f"Release {release.release_id}: {told}. That is no damage: `{readers.mending(release.folder)}` by its "
            "owner sets it right."
        )


def _way(folder: Path, readers: Readers) -> Iterator[str]:
    """One sentence, if readers cannot pass through ``folder`` or everybody may replace what is in it."""
    status = folder.stat()
    if not readers.may_pass(status):
        yield f"{folder}: {readers.words} should be let in: `{readers.opening(folder)}` by its owner does that."
    elif status.st_mode & 0o002:
        yield f"{folder}: everybody may replace what is in it: `{readers.opening(folder)}` by its owner ends that."


def _all_of(folder: Path) -> Iterator[Path]:
    yield folder
    yield from _below(folder)


def _below(folder: Path) -> Iterator[Path]:
    """All in a folder but links, which have no rights of their own; a folder in it is listed after it was given."""
    for path in sorted(folder.iterdir()):
        if not path.is_symlink():
            yield path
            if path.is_dir():
                yield from _below(path)


def _some(release: Release, paths: list[Path]) -> str:
    names = [path.relative_to(release.folder).as_posix() if path != release.folder else "its folder" for path in paths]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
