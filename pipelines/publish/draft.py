"""Complete the draft of a release: the audited tables, those about the release itself, its manifest and its notes.

A release and a rehearsal of one (`monitor refresh --dry-run`) are made here alike.
"""

import json
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from pipelines.build.counts import CheckCounts
from pipelines.build.inputs import Inputs, tables_of
from pipelines.build.project import Project
from pipelines.build.workspace import Workspace
from pipelines.common.child_process import run_beside
from pipelines.common.settings import PROJECT
from pipelines.publish.files import write_files
from pipelines.publish.files.staging import TableStaging
from pipelines.publish.gate import Cleared, keep_promises
from pipelines.publish.notes import gather_notes
from pipelines.publish.pages import write_pages
from pipelines.publish.pages.material import Material
from pipelines.publish.pages.site import write_site
from pipelines.publish.publication import Publication
from pipelines.publish.revisions import Revisions, add_revisions
from pipelines.publish.tables import QUALITY, RELEASE, TABLES, add_dictionary, create, insert
from pipelines.releases.content import SUMS, sums_of
from pipelines.releases.manifest import ReleaseManifest
from pipelines.releases.reader import ReleaseHeader, ReleaseReader, open_folder
from pipelines.releases.store import CHECKS, DATABASE, MANIFEST, NOTES, Release

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
    "gemengd": "Let op: deels opname, deels live. Gemaakt van tabellen van CBS StatLine en van opgenomen tabellen; per "
    "tabel staat dat in herkomst. Bron: CBS (CC BY 4.0).",
    "live": "Gemaakt van de live tabellen van CBS StatLine. Bron: CBS (CC BY 4.0).",
}


def new_release_id(inputs: Inputs) -> str:
    """Name of a release made now: the moment to the millisecond (UTC), and the start of the hash of its inputs."""
    now = datetime.now(UTC)
    return f"{now:%Y%m%dT%H%M%S}.{now.microsecond // 1000:03d}Z-{inputs.fingerprint[:8]}"


@dataclass(frozen=True)
class Draft:
    """A release in the making, in the empty ``folder``: of the cleared build of ``workspace``.

    ``previous`` is what it is compared with.
    """

    folder: Path
    release_id: str
    workspace: Workspace
    cleared: Cleared
    previous: Release | None

    def complete(self, project: Project, publication: Publication) -> None:
        """Fill the folder from the database that was built; ``publication`` is where and by whom it is offered.

        Raises:
            PublishError: a promise of the contract would be broken.
            ExportError: something in the database cannot be said in a file.
        """
        shutil.copyfile(self.workspace.database, self.folder / DATABASE)
        # Of the copy as it is now: what is added next is not in these files.
        staged = TableStaging(self.workspace).take(self.folder / DATABASE, self.folder)
        revisions = self._add_tables(project)
        _write_json(self.folder / CHECKS, [check.as_row() for check in self.cleared.checks])
        with open_folder(self.folder) as release:
            texts = partial(self._write_texts, release.beside(), revisions)
            # In a process of its own: hundreds of pages would hold up the workbook and the texts, and these them.
            site = [partial(run_beside, write_site, self.folder)] if Material.is_there(release) else []
            hashes = write_files(release, self.folder, publication, beside=[texts, *site], there=staged)
            manifest = self._manifest(release.header, revisions, hashes)
        _write_json(self.folder / MANIFEST, manifest.as_row())
        # After the manifest, since they hold that of the manifest too.
        (self.folder / SUMS).write_text(sums_of(Release(self.folder)), encoding="utf-8")

    def _add_tables(self, project: Project) -> Revisions:
        """Add the tables about the release itself to the audited ones, all or none."""
        with duckdb.connect(str(self.folder / DATABASE)) as connection:
            connection.begin()
            for table in TABLES:
                create(connection, table)
            insert(connection, QUALITY, [check.as_row() for check in self.cleared.checks])
            header = self._header(connection, datetime.now(UTC), project)
            insert(connection, RELEASE, [header.as_row()])
            revisions = add_revisions(connection, header, self.previous)
            add_dictionary(connection, project)
            keep_promises(connection, project.contract, self.previous)
            connection.commit()
        return revisions

    def _write_texts(self, release: ReleaseReader, revisions: Revisions) -> None:
        before = None if self.previous is None else tables_of(self.previous.manifest.parts)
        notes = gather_notes(release, self.cleared.checks, revisions, self.workspace.failures, before)
        (self.folder / NOTES).write_text(notes.as_text(), encoding="utf-8")
        write_pages(release, self.folder)

    def _header(self, connection: duckdb.DuckDBPyConnection, made: datetime, project: Project) -> ReleaseHeader:
        kinds = {kind for (kind,) in connection.execute("select distinct soort from herkomst").fetchall()}
        source = kinds.pop() if len(kinds) == 1 else "gemengd"
        return ReleaseHeader(
            release_id=self.release_id,
            made=made.replace(tzinfo=None),
            previous=self.previous.release_id if self.previous else None,
            contract_version=project.contract.version,
            division_year=project.dbt.variable("doel_indeling_jaar"),
            source=source,
            explanation=_SOURCE_TEXTS[source],
            git_commit=_git_commit(),
            versions={name: version(name) for name in _PACKAGES},
            inputs=self.cleared.inputs.fingerprint,
        )

    def _manifest(self, header: ReleaseHeader, revisions: Revisions, files: dict[str, str]) -> ReleaseManifest:
        failed = [check for check in self.cleared.checks if not check.passed]
        return ReleaseManifest(
            release_id=header.release_id,
            made=header.made.isoformat() + "Z",
            previous=header.previous,
            contract_version=header.contract_version,
            division_year=header.division_year,
            source=header.source,
            explanation=header.explanation,
            git_commit=header.git_commit,
            versions=header.versions,
            inputs=header.inputs,
            files=files,
            tables=self.cleared.signed.tables,
            checks=CheckCounts(
                total=len(self.cleared.checks),
                warnings=[check.check for check in failed if not check.accepted],
                accepted=[check.check for check in failed if check.accepted],
            ),
            revisions=revisions.counts,
            parts=self.cleared.inputs.as_row(),
        )


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
