"""A finished database of a few rows with every kind of column, as `complete` leaves it, to make exports of."""

from pathlib import Path

import duckdb

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
STATEMENTS = (
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


def made_release(folder: Path, *statements: str, source: str = "opname") -> Path:
    """Make ``monitor.duckdb`` in ``folder``, with ``statements`` done to its tables; returns ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(folder / "monitor.duckdb")) as connection:
        for statement in (*STATEMENTS, *statements):
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
