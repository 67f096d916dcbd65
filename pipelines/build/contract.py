"""The public contract: which tables, columns, types and keys analysts may build on, by version.

``dbt_project/contract`` holds a file per version, the newest of which the published file must keep; ``wijzigingen.md``
there says in words what each changed. Adding is a minor version; what breaks somebody's query is a major one.

::

    {"tabellen": {"dim_regio": {"sleutel": ["regio_code"], "kolommen": {"regio_code": "VARCHAR", ...}}, ...}}
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.common.files import read_text
from pipelines.common.settings import DBT_PROJECT

CONTRACTS = DBT_PROJECT / "contract"


@dataclass(frozen=True)
class TableShape:
    """Of one table: the type of each column by name, and the columns that identify a row."""

    columns: Mapping[str, str]
    key: tuple[str, ...]


@dataclass(frozen=True)
class Contract:
    """Every public table of one version."""

    version: str
    tables: Mapping[str, TableShape]

    @property
    def major(self) -> int:
        """First number of the version: another one may break queries."""
        return _numbers(self.version)[0]

    def as_json(self) -> dict[str, Any]:
        """The content of the file of this version."""
        return {
            "tabellen": {
                name: {"sleutel": list(shape.key), "kolommen": dict(shape.columns)}
                for name, shape in sorted(self.tables.items())
            }
        }


def versions(folder: Path | None = None) -> list[str]:
    """The versions of the contract, oldest first."""
    return sorted((path.stem for path in (folder or CONTRACTS).glob("*.json")), key=_numbers)


def load_contract(version: str | None = None, folder: Path | None = None) -> Contract:
    """The contract of a version; of the newest unless told otherwise."""
    folder = folder or CONTRACTS
    version = version or versions(folder)[-1]
    content = json.loads(read_text(folder / f"{version}.json"))
    return Contract(
        version,
        {name: TableShape(table["kolommen"], tuple(table["sleutel"])) for name, table in content["tabellen"].items()},
    )


def contract_of(connection: duckdb.DuckDBPyConnection) -> Contract:
    """What a finished release offers, by its own `dictionary` and `release`."""
    rows = connection.execute("select tabel, kolom, type, sleutel from dictionary").fetchall()
    tables: dict[str, dict[str, str]] = {}
    keys: dict[str, list[str]] = {}
    for table, column, data_type, in_key in rows:
        tables.setdefault(table, {})[column] = data_type
        keys.setdefault(table, []).extend([column] if in_key else [])
    row = connection.execute("select contract_versie from release").fetchone()
    return Contract(str(row[0]) if row else "0", {name: TableShape(tables[name], tuple(keys[name])) for name in tables})


def breaks(old: Contract, new: Contract) -> list[str]:
    """What of ``old`` a query may rest on and ``new`` does not have, a phrase each; adding breaks nothing."""
    return [
        phrase for name, shape in sorted(old.tables.items()) for phrase in _breaks(name, shape, new.tables.get(name))
    ]


def _breaks(table: str, old: TableShape, new: TableShape | None) -> Iterator[str]:
    if new is None:
        yield f"table {table}, which is not there"
        return
    for column, data_type in old.columns.items():
        found = new.columns.get(column)
        if found is None:
            yield f"column {table}.{column}, which is not there"
        elif found != data_type:
            yield f"column {table}.{column} as {data_type}, found {found}"
    # A shorter key still identifies every row by the old one; a longer or another one gives a query more rows. Where no
    # key was stated none was promised.
    if old.key and not (new.key and set(new.key) <= set(old.key)):
        found_key = f"per {', '.join(new.key)}" if new.key else "without a key"
        yield f"table {table} with one row per {', '.join(old.key)}, found {found_key}"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))
