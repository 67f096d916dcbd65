"""Releases of a few made-up rows, made without a pipeline in some milliseconds; one maker for each need.

- ``stored_release``: one of several in the store of a warehouse, to go back to, verify, compare and decide about.
- ``release_to_export``: a finished database with every kind of column, to make files of.
- ``release_to_show``: a finished database with a row of everything that a page says something of.

A release that the publisher itself made of a build is in ``published_builds``; whole ones of a refresh are the fixtures
``miniature`` and ``warehouse``.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from pipelines.publish import tables as appended
from pipelines.publish.pages import write_pages
from pipelines.releases.content import table_hashes
from pipelines.releases.reader import open_folder
from pipelines.releases.rights import open_the_way
from pipelines.releases.store import DATABASE, Release, Releases

CHECK: dict[str, Any] = {
    "controle": "fct_indicator.sleutel",
    "tabel": "fct_indicator",
    "kolom": None,
    "ernst": "kritiek",
    "drempel": "0 dubbele rijen",
    "reden": "De sleutel is deel van het contract.",
    "gevonden": "0 dubbele rijen",
    "geslaagd": True,
    "aanvaard": None,
}

# --- in the store ----------------------------------------------------------------------------------------------------

KEY = ("indicator_id", "regio_code", "jaar", "indeling")
STORED = (
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


def release_id(day: int, inputs: str) -> str:
    return f"202601{day:02d}T030000.000Z-{inputs[:8]}"


def stored_release(warehouse: Path, day: int, letter: str, *statements: str) -> Release:
    """Publish a release made on ``day`` of inputs named by a ``letter``, with ``statements`` done to its tables."""
    releases = Releases(warehouse)
    draft = releases.draft(release_id(day, letter * 64))
    _copy(_made_to_store(day, letter, statements), draft)
    # Readers may enter; the files stay as they are, for tests that spoil one.
    draft.chmod(0o755)
    release = releases.add(draft)
    open_the_way(releases)
    releases.point_at(release)
    return release


@cache
def _made_to_store(day: int, letter: str, statements: tuple[str, ...]) -> Path:
    """The files of such a release: made once, since a database takes a tenth of a second, and hundreds are stored."""
    folder, inputs = _new_folder(), letter * 64
    name = release_id(day, inputs)
    database = folder / "monitor.duckdb"
    with duckdb.connect(str(database)) as connection:
        for statement in (*STORED, *statements):
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
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "kwaliteit.json").write_text(json.dumps([CHECK]), encoding="utf-8")
    return folder


@cache
def _folder_of_process() -> tempfile.TemporaryDirectory[str]:
    """Where what is made once lies, until this process ends."""
    return tempfile.TemporaryDirectory(prefix="made-up-")


def _new_folder() -> Path:
    return Path(tempfile.mkdtemp(dir=_folder_of_process().name))


def _copy(made: Path, folder: Path) -> None:
    """Copy as if made now: with the rights and times of new files."""
    for path in made.iterdir():
        shutil.copyfile(path, folder / path.name)


# --- to make files of ------------------------------------------------------------------------------------------------

RELEASE_ID = "20260102T030000.000Z-bbbbbbbb"
RECORDED = "Let op: opname, niet live. gemaakt van opgenomen CBS-tabellen. Bron: CBS (CC BY 4.0)."
KEYS = {
    "dim_gemeente": ["gm_code"],
    "dim_indicator": ["indicator_id"],
    "dim_periode": ["jaar"],
    "dim_regio": ["regio_code"],
    "herkomst": ["tabel_id"],
    "mart_gemeente_jaar": ["gm_code", "jaar"],
    "mart_indicator_actueel": ["indicator_id", "regio_code", "jaar"],
    "soorten": ["tekst"],
}
EXPORTED = (
    "create table dim_gemeente (gm_code varchar, naam varchar, geldig_van date, geldig_tot date)",
    """insert into dim_gemeente values ('GM0014', 'Groningen', null, null), ('GM0034', 'Almere', null, null),
        ('GM0457', 'Weesp', null, '2022-03-24')""",
    "create table dim_regio (regio_code varchar, regio_soort varchar, naam varchar)",
    "insert into dim_regio select gm_code, 'gemeente', naam from dim_gemeente",
    "insert into dim_regio values ('NL', 'land', 'Nederland')",
    "create table dim_periode (jaar smallint, begin date, einde date)",
    "insert into dim_periode values (2021, '2021-01-01', '2021-12-31'), (2022, '2022-01-01', '2022-12-31')",
    """create table dim_indicator (indicator_id varchar, naam varchar, domein varchar, omschrijving varchar,
        eenheid varchar, decimalen tinyint, peilmoment varchar)""",
    """insert into dim_indicator values
        ('wmo_clienten', 'Wmo-cliënten', 'wmo', 'Aantal cliënten.', 'cliënten', 0, 'gehele jaar'),
        ('inwoners', 'Inwoners', 'context', 'Aantal inwoners.', 'personen', 0, '1 januari'),
        ('jeugdzorg_pct', 'Jeugdzorg', 'jeugd', 'Aandeel.', '%', 1, 'gehele jaar')""",
    """create table mart_gemeente_jaar (gm_code varchar, naam varchar, jaar smallint, inwoners double,
        jeugdzorg_pct double, wmo_clienten double)""",
    """insert into mart_gemeente_jaar values ('GM0014', 'Groningen', 2021, 1000, 10.25, null),
        ('GM0014', 'Groningen', 2022, 1010, null, 0), ('GM0034', 'Almere', 2021, 2000, 12, null),
        ('GM0034', 'Almere', 2022, 2020, null, null)""",
    """create table mart_indicator_actueel (indicator_id varchar, regio_soort varchar, regio_code varchar,
        jaar smallint, waarde double, status varchar, reden_ontbreekt varchar, twijfel boolean, tabel_id varchar)""",
    """insert into mart_indicator_actueel values
        ('inwoners', 'gemeente', 'GM0014', 2021, 1000, 'definitief', null, false, '70072ned'),
        ('inwoners', 'gemeente', 'GM0014', 2022, 1010, 'voorlopig', null, false, '70072ned'),
        ('inwoners', 'gemeente', 'GM0034', 2021, 2000, 'definitief', null, true, '70072ned'),
        ('inwoners', 'gemeente', 'GM0034', 2022, 2020, 'nader_voorlopig', null, true, '70072ned'),
        ('inwoners', 'land', 'NL', 2022, 3030, 'voorlopig', null, false, '70072ned'),
        ('jeugdzorg_pct', 'gemeente', 'GM0014', 2021, 10.25, 'definitief', null, false, '70072ned'),
        ('jeugdzorg_pct', 'gemeente', 'GM0034', 2021, 12, 'definitief', null, false, '70072ned'),
        ('wmo_clienten', 'gemeente', 'GM0014', 2022, 0, 'definitief', null, false, '70072ned'),
        ('wmo_clienten', 'gemeente', 'GM0034', 2022, null, 'definitief', 'onbekend_of_geheim', false, '70072ned')""",
    """create table herindeling (oude_code varchar, nieuwe_code varchar, datum date)""",
    "insert into herindeling values ('GM0457', 'GM0363', '2022-03-24')",
    """create table herkomst (tabel_id varchar, titel varchar, dataset varchar, gewijzigd timestamp, licentie varchar,
        bronvermelding varchar)""",
    """insert into herkomst values ('70072ned', 'Regionale kerncijfers', 'regionale_kerncijfers',
        '2026-01-01 02:00:00', 'CC BY 4.0', 'Bron: CBS')""",
    """create table kwaliteit (controle varchar, tabel varchar, geslaagd boolean)""",
    "insert into kwaliteit values ('fct_indicator.sleutel', 'fct_indicator', true)",
    """create table soorten (tekst varchar not null, keuze enum ('een', 'twee'), ja boolean, klein tinyint,
        groot bigint, getal double, dag date, moment timestamp)""",
    """insert into soorten values
        ('gewoon', 'een', true, -1, 9007199254740993, 0.1, '2026-01-31', '2026-01-31 13:05:59.987654'),
        ('=1+1', 'twee', false, 2, 0, -1234567.5, null, null), ('a;b "c"', null, null, null, null, null, null, null)""",
)


def release_to_export(folder: Path, *statements: str, source: str = "opname") -> Path:
    """Make ``monitor.duckdb`` in ``folder``, with ``statements`` done to its tables; returns ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    _copy(_made_to_export(statements, source), folder)
    return folder


