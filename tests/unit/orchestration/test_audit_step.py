"""The step that audits: what was written beside the verdict stays only when the build passed."""

from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest

from pipelines.audit import AuditError
from pipelines.build.checks import CRITICAL, CheckResult, SignedAudit
from pipelines.orchestration import release as module


class Staging:
    """Stands in for the files of the tables: tells what it was asked."""

    asked: list[str]

    def __init__(self, _: object) -> None:
        type(self).asked = []

    def start(self) -> None:
        self.asked.append("start")

    def discard(self) -> None:
        self.asked.append("discard")


@pytest.fixture
def step(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(module, "TableStaging", Staging)
    refresh = SimpleNamespace(standing=None, workspace=None, warehouse=None, project=None, auditor=None)
    function = module.audited.node_def.compute_fn.decorated_fn  # type: ignore[union-attr]
    return lambda: list(function(monitor=SimpleNamespace(refresh=refresh)))


def signed(*, passed: bool) -> SignedAudit:
    check = CheckResult("tabel.regel", "tabel", None, CRITICAL, "0 rijen", "reden", "1 rij", passed)
    return SignedAudit(complete=True, passed=passed, compared_with=None, tables={}, checks=(check,))


def test_they_stay_when_it_passed(step: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "audit_build", lambda *_: signed(passed=True))
    step()
    assert Staging.asked == ["start"]


def test_they_go_when_it_is_refused(step: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "audit_build", lambda *_: signed(passed=False))
    with pytest.raises(dg.Failure, match=r"tabel\.regel"):
        step()
    assert Staging.asked == ["start", "discard"]


def test_they_go_when_nobody_could_judge(step: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> SignedAudit:
        raise AuditError("the worker died")

    monkeypatch.setattr(module, "audit_build", die)
    with pytest.raises(AuditError):
        step()
    assert Staging.asked == ["start", "discard"]
