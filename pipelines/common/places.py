"""Folders that settings name: made absolute, and refused where a library that opens files in them would go astray."""

import os
import re
from pathlib import Path

#: Where whoever writes in a warehouse says so (see ``lock``); a folder that holds it is one.
LOCK_FILE = ".schrijver.lock"
# What a warehouse keeps for itself.
_KEPT = ("raw", "observations", "build", "releases")
# Every control character, also those of 8 bits.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def local_folder(text: str | Path) -> Path:
    """The folder that ``text`` names as an absolute path, with ``~`` filled in; it need not be there yet.

    Raises:
        ValueError: why it cannot be used, to put behind the name of its setting.
    """
    # Of the text, since a path forgets the `./` that makes `~` a name like any other.
    expanded = os.path.expanduser(text)  # noqa: PTH111
    if expanded.startswith("~"):
        raise ValueError("there is no home of that user; write ./~ for a folder that is called so")
    problem = _unfit_name(expanded)
    try:
        folder = Path(expanded).absolute()
        # Through a link `..` leads elsewhere than its text says.
        folder = folder.resolve() if ".." in folder.parts else folder
    except (OSError, RuntimeError) as error:
        raise ValueError(f"it cannot be looked at ({getattr(error, 'strerror', None) or error})") from None
    problem = problem or _unfit_name(str(folder))
    if problem is not None:
        raise ValueError(problem)
    return folder


def free_way(folder: Path) -> Path:
    """``folder``, if it is there or can be made.

    Raises:
        ValueError: what stands in the way.
    """
    try:
        problem = _in_the_way(folder)
    except (OSError, RuntimeError) as error:
        raise ValueError(f"it cannot be looked at ({getattr(error, 'strerror', None) or error})") from None
    if problem is not None:
        raise ValueError(problem)
    return folder


def fit_for_sqlite(folder: Path) -> Path:
    """``folder``, unless SQLAlchemy reads another name in it.

    Raises:
        ValueError: it does.
    """
    found = re.search(r"%[0-9A-Fa-f]{2}", str(folder))
    if found:
        raise ValueError(f"Dagster opens its files there by a URL, in which {found[0]} is another character")
    return folder


def outside_warehouses(folder: Path) -> Path:
    """``folder``, unless it lies among what another warehouse keeps for itself.

    Raises:
        ValueError: it does.
    """
    try:
        resolved = folder.resolve()
    except (OSError, RuntimeError):
        raise ValueError("it is a link that leads in a circle") from None
    for place in (resolved, *resolved.parents):
        if place.name in _KEPT and (place.parent / LOCK_FILE).exists():
            raise ValueError(f"it lies in {place.name}/ of the warehouse {place.parent}, which must stay as it is")
    return folder


def nearest_folder(folder: Path) -> Path:
    """``folder``, or what is there of the way to it."""
    return next(place for place in (folder, *folder.parents) if place.is_dir())


def _unfit_name(name: str) -> str | None:
    """Why DuckDB or SQLite would open another file than the one that is meant, if they would."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    if _CONTROL.search(name):
        return "its name holds a control character, such as a line break"
    if "?" in name:
        return "DuckDB and SQLite take what follows a question mark in a path for options"
    if "\\" in name and re.search(r"[*\[]", name):
        return "DuckDB takes a backslash in a path with a star or bracket for a separator"
    return None


def _in_the_way(folder: Path) -> str | None:
    """Why there can be no such folder, if there cannot."""
    if folder.resolve() == Path(folder.anchor):
        return "it is the root of the file system, where the monitor would lie among everything else"
    for place in (folder, *folder.parents):
        if place.is_symlink() and not place.exists():
            return f"{place} is a link to {place.readlink()}, which is not there; is its disk mounted"
        if place.exists():
            return None if place.is_dir() else f"{place} is a file"
    return None
