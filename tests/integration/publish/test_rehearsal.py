"""A rehearsal does all that publishing does but the swap: it says what would change and leaves nothing behind."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.build.checks import CRITICAL
from pipelines.publish.publisher import PublishError, rehearse
from pipelines.releases.store import Release, Releases
from tests.support.published_builds import ALTERATIONS, AuditedBuild, build_of, published


@pytest.fixture(scope="module")
def current(small_built: AuditedBuild, tmp_path_factory: pytest.TempPathFactory) -> Release:
    return published(build_of(small_built, tmp_path_factory.mktemp("rehearsal"), "eerste"))


@pytest.fixture
def altered(small_built: AuditedBuild, current: Release, tmp_path: Path) -> AuditedBuild:
    """A build in which figures changed since the current release."""
    return build_of(small_built, current.folder.parent.parent, tmp_path.name, *ALTERATIONS)


def times(releases: Releases) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in [releases.link, *sorted(releases.root.rglob("*"))]}


def test_it_tells_what_would_change_and_the_release_after_it_says_the_same(
    altered: AuditedBuild, current: Release
) -> None:
    releases = altered.warehouse.releases
    before = times(releases)
    rehearsal = rehearse(altered, altered.warehouse, altered.project)
    assert times(releases) == before
    assert not list(altered.folder.glob("proef*"))
    assert rehearsal.difference is not None
    assert f"From {current.release_id} to " in rehearsal.difference
    assert "jeugdzorg_jongeren GM0197 2022 (origineel): 705 -> 710" in rehearsal.difference
    assert rehearsal.text == (altered.folder / "uitgave.md").read_text(encoding="utf-8")
    release = published(altered)
    assert altered.rehearsed is not None
    assert altered.rehearsed.revisions == release.manifest.revisions
    first_line, *notes = (release.folder / "uitgave.md").read_text(encoding="utf-8").splitlines()
    assert first_line == f"# Uitgave {release.release_id}"
    assert [line for line in notes if "Gemaakt" not in line] == [
        line for line in rehearsal.text.splitlines()[1:] if "Gemaakt" not in line
    ]


def test_what_was_not_audited_is_refused_as_publishing_would(altered: AuditedBuild) -> None:
    before = times(altered.warehouse.releases)
    signed = altered.audit
    assert signed is not None
    failed = replace(signed.checks[0], passed=False, severity=CRITICAL, found="1 rij")
    altered.audit = signed.model_copy(update={"checks": (failed, *signed.checks[1:])})
    with pytest.raises(PublishError, match="Refused: the audit did not pass"):
        rehearse(altered, altered.warehouse, altered.project)
    assert times(altered.warehouse.releases) == before
    assert altered.rehearsed is None
