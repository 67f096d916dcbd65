"""What v4 tells of a table, in the terms of v3: the same facts under the names that all else here reads.

So one reader serves both (``metadata``, ``catalogue``), and what a snapshot keeps stays as it was published. What does
not belong here: the cells (``observations``), and where either protocol has what (``dialects``).
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from pipelines.statline.errors import InvalidFieldError
from pipelines.statline.fields import Fields, shown
from pipelines.statline.metadata import GROUP, INFOS, PROPERTIES, TOPIC, entity
from pipelines.statline.transport import Row

PROPERTIES_V4: Final = "Properties"
DIMENSIONS: Final = "Dimensions"
MEASURES: Final = "MeasureCodes"
MEASURE_GROUPS: Final = "MeasureGroups"
# What v3 calls a field of Datasets and Properties that has another name in v4; the others are called the same.
_IN_V3: Final = {
    "Status": "OutputStatus",
    "VersionReason": "ReasonDelivery",
    "TemporalCoverage": "Period",
    "ObservationCount": "RecordCount",
    "VersionNotes": "ExplanatoryText",
    "ModificationDate": "MetaDataModified",
}

Published = Mapping[str, Sequence[Row]]


def catalogue_row_in_v3_terms(row: Row) -> Row:
    """A row of Datasets, with its facts also under the names of v3; ``RecordCount`` counts observations."""
    return {**row, **{name: row.get(own) for own, name in _IN_V3.items()}, "ShortDescription": row.get("Description")}


def infos_in_v3_terms(properties: Row) -> Row:
    """The object of Properties as a row of TableInfos."""
    return {**catalogue_row_in_v3_terms(properties), "Description": properties.get("LongDescription")}


def metadata_in_v3_terms(table: str, published: Published, api: Literal["v3", "v4"]) -> dict[str, Sequence[Row]]:
    """The entities of v3 that hold what the metadata of ``table`` says: TableInfos, DataProperties, each dimension.

    Raises:
        InvalidFieldError: an entity lacks, or a field is not what it should be.
    """
    if api == "v3":
        return dict(published)
    dimensions = [
        (Fields(row, f"Row {number} of {DIMENSIONS} of table {table}").filled_text("Identifier"), row)
        for number, row in enumerate(entity(table, published, DIMENSIONS), start=1)
    ]
    return {
        INFOS: [infos_in_v3_terms(row) for row in entity(table, published, PROPERTIES_V4)],
        PROPERTIES: [*_dimensions(dimensions), *_columns(table, published, len(dimensions))],
        **{key: _codes(table, published, key) for key, _ in dimensions},
    }


def _dimensions(dimensions: Sequence[tuple[str, Row]]) -> list[Row]:
    return [
        {
            "ID": number,
            "ParentID": None,
            # The kind of a dimension decides nothing here, so an unknown one is none of TOPIC and GROUP.
            "Type": row.get("Kind") or "Dimension",
            "Key": key,
            "Title": row.get("Title"),
            "Description": row.get("Description"),
        }
        for number, (key, row) in enumerate(dimensions)
    ]


def _columns(table: str, published: Published, first: int) -> list[Row]:
    """The groups and topics, numbered from ``first`` on; a measure may only stand under a group that is there."""
    # A table without groups has no such entity.
    groups = published.get(MEASURE_GROUPS, ())
    where = f"of {MEASURE_GROUPS} of table {table}"
    ids = [Fields(row, f"Row {number} {where}").filled_text("Id") for number, row in enumerate(groups, start=1)]
    numbers = {identity: number for number, identity in enumerate(ids, start=first)}
    found: list[Row] = []
    for number, row in enumerate(groups, start=1):
        parent = _group(Fields(row, f"Row {number} {where}"), "ParentId", numbers)
        found.append({**_named(row), "ID": numbers[row["Id"]], "ParentID": parent, "Type": GROUP, "Key": ""})
    for number, row in enumerate(entity(table, published, MEASURES), start=1):
        fields = Fields(row, f"Row {number} of {MEASURES} of table {table}")
        found.append(
            {
                **_named(row),
                "ID": first + len(ids) + number - 1,
                "ParentID": _group(fields, "MeasureGroupId", numbers),
                "Type": TOPIC,
                "Key": fields.filled_text("Identifier"),
                "Datatype": fields.filled_text("DataType"),
                "Unit": fields.optional_text("Unit"),
                "Decimals": row.get("Decimals"),
            }
        )
    _require_single(table, MEASURES, [row["Key"] for row in found if row["Type"] == TOPIC])
    return found


def _named(row: Row) -> Row:
    return {"Title": row.get("Title"), "Description": row.get("Description")}


def _group(fields: Fields, name: str, numbers: Mapping[str, int]) -> int | None:
    """The number of the group around a row; None of one that lies in none.

    Raises:
        InvalidFieldError: it names one that is not there: without its title the row would pass for another column.
    """
    identity = fields.optional_text(name)
    if identity is None:
        return None
    if identity not in numbers:
        raise InvalidFieldError(
            f"{fields.where}: the field {name} should be the Id of a row of {MEASURE_GROUPS}, found {shown(identity)}; "
            f"{InvalidFieldError.remedy}"
        )
    return numbers[identity]


def _codes(table: str, published: Published, dimension: str) -> list[Row]:
    name = f"{dimension}Codes"
    rows = [
        {
            **_named(row),
            "Key": Fields(row, f"Row {number} of {name} of table {table}").filled_text("Identifier"),
            "CategoryGroupID": row.get("DimensionGroupId"),
            "Status": row.get("Status"),
        }
        for number, row in enumerate(entity(table, published, name), start=1)
    ]
    _require_single(table, name, [row["Key"].strip() for row in rows])
    return rows


def _require_single(table: str, name: str, keys: Sequence[str]) -> None:
    """Check that what cells are told apart by stands there once."""
    if len(set(keys)) != len(keys):
        double = next(key for number, key in enumerate(keys) if key in keys[:number])
        raise InvalidFieldError(
            f"{name} of table {table} should hold each Identifier once, found {double} more than once; "
            f"{InvalidFieldError.remedy}"
        )
