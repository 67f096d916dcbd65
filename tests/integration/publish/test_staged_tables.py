"""A release of which the files of data tables were made before the verdict is the same, and whole."""

import threading
from pathlib import Path

import pytest

from pipelines.publish import files
from pipelines.publish.files.staging import TableStaging
from pipelines.publish.files.tables import CSV, PARQUET, write_tables
from pipelines.releases.content import APPENDED
from pipelines.releases.reader import ReleaseReader
from pipelines.releases.store import Release
from pipelines.releases.verification import verify_release
from tests.support.published_builds import AuditedBuild, audited_now, build_of, execute, published


def of_data(release: Release) -> dict[str, bytes]:
    """The files of tables, but for those that publishing adds."""
    found = [path for folder in (CSV, PARQUET) for path in (release.folder / folder).iterdir()]
    return {
        path.relative_to(release.folder).as_posix(): path.read_bytes() for path in found if path.stem not in APPENDED
    }


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tables of which publishing itself writes the files."""
    asked: list[str] = []

    def noted(release: ReleaseReader, tables: list[str], folder: Path) -> None:
        asked.extend(tables)
        write_tables(release, tables, folder)

    monkeypatch.setattr(files, "write_tables", noted)
    return asked


def test_the_files_are_taken_over_and_the_release_is_the_same(
    small_built: AuditedBuild, tmp_path: Path, written: list[str]
) -> None:
    plain = published(build_of(small_built, tmp_path / "zonder", "run"))
    assert set(written) > set(APPENDED)
    written.clear()
    build = build_of(small_built, tmp_path / "met", "run")
    TableStaging(build).start()
    staged = published(build)
    assert sorted(written) == sorted(APPENDED)
    assert of_data(staged) == of_data(plain) != {}
    assert verify_release(build.warehouse.releases, staged) == []
    assert plain.manifest.files.keys() == staged.manifest.files.keys()
    assert {path.stat().st_mode & 0o777 for path in staged.folder.rglob("*") if path.is_file()} == {0o444}


def test_files_of_other_figures_do_not_reach_a_release(
    small_built: AuditedBuild, tmp_path: Path, written: list[str]
) -> None:
    """The build was made over, in the same folder, after the files of the first were made."""
    build = build_of(small_built, tmp_path, "run")
    TableStaging(build).start()
    for thread in threading.enumerate():
        if thread.name == "tables":
            thread.join(60)
    assert list((build.folder / "tabellen" / CSV).iterdir())
    execute(build.database, "update fct_indicator set waarde = 987654 where waarde is not null")
    release = published(audited_now(build))
    assert "fct_indicator" in written
    assert ";987654,0;" in (release.folder / CSV / "fct_indicator.csv").read_text(encoding="utf-8")
    assert verify_release(build.warehouse.releases, release) == []
