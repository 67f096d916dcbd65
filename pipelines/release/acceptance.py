"""Acceptances: findings of a critical check that someone deliberately lets pass, with who, when and why.

An acceptance is on exactly what was found (``bevinding`` of a check), not on the check: another or a larger finding is
refused again. They stand in the journal alone; whatever an audit says of itself counts for nothing.
"""

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.release.journal import Entry, Journal
from pipelines.release.releases import ReleaseError, Releases
from pipelines.release.workspace import Workspace
from pipelines.statline.snapshot_files import replace_file

# Beside the builds, not in them: they go after three runs, and a refusal may wait longer for someone who knows.
REFUSED = "afgekeurd.json"


@dataclass(frozen=True)
class Acceptance:
    """A finding of a check that was accepted: since when (UTC, ISO 8601), by whom and why."""

    check: str
    finding: str
    since: str
    by: str
    reason: str

    @property
    def sentence(self) -> str:
        """The acceptance as an analyst reads it (Dutch)."""
        return f"aanvaard door {self.by} op {self.since}: {self.reason}"


def acceptances(warehouse: Path) -> list[Acceptance]:
    """Every acceptance, oldest first.

    Raises:
        JournalError: if the journal cannot be read.
    """
    return [_acceptance(entry) for entry in Journal(warehouse).entries() if entry.handeling == "aanvaarden"]


def with_acceptances(checks: Iterable[Mapping[str, Any]], warehouse: Path) -> list[dict[str, Any]]:
    """The checks (rows of `kwaliteit`), each with in ``aanvaard`` who accepted what it found; None if nobody did.

    Raises:
        JournalError: if the journal cannot be read.
    """
    accepted = {(each.check, each.finding): each.sentence for each in acceptances(warehouse)}
    return [{**check, "aanvaard": accepted.get((check["controle"], check.get("bevinding") or ""))} for check in checks]


def note_refusal(workspace: Workspace, refused: Iterable[Mapping[str, Any]]) -> None:
    """Keep what the last audit refused, so that it can be accepted; nothing once an audit refuses nothing."""
    path, checks = workspace.warehouse / REFUSED, list(refused)
    if not checks:
        path.unlink(missing_ok=True)
        return
    content = {"run_id": workspace.run_id, "tijd": datetime.now(UTC).isoformat(timespec="seconds"), "controles": checks}
    replace_file(path, json.dumps(content, ensure_ascii=False, indent=1).encode())


def accept(warehouse: Path, check: str, reason: str) -> Acceptance:
    """Accept what the last refused audit found by ``check``: the next build in which it finds just that is released.

    Raises:
        ReleaseError: nothing was refused, or not by this check; it may not be accepted, or it is already.
        JournalError: the journal cannot be read or written.
    """
    if not reason.strip():
        raise ReleaseError("Nothing was accepted: say why in --reason; it is kept and shown with the release.")
    found = _refused(warehouse, check)
    if not found.get("bevinding"):
        raise ReleaseError(
            f"{check} may not be accepted: what it guards is never right. It found: {found['gevonden']}. "
            "Correct the source, the models or the expectation. Checks that may be accepted say `aanvaardbaar: true` "
            "in expectations/."
        )
    finding = str(found["bevinding"])
    known = [each for each in acceptances(warehouse) if (each.check, each.finding) == (check, finding)]
    if known:
        raise ReleaseError(f"What {check} found is already {known[-1].sentence}. Run `monitor refresh`.")
    current = Releases(warehouse).current()
    entry = Journal(warehouse).append(
        "aanvaarden", current.release_id if current else "", reason, check=check, finding=finding
    )
    return _acceptance(entry)


def how_to_accept(check: Mapping[str, Any]) -> str:
    """What to do when a refused finding is right after all; empty for a check that may not be accepted."""
    if not check.get("bevinding"):
        return ""
    return (
        f'. If CBS means this: `monitor accept {check["controle"]} --reason "..."` (or the job `aanvaarden` in '
        "Dagster), then refresh again"
    )


def _refused(warehouse: Path, check: str) -> dict[str, Any]:
    """The check as the last refused audit has it."""
    path = warehouse / REFUSED
    content = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"controles": []}
    by_name: dict[str, dict[str, Any]] = {each["controle"]: each for each in content["controles"]}
    if check in by_name:
        return by_name[check]
    if not by_name:
        raise ReleaseError("Nothing was accepted: the last audit refused nothing.")
    near = difflib.get_close_matches(check, by_name, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    raise ReleaseError(
        f"Nothing was accepted: {check} did not refuse the audit of {content['tijd']}.{meant} "
        f"What refused it: {', '.join(by_name)}."
    )


def _acceptance(entry: Entry) -> Acceptance:
    return Acceptance(entry.controle, entry.bevinding, entry.tijd, entry.wie, entry.reden)
