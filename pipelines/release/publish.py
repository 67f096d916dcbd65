"""Publish an audited build: check its signature, complete the file, and swap it in with one atomic step.

The publisher refuses by itself, whatever started it: without an audit of exactly these tables that passed, nothing is
published and the last good release stays where it is.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import orjson
import yaml

from pipelines.release import appended
from pipelines.release.appended import DICTIONARY, KWALITEIT, RELEASE, REVISIES
from pipelines.release.audit import refusals
from pipelines.release.content import table_hashes
from pipelines.release.disk import is_full, what_can_go
from pipelines.release.holds import hold_on
from pipelines.release.releases import CHECKS, DATABASE, MANIFEST, Release, Releases
from pipelines.release.sql import quoted
from pipelines.release.workspace import Workspace
from pipelines.settings import DBT_PROJECT, PROJECT

CONTRACT_VERSION = "1.1.0"
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
    "opname": "Opname, niet live: gemaakt van opgenomen CBS-tabellen, niet van de live dienst. Bron: CBS (CC BY 4.0).",
    "live": "Gemaakt van de live tabellen van CBS StatLine. Bron: CBS (CC BY 4.0).",
}


class PublishError(Exception):
    """Refused: the build did not pass its audit, is not the file that was audited, or is what a hold puts aside."""


def publish(workspace: Workspace, keep: int, dbt_manifest: Path) -> Release:
    """Publish the build of ``workspace`` and keep the newest ``keep`` releases.

    Raises:
        PublishError: saying which check failed, which table is not what was audited, or what is held. Nothing is
            changed then, nor when the disk is full.
        JournalError: if it cannot be read what is held. Nothing is changed then.
    """
    signed = _passed_audit(workspace)
    releases = Releases(workspace.warehouse)
    made = datetime.now(UTC)
    inputs = workspace.read("inputs")
    held = hold_on(workspace.warehouse, inputs["all"])
    if held is not None:
        raise PublishError(f"Refused: what was built is the same as a release that was put aside. {held.sentence}.")
    release_id = f"{made:%Y%m%dT%H%M%S}.{made.microsecond // 1000:03d}Z-{inputs['all'][:8]}"
    with _draft(releases, release_id) as draft:
        shutil.copyfile(workspace.database, draft / DATABASE)
        header = _complete(draft / DATABASE, release_id, made, inputs, signed, releases.current(), dbt_manifest)
        _write_json(draft / CHECKS, signed["controles"])
        _write_json(draft / MANIFEST, _manifest(draft / DATABASE, header, inputs, signed))
        for path in draft.iterdir():
            path.chmod(0o444)
        release = releases.add(draft)
        releases.point_at(release)
    releases.prune(keep)
    workspace.write("published", {"release_id": release_id})
    return release


@contextmanager
def _draft(releases: Releases, release_id: str) -> Iterator[Path]:
    """A draft of a release, of which nothing stays when it cannot be finished."""
    draft = releases.draft(release_id)
    try:
        yield draft
    except Exception as error:
        shutil.rmtree(draft, ignore_errors=True)
        if not is_full(error):
            raise
        raise PublishError(
            f"The disk of {releases.warehouse} is full, so the release could not be written and the last one stands; "
            f"{what_can_go(releases.warehouse)}"
        ) from error


def _passed_audit(workspace: Workspace) -> dict[str, Any]:
    signed: dict[str, Any] | None = workspace.read("audit")
    if signed is None:
        raise PublishError(f"Refused: build {workspace.run_id} has no audit. Run the audit step, then publish again.")
    reasons = refusals(signed)
    if reasons or not signed["geslaagd"]:
        reasons = reasons or ["the build is incomplete"]
        raise PublishError("Refused: the audit did not pass.\n" + "\n".join(f"- {reason}" for reason in reasons))
    found = table_hashes(workspace.database)
    if found != signed["tabellen"]:
        differing = sorted({*found, *signed["tabellen"]} - {t for t in found if found[t] == signed["tabellen"].get(t)})
        raise PublishError(
            f"Refused: {', '.join(differing)} in {workspace.database.name} of build {workspace.run_id} "
            "is not what was audited. "
            "Something changed the file after the audit; run the refresh again."
        )
    return signed


def _complete(
    database: Path,
    release_id: str,
    made: datetime,
    inputs: Mapping[str, str],
    signed: Mapping[str, Any],
    previous: Release | None,
    dbt_manifest: Path,
) -> dict[str, Any]:
    """Append the tables about the release itself; returns the one row of ``release``."""
    with duckdb.connect(str(database)) as connection:
        for table in appended.TABLES:
            appended.create(connection, table)
        appended.insert(connection, KWALITEIT, signed["controles"])
        header = _release_row(connection, release_id, made, inputs)
        appended.insert(connection, RELEASE, [header])
        if previous is not None:
            _add_revisions(connection, header, previous)
        appended.insert(connection, DICTIONARY, _dictionary_rows(connection, dbt_manifest))
    return header


def _release_row(
    connection: duckdb.DuckDBPyConnection, release_id: str, made: datetime, inputs: Mapping[str, str]
) -> dict[str, Any]:
    found = connection.execute("select count(*) from herkomst where soort <> 'live'").fetchone()
    source = "opname" if found and found[0] else "live"
    return {
        "release_id": release_id,
        "gemaakt": made.replace(tzinfo=None),
        "contract_versie": CONTRACT_VERSION,
        "indeling_jaar": yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"][
            "doel_indeling_jaar"
        ],
        "bron": source,
        "toelichting": _SOURCE_TEXTS[source],
        "git_commit": _git_commit(),
        "versies": json.dumps({name: version(name) for name in _PACKAGES}),
        "invoer": inputs["all"],
    }


def _add_revisions(connection: duckdb.DuckDBPyConnection, header: Mapping[str, Any], previous: Release) -> None:
    """Every cell that both releases have and that differs; `actueel` only if both mean the same division."""
    connection.execute(f"attach {quoted(previous.database)} as vorige (read_only)")
    connection.execute(
        f"""
        insert into {REVISIES.name}
        select $release, nieuw.indicator_id, nieuw.regio_soort, nieuw.regio_code, nieuw.jaar, nieuw.indeling,
            oud.waarde, nieuw.waarde, oud.status, nieuw.status, oud.reden_ontbreekt, nieuw.reden_ontbreekt
        from main.fct_indicator as nieuw
        inner join vorige.main.fct_indicator as oud using (indicator_id, regio_soort, regio_code, jaar, indeling)
        where (nieuw.indeling = 'origineel' or (select indeling_jaar from vorige.main.release) = $indeling_jaar)
            and (nieuw.waarde is distinct from oud.waarde or nieuw.status is distinct from oud.status
                or nieuw.reden_ontbreekt is distinct from oud.reden_ontbreekt)
        order by all
        """,  # noqa: S608 - a name of our own
        {"release": header["release_id"], "indeling_jaar": header["indeling_jaar"]},
    )
    connection.execute("detach vorige")


def _dictionary_rows(connection: duckdb.DuckDBPyConnection, dbt_manifest: Path) -> list[dict[str, Any]]:
    """One row per column; types and texts from the file, units and keys from where the columns are defined."""
    defined = _defined_columns(dbt_manifest)
    units = dict(connection.execute("select indicator_id, eenheid from dim_indicator").fetchall())
    columns = connection.execute(
        """
        select t.table_name, c.column_name, c.data_type, c.comment, t.comment
        from duckdb_columns() as c
        inner join duckdb_tables() as t on c.table_oid = t.table_oid and c.database_oid = t.database_oid
        where t.database_name = current_database() and t.schema_name = 'main'
        order by t.table_name, c.column_index
        """
    ).fetchall()
    return [
        {
            "tabel": table,
            "kolom": column,
            "type": data_type,
            "omschrijving": comment,
            "eenheid": defined.get((table, column), (None, False))[0] or units.get(column),
            "sleutel": defined.get((table, column), (None, False))[1],
            "tabel_omschrijving": table_comment,
        }
        for table, column, data_type, comment, table_comment in columns
    ]


def _defined_columns(dbt_manifest: Path) -> dict[tuple[str, str], tuple[str | None, bool]]:
    """(unit, part of key) of each documented column."""
    found = {(t.name, c.name): (c.unit, c.key) for t in appended.TABLES for c in t.columns}
    for node in orjson.loads(dbt_manifest.read_bytes())["nodes"].values():
        if node["resource_type"] == "model":
            keys = node["config"]["meta"].get("sleutel", [])
            for name, column in node["columns"].items():
                found[node["name"], name] = (column["config"]["meta"].get("eenheid"), name in keys)
    return found


def _manifest(
    database: Path, header: Mapping[str, Any], inputs: Mapping[str, str], signed: Mapping[str, Any]
) -> dict[str, Any]:
    failed = [check for check in signed["controles"] if not check["geslaagd"]]
    return {
        **header,
        "gemaakt": header["gemaakt"].isoformat() + "Z",
        "versies": json.loads(header["versies"]),
        "bestanden": {DATABASE: sha256(database.read_bytes()).hexdigest()},
        "tabellen": signed["tabellen"],
        "controles": {"aantal": len(signed["controles"]), "waarschuwingen": [check["controle"] for check in failed]},
        "invoer_delen": dict(inputs),
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
