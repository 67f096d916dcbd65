"""The catalogue of a host: thousands of rows, of which a few tens are ours; a row is read when its table is asked for.

So what is wrong with a row of somebody else's table hurts nobody, and what is wrong with ours only that table. What
does not belong here: asking for the catalogue (``client``).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pipelines.statline.errors import InvalidFieldError
from pipelines.statline.fields import Fields, shown
from pipelines.statline.transport import Row

_KEY: Final = "Identifier"


@dataclass(frozen=True, slots=True)
class Stamps:
    """When CBS last changed a table: its figures, its metadata, anything at all; local times, as given.

    v4 has a version instead of the last two, and says when the observations changed.
    """

    modified: str | None
    metadata_modified: str | None = None
    updated: str | None = None
    version: str | None = None
    observations_modified: str | None = None

    def as_published(self) -> dict[str, str | None]:
        """The stamps under the names CBS gives them."""
        if self.version is not None or self.observations_modified is not None:
            return {
                "Modified": self.modified,
                "ModificationDate": self.metadata_modified,
                "Version": self.version,
                "ObservationsModified": self.observations_modified,
            }
        return {"Modified": self.modified, "MetaDataModified": self.metadata_modified, "Updated": self.updated}

    def no_later_than(self, other: "Stamps") -> "Stamps":
        """Of each stamp the earliest that either says; one that only this one says is kept."""
        return Stamps(
            _earliest(self.modified, other.modified),
            _earliest(self.metadata_modified, other.metadata_modified),
            _earliest(self.updated, other.updated),
            _earliest(self.version, other.version),
            _earliest(self.observations_modified, other.observations_modified),
        )


def _earliest(own: str | None, other: str | None) -> str | None:
    return min(own, other) if own and other else own


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """What the catalogue says of one table.

    ``column_count`` and ``record_count`` are None where it does not say; ``fields`` holds the row as given; ``remark``
    (Dutch) what a recording lacks of the table or changed about it.
    """

    table: str
    title: str
    stamps: Stamps
    record_count: int | None
    fields: Row
    remark: str | None = None
    column_count: int | None = None

    @property
    def cell_count(self) -> int:
        """How many cells the table has, codes too; 0 where it does not say. In v4 rows are cells."""
        return (self.record_count or 0) * (self.column_count or 1)


class Catalogue(Mapping[str, CatalogueRow]):
    """Every table on a host by its id, in the order of the host; what is no row of any table is left out.

    Asking for a table raises an ``InvalidFieldError`` where its row is not what it should be, or where the catalogue
    lists it more than once and says different things of it.
    """

    def __init__(self, rows: Iterable[object], remarks: Mapping[str, str]) -> None:
        self._remarks = remarks
        self._rows: dict[str, Row] = {}
        self._others: dict[str, Row] = {}
        for row in rows:
            table = row.get(_KEY) if isinstance(row, dict) else None
            if isinstance(row, dict) and isinstance(table, str) and self._rows.setdefault(table, row) != row:
                self._others[table] = row

    def __getitem__(self, table: str) -> CatalogueRow:
        row = self._rows[table]
        if table in self._others:
            raise InvalidFieldError(_difference(table, row, self._others[table]))
        fields = Fields(row, _where(table))
        return CatalogueRow(
            table=table,
            title=fields.filled_text("Title"),
            stamps=Stamps(
                # Absent or null it says nothing about when: then the table is fetched and says so itself.
                fields.optional_moment("Modified"),
                fields.optional_moment("MetaDataModified"),
                fields.optional_text("Updated"),
                fields.optional_text("Version"),
                fields.optional_moment("ObservationsModified"),
            ),
            record_count=fields.optional_whole_number("RecordCount"),
            fields=row,
            remark=self._remarks.get(table),
            column_count=read_column_count(table, row),
        )

    def titles(self) -> dict[str, str]:
        """The title of each table that has one, by its id; nothing else of their rows is read."""
        named = ((table, row.get("Title")) for table, row in self._rows.items())
        return {table: title for table, title in named if isinstance(title, str)}

    def __contains__(self, table: object) -> bool:
        return table in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def read_column_count(table: str, row: Row) -> int | None:
    """How many columns the catalogue's ``row`` says that ``table`` has; None where it does not say.

    Raises:
        InvalidFieldError: it says something else than a number.
    """
    return Fields(row, _where(table)).optional_whole_number("ColumnCount")


def _where(table: str) -> str:
    return f"The catalogue's row of table {table}"


def _difference(table: str, first: Row, other: Row) -> str:
    name = next(name for name in (*first, *other) if first.get(name) != other.get(name) or name not in first)
    return (
        f"{_where(table)} should stand there once, found several, of which one has {name} {shown(first.get(name))} and "
        f"another {shown(other.get(name))}; {InvalidFieldError.remedy}"
    )
