"""The tables that a release adds to the audited data: kwaliteit, revisies and their counts, release and dictionary.

Their columns stand here once, with type, unit and Dutch description, and feed table, COMMENT and dictionary alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from pipelines.build.project import Project
from pipelines.common.sql import quoted, quoted_name


@dataclass(frozen=True)
class TableColumn:
    """A column of an appended table."""

    name: str
    type: str
    description: str
    unit: str | None = None
    key: bool = False


@dataclass(frozen=True)
class AppendedTable:
    """An appended table and what it says."""

    name: str
    description: str
    columns: tuple[TableColumn, ...]


@dataclass(frozen=True)
class _Definition:
    """What is not in the file of a column: its unit, and whether it is part of the key of its table."""

    unit: str | None
    key: bool


# By table and column.
_Defined = dict[tuple[str, str], _Definition]
_UNDEFINED = _Definition(None, key=False)

QUALITY = AppendedTable(
    "kwaliteit",
    "Elke controle van deze uitgave, ook de geslaagde, met drempel, reden en wat er gevonden is.",
    (
        TableColumn("controle", "VARCHAR", "Naam van de controle.", key=True),
        TableColumn("tabel", "VARCHAR", "Tabel die gecontroleerd is.", key=True),
        TableColumn("kolom", "VARCHAR", "Kolom die gecontroleerd is; leeg als de controle over de tabel gaat."),
        TableColumn(
            "ernst", "VARCHAR", "kritiek (houdt publicatie tegen, tenzij aanvaard) of waarschuwing (wordt gemeld)."
        ),
        TableColumn("drempel", "VARCHAR", "Wat verwacht werd."),
        TableColumn("reden", "VARCHAR", "Waarom die drempel geldt."),
        TableColumn("gevonden", "VARCHAR", "Wat er gevonden is."),
        TableColumn("geslaagd", "BOOLEAN", "Of de controle slaagde."),
        TableColumn(
            "aanvaard", "VARCHAR", "Wie wanneer en waarom aanvaardde wat een kritieke controle vond; anders leeg."
        ),
    ),
)
REVISIONS = AppendedTable(
    "revisies",
    "Elk cijfer dat anders is dan in de vorige uitgave: waarde, status of reden, ook als beide definitief zijn; en elk "
    "cijfer dat vervallen is of er bij kwam in een jaar dat er al was. Leeg bij de eerste uitgave.",
    (
        TableColumn("release", "VARCHAR", "Uitgave waarin het nieuwe cijfer verscheen.", key=True),
        TableColumn("indicator_id", "VARCHAR", "Indicator; betekenis in dim_indicator.", key=True),
        TableColumn("regio_soort", "VARCHAR", "Soort regio.", key=True),
        TableColumn("regio_code", "VARCHAR", "CBS-code van de regio.", key=True),
        TableColumn("jaar", "SMALLINT", "Jaar waarover het cijfer gaat.", key=True),
        TableColumn(
            "indeling",
            "VARCHAR",
            "origineel of actueel; actueel alleen als beide uitgaven dezelfde indeling hebben.",
            key=True,
        ),
        TableColumn("oude_waarde", "DOUBLE", "Cijfer in de vorige uitgave.", "zie dim_indicator"),
        TableColumn("nieuwe_waarde", "DOUBLE", "Cijfer in deze uitgave.", "zie dim_indicator"),
        TableColumn("oude_status", "VARCHAR", "Status in de vorige uitgave."),
        TableColumn("nieuwe_status", "VARCHAR", "Status in deze uitgave."),
        TableColumn("oude_reden", "VARCHAR", "Reden van ontbreken in de vorige uitgave."),
        TableColumn("nieuwe_reden", "VARCHAR", "Reden van ontbreken in deze uitgave."),
        TableColumn("soort", "VARCHAR", "gewijzigd; nieuw of vervallen: de rij stond in een van beide uitgaven niet."),
    ),
)
REVISION_COUNTS = AppendedTable(
    "revisie_telling",
    "Hoeveel cijfers anders zijn dan in de vorige uitgave, per CBS-tabel, indicator en jaar; sommen over regio's "
    "tellen mee. Leeg bij de eerste uitgave.",
    (
        TableColumn("release", "VARCHAR", "Uitgave waarin de nieuwe cijfers verschenen.", key=True),
        TableColumn("tabel_id", "VARCHAR", "CBS-tabel; van een verhouding die van de teller.", key=True),
        TableColumn("indicator_id", "VARCHAR", "Indicator; betekenis in dim_indicator.", key=True),
        TableColumn("jaar", "SMALLINT", "Jaar waarover de cijfers gaan.", key=True),
        TableColumn(
            "indeling", "VARCHAR", "origineel, of actueel als beide uitgaven dezelfde indeling hebben.", key=True
        ),
        TableColumn("vergeleken", "INTEGER", "Cijfers die in beide uitgaven staan.", "aantal"),
        TableColumn("waarden", "INTEGER", "Daarvan met een andere waarde (ook: van of naar leeg).", "aantal"),
        TableColumn("statussen", "INTEGER", "Daarvan met een andere status.", "aantal"),
        TableColumn("redenen", "INTEGER", "Daarvan met een andere reden van ontbreken.", "aantal"),
        TableColumn("definitief", "INTEGER", "Andere waarden die in beide uitgaven definitief heten.", "aantal"),
        TableColumn("nieuw", "INTEGER", "Cijfers die niet in de vorige uitgave stonden.", "aantal"),
        TableColumn("vervallen", "INTEGER", "Cijfers die niet meer in deze uitgave staan.", "aantal"),
    ),
)
RELEASE = AppendedTable(
    "release",
    "Deze uitgave in één rij: wanneer en waarvan zij is gemaakt, en of het een opname is of live cijfers.",
    (
        TableColumn("release_id", "VARCHAR", "Naam van de uitgave.", key=True),
        TableColumn("gemaakt", "TIMESTAMP", "Moment van maken (UTC)."),
        TableColumn("vorige", "VARCHAR", "Uitgave waarmee revisies is vergeleken; leeg bij de eerste."),
        TableColumn(
            "contract_versie",
            "VARCHAR",
            "Versie van de openbare tabellen; een ander hoofdnummer is een brekende wijziging.",
        ),
        TableColumn(
            "indeling_jaar", "SMALLINT", "Jaar van de gemeentelijke indeling waarnaar `actueel` is omgerekend."
        ),
        TableColumn(
            "bron",
            "VARCHAR",
            "opname: gemaakt van opgenomen CBS-tabellen, niet van de live dienst; live: van CBS zelf.",
        ),
        TableColumn("toelichting", "VARCHAR", "De bron in woorden, met bronvermelding."),
        TableColumn("git_commit", "VARCHAR", "Versie van de programmatuur; leeg als onbekend."),
        TableColumn("versies", "VARCHAR", "Versies van de gebruikte programma's, als JSON."),
        TableColumn("invoer", "VARCHAR", "Vingerafdruk van alles waarvan deze uitgave is gemaakt."),
    ),
)
DICTIONARY = AppendedTable(
    "dictionary",
    "Elke kolom van elke tabel van deze uitgave, met type, omschrijving en eenheid.",
    (
        TableColumn("tabel", "VARCHAR", "Tabel.", key=True),
        TableColumn("kolom", "VARCHAR", "Kolom.", key=True),
        TableColumn("type", "VARCHAR", "Type in DuckDB."),
        TableColumn("omschrijving", "VARCHAR", "Wat de kolom bevat."),
        TableColumn("eenheid", "VARCHAR", "Eenheid; leeg waar die niet van toepassing is."),
        TableColumn("sleutel", "BOOLEAN", "Of de kolom deel is van de sleutel van de tabel."),
        TableColumn("tabel_omschrijving", "VARCHAR", "Wat de tabel bevat."),
    ),
)
TABLES = (QUALITY, REVISIONS, REVISION_COUNTS, RELEASE, DICTIONARY)


def create(connection: duckdb.DuckDBPyConnection, table: AppendedTable) -> None:
    """Create ``table``, empty, with its descriptions as COMMENTs."""
    columns = ", ".join(f"{column.name} {column.type}" for column in table.columns)
    connection.execute(f"create table {table.name} ({columns})")
    connection.execute(f"comment on table {table.name} is {quoted(table.description)}")
    for column in table.columns:
        connection.execute(f"comment on column {table.name}.{column.name} is {quoted(column.description)}")


def insert(connection: duckdb.DuckDBPyConnection, table: AppendedTable, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add ``rows``, each with exactly the columns of ``table``."""
    if rows:
        # A list per column: a hundred times as fast as a statement per row.
        lists = ", ".join(f"unnest(${number}::{column.type}[])" for number, column in enumerate(table.columns, start=1))
        values = [[row[column.name] for row in rows] for column in table.columns]
        connection.execute(f"insert into {table.name} select {lists}", values)


