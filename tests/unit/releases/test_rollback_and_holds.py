"""Going back is one swap to a release that is whole; what was left is held until someone lifts that."""

import json
from pathlib import Path
from threading import Thread

import pytest

from pipelines.build.checks import SignedAudit
from pipelines.build.inputs import Inputs
from pipelines.build.project import Project
from pipelines.build.workspace import Workspace
from pipelines.publish.publisher import PublishError, publish_build
from pipelines.refresh import decide
from pipelines.releases.content import table_hashes
from pipelines.releases.decisions import hold, hold_on, holds, unhold
from pipelines.releases.journal import Journal, JournalError
from pipelines.releases.rollback import roll_back
from pipelines.releases.store import Release, ReleaseError, Releases
from pipelines.releases.warehouse import Warehouse
from tests.support.made_up_releases import stored_release

A, B, C = "a" * 64, "b" * 64, "c" * 64


@pytest.fixture
def three(tmp_path: Path) -> list[Release]:
    """Releases of three nights, the last one current."""
    return [stored_release(tmp_path, day, letter) for day, letter in ((1, "a"), (2, "b"), (3, "c"))]


def made_of(inputs: str) -> Inputs:
    return Inputs(fingerprint=inputs, parts={})


def current(warehouse: Path) -> str:
    found = Releases(warehouse).current()
    assert found is not None
    return found.release_id


def damage(release: Release) -> None:
    release.database.write_bytes(release.database.read_bytes() + b"x")


def refusal(warehouse: Path, release_id: str | None = None) -> str:
    """What a rollback that is refused says; nothing may have changed by it."""
    before, acts = (warehouse / "monitor.duckdb").resolve(), Journal(warehouse).entries()
    with pytest.raises(ReleaseError) as refused:
        roll_back(Warehouse(warehouse), release_id, "proef")
    assert (warehouse / "monitor.duckdb").resolve() == before
    assert Journal(warehouse).entries() == acts
    return str(refused.value)


# --- going back ------------------------------------------------------------------------------------------------------


def test_it_waits_for_a_swap_that_is_going_on(tmp_path: Path, three: list[Release]) -> None:
    going_back = Thread(target=roll_back, args=(Warehouse(tmp_path), None, "Wmo klopt niet"))
    with Releases(tmp_path).exclusive():
        going_back.start()
        going_back.join(timeout=0.3)
        assert going_back.is_alive()
        assert current(tmp_path) == three[2].release_id
    going_back.join(timeout=10)
    assert current(tmp_path) == three[1].release_id


def test_without_an_id_it_goes_to_the_release_before_and_holds_the_one_that_was_left(
    tmp_path: Path, three: list[Release]
) -> None:
    done = roll_back(Warehouse(tmp_path), None, "Wmo klopt niet")
    assert current(tmp_path) == done.to.release_id == three[1].release_id
    (held,) = holds(Journal(tmp_path))
    assert (held.release_id, held.inputs, held.reason) == (three[2].release_id, C, "Wmo klopt niet")
    assert done.hold == held
    (act,) = Journal(tmp_path).entries()
    assert (act.act, act.release, act.to) == ("terugdraaien", three[2].release_id, three[1].release_id)


def test_twice_goes_back_two_releases_and_holds_both(tmp_path: Path, three: list[Release]) -> None:
    roll_back(Warehouse(tmp_path), None, "een")
    roll_back(Warehouse(tmp_path), None, "twee")
    assert current(tmp_path) == three[0].release_id
    assert [held.inputs for held in holds(Journal(tmp_path))] == [C, B]
    assert refusal(tmp_path) == f"There is no good release before {three[0].release_id} to go back to."


