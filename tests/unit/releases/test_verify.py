"""Each kind of damage to a release is one sentence that says what is wrong and what to do."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.common.files import sha256_of
from pipelines.releases.content import SUMS, sums_of
from pipelines.releases.store import Release, Releases
from pipelines.releases.verification import verify_all, verify_current, verify_release
from tests.support.made_up_releases import stored_release


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return stored_release(tmp_path, 1, "a")


def edit_manifest(release: Release, **changes: Any) -> None:
    path = release.folder / "manifest.json"
    path.write_text(json.dumps(release.manifest.as_row() | changes), encoding="utf-8")


def execute_and_sign_file(release: Release, *statements: str) -> None:
    """Change the database and the hash of the file in the manifest, so that only the content tells."""
    with duckdb.connect(str(release.database)) as connection:
        for statement in statements:
            connection.execute(statement)
    edit_manifest(release, bestanden={"monitor.duckdb": hashlib.sha256(release.database.read_bytes()).hexdigest()})


def add_a_byte(release: Release) -> None:
    release.database.write_bytes(release.database.read_bytes() + b"x")


def no_database_at_all(release: Release) -> None:
    release.database.write_bytes(b"geen database")
    edit_manifest(release, bestanden={"monitor.duckdb": hashlib.sha256(b"geen database").hexdigest()})


def lose_a_file(release: Release) -> None:
    edit_manifest(release, bestanden=release.manifest.files | {"fct_indicator.parquet": "0" * 64})


def cut_manifest(release: Release) -> None:
    (release.folder / "manifest.json").write_text('{"release_id": ', encoding="utf-8")


def bare_manifest(release: Release) -> None:
    (release.folder / "manifest.json").write_text('{"release_id": "x", "bestanden": {}}', encoding="utf-8")


def cut_checks(release: Release) -> None:
    (release.folder / "kwaliteit.json").write_text("[{", encoding="utf-8")


def lose_a_check(release: Release) -> None:
    (release.folder / "kwaliteit.json").write_text("[]", encoding="utf-8")


def change_a_figure(release: Release) -> None:
    execute_and_sign_file(release, "update fct_indicator set waarde = 300 where waarde = 290")


def lose_a_table(release: Release) -> None:
    execute_and_sign_file(release, "drop table dim_regio")


def rename(release: Release) -> None:
    execute_and_sign_file(release, "update release set release_id = 'een andere'")


def add_a_file(release: Release) -> None:
    (release.folder / "csv").mkdir()
    (release.folder / "csv" / "erbij.csv").write_bytes(b"x")


def published_with_sums(release: Release) -> Path:
    """Give the release a data package and its sums, as `complete` does."""
    package = release.folder / "datapackage.json"
    package.write_bytes(b"{}")
    edit_manifest(release, bestanden=release.manifest.files | {package.name: sha256_of(package)})
    sums = release.folder / SUMS
    sums.write_text(sums_of(release), encoding="utf-8")
    return sums


def lose_the_sums(release: Release) -> None:
    published_with_sums(release).unlink()


def change_the_sums(release: Release) -> None:
    sums = published_with_sums(release)
    sums.write_text(sums.read_text(encoding="utf-8").replace("  manifest.json", "  manifest.jsn"), encoding="utf-8")


def change_the_manifest(release: Release) -> None:
    published_with_sums(release)
    edit_manifest(release, toelichting="Live.")


DAMAGES: dict[Callable[[Release], None], str] = {
    add_a_byte: "monitor.duckdb is not the file that was published (sha256 ",
    no_database_at_all: "monitor.duckdb cannot be opened or read (",
    lose_a_file: "fct_indicator.parquet cannot be read (No such file or directory)",
    cut_manifest: "manifest.json cannot be read (",
    bare_manifest: "manifest.json lacks invoer, tabellen, controles",
    cut_checks: "kwaliteit.json cannot be read (",
    lose_a_check: "kwaliteit.json holds 0 checks, where manifest.json counts 1",
    change_a_figure: "not what the audit signed: fct_indicator",
    lose_a_table: "not what the audit signed: dim_regio",
    add_a_file: "csv/erbij.csv was not published with it",
    lose_the_sums: "SHA256SUMS cannot be read (",
    change_the_sums: "SHA256SUMS is not what manifest.json says",
    change_the_manifest: "SHA256SUMS is not what manifest.json says",
    rename: 'the table `release` names ["een andere"] instead of this release',
}


def test_a_release_as_it_was_published_is_in_order(tmp_path: Path, release: Release) -> None:
    assert verify_current(Releases(tmp_path)) == []
    assert verify_release(Releases(tmp_path), release) == []
    published_with_sums(release)
    assert verify_current(Releases(tmp_path)) == []


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damage_is_one_sentence_with_what_to_do(
    tmp_path: Path, release: Release, damage: Callable[[Release], None]
) -> None:
    damage(release)
    (problem,) = verify_current(Releases(tmp_path))
    assert problem.startswith(f"Release {release.release_id}: {DAMAGES[damage]}")
    assert problem.endswith("; `monitor rollback --reason ...` goes back to a release that is whole.")


def test_a_block_that_fell_over_on_the_disk_is_found(tmp_path: Path, release: Release) -> None:
    content = release.database.read_bytes()
    release.database.write_bytes(content[:20000] + bytes(len(content) - 20000))
    problems = verify_current(Releases(tmp_path))
    assert "is not the file that was published" in problems[0]
    assert "cannot be opened or read" in problems[1]


def test_a_damaged_release_that_is_not_the_current_one_is_of_no_use(tmp_path: Path, release: Release) -> None:
    stored_release(tmp_path, 2, "b")
    change_a_figure(release)
    assert verify_current(Releases(tmp_path)) == []
    (problem,) = verify_release(Releases(tmp_path), release)
    assert problem.endswith("; it cannot be gone back to: remove its folder.")


def test_all_means_every_folder_also_one_without_a_manifest(tmp_path: Path, release: Release) -> None:
    stored_release(tmp_path, 2, "b")
    assert verify_all(Releases(tmp_path)) == []
    (release.folder / "manifest.json").unlink()
    (problem,) = verify_all(Releases(tmp_path))
    assert problem.startswith(f"Release {release.release_id}: manifest.json cannot be read (")


def no_link(warehouse: Path) -> None:
    (warehouse / "monitor.duckdb").unlink()


def no_target(warehouse: Path) -> None:
    next((warehouse / "releases").glob("*/monitor.duckdb")).unlink()


def a_file(warehouse: Path) -> None:
    content = (warehouse / "monitor.duckdb").read_bytes()
    (warehouse / "monitor.duckdb").unlink()
    (warehouse / "monitor.duckdb").write_bytes(content)


def elsewhere(warehouse: Path) -> None:
    release = next((warehouse / "releases").iterdir())
    shutil.copytree(release, warehouse / "build" / release.name)
    (warehouse / "monitor.duckdb").unlink()
    (warehouse / "monitor.duckdb").symlink_to(f"build/{release.name}/monitor.duckdb")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (no_link, "monitor.duckdb does not exist: `monitor rollback"),
        (no_target, ", which does not exist: `monitor rollback"),
        (a_file, "monitor.duckdb is a file of its own, not a link into releases/: `monitor rollback"),
        (elsewhere, ", which does not lie in "),
    ],
)
def test_a_link_that_leads_to_no_release_is_told(
    tmp_path: Path, release: Release, damage: Callable[[Path], None], sentence: str
) -> None:
    damage(tmp_path)
    (problem,) = verify_current(Releases(tmp_path))
    assert sentence in problem
    assert problem.endswith("goes back to a release that is whole.")
