"""A release of a few rows, made without a pipeline: enough to go back to, verify and compare."""

import json
from hashlib import sha256
from pathlib import Path

import duckdb

from pipelines.releases.content import table_hashes
from pipelines.releases.store import Release, Releases

KEY = ("indicator_id", "regio_code", "jaar", "indeling")
TABLES = (
    """create table fct_indicator (indicator_id varchar, regio_code varchar, jaar smallint, indeling varchar,
        waarde double, status varchar, reden_ontbreekt varchar)""",
    """insert into fct_indicator values
        ('bijstand', 'GM0197', 2020, 'origineel', 280, 'definitief', null),
        ('bijstand', 'GM0197', 2021, 'origineel', 290, 'definitief', null),
        ('bijstand', 'GM0344', 2021, 'origineel', 10000, 'voorlopig', null),
        ('bijstand', 'GM0344', 2021, 'actueel', 10000, 'voorlopig', null),
        ('wmo', 'GM0344', 2021, 'origineel', null, 'voorlopig', 'onbekend_of_geheim')""",
    "create table dim_regio (regio_code varchar, naam varchar)",
    "insert into dim_regio values ('GM0197', 'Aalten'), ('GM0344', 'Utrecht')",
)
CHECK = {
    "controle": "fct_indicator.sleutel",
    "tabel": "fct_indicator",
    "kolom": None,
    "ernst": "kritiek",
    "drempel": "uniek",
    "reden": "De sleutel is deel van het contract.",
    "gevonden": "in orde",
    "geslaagd": True,
}


def release_id(day: int, inputs: str) -> str:
    return f"202601{day:02d}T030000.000Z-{inputs[:8]}"


def tiny_release(warehouse: Path, day: int, letter: str, *statements: str) -> Release:
    """Publish a release made on ``day`` of inputs named by a ``letter``, with ``statements`` done to its tables."""
    inputs = letter * 64
    name = release_id(day, inputs)
    releases = Releases(warehouse)
    draft = releases.draft(name)
    database = draft / "monitor.duckdb"
    with duckdb.connect(str(database)) as connection:
        for statement in (*TABLES, *statements):
            connection.execute(statement)
        keys = [("fct_indicator", column) for column in KEY] + [("dim_regio", "regio_code")]
        connection.execute("create table dictionary (tabel varchar, kolom varchar, sleutel boolean)")
        connection.executemany("insert into dictionary values (?, ?, true)", keys)
        connection.execute(f"create table release as select '{name}' as release_id, 2026 as indeling_jaar")
    manifest = {
        "release_id": name,
        "gemaakt": f"2026-01-{day:02d}T03:00:00Z",
        "bron": "opname",
        "toelichting": "Opname.",
        "invoer": inputs,
        "bestanden": {"monitor.duckdb": sha256(database.read_bytes()).hexdigest()},
        "tabellen": table_hashes(database),
        "controles": {"aantal": 1, "waarschuwingen": []},
    }
    (draft / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (draft / "kwaliteit.json").write_text(json.dumps([CHECK]), encoding="utf-8")
    release = releases.add(draft)
    releases.point_at(release)
    return release
