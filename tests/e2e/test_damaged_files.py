"""A file that is damaged, or something else than a file, is one sentence with its path; what can mend itself does."""

import os
import re
import resource
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.place import Place
from tests.support.warehouses import files, query

TABLE = "85098NED"


def put(path: Path, content: bytes) -> None:
    """Write ``content`` at ``path``, also where a release or snapshot is read-only."""
    path.parent.chmod(0o755)
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def folder_at(path: Path) -> None:
    """A folder where a file should be."""
    path.parent.chmod(0o755)
    path.unlink(missing_ok=True)
    path.mkdir()


def version(warehouse: Path, store: str) -> Path:
    """The one version of the table in ``raw`` or ``observations``."""
    (folder,) = (path for path in (warehouse / store / TABLE).iterdir() if path.is_dir())
    return folder


def release(warehouse: Path) -> Path:
    return (warehouse / "monitor.duckdb").resolve().parent


def file_for_folder(path: Path) -> None:
    if path.exists():
        shutil.rmtree(path)
    path.write_text("x", encoding="utf-8")


MENDED: dict[str, Callable[[Path], None]] = {
    "pointer of a snapshot, empty": lambda w: put(w / "raw" / TABLE / "current.json", b""),
    "pointer of a snapshot, of other types": lambda w: put(w / "raw" / TABLE / "current.json", b'{"hash": 5}'),
    "record of a snapshot, a list": lambda w: put(version(w, "raw") / "snapshot.json", b"[]"),
    "rows of a snapshot, a folder": lambda w: folder_at(version(w, "raw") / "rows.ndjson.gz"),
    "pointer of observations, empty": lambda w: put(w / "observations" / TABLE / "current.json", b""),
    "pointer of observations, a list": lambda w: put(w / "observations" / TABLE / "current.json", b"[1]"),
    "pointer of observations, out of its folder": lambda w: put(
        w / "observations" / TABLE / "current.json", b'{"version": "../83262NED"}'
    ),
    "shape, empty": lambda w: put(version(w, "observations") / "vorm.json", b""),
    "shape, a folder": lambda w: folder_at(version(w, "observations") / "vorm.json"),
    "hashes, a list": lambda w: put(version(w, "observations") / "inhoud.json", b"[]"),
    "hashes, of other types": lambda w: put(version(w, "observations") / "inhoud.json", b'{"vorm.json": 5}'),
    "note of the lock": lambda w: put(
        w / ".schrijver.lock", b'{"wat":1,"run":[],"pid":"9","host":4,"sinds":"gisteren"}'
    ),
    "Dagster's database": lambda w: (
        (w / "dagster" / "history").mkdir(parents=True),
        put(w / "dagster" / "history" / "runs.db", b"x" * 9000),
    )[1],
}


# Two files of the warehouse in every run of the tests, all of them and all ways to damage them in the slow one.
OFTEN = ("pointer of a snapshot, empty", "Dagster's database")


@pytest.mark.parametrize(
    "damage",
    [pytest.param(damage, id=name, marks=[] if name in OFTEN else pytest.mark.slow) for name, damage in MENDED.items()],
)
def test_what_can_be_made_again_is_and_the_release_stands(small: Place, damage: Callable[[Path], None]) -> None:
    before = files(small.warehouse / "releases")
    damage(small.warehouse)
    run = small.run("refresh")
    assert run.returncode == 0, run.stdout
    assert "Nothing changed, so the release stays: " in run.stdout
    assert files(small.warehouse / "releases") == before
    assert query(small.warehouse, "select count(*) > 0 from fct_indicator") == [(True,)]
    again = small.run("refresh")
    assert (again.returncode, "Tables: 0 fetched, 3 unchanged, 0 failed." in again.stdout) == (0, True), again.stdout


