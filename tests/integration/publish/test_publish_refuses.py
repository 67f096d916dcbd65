"""The publisher refuses what was not audited as it is, against the release of now; then nothing changes at all."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.build.workspace import Workspace
from pipelines.publish.draft import complete
from pipelines.publish.publisher import PublishError
from pipelines.releases.store import Release, Releases
from tests.support.published_builds import build_of, execute, published

pytestmark = pytest.mark.usefixtures("small_contract")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("publish") / "warehouse"


@pytest.fixture(scope="module")
def good(small_built: Workspace, house: Path) -> Release:
    """The release that analysts read."""
    return published(build_of(small_built, house, "goed"))


def drop_audit(workspace: Workspace) -> None:
    (workspace.folder / "audit.json").unlink()


def fail_audit(workspace: Workspace) -> None:
    signed = workspace.read("audit")
    check = next(c for c in signed["controles"] if c["controle"] == "fct_indicator.percentage_hooguit_100")
    check.update(geslaagd=False, gevonden="1 rij, bijvoorbeeld 512,5")
    workspace.write("audit", signed | {"geslaagd": False})


def alter_a_figure(workspace: Workspace) -> None:
    execute(workspace.database, "update fct_indicator set waarde = waarde + 10 where jaar = 2022")


def add_a_table(workspace: Workspace) -> None:
    execute(workspace.database, "create table stiekem as select 1 as x")


def drop_a_table(workspace: Workspace) -> None:
    execute(workspace.database, "drop table dim_indicator")


def audit_before_that_release(workspace: Workspace) -> None:
    workspace.write("audit", workspace.read("audit") | {"vorige": None})


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (drop_audit, "Refused: build afgekeurd has no audit. Run the audit step, then publish again."),
        (
            fail_audit,
            "percentage_hooguit_100 (column waarde): expected tussen 0 en 100; found 1 rij, bijvoorbeeld 512,5",
        ),
        (alter_a_figure, "Refused: fct_indicator in monitor.duckdb of build afgekeurd is not what was audited."),
        (add_a_table, "Refused: stiekem in monitor.duckdb of build afgekeurd is not what was audited."),
        (drop_a_table, "Refused: dim_indicator in monitor.duckdb of build afgekeurd is not what was audited."),
        (audit_before_that_release, "Refused: build afgekeurd was compared with no release, and analysts read 20"),
    ],
)
def test_what_was_not_audited_is_refused_and_leaves_everything_as_it_was(
    small_built: Workspace,
    house: Path,
    good: Release,
    tmp_path: Path,
    spoil: Callable[[Workspace], None],
    sentence: str,
) -> None:
    spoiled = build_of(small_built, tmp_path, "afgekeurd")
    spoil(spoiled)
    # Same folder of releases as the good ones, so that there is something to spoil.
    target = house / "build" / "afgekeurd"
    shutil.move(spoiled.folder, target)
    before = {path: path.stat().st_mtime_ns for path in sorted((house / "releases").rglob("*"))}
    link = Releases(house).link.resolve()
    try:
        with pytest.raises(PublishError) as refusal:
            published(Workspace(house, "afgekeurd"))
    finally:
        shutil.rmtree(target)
    assert sentence in str(refusal.value)
    assert {path: path.stat().st_mtime_ns for path in sorted((house / "releases").rglob("*"))} == before
    assert Releases(house).link.resolve() == link


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
    monkeypatch.setattr("pipelines.publish.publisher.complete", then_gone_back)
    told = f"was compared with {second.release_id}, and analysts read {first.release_id} now"
    with pytest.raises(PublishError, match=told):
        published(workspace)
    assert sorted(releases.root.iterdir()) == before
    assert releases.current() == Release(first.folder.resolve())


def test_a_view_changes_no_table_and_is_refused_all_the_same(small_built: Workspace, tmp_path: Path) -> None:
    workspace = build_of(small_built, tmp_path, "kijkje")
    execute(workspace.database, "create view bestanden as from glob('/*')")
    with pytest.raises(PublishError, match=r"holds views \(bestanden\), where only plain tables belong"):
        published(workspace)
    releases = Releases(tmp_path)
    assert releases.current() is None
    assert list(releases.root.iterdir()) == []
