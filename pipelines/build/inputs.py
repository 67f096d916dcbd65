"""What a release is made of, as one hash: same snapshots, yml, seeds, models and expectations, same release."""

import json
import os
import shutil
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipelines.build.project import Project
from pipelines.common.files import text_digest
from pipelines.observations.store import CELLS, MEASURES, TABLE, TOPICS, ObservationStore

_TABLE_PART = "tabel "
_ABSENT = "ontbreekt"


class Inputs(BaseModel):
    """What goes into one build: the hash of each part by its name, and ``fingerprint``, the hash over all of them.

    A part is ``datasets``, ``dbt``, ``expectations``, or ``tabel <id>``: the version of its observations, which names
    the snapshot.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fingerprint: str
    parts: dict[str, str]

    def as_row(self) -> dict[str, str]:
        """What the manifest of a release says of it."""
        return {**self.parts, "all": self.fingerprint}


def inputs_of(project: Project, observations: ObservationStore) -> Inputs:
    """What a build of ``project`` from the observations in use is made of."""
    parts = project.own_parts()
    for table in sorted(project.tables):
        version = observations.current(table)
        parts[f"{_TABLE_PART}{table}"] = version.name if version else _ABSENT
    return Inputs(fingerprint=text_digest(json.dumps(parts, sort_keys=True)), parts=parts)


def tables_of(parts: dict[str, str]) -> dict[str, str]:
    """Of the parts of a release the version of each table, by its id."""
    return {name.removeprefix(_TABLE_PART): version for name, version in parts.items() if name.startswith(_TABLE_PART)}


def freeze(project: Project, observations: ObservationStore, target: Path) -> dict[str, str]:
    """Link the observations in use of every table into ``target``, one folder per source of dbt.

    Hard links freeze the input of one build: a refresh that comes along later cannot change it.

    Returns:
        Why the observations of a table cannot be used, by its id.
    """
    shutil.rmtree(target, ignore_errors=True)
    unusable: dict[str, str] = {}
    for table in project.tables:
        folder = observations.current(table)
        if folder is None:
            unusable[table] = f"Table {table} was never fetched: refresh its year."
            continue
        damage = observations.damage(table)
        if damage is not None:
            unusable[table] = f"Table {table}: {damage}. Refresh its year: that makes it again from its snapshot."
            continue
        for part in sorted((folder / CELLS).glob("*.parquet")):
            _link(part, target / "observaties" / table / part.name)
        _link(folder / f"{MEASURES}.parquet", target / "maten" / f"{table}.parquet")
        _link(folder / f"{TOPICS}.parquet", target / "onderwerpen" / f"{table}.parquet")
        _link(folder / f"{TABLE}.parquet", target / "tabellen" / f"{table}.parquet")
    return unusable


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        # Some file systems have no hard links; a copy freezes just as well.
        shutil.copyfile(source, target)