TOLD: dict[str, tuple[Callable[[Path], None], str, int, str]] = {
    "journal, a folder": (
        lambda w: folder_at(w / "journaal.ndjson"),
        "releases",
        1,
        r"journaal\.ndjson cannot be used: it is a folder, expected a file; move it away\. It may hold back a release",
    ),
    "journal, of other types": (
        lambda w: put(w / "journaal.ndjson", b'{"tijd": 5, "handeling": "vasthouden", "invoer": 7}\n'),
        "releases",
        1,
        r"Line 1 of \S+journaal\.ndjson cannot be read",
    ),
    "manifest, empty": (
        lambda w: put(release(w) / "manifest.json", b""),
        "refresh",
        1,
        r"NO RELEASE: Release \S+: \S+manifest\.json cannot be read \(Invalid JSON: .*\); `monitor verify ",
    ),
    "manifest, of other types": (
        lambda w: put(release(w) / "manifest.json", b'{"bestanden": ["x"]}'),
        "refresh",
        1,
        r"NO RELEASE: Release \S+: \S+manifest\.json cannot be read \(release_id: Field required; ",
    ),
    "manifest, of other types, for explain": (
        lambda w: put(release(w) / "manifest.json", b'{"bestanden": ["x"]}'),
        "explain jeugdhulp_pct_tot_18 GM0344 2022",
        1,
        r"De uitgave \S+ is niet te lezen \(Release \S+ .*cannot be read",
    ),
    "checks, a list of numbers": (
        lambda w: put(release(w) / "kwaliteit.json", b"[5]"),
        "verify",
        1,
        r"kwaliteit\.json cannot be read \(it does not hold what belongs there: ",
    ),
    "database, no database": (
        lambda w: put(release(w) / "monitor.duckdb", b"x" * 100),
        "explain jeugdhulp_pct_tot_18 GM0344 2022",
        1,
        r"De uitgave \S+ is niet te lezen \(.* not a valid DuckDB database file",
    ),
    "refused checks, a list": (
        lambda w: put(w / "afgekeurd.json", b"[]"),
        "accept a.b --reason x",
        1,
        r"Nothing was accepted: \S+afgekeurd\.json cannot be read \(it does not hold what belongs there: ",
    ),
    "folder of Dagster, a file": (
        lambda w: file_for_folder(w / "dagster"),
        "refresh",
        1,
        r"DAGSTER_HOME should be a folder in which Dagster may keep its administration, .*/dagster is a file\.",
    ),
    "folder of builds, a file": (
        lambda w: file_for_folder(w / "build"),
        "refresh",
        1,
        r"could not go on: \S+/build/\S+ cannot be used: a part of its path is a file, expected a folder; ",
    ),
    "lock, a folder": (
        lambda w: folder_at(w / ".schrijver.lock"),
        "refresh",
        1,
        r"\.schrijver\.lock cannot be opened for writing \(Is a directory\), .*: it is a folder, expected a file; move",
    ),
    "folder of a table, a file": (
        lambda w: file_for_folder(w / "raw" / TABLE),
        "refresh",
        2,
        rf"FAILED Table {TABLE} .*/raw/{TABLE} cannot be used: something else of that name is in the way; ",
    ),
}


@pytest.mark.parametrize(("damage", "command", "code", "says"), TOLD.values(), ids=TOLD.keys())
def test_what_a_person_must_mend_is_one_sentence_with_its_path(
    small: Place, damage: Callable[[Path], None], command: str, code: int, says: str
) -> None:
    damage(small.warehouse)
    run = small.run(*command.split(), DAGSTER_HOME=str(small.warehouse / "dagster"))
    assert run.returncode == code, run.stdout
    (sentence,) = (line for line in run.stdout.splitlines() if re.search(says, line))
    assert not re.search(r"[a-z]Error", sentence)
    assert "Traceback" not in run.stdout


def test_health_tells_all_that_it_can_look_at_beside_what_it_can_not(small: Place) -> None:
    folder_at(small.warehouse / "journaal.ndjson")
    put(release(small.warehouse) / "manifest.json", b"{}")
    run = small.run("health")
    assert run.returncode == 2
    assert re.search(r"CRITICAL: \S+journaal\.ndjson cannot be used: it is a folder", run.stdout)
    assert re.search(r"CRITICAL: Release \S+ manifest\.json lacks release_id, ", run.stdout)


# In a new process that fetches all there is; that the sentence is this one is shown in test_full_disk.py.
@pytest.mark.slow
def test_too_few_open_files_is_told_as_that(small: Place) -> None:
    shutil.rmtree(small.warehouse)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (40, before[1]))
    try:
        run = small.run_anew("refresh", DAGSTER_HOME=str(small.warehouse / "dagster"))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert run.returncode == 1
    assert "this process has all 40 files open that it may; raise that limit" in run.stdout
    assert not os.path.lexists(small.warehouse / "monitor.duckdb")
