"""What a release is made of, as one hash: same snapshots, yml, seeds, models and expectations, same release."""

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import polars as pl
from pydantic import BaseModel, ConfigDict

from pipelines.build.project import Project
from pipelines.common.files import text_digest
from pipelines.observations.observer import lacking_measures
from pipelines.observations.store import AREAS, CELLS, CODES, MEASURES, TABLE, TOPICS, ObservationStore
from pipelines.submissions.frozen_tables import write_frozen_tables
from pipelines.submissions.intake import Submission

# The years of the measures that were not understood, as the models read them.
NOT_UNDERSTOOD: Final = "niet_begrepen"
_LACKING_SCHEMA: Final[dict[str, Any]] = {
    "dataset": pl.String,
    "maat": pl.String,
    "jaar": pl.Int16,
    "tabel_id": pl.String,
}
_TABLE_PART, _OWN_PART = "tabel ", "eigen "
_AGAIN = "Refresh its year: that makes it again from its snapshot."
_ABSENT = "ontbreekt"
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Inputs(BaseModel):
    """What goes into one build: the hash of each part by its name, and ``fingerprint``, the hash over all of them.

    A part is ``datasets``, ``dbt``, ``expectations``, ``tabel <id>``: the version of its observations, which names the
    snapshot; or ``eigen <naam>``: the version of a file that a municipality gave.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fingerprint: str
    parts: dict[str, str]

    def as_row(self) -> dict[str, str]:
        """What the manifest of a release says of it."""
        return {**self.parts, "all": self.fingerprint}


def inputs_of(project: Project, observations: ObservationStore, own: Mapping[str, str] = _NONE) -> Inputs:
    """What a build of ``project`` from the observations in use, and the versions of ``own`` files, is made of."""
    parts = project.own_parts()
    for table in sorted(project.tables):
        version = observations.usable(table)
        parts[f"{_TABLE_PART}{table}"] = version.name if version else _ABSENT
    parts |= {f"{_OWN_PART}{name}": own[name] for name in sorted(own)}
    return Inputs(fingerprint=text_digest(json.dumps(parts, sort_keys=True)), parts=parts)


def tables_of(parts: dict[str, str]) -> dict[str, str]:
    """Of the parts of a release the version of each table that it was made of, by its id."""
    versions = {name.removeprefix(_TABLE_PART): part for name, part in parts.items() if name.startswith(_TABLE_PART)}
    return {table: version for table, version in versions.items() if version != _ABSENT}


def own_files_of(parts: Mapping[str, str]) -> dict[str, str]:
    """Of the parts of a release the version of each file of a municipality that it was made of, by its name."""
    return {name.removeprefix(_OWN_PART): part for name, part in parts.items() if name.startswith(_OWN_PART)}


def freeze(
    project: Project,
    observations: ObservationStore,
    target: Path,
    released: Mapping[str, str] | None = None,
    own: Iterable[Submission] = (),
) -> dict[str, str]:
    """Link the observations in use of every table into ``target``, one folder per source of dbt.

    Hard links freeze the input of one build: a refresh that comes along later cannot change it. A table that was never
    understood costs its figures, not the release: its measures stand among those that were not understood.

    Args:
        project: says which tables, and which of them no release can do without.
        observations: where they are.
        target: folder to make.
        released: versions of the tables that the current release was made of, by id: their figures may not go.
        own: the files of municipalities in use.

    Returns:
        Why there is no release without this table, by its id.
    """
    shutil.rmtree(target, ignore_errors=True)
    unusable: dict[str, str] = {}
    for table in project.tables:
        folder = observations.usable(table)
        problem = observations.damage(table) if folder else None
        if problem is not None:
            unusable[table] = f"Table {table}: {problem}. {_AGAIN}"
        elif folder is not None:
            _link_version(folder, table, target)
        elif released and table in released and observations.allows(released[table]):
            unusable[table] = f"Table {table}: the current release was made of it, and it has no version now. {_AGAIN}"
        elif table in project.indispensable:
            unusable[table] = f"Table {table} was never fetched or understood: refresh its year."
    path = target / NOT_UNDERSTOOD / f"{NOT_UNDERSTOOD}.parquet"
    path.parent.mkdir(parents=True)
    pl.DataFrame(list(_lacking(project, observations)), schema=_LACKING_SCHEMA, orient="row").write_parquet(path)
    write_frozen_tables(own, target)
    return unusable


def not_understood(project: Project, observations: ObservationStore) -> Iterator[tuple[str, str, int]]:
    """Dataset, measure and year of all that a table was to give and that was not understood."""
    return ((row["dataset"], row["maat"], row["jaar"]) for row in _lacking(project, observations))


def _lacking(project: Project, observations: ObservationStore) -> Iterator[dict[str, Any]]:
    """A row per measure and year that a table was to give and that was not understood."""
    until = project.dbt.variable("doel_indeling_jaar") - 1
    for dataset in project.datasets.values():
        for table in dataset.tabellen:
            never = observations.usable(table.tabel) is None
            lacking = {found.measure: found.years for found in lacking_measures(table.tabel, observations)}
            for measure, years in dataset.promised(table, until).items() if never else lacking.items():
                for year in years:
                    yield {"dataset": dataset.name, "maat": measure, "jaar": year, "tabel_id": table.tabel}


def _link_version(folder: Path, table: str, target: Path) -> None:
    for part in sorted((folder / CELLS).glob("*.parquet")):
        _link(part, target / "observaties" / table / part.name)
    _link(folder / f"{MEASURES}.parquet", target / "maten" / f"{table}.parquet")
    _link(folder / f"{TOPICS}.parquet", target / "onderwerpen" / f"{table}.parquet")
    for name in (AREAS, CODES):
        # A version of before there was such a file stays in use as long as its table cannot be read anew.
        if (part := folder / f"{name}.parquet").exists():
            _link(part, target / name / f"{table}.parquet")
    _link(folder / f"{TABLE}.parquet", target / "tabellen" / f"{table}.parquet")


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        # Some file systems have no hard links; a copy freezes just as well.
        shutil.copyfile(source, target)
