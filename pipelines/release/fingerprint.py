"""What a release is made of, as one hash: same snapshots, yml, seeds, models and expectations, same release."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from pipelines.settings import DBT_PROJECT, EXPECTATIONS
from pipelines.statline.datasets import Dataset
from pipelines.statline.observing import ObservationStore

# The texts for analysts (docs/nl) are no input: no figure rests on them, so an edit of them makes no release.
_DBT_PARTS = ("models", "seeds", "macros", "tests", "contract")
_DBT_SUFFIXES = {".sql", ".yml", ".csv", ".md", ".json", ".geojson"}


def static_inputs(datasets: Iterable[Dataset]) -> dict[str, str]:
    """Hash of each part that does not come from CBS: dataset yml, dbt project and expectations."""
    return {
        "datasets": _digest("\n".join(f"{d.naam} {d.fingerprint}" for d in datasets)),
        "dbt": dbt_project_hash(),
        "expectations": _files_hash(EXPECTATIONS, {".yml"}),
    }


def inputs_of(datasets: Iterable[Dataset], observations: ObservationStore) -> dict[str, str]:
    """All parts of a build, and ``all``: the hash over them. The version of observations names its snapshot."""
    datasets = list(datasets)
    parts = static_inputs(datasets)
    for table in sorted(table.tabel for dataset in datasets for table in dataset.tabellen):
        version = observations.current(table)
        parts[f"tabel {table}"] = version.name if version else "ontbreekt"
    return {**parts, "all": _digest(json.dumps(parts, sort_keys=True))}


def dbt_project_hash() -> str:
    """Hash over every file of the dbt project that decides what a build holds."""
    parts = [_files_hash(DBT_PROJECT / part, _DBT_SUFFIXES) for part in _DBT_PARTS]
    return _digest((DBT_PROJECT / "dbt_project.yml").read_text(encoding="utf-8") + "".join(parts))


def _files_hash(folder: Path, suffixes: set[str]) -> str:
    files = sorted(path for path in folder.rglob("*") if path.suffix in suffixes) if folder.is_dir() else []
    return _digest(
        "\n".join(f"{f.relative_to(folder).as_posix()} {hashlib.sha256(f.read_bytes()).hexdigest()}" for f in files)
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
