"""What the metadata entities of a table hold, read field by field: its TableInfos, its properties, its code lists.

The same reading is done when a table is fetched, so that nothing unreadable is kept, and when its observations are
made. What does not belong here: asking for them (``client``), and what a column or a code means (``observations``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.statline.errors import InvalidFieldError
from pipelines.statline.fields import Fields
from pipelines.statline.transport import Row

INFOS: Final = "TableInfos"
PROPERTIES: Final = "DataProperties"
TOPIC: Final = "Topic"
GROUP: Final = "TopicGroup"
# CBS writes figures with at most four; a column of our Parquet takes 127.
_MOST_DECIMALS: Final = 30


@dataclass(frozen=True, slots=True)
class TableInfos:
    """What a table says of itself; the moments are CBS's local times, as given.

    Only v4 says how many rows there are (observations), and of which version.
    """

    title: str
    modified: str
    metadata_modified: str | None
    status: str | None
    record_count: int | None = None
    version: str | None = None
    observations_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """A row of DataProperties: a topic, a group of topics, or a dimension (``kind`` is its name for any of these).

    Texts as given, but the ``groups`` around it: their titles from outer to inner, without white space around them.
    ``datatype`` and ``decimals`` only say something of a topic. A group has no ``key``.
    """

    kind: str
    key: str
    title: str
    groups: tuple[str, ...]
    unit: str
    datatype: str
    decimals: int
    description: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a dimension, as given, also its padding; ``status`` only of a period."""

    key: str
    title: str
    status: str | None


def only_row(table: str, table_infos: Sequence[Row]) -> Row:
    """Return the one row of TableInfos.

    Raises:
        InvalidFieldError: when there is not exactly one.
    """
    if len(table_infos) != 1:
        raise InvalidFieldError(
            f"TableInfos of table {table} should hold one row, found {len(table_infos)}; {InvalidFieldError.remedy}"
        )
    return table_infos[0]


def read_infos(table: str, rows: Sequence[Row]) -> TableInfos:
    """The one row of TableInfos.

    Raises:
        InvalidFieldError: there is not exactly one, or a field is not what it should be.
    """
    fields = Fields(only_row(table, rows), f"TableInfos of table {table}")
    return TableInfos(
        title=fields.filled_text("Title"),
        modified=fields.moment("Modified"),
        metadata_modified=fields.optional_moment("MetaDataModified"),
        status=fields.optional_text("OutputStatus"),
        record_count=fields.optional_whole_number("RecordCount"),
        version=fields.optional_text("Version"),
        observations_modified=fields.optional_moment("ObservationsModified"),
    )


def read_properties(rows: Sequence[Row], table: str = "") -> list[Property]:
    """The rows of DataProperties, in their order; ``table`` is named in messages.

    Raises:
        InvalidFieldError: a field is not what it should be, or a group lies within itself.
    """
    read = [Fields(row, f"Row {number} of {PROPERTIES}{_of(table)}") for number, row in enumerate(rows, start=1)]
    groups = {fields.whole_number("ID"): fields for fields in read if fields.filled_text("Type") == GROUP}
    return [_property(fields, _titles_around(fields, groups)) for fields in read]


def read_codes(dimension: str, rows: Sequence[Row], table: str = "") -> list[Code]:
    """The code list of a dimension, in its order; ``table`` is named in messages.

    Raises:
        InvalidFieldError: a field is not what it should be.
    """
    return [_code(Fields(row, f"Row {number} of {dimension}{_of(table)}")) for number, row in enumerate(rows, start=1)]


def require_readable(table: str, metadata: Mapping[str, Sequence[Row]]) -> TableInfos:
    """Read all that observations are made of later, so that a table which cannot be read is not kept.

    Raises:
        InvalidFieldError: an entity lacks, or a field is not what it should be.
    """
    infos = read_infos(table, metadata.get(INFOS, ()))
    for each in read_properties(entity(table, metadata, PROPERTIES), table):
        if each.kind not in (TOPIC, GROUP):
            read_codes(each.key, entity(table, metadata, each.key), table)
    return infos


def entity(table: str, metadata: Mapping[str, Sequence[Row]], name: str) -> Sequence[Row]:
    """The rows of the entity ``name`` of a table.

    Raises:
        InvalidFieldError: the table has no such entity.
    """
    if name not in metadata:
        raise InvalidFieldError(
            f"The metadata{_of(table)} should hold the entity {name}, found {', '.join(sorted(metadata)) or 'none'}; "
            f"{InvalidFieldError.remedy}"
        )
    return metadata[name]


def _of(table: str) -> str:
    return f" of table {table}" if table else ""


def _titles_around(fields: Fields, groups: Mapping[int, Fields]) -> tuple[str, ...]:
    titles: list[str] = []
    parent = fields.optional_whole_number("ParentID")
    while parent is not None and parent in groups:
        if len(titles) == len(groups):
            raise InvalidFieldError(
                f"{fields.where} should lie in groups that end, found group {parent} within itself by its ParentID; "
                f"{InvalidFieldError.remedy}"
            )
        titles.append(groups[parent].text("Title").strip())
        parent = groups[parent].optional_whole_number("ParentID")
    return tuple(reversed(titles))


def _property(fields: Fields, groups: tuple[str, ...]) -> Property:
    kind = fields.filled_text("Type")
    is_topic = kind == TOPIC
    return Property(
        kind=kind,
        key=(fields.optional_text("Key") or "") if kind == GROUP else fields.filled_text("Key"),
        # That of a dimension is only shown; those of topics and groups are what a column is found by.
        title=fields.text("Title") if kind in (TOPIC, GROUP) else fields.optional_text("Title") or "",
        groups=groups,
        unit=fields.optional_text("Unit") or "",
        datatype=fields.filled_text("Datatype") if is_topic else "",
        decimals=(fields.optional_whole_number("Decimals", most=_MOST_DECIMALS) or 0) if is_topic else 0,
        description=fields.optional_text("Description") or "",
    )


def _code(fields: Fields) -> Code:
    return Code(fields.filled_text("Key"), fields.optional_text("Title") or "", fields.optional_text("Status"))
