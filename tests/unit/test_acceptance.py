"""What is accepted is exactly what was found; a gate that reads the journal itself decides, whatever an audit says."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.audit.auditor import current_id, is_refusal, refusals
from pipelines.build.workspace import Workspace
from pipelines.publish.gate import clear
from pipelines.releases.content import table_hashes
from pipelines.releases.decisions import REFUSED, accept, acceptances, holds, note_refusal, with_acceptances
from pipelines.releases.journal import Journal, JournalError
from pipelines.releases.store import PublishError, Release, ReleaseError
from tests.support.made_up_releases import CHECK, stored_release

MOVED = "fct_indicator.totaal_niet_verschoven"


def check(name: str = MOVED, finding: str | None = "f" * 64, **more: Any) -> dict[str, Any]:
    return CHECK | {"controle": name, "geslaagd": False, "gevonden": "1 rij", "bevinding": finding} | more


@pytest.fixture
def current(tmp_path: Path) -> Release:
    return stored_release(tmp_path, 1, "a")


@pytest.fixture
def build(tmp_path: Path, current: Release) -> Workspace:
    """A build whose audit was refused for one check that may be accepted, and whose refusal was noted."""
    workspace = Workspace(tmp_path, "nacht")
    workspace.folder.mkdir(parents=True)
    workspace.database.write_bytes(current.database.read_bytes())
    workspace.write("inputs", {"all": "b" * 64})
    audited(workspace, check())
    return workspace


def audited(workspace: Workspace, *checks: dict[str, Any], **more: Any) -> None:
    tables = table_hashes(workspace.database)
    signed = {"compleet": True, "geslaagd": False, "controles": list(checks), "tabellen": tables}
    workspace.write("audit", signed | {"vorige": current_id(workspace.warehouse)} | more)
    judged = with_acceptances(checks, workspace.warehouse)
    note_refusal(workspace, [each for each in judged if is_refusal(each)])


def test_an_accepted_finding_passes_the_gate_and_says_by_whom_and_why(build: Workspace, current: Release) -> None:
    accept(build.warehouse, MOVED, "CBS-bericht 12")
    (judged,) = clear(build).checks
    assert not judged["geslaagd"]
    assert judged["aanvaard"].startswith("aanvaard door ")
    assert judged["aanvaard"].endswith(": CBS-bericht 12")
    (act,) = Journal(build.warehouse).entries()
    assert (act.handeling, act.uitgave, act.controle) == ("aanvaarden", current.release_id, MOVED)
    assert holds(build.warehouse) == [], "an acceptance holds no release"


def test_another_finding_of_the_same_check_is_refused_again(build: Workspace) -> None:
    accept(build.warehouse, MOVED, "CBS-bericht 12")
    audited(build, check(finding="e" * 64, gevonden="2 rijen"))
    with pytest.raises(PublishError, match=r"found 2 rijen\. If CBS means this: `monitor accept fct_indicator\.totaal"):
        clear(build)


def test_the_same_finding_of_another_check_is_refused(build: Workspace) -> None:
    accept(build.warehouse, MOVED, "CBS-bericht 12")
    audited(build, check("fct_indicator.land_niet_verschoven"))
    with pytest.raises(PublishError, match="land_niet_verschoven"):
        clear(build)


@pytest.mark.parametrize("forged", [{"geslaagd": True}, {"geslaagd": True, "compleet": True}])
def test_an_audit_that_says_it_was_accepted_does_not_pass_without_the_journal(
    build: Workspace, forged: dict[str, Any]
) -> None:
    audited(build, check(aanvaard="aanvaard door niemand: echt waar"), **forged)
    with pytest.raises(PublishError, match="Refused: the audit did not pass"):
        clear(build)


def test_a_build_that_is_not_complete_stays_refused(build: Workspace) -> None:
    accept(build.warehouse, MOVED, "CBS-bericht 12")
    audited(build, check(), compleet=False)
    with pytest.raises(PublishError, match="the build is incomplete"):
        clear(build)


def test_a_journal_that_cannot_be_read_lets_nothing_pass(build: Workspace) -> None:
    accept(build.warehouse, MOVED, "CBS-bericht 12")
    journal = build.warehouse / "journaal.ndjson"
    journal.write_bytes(b"onzin\n" + journal.read_bytes())
    with pytest.raises(JournalError):
        clear(build)


@pytest.mark.parametrize(
    ("name", "reason", "sentence"),
    [
        ("fct_indicator.sleutel", "het moet", "may not be accepted: what it guards is never right. It found: 1 rij."),
        ("fct_indicator.totaal_verschoven", "het moet", f"Did you mean {MOVED}?"),
        (MOVED, "  ", "say why in --reason"),
    ],
)
def test_what_cannot_be_accepted_is_said_in_a_sentence_and_not_written(
    build: Workspace, name: str, reason: str, sentence: str
) -> None:
    audited(build, check(), check("fct_indicator.sleutel", None))
    with pytest.raises(ReleaseError) as refused:
        accept(build.warehouse, name, reason)
    assert sentence in str(refused.value)
    assert acceptances(build.warehouse) == []


def test_a_finding_is_accepted_once(build: Workspace) -> None:
    accept(build.warehouse, MOVED, "CBS-bericht 12")
    with pytest.raises(ReleaseError, match=r"already aanvaard door .*CBS-bericht 12"):
        accept(build.warehouse, MOVED, "nog eens")


def test_a_refusal_outlives_its_build_and_ends_with_an_audit_that_refuses_nothing(build: Workspace) -> None:
    (build.folder / "audit.json").unlink()
    noted = json.loads((build.warehouse / REFUSED).read_text(encoding="utf-8"))
    assert [each["controle"] for each in noted["controles"]] == [MOVED]
    audited(build, check(geslaagd=True))
    with pytest.raises(ReleaseError, match="the last audit refused nothing"):
        accept(build.warehouse, MOVED, "te laat")


def test_a_refusal_says_how_to_accept_only_where_that_is_possible() -> None:
    (told,) = refusals([check(), check(aanvaard="aanvaard door Els"), check(ernst="waarschuwing")])
    assert f'`monitor accept {MOVED} --reason "..."`' in told
    (told,) = refusals([check("fct_indicator.sleutel", None)])
    assert "monitor accept" not in told