def add_dictionary(connection: duckdb.DuckDBPyConnection, project: Project) -> None:
    """Fill `dictionary` of a draft that has all its other tables, and say in their COMMENTs which their keys are."""
    defined = _defined_columns(project)
    _state_keys(connection, defined)
    insert(connection, DICTIONARY, _dictionary_rows(connection, defined))


def _dictionary_rows(connection: duckdb.DuckDBPyConnection, defined: _Defined) -> list[dict[str, Any]]:
    """One row per column; types and texts from the file, units and keys from where the columns are defined."""
    units = dict(connection.execute("select indicator_id, eenheid from dim_indicator").fetchall())
    columns = connection.execute(
        """
        select t.table_name, c.column_name, c.data_type, c.comment, t.comment
        from duckdb_columns() as c
        inner join duckdb_tables() as t on c.table_oid = t.table_oid and c.database_oid = t.database_oid
        where t.database_name = current_database() and t.schema_name = 'main'
        order by t.table_name, c.column_index
        """
    ).fetchall()
    return [
        {
            "tabel": table,
            "kolom": column,
            "type": data_type,
            "omschrijving": comment,
            "eenheid": defined.get((table, column), _UNDEFINED).unit or units.get(column),
            "sleutel": defined.get((table, column), _UNDEFINED).key,
            "tabel_omschrijving": table_comment,
        }
        for table, column, data_type, comment, table_comment in columns
    ]


def _state_keys(connection: duckdb.DuckDBPyConnection, defined: _Defined) -> None:
    """Add to the COMMENT of each table which columns identify a row, since a BI tool shows nothing else of it."""
    keys: dict[str, list[str]] = {}
    for (table, column), about in defined.items():
        keys.setdefault(table, []).extend([column] if about.key else [])
    commented = connection.execute(
        "select table_name, comment from duckdb_tables() where database_name = current_database()"
    ).fetchall()
    for table, comment in commented:
        if keys.get(table):
            text = f"{comment} Sleutel: {', '.join(keys[table])}."
            connection.execute(f"comment on table {quoted_name(table)} is {quoted(text)}")


def _defined_columns(project: Project) -> _Defined:
    """Unit and part of each documented column in the key of its table."""
    found = {(table.name, c.name): _Definition(c.unit, c.key) for table in TABLES for c in table.columns}
    for node in project.dbt.nodes.values():
        if node["resource_type"] == "model":
            keys = node["config"]["meta"].get("sleutel", [])
            for name, column in node["columns"].items():
                found[node["name"], name] = _Definition(column["config"]["meta"].get("eenheid"), name in keys)
    return found
