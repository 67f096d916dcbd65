"""The tables that a release adds to the audited data: kwaliteit, revisies and their counts, release and dictionary.

Their columns stand here once, with type, unit and Dutch description, and feed table, COMMENT and dictionary alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from pipelines.release.sql import quoted


@dataclass(frozen=True)
class Column:
    """A column of an appended table."""

    name: str
    type: str
    description: str
    unit: str | None = None
    key: bool = False


@dataclass(frozen=True)
class Table:
    """An appended table and what it says."""

    name: str
    description: str
    columns: tuple[Column, ...]


KWALITEIT = Table(
    "kwaliteit",
    "Elke controle van deze uitgave, ook de geslaagde, met drempel, reden en wat er gevonden is.",
    (
        Column("controle", "VARCHAR", "Naam van de controle.", key=True),
        Column("tabel", "VARCHAR", "Tabel die gecontroleerd is.", key=True),
        Column("kolom", "VARCHAR", "Kolom die gecontroleerd is; leeg als de controle over de tabel gaat."),
        Column("ernst", "VARCHAR", "kritiek (houdt publicatie tegen, tenzij aanvaard) of waarschuwing (wordt gemeld)."),
        Column("drempel", "VARCHAR", "Wat verwacht werd."),
        Column("reden", "VARCHAR", "Waarom die drempel geldt."),
        Column("gevonden", "VARCHAR", "Wat er gevonden is."),
        Column("geslaagd", "BOOLEAN", "Of de controle slaagde."),
        Column("aanvaard", "VARCHAR", "Wie wanneer en waarom aanvaardde wat een kritieke controle vond; anders leeg."),
    ),
)
REVISIES = Table(
    "revisies",
    "Elk cijfer dat anders is dan in de vorige uitgave: waarde, status of reden, ook als beide definitief zijn; en elk "
    "cijfer dat vervallen is of er bij kwam in een jaar dat er al was. Leeg bij de eerste uitgave.",
    (
        Column("release", "VARCHAR", "Uitgave waarin het nieuwe cijfer verscheen.", key=True),
        Column("indicator_id", "VARCHAR", "Indicator; betekenis in dim_indicator.", key=True),
        Column("regio_soort", "VARCHAR", "Soort regio.", key=True),
        Column("regio_code", "VARCHAR", "CBS-code van de regio.", key=True),
        Column("jaar", "SMALLINT", "Jaar waarover het cijfer gaat.", key=True),
        Column(
            "indeling",
            "VARCHAR",
            "origineel of actueel; actueel alleen als beide uitgaven dezelfde indeling hebben.",
            key=True,
        ),
        Column("oude_waarde", "DOUBLE", "Cijfer in de vorige uitgave.", "zie dim_indicator"),
        Column("nieuwe_waarde", "DOUBLE", "Cijfer in deze uitgave.", "zie dim_indicator"),
        Column("oude_status", "VARCHAR", "Status in de vorige uitgave."),
        Column("nieuwe_status", "VARCHAR", "Status in deze uitgave."),
        Column("oude_reden", "VARCHAR", "Reden van ontbreken in de vorige uitgave."),
        Column("nieuwe_reden", "VARCHAR", "Reden van ontbreken in deze uitgave."),
        Column("soort", "VARCHAR", "gewijzigd; nieuw of vervallen: de rij stond in een van beide uitgaven niet."),
    ),
)
REVISIE_TELLING = Table(
    "revisie_telling",
    "Hoeveel cijfers anders zijn dan in de vorige uitgave, per CBS-tabel, indicator en jaar; sommen over regio's "
    "tellen mee. Leeg bij de eerste uitgave.",
    (
        Column("release", "VARCHAR", "Uitgave waarin de nieuwe cijfers verschenen.", key=True),
        Column("tabel_id", "VARCHAR", "CBS-tabel; van een verhouding die van de teller.", key=True),
        Column("indicator_id", "VARCHAR", "Indicator; betekenis in dim_indicator.", key=True),
        Column("jaar", "SMALLINT", "Jaar waarover de cijfers gaan.", key=True),
        Column("indeling", "VARCHAR", "origineel, of actueel als beide uitgaven dezelfde indeling hebben.", key=True),
        Column("vergeleken", "INTEGER", "Cijfers die in beide uitgaven staan.", "aantal"),
        Column("waarden", "INTEGER", "Daarvan met een andere waarde (ook: van of naar leeg).", "aantal"),
        Column("statussen", "INTEGER", "Daarvan met een andere status.", "aantal"),
        Column("redenen", "INTEGER", "Daarvan met een andere reden van ontbreken.", "aantal"),
        Column("definitief", "INTEGER", "Andere waarden die in beide uitgaven definitief heten.", "aantal"),
        Column("nieuw", "INTEGER", "Cijfers die niet in de vorige uitgave stonden.", "aantal"),
        Column("vervallen", "INTEGER", "Cijfers die niet meer in deze uitgave staan.", "aantal"),
    ),
)
RELEASE = Table(
    "release",
    "Deze uitgave in één rij: wanneer en waarvan zij is gemaakt, en of het een opname is of live cijfers.",
    (
        Column("release_id", "VARCHAR", "Naam van de uitgave.", key=True),
        Column("gemaakt", "TIMESTAMP", "Moment van maken (UTC)."),
        Column("vorige", "VARCHAR", "Uitgave waarmee revisies is vergeleken; leeg bij de eerste."),
        Column(
            "contract_versie",
            "VARCHAR",
            "Versie van de openbare tabellen; een ander hoofdnummer is een brekende wijziging.",
        ),
        Column("indeling_jaar", "SMALLINT", "Jaar van de gemeentelijke indeling waarnaar `actueel` is omgerekend."),
        Column(
            "bron",
            "VARCHAR",
            "opname: gemaakt van opgenomen CBS-tabellen, niet van de live dienst; live: van CBS zelf.",
        ),
        Column("toelichting", "VARCHAR", "De bron in woorden, met bronvermelding."),
        Column("git_commit", "VARCHAR", "Versie van de programmatuur; leeg als onbekend."),
        Column("versies", "VARCHAR", "Versies van de gebruikte programma's, als JSON."),
        Column("invoer", "VARCHAR", "Vingerafdruk van alles waarvan deze uitgave is gemaakt."),
    ),
)
DICTIONARY = Table(
    "dictionary",
    "Elke kolom van elke tabel van deze uitgave, met type, omschrijving en eenheid.",
    (
        Column("tabel", "VARCHAR", "Tabel.", key=True),
        Column("kolom", "VARCHAR", "Kolom.", key=True),
        Column("type", "VARCHAR", "Type in DuckDB."),
        Column("omschrijving", "VARCHAR", "Wat de kolom bevat."),
        Column("eenheid", "VARCHAR", "Eenheid; leeg waar die niet van toepassing is."),
        Column("sleutel", "BOOLEAN", "Of de kolom deel is van de sleutel van de tabel."),
        Column("tabel_omschrijving", "VARCHAR", "Wat de tabel bevat."),
    ),
)
TABLES = (KWALITEIT, REVISIES, REVISIE_TELLING, RELEASE, DICTIONARY)


def create(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Create ``table``, empty, with its descriptions as COMMENTs."""
    columns = ", ".join(f"{column.name} {column.type}" for column in table.columns)
    connection.execute(f"create table {table.name} ({columns})")
    connection.execute(f"comment on table {table.name} is {quoted(table.description)}")
    for column in table.columns:
        connection.execute(f"comment on column {table.name}.{column.name} is {quoted(column.description)}")


def insert(connection: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add ``rows``, each with exactly the columns of ``table``."""
    marks = ", ".join("?" for _ in table.columns)
    values = [[row[column.name] for column in table.columns] for row in rows]
    if values:
        connection.executemany(f"insert into {table.name} values ({marks})", values)  # noqa: S608 - names stand above