@cache
def _made_to_export(statements: tuple[str, ...], source: str) -> Path:
    folder = _new_folder()
    with duckdb.connect(str(folder / "monitor.duckdb")) as connection:
        for statement in (*EXPORTED, *statements):
            connection.execute(statement)
        connection.execute(
            f"""create table release as select '{RELEASE_ID}' as release_id,
                timestamp '2026-01-02 03:00:00.123' as gemaakt, '1.2.0' as contract_versie,
                2026::smallint as indeling_jaar, '{source}' as bron,
                '{RECORDED if source == "opname" else "Live."}' as toelichting,
                null::varchar as vorige, null::varchar as git_commit, '{{}}' as versies, '00' as invoer"""
        )
        add_dictionary(connection)
    return folder


def add_dictionary(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        """create table dictionary (tabel varchar, kolom varchar, type varchar, omschrijving varchar, eenheid varchar,
            sleutel boolean, tabel_omschrijving varchar)"""
    )
    columns = connection.execute(
        "select table_name, column_name, data_type from duckdb_columns() where not internal order by 1, column_index"
    ).fetchall()
    for table, column, kind in columns:
        row = [table, column, kind, f"Kolom {column}.", None, column in KEYS.get(table, []), f"Tabel {table}."]
        connection.execute("insert into dictionary values (?, ?, ?, ?, ?, ?, ?)", row)


