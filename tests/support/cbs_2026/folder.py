"""The made tables as a recording folder: what ``pipelines.recording`` serves as CBS would."""

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.support.cbs_2026.form import MADE_UP, Table

_PROVENANCE = (
    *("tabel", "titel", "entiteiten", "jaren", "rijen", "kolommen", "gemeenten", "bron_repository", "bron_commit"),
    *("bron_pad", "licentie_compilatie", "licentie_cijfers", "bewerking", "kanttekening", "modified"),
)
_HOSTS = {"CBS": "https://opendata.cbs.nl"}
_THIRD_PARTIES = "https://dataderden.cbs.nl"
CATALOGUE = Path("catalog") / "Tables.json"


def write_tables(folder: Path, tables: Iterable[Table]) -> None:
    """Write tables into a recording folder, new or there already: one of the same id is replaced."""
    catalogue, remarks = read_catalogue(folder), _read_remarks(folder)
    number = 1 + max((row["ID"] for row in catalogue.values()), default=-1)
    for table in tables:
        _write_entities(folder / table.id, table)
        known = catalogue.get(table.id)
        catalogue[table.id] = _catalogue_row(table, known["ID"] if known else number)
        number += known is None
        remarks[table.id] = _remark(table)
    _write_json(folder / CATALOGUE, list(catalogue.values()))
    with (folder / "PROVENANCE.csv").open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, _PROVENANCE, lineterminator="\n")
        writer.writeheader()
        writer.writerows(remarks.values())


def read_catalogue(folder: Path) -> dict[str, dict[str, Any]]:
    """The rows of a folder's catalogue by id; none where there is no folder yet."""
    path = folder / CATALOGUE
    rows: list[dict[str, Any]] = json.loads(path.read_bytes()) if path.exists() else []
    return {row["Identifier"]: row for row in rows}


def _read_remarks(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / "PROVENANCE.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as text:
        return {row["tabel"]: row for row in csv.DictReader(text)}


def _write_entities(folder: Path, table: Table) -> None:
    _write_json(folder / "DataProperties.json", table.properties())
    _write_json(folder / "CategoryGroups.json", [])
    _write_json(folder / "TableInfos.json", [_table_infos(table)])
    for dimension in table.dimensions:
        _write_json(folder / f"{dimension.key}.json", dimension.rows())
    (folder / "UntypedDataSet.json.gz").write_bytes(table.packed())


def _said(table: Table) -> dict[str, Any]:
    """What both the catalogue and TableInfos say of a table."""
    reason = "Stopgezet" if table.frequency == "Stopgezet" else "Actualisering"
    return {
        "Title": table.title,
        "ShortTitle": table.title,
        "Identifier": table.id,
        "Summary": MADE_UP,
        "Modified": table.modified,
        "ReasonDelivery": reason,
        "ExplanatoryText": MADE_UP,
        "Language": table.language,
        "Catalog": table.catalog,
        "Frequency": table.frequency,
        "Period": table.period,
        "ShortDescription": MADE_UP,
        "DefaultPresentation": "graphtype=Table",
        "DefaultSelection": "",
        "GraphTypes": "Table,Bar,Line",
        "OutputStatus": table.status,
        "Source": f"Geen bron. {MADE_UP}",
        "MetaDataModified": table.modified,
        "SearchPriority": "2",
    }


def _table_infos(table: Table) -> dict[str, Any]:
    return {"ID": 0, "Description": MADE_UP} | _said(table)


def _catalogue_row(table: Table, number: int) -> dict[str, Any]:
    host = _HOSTS.get(table.catalog, _THIRD_PARTIES)
    return _said(table) | {
        "ID": number,
        "Updated": table.modified,
        "SummaryAndLinks": MADE_UP,
        "ApiUrl": f"{host}/ODataApi/OData/{table.id}",
        "FeedUrl": f"{host}/ODataFeed/OData/{table.id}",
        "RecordCount": table.record_count,
        "ColumnCount": table.column_count,
    }


def _remark(table: Table) -> dict[str, str]:
    dimensions = [dimension.key for dimension in table.dimensions]
    municipal = sum(code.key.startswith("GM") for code in _regions(table))
    made: Mapping[str, object] = {
        "tabel": table.id,
        "titel": table.title,
        "entiteiten": ", ".join(["UntypedDataSet", "DataProperties", "CategoryGroups", "TableInfos", *dimensions]),
        "jaren": table.period,
        "rijen": table.record_count,
        "kolommen": table.column_count,
        "gemeenten": municipal,
        "licentie_cijfers": "geen: verzonnen",
        "bewerking": MADE_UP,
        "kanttekening": MADE_UP,
        "modified": table.modified,
    }
    return {name: str(made.get(name, "")) for name in _PROVENANCE}


def _regions(table: Table) -> Iterable[Any]:
    return next((dimension.codes for dimension in table.dimensions if dimension.says == "region"), ())


def _write_json(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
