"""The recording in the repository is complete and consistent in itself."""

import csv
import gzip
import json
from typing import Any

import pytest

from pipelines.common.settings import RECORDING

CATALOGUE: list[dict[str, Any]] = json.loads((RECORDING / "catalog" / "Tables.json").read_bytes())
TABLES = [row["Identifier"] for row in CATALOGUE]


def read(table: str, entity: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((RECORDING / table / f"{entity}.json").read_bytes())
    return rows


def data(table: str) -> list[dict[str, Any]]:
    content = gzip.decompress((RECORDING / table / "UntypedDataSet.json.gz").read_bytes())
    rows: list[dict[str, Any]] = json.loads(content)
    return rows


def test_each_table_of_the_catalogue_is_recorded_and_its_origin_stated() -> None:
    with (RECORDING / "PROVENANCE.csv").open(encoding="utf-8", newline="") as file:
        stated = {row["tabel"] for row in csv.DictReader(file) if "CC BY 4.0" in row["licentie_cijfers"]}
    folders = {path.parent.name for path in RECORDING.glob("*/DataProperties.json")}
    assert len(TABLES) == 34
    assert set(TABLES) == folders == stated


@pytest.mark.parametrize("table", TABLES)
def test_a_table_holds_what_its_catalogue_row_and_its_metadata_promise(table: str) -> None:
    described = next(row for row in CATALOGUE if row["Identifier"] == table)
    properties = read(table, "DataProperties")
    columns = [column["Key"] for column in properties if column["Type"] != "TopicGroup"]
    dimensions = [column["Key"] for column in properties if column["Type"] not in ("Topic", "TopicGroup")]
    rows = data(table)
    assert (len(rows), len(columns)) == (described["RecordCount"], described["ColumnCount"])
    assert all(list(row) == ["ID", *columns] for row in rows)
    assert len({row["ID"] for row in rows}) == len(rows)
    for dimension in dimensions:
        codes = {code["Key"] for code in read(table, dimension)}
        # Padded to one width, in the rows as in the code list.
        assert len({len(code) for code in codes}) == 1
        assert {row[dimension] for row in rows} <= codes