def test_a_damaged_or_held_release_is_passed_over_and_said_so(tmp_path: Path) -> None:
    releases = [stored_release(tmp_path, day, letter) for day, letter in ((1, "a"), (2, "b"), (3, "c"), (4, "d"))]
    damage(releases[2])
    hold(Warehouse(tmp_path), releases[1].release_id, "dubbele rijen")
    done = roll_back(Warehouse(tmp_path), None, "proef")
    assert done.to.release_id == releases[0].release_id
    assert [releases[n].release_id in text for n, text in zip((2, 1), done.passed_over, strict=True)] == [True, True]
    assert "is not the file that was published" in done.passed_over[0]
    assert "dubbele rijen" in done.passed_over[1]


def test_to_a_damaged_release_it_refuses(tmp_path: Path, three: list[Release]) -> None:
    damage(three[0])
    sentence = refusal(tmp_path, three[0].release_id)
    assert sentence.startswith(f"Not gone back to {three[0].release_id}; the current release stays.\n")
    assert "is not the file that was published" in sentence


def test_to_a_held_release_it_refuses_and_says_how_to_lift_that(tmp_path: Path, three: list[Release]) -> None:
    hold(Warehouse(tmp_path), three[0].release_id, "dubbele rijen")
    assert f"`monitor unhold {three[0].release_id} --reason ...` lifts it" in refusal(tmp_path, three[0].release_id)


def test_an_unknown_id_is_told_with_the_nearest(tmp_path: Path, three: list[Release]) -> None:
    almost = three[1].release_id.replace("bbbb", "bbbc")
    sentence = refusal(tmp_path, almost)
    assert sentence.startswith(f"There is no release '{almost}'. Nearest: {three[1].release_id}")


def test_to_the_current_release_or_one_of_the_same_inputs_it_refuses(tmp_path: Path, three: list[Release]) -> None:
    assert refusal(tmp_path, three[2].release_id) == f"Release {three[2].release_id} is already the current one."
    again = stored_release(tmp_path, 4, "c")
    assert f"same inputs as the current one, {again.release_id}" in refusal(tmp_path, three[2].release_id)
    assert roll_back(Warehouse(tmp_path), None, "proef").to.release_id == three[1].release_id


def test_a_link_to_a_release_that_is_gone_is_repaired(tmp_path: Path, three: list[Release]) -> None:
    three[2].database.unlink()
    done = roll_back(Warehouse(tmp_path), None, "bestand weg")
    assert (done.left, done.hold) == (None, None)
    assert current(tmp_path) == three[1].release_id


def test_a_release_of_which_the_manifest_is_damaged_can_be_left_and_is_held(
    tmp_path: Path, three: list[Release]
) -> None:
    (three[2].folder / "manifest.json").write_text("{", encoding="utf-8")
    roll_back(Warehouse(tmp_path), None, "proef")
    assert hold_on(Journal(tmp_path), C) is not None
    assert hold_on(Journal(tmp_path), B) is None


def test_forward_again_after_lifting_the_hold_holds_nothing(tmp_path: Path, three: list[Release]) -> None:
    roll_back(Warehouse(tmp_path), None, "schrik")
    unhold(Warehouse(tmp_path), three[2].release_id, "was toch goed")
    roll_back(Warehouse(tmp_path), three[2].release_id, "was toch goed")
    assert current(tmp_path) == three[2].release_id
    assert holds(Journal(tmp_path)) == []


