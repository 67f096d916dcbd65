"""Other rights than were promised are told with the command that sets them right, and are no damage."""

import os
import shlex
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.common.readers import Readers
from pipelines.releases import rights
from pipelines.releases.rights import closed_to_this_user, give_to_readers, wrong_rights
from pipelines.releases.rollback import roll_back
from pipelines.releases.store import Release, ReleaseError, Releases
from pipelines.releases.verification import verify_all, verify_current, verify_release
from pipelines.releases.warehouse import Warehouse
from tests.support.made_up_releases import stored_release

GROUP = Readers(os.getegid(), str(os.getegid()))


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse in a folder with a name that a shell would read otherwise."""
    house = tmp_path / "Jan's data [2026] $x"
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(house))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    return house


@pytest.fixture
def release(house: Path) -> Release:
    return stored_release(house, 1, "a")


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, arguments)
    return done.exit_code, done.output


def by_a_shared_umask(folder: Path) -> None:
    """As an earlier version left it with umask 002."""
    folder.chmod(0o775)


def by_a_private_umask(folder: Path) -> None:
    """As an earlier version left it with umask 077."""
    (folder / "monitor.duckdb").chmod(0o400)
    folder.chmod(0o700)


def by_a_copy(folder: Path) -> None:
    (folder / "manifest.json").chmod(0o666)


def by_a_folder_in_it(folder: Path) -> None:
    (folder / "csv").mkdir()
    (folder / "csv").chmod(0o777)


def by_a_group_only(folder: Path) -> None:
    (folder / "kwaliteit.json").chmod(0o640)


WRONG: dict[Callable[[Path], None], str] = {
    by_a_shared_umask: "others than its owner may write its folder.",
    by_a_private_umask: "not everybody may read its folder, monitor.duckdb.",
    by_a_copy: "others than its owner may write manifest.json.",
    by_a_folder_in_it: "others than its owner may write csv.",
    by_a_group_only: "not everybody may read kwaliteit.json.",
}


@pytest.mark.parametrize("spoil", WRONG, ids=lambda spoil: spoil.__name__)
def test_wrong_rights_are_no_damage_and_the_command_that_is_told_mends_them(
    house: Path, release: Release, spoil: Callable[[Path], None]
) -> None:
    releases = Releases(house)
    assert wrong_rights(releases, [release]) == []
    spoil(release.folder)
    assert verify_current(releases) == verify_release(releases, release) == verify_all(releases) == []
    (sentence,) = wrong_rights(releases, [release])
    assert sentence.startswith(f"Release {release.release_id}: {WRONG[spoil]} That is no damage: `chmod -R go=rX ")
    subprocess.run(sentence.split("`")[1], shell=True, check=True)
    assert wrong_rights(releases, [release]) == []


@pytest.mark.parametrize("spoil", [by_a_shared_umask, by_a_private_umask])
def test_verify_and_health_say_the_same(house: Path, release: Release, spoil: Callable[[Path], None]) -> None:
    spoil(release.folder)
    (sentence,) = wrong_rights(Releases(house), [release])
    for command in (["verify"], ["verify", "--all"], ["verify", release.release_id]):
        assert run(*command) == (0, f"WARNING {sentence}\nIn order: {release.release_id}.\n")
    code, said = run("health")
    assert (code != 0, f"WARNING: {sentence}\n" in said) == (True, True)


@pytest.mark.parametrize("spoil", [by_a_shared_umask, by_a_private_umask, by_a_copy, by_a_group_only])
def test_a_rollback_goes_on_and_mends_the_rights(house: Path, release: Release, spoil: Callable[[Path], None]) -> None:
    stored_release(house, 2, "b")
    spoil(release.folder)
    house.chmod(0o700)
    done = roll_back(Warehouse(house), None, "proef")
    assert (done.to.release_id, done.warnings) == (release.release_id, ())
    assert wrong_rights(Releases(house), [release]) == []
    assert stat.S_IMODE(house.stat().st_mode) == 0o755


def test_a_rollback_goes_on_where_the_rights_are_not_this_user_s_to_mend(
    house: Path, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored_release(house, 2, "b")
    by_a_shared_umask(release.folder)

    def refuse(*arguments: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    code, said = run("rollback", "--reason", "proef")
    (sentence,) = wrong_rights(Releases(house), [release])
    assert code == 0
    assert said.startswith(f"WARNING {sentence}\nAnalysts now read {release.release_id}")


def test_a_group_of_readers_is_given_what_it_may_read(house: Path, release: Release) -> None:
    releases = Warehouse(house, GROUP).releases
    (sentence,) = wrong_rights(releases, [release])
    assert f"not the group {GROUP.name}, or not it alone, may read its folder" in sentence
    assert f"`chgrp -R {GROUP.name} {shlex.quote(str(release.folder))} && chmod -R g=rX,o= " in sentence
    give_to_readers(release.folder, GROUP)
    assert wrong_rights(releases, [release]) == []
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in (release.folder, release.database)}
    assert modes == {True: 0o750, False: 0o440}


@pytest.mark.parametrize("name", [".", "releases"])
@pytest.mark.parametrize(
    ("mode", "told"), [(0o700, "everybody should be let in"), (0o777, "everybody may replace what is in it")]
)
def test_the_way_to_the_releases_is_open_for_readers_and_not_for_writers(
    house: Path, release: Release, name: str, mode: int, told: str
) -> None:
    folder, releases = house / name, Releases(house)
    folder.chmod(mode)
    (sentence,) = wrong_rights(releases, [release])
    assert sentence.startswith(f"{folder}: {told}: `chmod go=rx ")
    subprocess.run(sentence.split("`")[1], shell=True, check=True)
    assert wrong_rights(releases, [release]) == []


def closed(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    """Let this user not enter or read these, also where the tests run as root, whom nothing is closed to."""
    real = os.access

    def access(path: os.PathLike[str] | str, mode: int) -> bool:
        return Path(path) not in folders and real(path, mode)

    monkeypatch.setattr(os, "access", access)


def test_what_is_closed_to_this_user_is_told_as_that_and_not_as_damage(
    house: Path, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed(monkeypatch, release.database)
    releases = Releases(house)
    (sentence,) = verify_current(releases)
    assert sentence == closed_to_this_user(releases, release)
    assert sentence.startswith(
        f"Release {release.release_id}: this user may not read monitor.duckdb, so it is not known"
    )
    assert "`chmod -R go=rX " in sentence
    for command in (["verify"], ["status"]):
        assert run(*command) == (1, f"{sentence}\n")
    assert f"CRITICAL: {sentence}\n" in run("health")[1]
    assert sentence in run("releases")[1]
    assert sentence in run("explain", "x", "NL", "2020")[1]


@pytest.mark.parametrize("depth", [0, 1])
def test_a_warehouse_that_is_closed_to_this_user_is_a_sentence_of_every_command(
    house: Path, release: Release, monkeypatch: pytest.MonkeyPatch, depth: int
) -> None:
    folder = [house, *house.parents][depth]
    closed(monkeypatch, folder)
    with pytest.raises(ReleaseError, match="This user may not enter"):
        Releases(house).current()
    for command in (
        *(["verify"], ["status"], ["releases"], ["diff"], ["health"], ["refresh"], ["explain", "x", "NL", "2020"]),
        *(["rollback", "--reason", "x"], ["hold", "x", "--reason", "y"], ["accept", "x", "--reason", "y"]),
        ["accept-drift", "85335NED", "--reason", "y"],
    ):
        code, said = run(*command)
        told = (f"This user may not enter {folder}: `chmod go=rx ", f"this user may not write in {folder}.")
        assert (code != 0, any(sentence in said for sentence in told)) == (True, True), (command, said)


def test_nobody_can_come_at_a_draft_before_it_has_its_rights(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        draft = Releases(tmp_path).draft("x")
    finally:
        os.umask(before)
    assert stat.S_IMODE(draft.stat().st_mode) == 0o700


def test_the_folder_of_a_draft_gets_its_rights_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "a.csv").touch()
    given: list[str] = []
    monkeypatch.setattr(rights.Readers, "give", lambda _, path: given.append(path.name))
    give_to_readers(tmp_path, GROUP)
    assert given == ["csv", "a.csv", tmp_path.name]
