"""A person in the Dagster UI gets to the files of a release: by web address where there is one, else by path."""

from pathlib import Path

import dagster as dg
import pytest

from pipelines.orchestration.wording import release_links
from pipelines.releases.store import Release
from tests.support.made_up_releases import stored_release


@pytest.fixture
def release(tmp_path: Path) -> Release:
    made = stored_release(tmp_path, 1, "a")
    (made.folder / "kwaliteit.html").write_text("<!DOCTYPE html>", encoding="utf-8")
    return made


def test_where_a_server_shows_the_warehouse_they_are_links(release: Release) -> None:
    root = f"https://monitor.example/data/releases/{release.release_id}"
    assert release_links(release, "https://monitor.example/data") == {
        "map": dg.MetadataValue.url(f"{root}/"),
        "kwaliteitsrapport": dg.MetadataValue.url(f"{root}/kwaliteit.html"),
    }


def test_without_a_server_they_are_paths_that_exist(release: Release) -> None:
    links = release_links(release, "")
    assert links == {
        "map": dg.MetadataValue.path(str(release.folder)),
        "kwaliteitsrapport": dg.MetadataValue.path(str(release.folder / "kwaliteit.html")),
    }


def test_every_file_that_a_release_has_is_named(release: Release) -> None:
    for name in ("indicatoren.html", "handleiding.html", "monitor.xlsx"):
        (release.folder / name).touch()
    assert list(release_links(release, "")) == ["map", "kwaliteitsrapport", "indicatoren", "handleiding", "werkboek"]
