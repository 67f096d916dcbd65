"""The publisher's own gate: what may be published, whatever started it. It fails closed.

Without an audit of exactly these tables, against exactly this release, that passed, and with a hold on what they were
made of, nothing is published and the last good release stays where it is. Nor is anything that breaks the contract.
"""

from dataclasses import dataclass

import duckdb

from pipelines.build.checks import CheckResult, SignedAudit
from pipelines.build.contract import Contract, breaks, contract_of
from pipelines.build.inputs import Inputs
from pipelines.build.workspace import Workspace
from pipelines.common.files import sha256_of
from pipelines.common.sql import attached
from pipelines.releases.content import table_hashes
from pipelines.releases.decisions import hold_on, with_acceptances
from pipelines.releases.store import PublishError, Release
from pipelines.releases.warehouse import Warehouse


@dataclass(frozen=True)
class Cleared:
    """A build that may be published: its signed audit, and what it was made of.

    ``checks`` are those of the audit with what was accepted of them until now.
    """

    signed: SignedAudit
    checks: list[CheckResult]
    inputs: Inputs


def clear(workspace: Workspace, warehouse: Warehouse) -> Cleared:
    """Let the build of ``workspace`` through.

    Raises:
        PublishError: saying which check failed, which table is not what was audited, or what is held.
        JournalError: if it cannot be read what is held or accepted.
    """
    signed, checks = _passed_audit(workspace, warehouse)
    inputs = workspace.inputs
    if inputs is None:
        raise PublishError(f"Refused: of build {workspace.run_id} it is not known what it was made of. Refresh again.")
    held = hold_on(warehouse.journal, inputs.fingerprint)
    if held is not None:
        raise PublishError(f"Refused: what was built is the same as a release that was put aside. {held.sentence}.")
    require_same_previous(workspace, warehouse, signed)
    return Cleared(signed, checks, inputs)


def require_same_previous(workspace: Workspace, warehouse: Warehouse, signed: SignedAudit) -> None:
    """An old run that is executed again must not bring its figures back over those of a later release.

    Raises:
        PublishError: if the build was compared with another release than the current one.
    """
    compared, now = signed.compared_with, warehouse.releases.current_id
    if compared != now:
        raise PublishError(
            f"Refused: build {workspace.run_id} was compared with {compared or 'no release'}, and analysts read "
            f"{now or 'none'} now. Start a new refresh: it builds from what is newest and compares it with that."
        )


def _passed_audit(workspace: Workspace, warehouse: Warehouse) -> tuple[SignedAudit, list[CheckResult]]:
    signed = workspace.audit
    if signed is None:
        raise PublishError(f"Refused: build {workspace.run_id} has no audit. Run the audit step, then publish again.")
    # From the journal itself, whatever the audit says: it may be older than an acceptance, or not be an audit.
    checks = with_acceptances(signed.checks, warehouse.journal)
    reasons = signed.reasons(checks)
    if reasons or not signed.complete:
        reasons = reasons or ["the build is incomplete"]
        raise PublishError("Refused: the audit did not pass.\n" + "\n".join(f"- {reason}" for reason in reasons))
    _require_audited_tables(workspace, signed)
    return signed, checks


def _require_audited_tables(workspace: Workspace, signed: SignedAudit) -> None:
    if signed.file is not None and sha256_of(workspace.database) == signed.file:
        return  # the very bytes of which the audit hashed the tables
    found = table_hashes(workspace.database)
    if found != signed.tables:
        differing = sorted({*found, *signed.tables} - {t for t in found if found[t] == signed.tables.get(t)})
        raise PublishError(
            f"Refused: {', '.join(differing)} in {workspace.database.name} of build {workspace.run_id} "
            "is not what was audited. "
            "Something changed the file after the audit; run the refresh again."
        )


def keep_promises(connection: duckdb.DuckDBPyConnection, promised: Contract, previous: Release | None) -> None:
    """Let pass the finished draft behind ``connection`` if it keeps what is ``promised``, and that of ``previous``.

    Raises:
        PublishError: saying which promise would be broken, and what to do.
    """
    offered_before = None
    if previous is not None:
        with attached(previous=previous.database) as before:
            offered_before = contract_of(before)
    require_promises(contract_of(connection), promised, offered_before)


def require_promises(offered: Contract, promised: Contract, previous: Contract | None) -> None:
    """Let pass what offers all that is promised, and breaks nothing that the release before it offered.

    Raises:
        PublishError: saying which promise would be broken, and what to do.
    """
    broken = [f"the contract {promised.version} promises {what}" for what in breaks(promised, offered)]
    if broken:
        raise PublishError(
            "Not published: " + "; ".join(broken) + ". Correct the model, or write the new contract with a higher "
            "version (docs/contract.md, 'Change what is public')."
        )
    if previous is not None and previous.major >= promised.major:
        lost = [f"the current release offers {what}" for what in breaks(previous, offered)]
        if lost:
            raise PublishError(
                "Not published: " + "; ".join(lost) + f". That breaks queries, and contract {promised.version} has no "
                "higher major version: keep it, or give the contract one."
            )
