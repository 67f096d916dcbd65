"""A rehearsal does all that publishing does but the swap: it says what would change and leaves nothing behind."""

import json
from pathlib import Path

import pytest

from pipelines.build import dbt
from pipelines.build.workspace import Workspace
from pipelines.publish.publisher import PublishError, rehearse
from pipelines.releases.store import Release, Releases
from tests.support.published_builds import ALTERATIONS, build_of, published


@pytest.fixture(scope="module")
def current(built: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Release:
    return published(build_of(built, tmp_path_factory.mktemp("rehearsal"), "eerste"))


@pytest.fixture
def altered(built: Workspace, current: Release, tmp_path: Path) -> Workspace:
    """A build in which figures changed since the current release."""
    return build_of(built, current.folder.parent.parent, tmp_path.name, *ALTERATIONS)


def times(releases: Releases) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in [releases.link, *sorted(releases.root.rglob("*"))]}


def test_it_tells_what_would_change_and_the_release_after_it_says_the_same(
    altered: Workspace, current: Release
) -> None:
    releases = Releases(altered.warehouse)
    before = times(releases)
    rehearsal = rehearse(altered, dbt.manifest_path())
    assert times(releases) == before
    assert not list(altered.folder.glob("proef*"))
    assert rehearsal.difference is not None
    assert f"From {current.release_id} to " in rehearsal.difference
    assert "bijstand_personen GM0197 2021 (origineel): 290 -> 300" in rehearsal.difference
    assert rehearsal.text == (altered.folder / "uitgave.md").read_text(encoding="utf-8")
    release = published(altered)
    assert altered.read("rehearsed")["revisies"] == release.manifest["revisies"]
    first_line, *notes = (release.folder / "uitgave.md").read_text(encoding="utf-8").splitlines()
    assert first_line == f"# Uitgave {release.release_id}"
    assert [line for line in notes if "Gemaakt" not in line] == [
        line for line in rehearsal.text.splitlines()[1:] if "Gemaakt" not in line
    ]


def test_what_was_not_audited_is_refused_as_publishing_would(altered: Workspace) -> None:
    before = times(Releases(altered.warehouse))
    signed = altered.read("audit")
    signed["controles"][0].update(geslaagd=False, ernst="kritiek", gevonden="1 rij")
    (altered.folder / "audit.json").write_text(json.dumps(signed), encoding="utf-8")
    with pytest.raises(PublishError, match="Refused: the audit did not pass"):
        rehearse(altered, dbt.manifest_path())
    assert times(Releases(altered.warehouse)) == before
    assert altered.read("rehearsed") is None
