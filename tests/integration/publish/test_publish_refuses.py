"""The publisher refuses what was not audited as it is, against the release of now; then nothing changes at all."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.build.checks import SignedAudit
from pipelines.publish.draft import Draft
from pipelines.publish.publisher import PublishError
from pipelines.releases.store import Release, Releases
from tests.support.published_builds import AuditedBuild, build_of, execute, published


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("publish") / "warehouse"


@pytest.fixture(scope="module")
def good(small_built: AuditedBuild, house: Path) -> Release:
    """The release that analysts read."""
    return published(build_of(small_built, house, "goed"))


def signed_by(workspace: AuditedBuild) -> SignedAudit:
    signed = workspace.audit
    assert signed is not None
    return signed


def drop_audit(workspace: AuditedBuild) -> None:
    (workspace.folder / "audit.json").unlink()


def fail_audit(workspace: AuditedBuild) -> None:
    signed = signed_by(workspace)
    failed = {"passed": False, "found": "1 rij, bijvoorbeeld 512,5"}
    checks = [
        replace(check, **failed) if check.check == "fct_indicator.percentage_hooguit_100" else check
        for check in signed.checks
    ]
    workspace.audit = signed.model_copy(update={"passed": False, "checks": tuple(checks)})


def alter_a_figure(workspace: AuditedBuild) -> None:
    execute(workspace.database, "update fct_indicator set waarde = waarde + 10 where jaar = 2022")


def alter_a_figure_of_an_audit_without_sum(workspace: AuditedBuild) -> None:
    workspace.audit = signed_by(workspace).model_copy(update={"file": None})
    alter_a_figure(workspace)


def add_a_table(workspace: AuditedBuild) -> None:
    execute(workspace.database, "create table stiekem as select 1 as x")


def drop_a_table(workspace: AuditedBuild) -> None:
    execute(workspace.database, "drop table dim_indicator")


def audit_before_that_release(workspace: AuditedBuild) -> None:
    workspace.audit = signed_by(workspace).model_copy(update={"compared_with": None})


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (drop_audit, "Refused: build afgekeurd has no audit. Run the audit step, then publish again."),
        (
            fail_audit,
            "percentage_hooguit_100 (column waarde): expected tussen 0 en 100; found 1 rij, bijvoorbeeld 512,5",
        ),
        (alter_a_figure, "Refused: fct_indicator in monitor.duckdb of build afgekeurd is not what was audited."),
        (
            alter_a_figure_of_an_audit_without_sum,
            "Refused: fct_indicator in monitor.duckdb of build afgekeurd is not what was audited.",
        ),
        (add_a_table, "Refused: stiekem in monitor.duckdb of build afgekeurd is not what was audited."),
        (drop_a_table, "Refused: dim_indicator in monitor.duckdb of build afgekeurd is not what was audited."),
        (audit_before_that_release, "Refused: build afgekeurd was compared with no release, and analysts read 20"),
    ],
)
def test_what_was_not_audited_is_refused_and_leaves_everything_as_it_was(
    small_built: AuditedBuild,
    house: Path,
    good: Release,
    tmp_path: Path,
    spoil: Callable[[AuditedBuild], None],
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
            published(AuditedBuild(house, "afgekeurd", small_built.project))
    finally:
        shutil.rmtree(target)
    assert sentence in str(refusal.value)
    assert {path: path.stat().st_mtime_ns for path in sorted((house / "releases").rglob("*"))} == before
    assert Releases(house).link.resolve() == link


def test_what_was_compared_with_the_release_that_was_left_is_not_published(
    small_built: AuditedBuild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases = Releases(tmp_path)
    first, second = (published(build_of(small_built, tmp_path, name)) for name in ("eerste", "tweede"))

    complete = Draft.complete

    def then_gone_back(*given: Any) -> None:
        complete(*given)
        releases.point_at(first)

    workspace = build_of(small_built, tmp_path, "te laat")
    before = sorted(releases.root.iterdir())
    monkeypatch.setattr(Draft, "complete", then_gone_back)
    told = f"was compared with {second.release_id}, and analysts read {first.release_id} now"
    with pytest.raises(PublishError, match=told):
        published(workspace)
    assert sorted(releases.root.iterdir()) == before
    assert releases.current() == Release(first.folder.resolve())


def test_a_view_changes_no_table_and_is_refused_all_the_same(small_built: AuditedBuild, tmp_path: Path) -> None:
    workspace = build_of(small_built, tmp_path, "kijkje")
    execute(workspace.database, "create view bestanden as from glob('/*')")
    with pytest.raises(PublishError, match=r"holds views \(bestanden\), where only plain tables belong"):
        published(workspace)
    releases = Releases(tmp_path)
    assert releases.current() is None
    assert list(releases.root.iterdir()) == []
