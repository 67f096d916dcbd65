"""Someone goes back to an earlier release while a refresh is publishing."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.release.complete import complete
from pipelines.release.publish import PublishError
from pipelines.release.releases import Release, Releases
from pipelines.release.workspace import Workspace
from tests.published_builds import build_of, published


def test_what_was_compared_with_the_release_that_was_left_is_not_published(
    small_built: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases = Releases(tmp_path)
    first, second = (published(build_of(small_built, tmp_path, name)) for name in ("eerste", "tweede"))

    def then_gone_back(*given: Any) -> None:
        complete(*given)
        releases.point_at(first)

    workspace = build_of(small_built, tmp_path, "te laat")
    before = sorted(releases.root.iterdir())
    monkeypatch.setattr("pipelines.release.publish.complete", then_gone_back)
    told = f"was compared with {second.release_id}, and analysts read {first.release_id} now"
    with pytest.raises(PublishError, match=told):
        published(workspace)
    assert sorted(releases.root.iterdir()) == before
    assert releases.current() == Release(first.folder.resolve())