# --- to make pages of ------------------------------------------------------------------------------------------------

MADE = datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - as the table has it
HEADER: dict[str, Any] = {
    "release_id": "20260102T030405.000Z-bbbbbbbb",
    "gemaakt": MADE,
    "vorige": "20260101T030405.000Z-aaaaaaaa",
    "contract_versie": "9.8.7",
    "indeling_jaar": 2026,
    "bron": "opname",
    "toelichting": "Let op: opname, niet live. proef. Bron: CBS (CC BY 4.0).",
    "git_commit": "c0ffee",
    "versies": '{"duckdb": "1.5.5"}',
    "invoer": "ab" * 32,
}
SHOWN = (
    """create table fct_indicator (indicator_id varchar, regio_soort varchar, regio_code varchar, jaar smallint,
        indeling varchar, waarde double, teller double, noemer double, status varchar, reden_ontbreekt varchar,
        schatting double, twijfel boolean, reeksbreuk boolean, tabel_id varchar, tabel_gewijzigd timestamp)""",
    """insert into fct_indicator by name
        select 'jeugd' as indicator_id, 'gemeente' as regio_soort, regio_code, jaar, 'origineel' as indeling,
            if(jaar = 2021 and nummer > 2 or jaar = 2022, null, 100.0 * nummer) as waarde,
            case when nummer = 1 then 'voorlopig' else 'definitief' end as status,
            if(waarde is null, if(jaar = 2022, 'niet_gepubliceerd', 'onbekend_of_geheim'), null) as reden_ontbreekt,
            false as twijfel, false as reeksbreuk, '1ABC' as tabel_id
        from (select unnest(range(1, 5)) as nummer, 'GM000' || nummer as regio_code),
            (select unnest([2020, 2021, 2022]) as jaar)""",
    """insert into fct_indicator by name
        select 'jeugd_per_1000' as indicator_id, 'gemeente' as regio_soort, 'GM000' || nummer as regio_code,
            2020 as jaar, 'origineel' as indeling, 1.5 as waarde, 'definitief' as status, false as twijfel,
            false as reeksbreuk, '1ABC' as tabel_id
        from (select unnest(range(1, 5)) as nummer)""",
    """insert into fct_indicator by name
        select 'jeugd' as indicator_id, 'land' as regio_soort, 'NL' as regio_code, 2020 as jaar,
            'origineel' as indeling, 12345.0 as waarde, 'definitief' as status,
            false as twijfel, false as reeksbreuk, '1ABC' as tabel_id""",
    """insert into fct_indicator by name
        select * replace ('actueel' as indeling, 7.0 as waarde, null as reden_ontbreekt) from fct_indicator""",
    """create table dim_indicator (indicator_id varchar, naam varchar, domein varchar, omschrijving varchar,
        eenheid varchar, soort varchar, optelbaar boolean, teller varchar, noemer varchar, berekening varchar,
        peilmoment varchar, afronding varchar, decimalen tinyint, bron_tabellen varchar, eerste_jaar smallint,
        laatste_jaar smallint, laatste_jaar_met_cijfer smallint, eerste_volledig_jaar smallint, toelichting varchar)""",
    """insert into dim_indicator values
        ('jeugd', 'Jongeren & zorg', 'jeugd', 'Aantal <jongeren>.', 'jongeren', 'telling', true, null, null, null,
            'gehele jaar', 'op 5', 0, '1ABC, 2DEF', 2020, 2022, 2021, 2020, 'Een jongere telt één keer.'),
        ('jeugd_per_1000', 'Jongeren per 1 000', 'jeugd', 'Per 1 000.', 'per 1 000', 'verhouding', false, 'jeugd',
            'inwoners', 'jeugd / inwoners * 1000', 'gehele jaar', 'geen', 1, '1ABC', 2020, 2020, 2020, 2020,
            'Alle leeftijden.')""",
    """create table herkomst (tabel_id varchar, titel varchar, dataset varchar, jaar smallint, jaren varchar,
        gewijzigd timestamp, opgehaald timestamp, rijen bigint, sha256 varchar, soort varchar, status varchar,
        licentie varchar, bronvermelding varchar, kanttekening varchar)""",
    """insert into herkomst values
        ('1ABC', 'Jeugd; wijken 2020', 'jeugdzorg_wijken', 2020, '2020', '2021-05-01 02:00', '2026-01-02 03:00',
            1234, 'f00d', 'opname', 'Regulier', 'CC BY 4.0', 'Bron: CBS', 'Alleen gemeenten.'),
        ('2DEF', 'Gemeenten 2021 Iv3', 'iv3_gemeenten', 2021, '2021', '2022-05-01 02:00', '2026-01-02 03:00', 5, 'beef',
            'opname', 'Regulier', 'CC BY 4.0', 'Bron: CBS', null)""",
    """create table dim_reeksbreuk (indicator_id varchar, jaar smallint, soort varchar, blokkerend boolean,
        tekst varchar, bron varchar)""",
    """insert into dim_reeksbreuk values
        ('jeugd', 2021, 'methode', true, 'CBS begon een nieuwe reeks.', 'CBS, bericht 12'),
        ('jeugd_per_1000', 2021, 'methode', true, 'CBS begon een nieuwe reeks.', 'CBS, bericht 12')""",
    """create table dim_twijfel (indicator_id varchar, regio_code varchar, jaar smallint, indeling varchar,
        soort varchar, tekst varchar)""",
    """insert into dim_twijfel values
        ('jeugd', 'GM0001', 2020, 'origineel', 'uitschieter', 'Wijkt sterk af.'),
        ('jeugd', 'GM0001', 2020, 'actueel', 'uitschieter', 'Wijkt sterk af.'),
        ('jeugd', 'NL', 2020, 'origineel', 'uitschieter', 'Wijkt sterk af.')""",
    "create table dim_regio (regio_code varchar, regio_soort varchar, naam varchar)",
    "insert into dim_regio values ('GM0001', 'gemeente', 'Aalten'), ('NL', 'land', 'Nederland')",
    """create table correctie (tabel_id varchar, regio_code varchar, jaar smallint, maat varchar, uitsplitsing varchar,
        gepubliceerd varchar, juist varchar, nu_gepubliceerd varchar, oordeel varchar, verwijzing varchar, datum date,
        toelichting varchar)""",
)


def release_to_show(
    folder: Path, *statements: str, checks: tuple[Mapping[str, Any], ...] = (CHECK,), **header: Any
) -> Path:
    """Make a release in ``folder`` with ``statements`` done to its tables, of which ``header`` changes `release`."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(folder / DATABASE)) as connection:
        connection.begin()
        for table in appended.TABLES:
            appended.create(connection, table)
        appended.insert(connection, appended.RELEASE, [HEADER | header])
        appended.insert(connection, appended.QUALITY, checks)
        for statement in (*SHOWN, *statements):
            connection.execute(statement)
        connection.commit()
    return folder


def with_pages(folder: Path) -> Path:
    """Write the pages of the release in ``folder`` beside it."""
    with open_folder(folder) as release:
        write_pages(release, folder)
    return folder
