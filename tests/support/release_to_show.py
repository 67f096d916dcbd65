"""A release of a few made-up rows in every table that a page or export says something of, made without a pipeline."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from pipelines.publish import tables as appended
from pipelines.releases.store import DATABASE

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
TABLES = (
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


def made_release(
    folder: Path, *statements: str, checks: tuple[Mapping[str, Any], ...] = (CHECK,), **header: Any
) -> Path:
    """Make a release in ``folder`` with ``statements`` done to its tables, of which ``header`` changes `release`."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(folder / DATABASE)) as connection:
        connection.begin()
        for table in appended.TABLES:
            appended.create(connection, table)
        appended.insert(connection, appended.RELEASE, [HEADER | header])
        appended.insert(connection, appended.KWALITEIT, checks)
        for statement in (*TABLES, *statements):
            connection.execute(statement)
        connection.commit()
    return folder
