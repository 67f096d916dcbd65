"""Who may read what is published: the group in the setting, and the rights that it stands for."""

import grp
import os
import stat
from pathlib import Path

import pytest

from pipelines.common.readers import EVERYBODY, Readers, RightsError, others_may_write, write_for_ourselves
from pipelines.common.settings import ConfigurationError, Settings

OWN = os.getegid()
UMASKS = (0o000, 0o002, 0o022, 0o027, 0o077)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def with_umask(umask: int, path: Path) -> Path:
    """A folder, with a file in it, as a process with this umask makes them."""
    before = os.umask(umask)
    try:
        path.mkdir()
        (path / "bestand").write_bytes(b"x")
    finally:
        os.umask(before)
    return path


@pytest.mark.parametrize("name", ["", "  "])
def test_no_group_is_everybody(name: str) -> None:
    assert Readers.named(name) == EVERYBODY


def test_a_group_may_be_given_by_name_and_by_number() -> None:
    assert Readers.named(f" {OWN} ") == Readers(OWN, str(OWN))
    name = grp.getgrgid(OWN).gr_name
    assert Readers.named(name) == Readers(OWN, name)


@pytest.mark.parametrize("name", ["bestaatniet", "-1", "99999999999", "4294967295", "1.5", "a b", "²"])
def test_a_group_that_is_not_there_is_a_sentence_with_the_setting(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("MONITOR_READERS_GROUP", name)
    with pytest.raises(ConfigurationError, match="MONITOR_READERS_GROUP should be a group") as caught:
        Settings()
    assert f"found {name!r}: it is no group of this machine" in str(caught.value)


def test_a_group_that_this_user_may_not_give_files_to_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    monkeypatch.setattr(os, "getgroups", lambda: [7])
    monkeypatch.setenv("MONITOR_READERS_GROUP", "8")
    with pytest.raises(ConfigurationError, match="found '8': this user is no member of it"):
        Settings()
    monkeypatch.setenv("MONITOR_READERS_GROUP", "7")
    assert Settings().readers.group == 7


@pytest.mark.parametrize("umask", UMASKS, ids=oct)
@pytest.mark.parametrize(("readers", "modes"), [(EVERYBODY, (0o755, 0o444)), (Readers(OWN, "groep"), (0o750, 0o440))])
def test_the_rights_are_the_same_whatever_the_umask(
    tmp_path: Path, umask: int, readers: Readers, modes: tuple[int, int]
) -> None:
    folder = with_umask(umask, tmp_path / "map")
    for path in (folder, folder / "bestand"):
        readers.give(path)
        assert readers.are_right(path.stat())
        assert not others_may_write(path.stat())
    assert (mode_of(folder), mode_of(folder / "bestand")) == modes
    assert folder.stat().st_gid == (folder / "bestand").stat().st_gid == OWN


@pytest.mark.parametrize(
    ("mode", "for_all", "for_group"),
    [(0o444, True, False), (0o440, False, True), (0o400, False, False), (0o404, False, False), (0o644, True, False)],
)
def test_too_few_and_too_many_readers_are_both_wrong(tmp_path: Path, mode: int, for_all: bool, for_group: bool) -> None:
    path = tmp_path / "bestand"
    path.touch()
    path.chmod(mode)
    assert EVERYBODY.are_right(path.stat()) == for_all
    assert Readers(OWN, "groep").are_right(path.stat()) == for_group
    assert not Readers(OWN + 1, "andere").are_right(path.stat())


def test_a_folder_that_hands_its_group_on_goes_on_doing_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o2770)
    EVERYBODY.give(tmp_path)
    assert mode_of(tmp_path) == 0o2755


@pytest.mark.parametrize("umask", UMASKS, ids=oct)
def test_all_folders_that_are_made_can_be_entered_and_others_stay(tmp_path: Path, umask: int) -> None:
    tmp_path.chmod(0o700)
    before = os.umask(umask)
    try:
        EVERYBODY.make(tmp_path / "een" / "twee" / "warehouse")
    finally:
        os.umask(before)
    made = [tmp_path / "een", tmp_path / "een" / "twee", tmp_path / "een" / "twee" / "warehouse"]
    assert [mode_of(path) for path in (tmp_path, *made)] == [0o700, 0o755, 0o755, 0o755]


def test_what_may_not_be_set_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chown", refuse)
    with pytest.raises(RightsError, match=f"the rights of {tmp_path} could not be set to those of group groep"):
        Readers(OWN + 1, "groep").give(tmp_path)


def test_commands_are_quoted_for_a_shell() -> None:
    folder = Path("/srv/Jan's data [2026]")
    assert EVERYBODY.mending(folder) == """chmod -R go=rX '/srv/Jan'"'"'s data [2026]'"""
    assert Readers(7, "mijn groep").opening(Path("/srv")) == "chgrp 'mijn groep' /srv && chmod g=rx,o= /srv"


@pytest.mark.parametrize(("umask", "expected"), [(0o000, 0o022), (0o002, 0o022), (0o027, 0o027), (0o077, 0o077)])
def test_nobody_else_writes_what_a_command_makes(umask: int, expected: int) -> None:
    before = os.umask(umask)
    try:
        write_for_ourselves()
        assert os.umask(before) == expected
    finally:
        os.umask(before)
