"""What is accepted is exactly what was found; a gate that reads the journal itself decides, whatever an audit says."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.build.checks import CheckResult, SignedAudit, refusals
from pipelines.build.inputs import Inputs
from pipelines.publish.gate import Cleared, clear
from pipelines.releases.content import table_hashes
from pipelines.releases.decisions import REFUSED, accept, acceptances, holds, note_refusal, with_acceptances
from pipelines.releases.journal import JournalError
from pipelines.releases.store import PublishError, Release, ReleaseError
from pipelines.releases.warehouse import Warehouse
from tests.support.made_up_releases import CHECK, stored_release

MOVED = "fct_indicator.totaal_niet_verschoven"


def check(name: str = MOVED, finding: str | None = "f" * 64, **more: Any) -> CheckResult:
    failed = replace(CheckResult.from_row(CHECK), check=name, passed=False, found="1 rij", finding=finding)
    return replace(failed, **more)


@pytest.fixture
def current(tmp_path: Path) -> Release:
    return stored_release(tmp_path, 1, "a")


@pytest.fixture
def build(tmp_path: Path, current: Release) -> Warehouse:
    """A warehouse with a build whose audit was refused for one check that may be accepted; its refusal was noted."""
    warehouse = Warehouse(tmp_path)
    workspace = warehouse.workspace("nacht")
    workspace.folder.mkdir(parents=True)
    workspace.database.write_bytes(current.database.read_bytes())
    workspace.inputs = Inputs(fingerprint="b" * 64, parts={})
    audited(warehouse, check())
    return warehouse


def audited(warehouse: Warehouse, *checks: CheckResult, **more: Any) -> None:
    workspace = warehouse.workspace("nacht")
    signed = SignedAudit(
        complete=True,
        passed=False,
        compared_with=warehouse.releases.current_id,
        tables=table_hashes(workspace.database),
        checks=checks,
    )
    workspace.audit = signed.model_copy(update=more)
    judged = with_acceptances(checks, warehouse.journal)
    note_refusal(warehouse, workspace.run_id, [each for each in judged if each.refuses])


def cleared(warehouse: Warehouse) -> Cleared:
    return clear(warehouse.workspace("nacht"), warehouse)


def test_an_accepted_finding_passes_the_gate_and_says_by_whom_and_why(build: Warehouse, current: Release) -> None:
    accept(build, MOVED, "CBS-bericht 12")
    (judged,) = cleared(build).checks
    assert not judged.passed
    assert judged.accepted is not None
    assert judged.accepted.startswith("aanvaard door ")
    assert judged.accepted.endswith(": CBS-bericht 12")
    (act,) = build.journal.entries()
    assert (act.act, act.release, act.check) == ("aanvaarden", current.release_id, MOVED)
    assert holds(build.journal) == [], "an acceptance holds no release"


def test_another_finding_of_the_same_check_is_refused_again(build: Warehouse) -> None:
    accept(build, MOVED, "CBS-bericht 12")
    audited(build, check(finding="e" * 64, found="2 rijen"))
    with pytest.raises(PublishError, match=r"found 2 rijen\. If CBS means this: `monitor accept fct_indicator\.totaal"):
        cleared(build)


def test_the_same_finding_of_another_check_is_refused(build: Warehouse) -> None:
    accept(build, MOVED, "CBS-bericht 12")
    audited(build, check("fct_indicator.land_niet_verschoven"))
    with pytest.raises(PublishError, match="land_niet_verschoven"):
        cleared(build)


@pytest.mark.parametrize("forged", [{"passed": True}, {"passed": True, "complete": True}])
def test_an_audit_that_says_it_was_accepted_does_not_pass_without_the_journal(
    build: Warehouse, forged: dict[str, Any]
) -> None:
    audited(build, check(accepted="aanvaard door niemand: echt waar"), **forged)
    with pytest.raises(PublishError, match="Refused: the audit did not pass"):
        cleared(build)


def test_a_build_that_is_not_complete_stays_refused(build: Warehouse) -> None:
    accept(build, MOVED, "CBS-bericht 12")
    audited(build, check(), complete=False)
    with pytest.raises(PublishError, match="the build is incomplete"):
        cleared(build)


def test_a_journal_that_cannot_be_read_lets_nothing_pass(build: Warehouse) -> None:
    accept(build, MOVED, "CBS-bericht 12")
    journal = build.journal.path
    journal.write_bytes(b"onzin\n" + journal.read_bytes())
    with pytest.raises(JournalError):
        cleared(build)


@pytest.mark.parametrize(
    ("name", "reason", "sentence"),
    [
        ("fct_indicator.sleutel", "het moet", "may not be accepted: what it guards is never right. It found: 1 rij."),
        ("fct_indicator.totaal_verschoven", "het moet", f"Did you mean {MOVED}?"),
        (MOVED, "  ", "say why in --reason"),
    ],
)
def test_what_cannot_be_accepted_is_said_in_a_sentence_and_not_written(
    build: Warehouse, name: str, reason: str, sentence: str
) -> None:
    audited(build, check(), check("fct_indicator.sleutel", None))
    with pytest.raises(ReleaseError) as refused:
        accept(build, name, reason)
    assert sentence in str(refused.value)
    assert acceptances(build.journal) == []


def test_a_finding_is_accepted_once(build: Warehouse) -> None:
    accept(build, MOVED, "CBS-bericht 12")
    with pytest.raises(ReleaseError, match=r"already aanvaard door .*CBS-bericht 12"):
        accept(build, MOVED, "nog eens")


def test_a_refusal_outlives_its_build_and_ends_with_an_audit_that_refuses_nothing(build: Warehouse) -> None:
    del build.workspace("nacht").audit
    noted = json.loads((build.folder / REFUSED).read_text(encoding="utf-8"))
    assert [each["controle"] for each in noted["controles"]] == [MOVED]
    audited(build, check(passed=True))
    with pytest.raises(ReleaseError, match="the last audit refused nothing"):
        accept(build, MOVED, "te laat")


def test_a_refusal_says_how_to_accept_only_where_that_is_possible() -> None:
    (told,) = refusals([check(), check(accepted="aanvaard door Els"), check(severity="waarschuwing")])
    assert f'`monitor accept {MOVED} --reason "..."`' in told
    (told,) = refusals([check("fct_indicator.sleutel", None)])
    assert "monitor accept" not in told
