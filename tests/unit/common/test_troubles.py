"""A file or disk that cannot be used is told in one sentence, and each cause in its own words."""

import errno
import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import httpx
import pytest

from pipelines.common import troubles
from pipelines.common.sentences import Sentence
from pipelines.common.troubles import told, trouble_in
from pipelines.statline.errors import unreachable_error

MEGABYTE = 1024**2
CAUSES = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota of user .+ is used up",
    errno.EROFS: "its file system is read-only",
    errno.EMFILE: r"this process has all \d+ files open that it may",
    errno.ENFILE: "this machine has all the files open that it can",
    errno.ENAMETOOLONG: "the name is too long for its file system",
    errno.EACCES: "user .+ may not",
    errno.EPERM: "user .+ may not",
    errno.EIO: "the disk failed to read or write it",
    errno.EISDIR: "it is a folder, expected a file",
    errno.ENOTDIR: "a part of its path is a file, expected a folder",
    errno.EEXIST: "something else of that name is in the way",
    errno.ENOENT: "it does not exist",
    errno.ELOOP: "its links lead to each other",
    errno.ESTALE: "the network disk lost it",
    errno.ENOMEM: "the machine has no memory left",
}


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folders that the monitor writes in, each of its own."""
    for setting in ("MONITOR_WAREHOUSE", "DAGSTER_HOME", "TMPDIR"):
        (tmp_path / setting).mkdir()
        monkeypatch.setenv(setting, str(tmp_path / setting))
    return tmp_path


def room(monkeypatch: pytest.MonkeyPatch, **free: int) -> None:
    """So many MB free on the disk of each folder."""

    def usage(folder: Path) -> object:
        name = next((each for each in free if each in str(folder)), None)
        return shutil._ntuple_diskusage(10**12, 0, free[name] * MEGABYTE if name else 10**12)

    monkeypatch.setattr(troubles.shutil, "disk_usage", usage)


@pytest.mark.parametrize(("number", "cause"), CAUSES.items(), ids=[errno.errorcode[number] for number in CAUSES])
@pytest.mark.parametrize(
    "wrapped",
    [
        lambda error: error,
        lambda error: RuntimeError(str(error)),
        lambda error: f"OSError: {error}\n",
    ],
    ids=["as it is", "within another", "as text of a step"],
)
def test_each_cause_has_its_own_words_with_the_path_and_what_to_do(
    folders: Path, number: int, cause: str, wrapped: Callable[[OSError], BaseException | str]
) -> None:
    path = folders / "MONITOR_WAREHOUSE" / "raw" / "Jan's data [1]" / "snapshot.json"
    said = told(wrapped(OSError(number, os.strerror(number), str(path))))
    assert said is not None
    assert said.startswith(f"{path} cannot be "), said
    assert re.search(cause, said), said
    assert "\n" not in said
    assert "Errno" not in said
    assert len(re.findall("[;,] ", said)) >= 1


def test_no_two_causes_say_the_same() -> None:
    said = [told(OSError(number, "x", "/ergens/x")) for number in CAUSES if number != errno.EPERM]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize(
    ("setting", "what"),
    [
        ("MONITOR_WAREHOUSE", "the warehouse"),
        ("DAGSTER_HOME", "Dagster's administration"),
        ("TMPDIR", "the folder for temporary files"),
    ],
)
def test_a_full_disk_is_the_one_of_the_file_and_the_setting_that_moves_it_is_named(
    folders: Path, monkeypatch: pytest.MonkeyPatch, setting: str, what: str
) -> None:
    room(monkeypatch, **{setting: 3})
    said = told(OSError(errno.ENOSPC, "No space left on device", str(folders / setting / "sub" / "x")))
    assert said is not None
    assert f"the disk is full at {what} {folders / setting} (3 of " in said
    assert said.endswith(f"make room there, or point {setting} at another one")


def test_of_a_full_disk_without_a_path_the_folder_that_is_short_is_named(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room(monkeypatch, MONITOR_WAREHOUSE=10_000, DAGSTER_HOME=10_000, TMPDIR=4)
    said = told(OSError(errno.ENOSPC, "No space left on device"))
    assert said is not None
    assert said.startswith(f"the disk is full at the folder for temporary files {folders / 'TMPDIR'} (4 of ")


def test_where_none_is_short_any_more_it_says_that_and_how_much_each_has(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room(monkeypatch, MONITOR_WAREHOUSE=10_000, DAGSTER_HOME=10_001, TMPDIR=10_002)
    said = told(OSError(errno.ENOSPC, "No space left on device"))
    assert said is not None
    assert "it is not told which: the warehouse " in said
    assert all(f"{number} of " in said for number in ("10,000", "10,001", "10,002"))


def test_of_a_copy_it_is_the_copy_that_did_not_fit(folders: Path) -> None:
    to = folders / "MONITOR_WAREHOUSE" / "releases" / "x"
    error = OSError(errno.ENOSPC, "No space left on device", str(folders / "TMPDIR" / "from"), None, str(to))
    found = trouble_in(error)
    assert found is not None
    assert found.path == to


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (
            duckdb.IOException('IO Error: Could not write file "/a/b.duckdb": No space left on device'),
            "^/a/b.duckdb cannot",
        ),
        (
            duckdb.IOException('IO Error: Cannot open file "/a/b.duckdb": Permission denied'),
            "^/a/b.duckdb cannot .* may not",
        ),
        (
            duckdb.IOException('IO Error: Cannot open file "/a/b.duckdb": Too many open files'),
            "^/a/b.duckdb .* files open",
        ),
        (duckdb.OutOfMemoryException("set by the 'max_temp_directory_size' setting"), "the disk is full"),
        (sqlite3.OperationalError("database or disk is full"), "the disk is full"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "read-only"),
        (sqlite3.OperationalError("disk I/O error"), "the disk failed to read or write it"),
        (sqlite3.OperationalError("database is locked"), "Dagster's administration in .*DAGSTER_HOME .* has locked it"),
        (sqlite3.DatabaseError("database disk image is malformed"), "Dagster's administration in .* it is damaged"),
        (sqlite3.DatabaseError("file is not a database"), "Dagster's administration in .* it is damaged"),
        (sqlite3.OperationalError("unable to open database file"), "Dagster's administration in .* cannot be opened"),
    ],
    ids=str,
)
def test_what_a_library_says_of_a_file_is_told_in_the_same_words(error: Exception, says: str) -> None:
    said = told(error)
    assert said is not None
    assert re.search(says, said), said


@pytest.mark.parametrize(
    "error",
    [
        ValueError("x"),
        KeyError("value"),
        OSError("Not a gzipped file"),
        ConnectionRefusedError(errno.ECONNREFUSED, "no"),
    ],
    ids=repr,
)
def test_what_is_about_something_else_is_not_told_as_a_file(error: Exception) -> None:
    assert told(error) is None


def test_a_table_that_fails_for_its_disk_says_so_in_both_languages() -> None:
    said = Sentence.of(OSError(errno.EROFS, "Read-only file system", "/a/b"))
    assert said.english.startswith("/a/b cannot be used: its file system is read-only; ")
    assert said.dutch == troubles.DUTCH


def test_no_file_that_can_be_opened_is_not_told_as_a_service_that_is_away() -> None:
    none_left = unreachable_error("Page 1", "http://x", httpx.ConnectError("[Errno 24] Too many open files"))
    assert re.search(r"could not be asked: A file cannot be used: this process has all \d+ files open", str(none_left))
    forbidden = unreachable_error("Page 1", "http://x", httpx.ConnectError("[Errno 13] Permission denied"))
    assert "could not be reached (ConnectError: [Errno 13] Permission denied); check STATLINE_URL" in str(forbidden)
