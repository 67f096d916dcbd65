"""A refresh makes a release in which every check of the project was carried out, or none."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.releases.store import Releases
from tests.support.foreign_environment import WRONG
from tests.support.place import Place
from tests.support.warehouses import copy_warehouse

MARTS = "dbt_project/models/marts/_marts.yml"
TEST_OF_TABLES = "- sleutel: {arguments: {kolommen: [tabel_id]}}"
SELECTOR = """
selectors:
  - name: zonder_toetsen
    default: true
    definition: {union: [{method: fqn, value: "*"}, {exclude: [{method: resource_type, value: test}]}]}
"""

# Each is a night of its own.
pytestmark = pytest.mark.slow


@pytest.fixture
def place(miniature: Place, tmp_path: Path) -> Place:
    """The miniature with a project and a warehouse that only this test has."""
    project = Path(shutil.copytree(miniature.project, tmp_path / "project"))
    return Place(project, copy_warehouse(miniature.warehouse, tmp_path / "warehouse"))


def edit(old: str, new: str) -> Callable[[Path], None]:
    """An edit of the properties of the marts."""

    def edited(project: Path) -> None:
        path = project / MARTS
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return edited


def beside(name: str, text: str) -> Callable[[Path], None]:
    """More text in a file at the root of the dbt project, or a new one."""

    def written(project: Path) -> None:
        with (project / "dbt_project" / name).open("a", encoding="utf-8") as file:
            file.write(text)

    return written


def test_tests_that_were_left_out_make_no_release(place: Place) -> None:
    """Left out by a selector and by hand; each way by itself is tried on the files alone (``test_written_tests``)."""
    beside("selectors.yml", SELECTOR)(place.project)
    edit(TEST_OF_TABLES, TEST_OF_TABLES[:-1] + ", config: {enabled: false}}")(place.project)
    missing = 3
    before = Releases(place.warehouse).current_id
    done = place.run_anew("refresh")
    assert done.returncode == 1, done.stdout
    assert "NO RELEASE" in done.stdout
    assert f"expected 12, found {12 - missing}: {missing} missing (dbt.sleutel_" in done.stdout
    assert Releases(place.warehouse).current_id == before


def test_a_refresh_under_everything_that_steers_a_library_makes_the_same_release(
    place: Place, miniature: Place
) -> None:
    shutil.rmtree(place.warehouse / "releases")
    (place.warehouse / "huidig").unlink()
    done = place.run_anew("refresh", **WRONG)
    assert done.returncode == 0, done.stdout
    made, before = (
        json.loads((Releases(warehouse).link.resolve().parent / "manifest.json").read_bytes())
        for warehouse in (place.warehouse, miniature.warehouse)
    )
    assert made["controles"] == before["controles"]
    assert made["invoer"] == before["invoer"]
    assert made["tabellen"].keys() == before["tabellen"].keys()
    differing = {name for name, of in made["tabellen"].items() if of != before["tabellen"][name]}
    # What tells of the release itself, and when.
    assert differing <= {"release", "herkomst", "kwaliteit", "revisie_telling"}, differing
