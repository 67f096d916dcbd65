"""Files that a crash cannot leave half-written, and their hashes."""

import codecs
import csv
import hashlib
import io
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_SYNCED_AT_ONCE = 8


def write_synced(path: Path, content: bytes) -> None:
    """Write ``path`` and wait until it is on the disk."""
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def replace_file(path: Path, content: bytes) -> None:
    """Replace ``path`` in one step: a reader sees the old or the new content, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    write_synced(temporary, content)
    temporary.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk: a power cut cannot undo the order of steps."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Wait until a folder with all that is in it is on the disk: first the files, then the names in each folder.

    The files side by side, since a disk that is asked for many at once writes them in one go: five times as fast.
    """
    found = list(folder.rglob("*"))
    with ThreadPoolExecutor(_SYNCED_AT_ONCE) as pool:
        deque(pool.map(sync, (path for path in found if path.is_file())), maxlen=0)
        deque(pool.map(sync, (folder, *(path for path in found if path.is_dir()))), maxlen=0)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_text(path: Path) -> str:
    """The content of a text file of ours: UTF-8, whatever ends its lines, with or without a byte order mark.

    An editor or a checkout elsewhere may have put those in (``core.autocrlf``); they mean nothing.
    """
    return path.read_text(encoding="utf-8-sig")


def read_csv(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file of ours, by the names in its first line; read as ``read_text`` does."""
    yield from csv.DictReader(io.StringIO(read_text(path), newline=""))


def plain_text(content: bytes) -> bytes:
    """The bytes of a text file as they are in git: lines that end in LF alone, no byte order mark."""
    return content.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")


def text_digest(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_of_text(path: Path) -> str:
    """SHA-256 of a text file of ours as it is in git, in hexadecimal."""
    return hashlib.sha256(plain_text(path.read_bytes())).hexdigest()


def files_digest(folder: Path, suffixes: set[str]) -> str:
    """SHA-256 over the names and contents of all text files under ``folder`` that end in one of ``suffixes``.

    What a checkout makes of the ends of lines is no other content.
    """
    files = sorted(path for path in folder.rglob("*") if path.suffix in suffixes) if folder.is_dir() else []
    return text_digest("\n".join(f"{path.relative_to(folder).as_posix()} {sha256_of_text(path)}" for path in files))
