"""Verify a release on disk: is it still, byte for byte and row for row, what was audited and published?

Every problem is one sentence with what to do. Nothing is repaired here.
"""

import json
from collections.abc import Iterator
from typing import Any

import duckdb

from pipelines.common.files import sha256_of
from pipelines.common.troubles import one_line
from pipelines.releases.content import SUMS, sums_of, table_hashes
from pipelines.releases.manifest import ReleaseManifest
from pipelines.releases.reader import open_database
from pipelines.releases.rights import closed_to_this_user
from pipelines.releases.safety import unsafe_to_open
from pipelines.releases.store import CHECKS, MANIFEST, DamagedReleaseError, Release, Releases, is_there

_REPLACE = "`monitor rollback --reason ...` goes back to a release that is whole"
_REMOVE = "it cannot be gone back to: remove its folder"
_NEEDED = ("release_id", "invoer", "bestanden", "tabellen", "controles")


def verify_current(releases: Releases, *, thorough: bool = True) -> list[str]:
    """What is wrong with the link `monitor.duckdb` and the release behind it; nothing when all is well.

    Not ``thorough`` it compares the hashes of the files, in a tenth of a second, and reads no table.

    Raises:
        ReleaseError: this user may not come there.
    """
    releases.require_entry()
    problem = _link_problem(releases)
    if problem is not None:
        return [f"{problem}: {_REPLACE}."]
    current = releases.current()
    return [] if current is None else verify_release(releases, current, thorough=thorough)


def verify_release(releases: Releases, release: Release, *, thorough: bool = True) -> list[str]:
    """What is wrong with a release; nothing when it is what was published. Wrong rights are not (see ``rights``)."""
    closed = closed_to_this_user(releases, release)
    if closed is not None:
        return [closed]
    advice = _REPLACE if releases.is_current(release) else _REMOVE
    return [f"Release {release.release_id}: {problem}; {advice}." for problem in _problems(release, thorough=thorough)]


def verify_all(releases: Releases) -> list[str]:
    """What is wrong with the current release, or with any other folder in releases/; raises as `verify_current`."""
    folders = sorted(releases.root.iterdir(), reverse=True) if releases.root.is_dir() else []
    others = [
        Release(folder)
        for folder in folders
        if not folder.name.startswith(".") and not releases.is_current(Release(folder))
    ]
    return verify_current(releases) + [problem for other in others for problem in verify_release(releases, other)]


def _link_problem(releases: Releases) -> str | None:
    link, root = releases.link, releases.root.resolve()
    if not link.is_symlink():
        what = "is a file of its own, not a link into releases/" if is_there(link) else "does not exist"
        return f"{link} {what}"
    target = link.resolve()
    if not is_there(target):
        return f"{link} leads to {target}, which does not exist"
    if target.parent.parent != root:
        return f"{link} leads to {target}, which does not lie in {root}"
    return None


def _problems(release: Release, *, thorough: bool) -> Iterator[str]:
    manifest = _manifest(release)
    if isinstance(manifest, str):
        yield manifest
        return
    if manifest["release_id"] != release.release_id:
        yield f"{MANIFEST} is that of release {manifest['release_id']}"
    yield from _file_problems(release, manifest["bestanden"])
    yield from _check_problems(release, manifest["controles"])
    if thorough:
        yield from _database_problems(release, manifest["tabellen"])


def _manifest(release: Release) -> dict[str, Any] | str:
    """The manifest, or what is wrong with it."""
    try:
        manifest: dict[str, Any] = json.loads((release.folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return f"{MANIFEST} cannot be read ({error})"
    lacking = [name for name in _NEEDED if not isinstance(manifest, dict) or name not in manifest]
    if lacking:
        return f"{MANIFEST} lacks {', '.join(lacking)}"
    try:
        ReleaseManifest.model_validate(manifest)
    except ValueError as error:
        return f"{MANIFEST} cannot be read ({one_line(error)})"
    return manifest


def _file_problems(release: Release, files: dict[str, str]) -> Iterator[str]:
    for name, expected in files.items():
        try:
            found = sha256_of(release.folder / name)
        except OSError as error:
            yield f"{name} cannot be read ({error.strerror})"
            continue
        if found != expected:
            yield f"{name} is not the file that was published (sha256 {expected[:12]} expected, {found[:12]} found)"
    yield from _problems_beside(release, files)


def _problems_beside(release: Release, files: dict[str, str]) -> Iterator[str]:
    """What is wrong with the sums, and which files nobody published."""
    sums = release.folder / SUMS
    # A release made before there were sums has none; with the data package came the sums.
    if sums.exists() or "datapackage.json" in files:
        try:
            if sums.read_text(encoding="utf-8") != sums_of(release):
                yield f"{SUMS} is not what {MANIFEST} says"
        except (OSError, UnicodeDecodeError) as error:
            yield f"{SUMS} cannot be read ({error})"
    published = {*files, MANIFEST, CHECKS, SUMS}
    found = (path for path in release.folder.rglob("*") if path.is_file() or path.is_symlink())
    extra = sorted({path.relative_to(release.folder).as_posix() for path in found} - published)
    if extra:
        yield f"{', '.join(extra)} was not published with it"


def _check_problems(release: Release, counted: dict[str, Any]) -> Iterator[str]:
    try:
        found = len(release.checks)
    except DamagedReleaseError as error:
        yield f"{CHECKS} cannot be read ({one_line(error.__cause__)})"
        return
    if found != counted["aantal"]:
        yield f"{CHECKS} holds {found} checks, where {MANIFEST} counts {counted['aantal']}"


def _database_problems(release: Release, signed: dict[str, str]) -> Iterator[str]:
    if not release.database.exists():
        return  # told as a missing file
    try:
        with open_database(release.database) as reader:
            names = [row["release_id"] for row in reader.records("select release_id from release")]
        hashes = table_hashes(release.database)
        unsafe = unsafe_to_open(release.database)
    except duckdb.Error as error:
        yield f"{release.database.name} cannot be opened or read ({str(error).splitlines()[0]})"
        return
    if names != [release.release_id]:
        yield f"the table `release` names {json.dumps(names)} instead of this release"
    differing = sorted(t for t in {*hashes, *signed} if hashes.get(t) != signed.get(t))
    if differing:
        yield f"not what the audit signed: {', '.join(differing)}"
    yield from unsafe
