"""``datapackage.json``: what the files of a release are and what every column holds, for programs (Data Package 2.0).

Version 2, since it is the current one and `frictionless` checks it in full. Every CSV is a table with its schema; the
other files are resources with their size and hash.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from pipelines.publish.files.listing import CSV_KIND, ReleaseFile
from pipelines.publish.files.tables import CSV, FALSE, MOMENT, TRUE
from pipelines.publish.publication import ExportError, Publication
from pipelines.publish.source_tables import LICENCE_URL, SourceTable, sources_of
from pipelines.releases.reader import ReleaseHeader, ReleaseReader, Row

FILE: Final = "datapackage.json"
LICENCE: Final = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Naamsvermelding 4.0 Internationaal",
    "path": LICENCE_URL,
}
_SCHEMA: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
_DIALECT: Final = {"delimiter": ";", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}
_INTEGERS: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
# The star: which column of any table means a row of which other table.
_STAR: Final = {
    ("indicator_id",): "dim_indicator",
    ("gm_code",): "dim_gemeente",
    ("jaar",): "dim_periode",
    ("regio_code",): "dim_regio",
    ("tabel_id",): "herkomst",
}
# Below the municipality a code is one of its year, and of another table of names.
_BELOW: Final = ("dim_wijk", "fct_indicator_wijk")
_STAR_BELOW: Final = {fields: target for fields, target in _STAR.items() if fields != ("regio_code",)} | {
    ("regio_code", "jaar"): "dim_wijk"
}
# These also speak of what is no longer, or not yet, in the release: a figure that lapsed, an error in another table, a
# measure of years without indicators or of a table that was never understood.
_OUTSIDE_THE_STAR: Final = ("correctie", "herkomst", "herkomst_maat", "revisies", "revisie_telling")


def write_datapackage(
    release: ReleaseReader, folder: Path, files: Iterable[ReleaseFile], publication: Publication
) -> None:
    """Describe the ``files`` that a release offers in ``folder``.

    Raises:
        ExportError: a column has a type that no CSV of a release holds.
    """
    tables = _tables(release)
    package = {**_about(release, publication), "resources": [_resource(file, tables) for file in files]}
    (folder / FILE).write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _about(release: ReleaseReader, publication: Publication) -> dict[str, Any]:
    header = release.header
    contributors = [
        {"title": "Centraal Bureau voor de Statistiek (CBS)", "roles": ["bron"], "path": "https://www.cbs.nl"}
    ]
    if publication.publisher:
        contributors.insert(0, {"title": publication.publisher, "roles": ["uitgever"]})
        if publication.publisher_uri:
            contributors[0]["path"] = publication.publisher_uri
    return {
        "$schema": _SCHEMA,
        "name": "overall-monitor-sociaal-domein",
        "id": header.release_id,
        "title": "Overall monitor sociaal domein",
        "description": _description(header),
        "version": header.contract_version,
        "created": f"{header.made:%Y-%m-%dT%H:%M:%S}Z",
        "keywords": ["jeugdhulp", "Wmo", "bijstand", "participatie", "gemeenten", "sociaal domein"],
        **({"homepage": f"{publication.url}/huidig/"} if publication.url else {}),
        "licenses": [LICENCE],
        "contributors": contributors,
        "sources": [_source(source) for source in sources_of(release)],
    }


def _description(header: ReleaseHeader) -> str:
    return (
        f"{header.explanation} Uitgave {header.release_id}, gemeentelijke indeling {header.division_year}. "
        "De version is die van het contract van de tabellen. In de CSV-bestanden is een leeg veld NULL, staan ja en "
        "nee voor waar en onwaar, en staat er een apostrof voor tekst die Excel als formule, datum of getal leest."
    )


def _source(source: SourceTable) -> dict[str, str]:
    about = {"title": f"CBS-tabel {source.table}, {source.title}", "version": f"{source.changed:%Y-%m-%dT%H:%M:%S}Z"}
    return about | ({"path": source.url} if source.url else {})


def _resource(file: ReleaseFile, tables: dict[str, dict[str, Any]]) -> dict[str, Any]:
    about: dict[str, Any] = {
        "name": _name(file.path),
        "path": file.path,
        "title": f"{file.kind.title}: {file.table}" if file.table else file.kind.title,
        "format": Path(file.path).suffix.removeprefix("."),
        "mediatype": file.kind.media_type,
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
    }
    if file.kind is not CSV_KIND:
        # Else its type would be guessed by its name, and the file read as a table.
        return about | {"type": "file"}
    described = {"type": "table", "encoding": "utf-8", "dialect": _DIALECT}
    return about | described | tables[file.table]


def _name(path: str) -> str:
    """Name of a resource: that of its table for a CSV, so that foreign keys read well."""
    place = Path(path)
    return place.stem if place.parent.name == CSV else path.lower().replace("/", "-").replace("_", "-")


def _tables(release: ReleaseReader) -> dict[str, dict[str, Any]]:
    """Description and schema of each table, from `dictionary`."""
    columns: dict[str, list[Row]] = defaultdict(list)
    for row in release.records("from dictionary"):
        columns[row["tabel"]].append(row)
    keys = {table: [row["kolom"] for row in rows if row["sleutel"]] for table, rows in columns.items()}
    filled = _never_null(release)
    return {
        table: {
            "description": rows[0]["tabel_omschrijving"] or "",
            "schema": {
                "fields": [_field(row, required=(table, row["kolom"]) in filled) for row in rows],
                "missingValues": [""],
                **({"primaryKey": keys[table]} if keys[table] else {}),
                **_foreign_keys(table, {row["kolom"] for row in rows}, keys),
            },
        }
        for table, rows in columns.items()
    }


def _never_null(release: ReleaseReader) -> set[tuple[str, str]]:
    """Table and name of each column that is declared NOT NULL."""
    sql = "select table_name, column_name from duckdb_columns() where not internal and not is_nullable"
    return {(row["table_name"], row["column_name"]) for row in release.records(sql)}


def _foreign_keys(table: str, columns: set[str], keys: dict[str, list[str]]) -> dict[str, Any]:
    """The keys of other tables among ``columns``, as far as the release has those tables."""
    foreign = [
        {"fields": list(fields), "reference": {"resource": target, "fields": list(fields)}}
        for fields, target in (_STAR_BELOW if table in _BELOW else _STAR).items()
        if set(fields) <= columns
        and target != table
        and sorted(keys.get(target, [])) == sorted(fields)
        and table not in _OUTSIDE_THE_STAR
    ]
    return {"foreignKeys": foreign} if foreign else {}


def _field(row: Row, *, required: bool) -> dict[str, Any]:
    field = {"name": row["kolom"], "description": row["omschrijving"] or ""}
    if row["eenheid"]:
        field["unit"] = row["eenheid"]
    field |= _type(row["tabel"], row["kolom"], row["type"])
    if required:
        field["constraints"] = {**field.get("constraints", {}), "required": True}
    return field


def _type(table: str, column: str, duckdb_type: str) -> dict[str, Any]:
    """How the CSV writes a type of DuckDB, in the words of Table Schema."""
    if duckdb_type in _INTEGERS:
        return {"type": "integer"}
    if duckdb_type in ("DOUBLE", "FLOAT"):
        return {"type": "number", "decimalChar": ","}
    if duckdb_type == "BOOLEAN":
        return {"type": "boolean", "trueValues": [TRUE], "falseValues": [FALSE]}
    if duckdb_type == "DATE":
        return {"type": "date"}
    if duckdb_type == "TIMESTAMP":
        return {"type": "datetime", "format": MOMENT}
    if duckdb_type == "VARCHAR":
        return {"type": "string"}
    if duckdb_type.startswith("ENUM("):
        return {"type": "string", "constraints": {"enum": _members(duckdb_type)}}
    raise ExportError(f"Column {column} of {table} is {duckdb_type}, for which datapackage.py has no type")


def _members(enumeration: str) -> list[str]:
    """The values of ``ENUM('a', 'b')``."""
    return [text.replace("''", "'") for text in re.findall(r"'((?:[^']|'')*)'", enumeration)]
