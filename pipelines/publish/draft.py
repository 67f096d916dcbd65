"""Complete the draft of a release: the audited tables, those about the release itself, its manifest and its notes.

A release and a rehearsal of one (`monitor refresh --dry-run`) are made here alike.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import yaml

from pipelines.build.contract import load_contract
from pipelines.build.workspace import Workspace
from pipelines.common.settings import DBT_PROJECT, PROJECT
from pipelines.publish import tables as appended
from pipelines.publish.files import write_exports
from pipelines.publish.gate import Cleared, keep_promises
from pipelines.publish.notes import gather_notes, render_notes
from pipelines.publish.pages import write_pages
from pipelines.publish.publication import Publication
from pipelines.publish.revisions import Revisions, add_revisions
from pipelines.publish.tables import DICTIONARY, KWALITEIT, RELEASE, dictionary_rows, state_keys
from pipelines.releases.content import SUMS, sums_of
from pipelines.releases.store import CHECKS, DATABASE, MANIFEST, NOTES, Release, file_hashes

_PACKAGES = (
    "monitor-sociaal-domein",
    "duckdb",
    "dbt-core",
    "dbt-duckdb",
    "polars",
    "great-expectations",
    "dagster",
    "cbsodata",
)
_SOURCE_TEXTS = {
    "opname": "Let op: opname, niet live. Gemaakt van opgenomen CBS-tabellen, niet van de live dienst. "
    "Bron: CBS (CC BY 4.0).",
    "live": "Gemaakt van de live tabellen van CBS StatLine. Bron: CBS (CC BY 4.0).",
}


def new_release_id(cleared: Cleared) -> str:
    """Name of a release made now: the moment to the millisecond (UTC), and the start of the hash of its inputs."""
    now = datetime.now(UTC)
    return f"{now:%Y%m%dT%H%M%S}.{now.microsecond // 1000:03d}Z-{cleared.inputs['all'][:8]}"


def complete(
    workspace: Workspace,
    draft: Path,
    release_id: str,
    cleared: Cleared,
    previous: Release | None,
    dbt_manifest: Path,
    publication: Publication,
) -> None:
    """Fill the empty folder ``draft`` with release ``release_id`` of the build of ``workspace``.

    ``publication`` is where and by whom it is offered, for its metadata.
    """
    database, made = draft / DATABASE, datetime.now(UTC)
    shutil.copyfile(workspace.database, database)
    with duckdb.connect(str(database)) as connection:
        for table in appended.TABLES:
            appended.create(connection, table)
        appended.insert(connection, KWALITEIT, cleared.checks)
        header = _release_row(connection, release_id, made, cleared.inputs, previous)
        appended.insert(connection, RELEASE, [header])
        revisions = add_revisions(connection, header, previous)
        state_keys(connection, dbt_manifest)
        appended.insert(connection, DICTIONARY, dictionary_rows(connection, dbt_manifest))
        keep_promises(connection, previous)
        notes = gather_notes(connection, header, cleared.checks, revisions, workspace.failures())
    (draft / NOTES).write_text(render_notes(notes), encoding="utf-8")
    _write_json(draft / CHECKS, cleared.checks)
    write_pages(draft)
    # After the pages, since metadata describe every file that is there.
    write_exports(draft, publication)
    _write_json(draft / MANIFEST, _manifest(draft, header, cleared, revisions))
    # After the manifest, since they hold that of the manifest too.
    (draft / SUMS).write_text(sums_of(Release(draft)), encoding="utf-8")


def _release_row(
    connection: duckdb.DuckDBPyConnection,
    release_id: str,
    made: datetime,
    inputs: Mapping[str, str],
    previous: Release | None,
) -> dict[str, Any]:
    found = connection.execute("select count(*) from herkomst where soort <> 'live'").fetchone()
    source = "opname" if found and found[0] else "live"
    return {
        "release_id": release_id,
        "gemaakt": made.replace(tzinfo=None),
        "vorige": previous.release_id if previous else None,
        "contract_versie": load_contract().version,
        "indeling_jaar": yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"][
            "doel_indeling_jaar"
        ],
        "bron": source,
        "toelichting": _SOURCE_TEXTS[source],
        "git_commit": _git_commit(),
        "versies": json.dumps({name: version(name) for name in _PACKAGES}),
        "invoer": inputs["all"],
    }


def _manifest(draft: Path, header: Mapping[str, Any], cleared: Cleared, revisions: Revisions) -> dict[str, Any]:
    failed = [check for check in cleared.checks if not check["geslaagd"]]
    return {
        **header,
        "gemaakt": header["gemaakt"].isoformat() + "Z",
        "versies": json.loads(header["versies"]),
        "bestanden": file_hashes(draft),
        "tabellen": cleared.signed["tabellen"],
        "controles": {
            "aantal": len(cleared.checks),
            "waarschuwingen": [check["controle"] for check in failed if not check["aanvaard"]],
            "aanvaard": [check["controle"] for check in failed if check["aanvaard"]],
        },
        "revisies": revisions.as_json(),
        "invoer_delen": dict(cleared.inputs),
    }


def _git_commit() -> str | None:
    """Commit of the working tree, marked when it has changes; None outside a checkout."""
    git = shutil.which("git")
    if git is None:
        return None
    arguments = [git, "-C", str(PROJECT), "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    return done.stdout.strip() or None if done.returncode == 0 else None


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