def test_a_rollback_cut_short_before_its_swap_is_finished_by_the_next(
    tmp_path: Path, three: list[Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Releases, "point_at", die)
        with pytest.raises(KeyboardInterrupt):
            roll_back(Warehouse(tmp_path), None, "een")
    assert current(tmp_path) == three[2].release_id
    assert roll_back(Warehouse(tmp_path), None, "twee").to.release_id == three[1].release_id
    assert [held.reason for held in holds(Journal(tmp_path))] == ["twee"]


def test_what_cannot_be_written_down_does_not_happen(tmp_path: Path, three: list[Release]) -> None:
    (tmp_path / "journaal.ndjson").write_text("onzin\n", encoding="utf-8")
    with pytest.raises(JournalError):
        roll_back(Warehouse(tmp_path), None, "proef")
    assert current(tmp_path) == three[2].release_id


# --- holds -----------------------------------------------------------------------------------------------------------


def test_lifting_a_hold_also_works_for_a_release_that_is_no_longer_on_disk(
    tmp_path: Path, three: list[Release]
) -> None:
    roll_back(Warehouse(tmp_path), None, "proef")
    Releases(tmp_path).prune(0)
    assert [release.release_id for release in Releases(tmp_path).all()] == [three[1].release_id]
    assert hold_on(Journal(tmp_path), C) is not None
    unhold(Warehouse(tmp_path), three[2].release_id, "opgelost")
    assert holds(Journal(tmp_path)) == []
    assert [act.act for act in Journal(tmp_path).entries()] == ["terugdraaien", "vrijgeven"]


def test_lifting_what_is_not_held_names_what_is(tmp_path: Path, three: list[Release]) -> None:
    roll_back(Warehouse(tmp_path), None, "proef")
    with pytest.raises(ReleaseError) as refused:
        unhold(Warehouse(tmp_path), three[0].release_id, "vergissing")
    assert str(refused.value) == f"Release {three[0].release_id} is not held. Held now: {three[2].release_id}."


def test_the_release_that_analysts_read_cannot_be_held(tmp_path: Path, three: list[Release]) -> None:
    with pytest.raises(ReleaseError, match=r"is what analysts read now.*`monitor rollback"):
        hold(Warehouse(tmp_path), three[2].release_id, "proef")
    assert holds(Journal(tmp_path)) == []


# --- what a run does -------------------------------------------------------------------------------------------------


def test_a_run_is_unchanged_held_or_makes_a_release(tmp_path: Path, three: list[Release]) -> None:
    roll_back(Warehouse(tmp_path), None, "Wmo klopt niet")
    journal = Journal(tmp_path)
    unchanged, held, other = (decide(three[1], made_of(inputs), journal) for inputs in (B, C, A))
    assert unchanged.stands == three[1].release_id
    assert unchanged.held is None
    assert unchanged.words.startswith("Ongewijzigd")
    assert held.stands == three[1].release_id
    assert held.words.startswith(f"Vastgehouden: deze invoer geeft uitgave {three[2].release_id}, die sinds ")
    assert "Wmo klopt niet" in held.words
    assert held.held is not None
    assert held.held.startswith(f"release {three[2].release_id} is held since ")
    assert other.stands is None
    assert decide(None, made_of(C), journal).stands is None, "the first release is the publisher's to refuse"


def test_publishing_refuses_what_is_held_whatever_started_it(tmp_path: Path, three: list[Release]) -> None:
    roll_back(Warehouse(tmp_path), None, "Wmo klopt niet")
    workspace = Workspace(tmp_path, "nacht")
    workspace.folder.mkdir(parents=True)
    workspace.database.write_bytes(three[2].database.read_bytes())
    workspace.inputs = made_of(C)
    tables = table_hashes(workspace.database)
    workspace.audit = SignedAudit(complete=True, passed=True, compared_with=None, tables=tables, checks=())
    before = sorted((tmp_path / "releases").iterdir())
    with pytest.raises(PublishError) as refused:
        publish_build(workspace, Warehouse(tmp_path), Project(), 10)
    assert f"release {three[2].release_id} is held since " in str(refused.value)
    assert "Wmo klopt niet" in str(refused.value)
    assert sorted((tmp_path / "releases").iterdir()) == before
    assert current(tmp_path) == three[1].release_id


def test_a_journal_that_cannot_be_read_stops_publishing(tmp_path: Path, three: list[Release]) -> None:
    (tmp_path / "journaal.ndjson").write_text("onzin\n" + json.dumps({}) + "\n", encoding="utf-8")
    with pytest.raises(JournalError, match=r"Line 1 of .*nothing is published"):
        decide(three[2], made_of(A), Journal(tmp_path))
