"""A recorded table as CBS's OData v4 tells it: the same metadata under other names, and a row per cell.

What v4 leaves out is left out: a cell of a dot has no observation, a group without members no entity. A table is shown
as large as it was recorded: a code without a row is none of its codes. Made up are the identifiers of measures, since a
recording of v3 does not have them. Does not belong here: addresses and query options (``v4_service``).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from pipelines.recording.store import NUMBERS, Entity, Recording, RecordingError, Row

OBSERVATIONS: Final = "Observations"
PROPERTIES: Final = "Properties"
CATALOG: Final = "CBS"
# Before the dimensions of a table in an observation.
OBSERVED: Final = ("Id", "Measure", "ValueAttribute", "Value", "StringValue")
_ZONE: Final = ZoneInfo("Europe/Amsterdam")
# A cell of a dot in the JSON of a row: the only kind that has no observation.
_DOT: Final = re.compile(rb':\s*"\s*\.\s*"')


@dataclass(frozen=True)
class _Measure:
    """A column of the recorded table, and what v4 calls it."""

    identifier: str
    column: str
    number: type[int] | type[float] | None


@dataclass
class Contents:
    """What all rows of a table are read for, each when it is first asked: that takes long in a large table.

    ``counts`` says how many observations each has, ``codes`` which codes occur per dimension.
    """

    counts: list[int]
    codes: Mapping[str, frozenset[str]] | None = None


class RecordedTable:
    """One table of a recording in the terms of v4; ``contents`` are those of its rows, if they were read before."""

    def __init__(
        self, recording: Recording, table: str, catalogue_row: Mapping[str, Any], contents: Contents | None = None
    ) -> None:
        self.table = table
        self._recording = recording
        self._catalogue_row = catalogue_row
        self._properties = self._rows("DataProperties")
        self._dimensions = [row for row in self._properties if row["Type"] not in ("Topic", "TopicGroup")]
        self._topics = [row for row in self._properties if row["Type"] == "Topic"]
        self.contents = contents or Contents([len(self._topics) - len(_DOT.findall(row)) for row in self._cells.rows])

    def _occurring(self, dimension: str) -> frozenset[str]:
        """The codes of a dimension that stand in a row."""
        if self.contents.codes is None:
            codes: dict[str, set[str]] = {str(row["Key"]): set() for row in self._dimensions}
            for text in self._cells.rows:
                row = orjson.loads(text)
                for key, found in codes.items():
                    found.add(row[key].strip())
            self.contents.codes = {key: frozenset(found) for key, found in codes.items()}
        return self.contents.codes[dimension]

    @property
    def _cells(self) -> Entity:
        return self._recording.entity(self.table, "UntypedDataSet")

    @cached_property
    def names(self) -> list[str]:
        """The entity sets of the table, with what it does not have left out, as CBS does."""
        sets = [PROPERTIES, "Dimensions", "MeasureCodes"]
        sets += ["MeasureGroups"] if self._groups() else []
        for dimension in self._dimensions:
            key = str(dimension["Key"])
            sets += [f"{key}Groups"] if self._categories(key) else []
            sets.append(f"{key}Codes")
        return [*sets, OBSERVATIONS]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The fields of an observation."""
        return (*OBSERVED, *(str(dimension["Key"]) for dimension in self._dimensions))

    @property
    def observation_count(self) -> int:
        """How many observations there are: the cells that are no dot."""
        return sum(self.contents.counts)

    @cached_property
    def _measures(self) -> list[_Measure]:
        # Not the numbers in the keys of v3: nobody may lean on what the two have in common only here.
        return [
            _Measure(f"M{number:06}", str(row["Key"]), _number(row))
            for number, row in enumerate(self._topics, start=100_001)
        ]

    def observations(self, skip: int) -> Iterator[dict[str, Any]]:
        """The observations in their order, from number ``skip`` on (counted from 0)."""
        dimensions = [str(dimension["Key"]) for dimension in self._dimensions]
        cells = self._cells
        for row, count in zip(cells.rows, self.contents.counts, strict=True):
            if skip >= count:
                skip -= count
                continue
            yield from list(self._observed(cells.read(row), dimensions))[skip:]
            skip = 0

    def _observed(self, row: Row, dimensions: Sequence[str]) -> Iterator[dict[str, Any]]:
        codes = {key: row[key].strip() for key in dimensions}
        first = row["ID"] * len(self._measures)
        for place, measure in enumerate(self._measures):
            text = row[measure.column]
            stripped = text.strip()
            if stripped == ".":
                continue
            shared = {"Id": first + place, "Measure": measure.identifier}
            if stripped == "":
                yield {**shared, "ValueAttribute": "Impossible", "Value": None, "StringValue": None, **codes}
            elif measure.number is None:
                yield {**shared, "ValueAttribute": "None", "Value": None, "StringValue": text, **codes}
            else:
                value = self._value(measure, stripped, row)
                yield {**shared, "ValueAttribute": "None", "Value": value, "StringValue": None, **codes}

    def _value(self, measure: _Measure, text: str, row: Row) -> float:
        try:
            return measure.number(text) if measure.number else 0
        except ValueError as error:
            message = (
                f"Recording of table {self.table}, column {measure.column}, row ID {row['ID']}: expected a number as "
                f"text, '.' or '', found {text!r}. Correct UntypedDataSet or DataProperties."
            )
            raise RecordingError(message) from error

    def about(self) -> Row:
        """The one object of Properties."""
        row, infos = self._catalogue_row, self._rows("TableInfos")[0]
        return {
            **dataset_row(row, self.observation_count, infos),
            "LongDescription": infos.get("Description"),
            "Provenance": [],
            "RelatedSources": [],
            "Distributions": [],
        }

    def rows(self, name: str, url: str) -> list[Row]:
        """The rows of a metadata entity; ``url`` is where the table is served."""
        if name == "Dimensions":
            return [self._dimension(row, url) for row in self._dimensions]
        if name == "MeasureCodes":
            return [self._measure(row, measure) for row, measure in zip(self._topics, self._measures, strict=True)]
        if name == "MeasureGroups":
            return _as_groups(self._groups())
        keys = {f"{row['Key']}{kind}": (str(row["Key"]), kind) for row in self._dimensions for kind in _KINDS}
        key, kind = keys[name]
        return _as_groups(self._categories(key)) if kind == "Groups" else self._codes(key)

    def _dimension(self, row: Row, url: str) -> Row:
        key, kind = str(row["Key"]), str(row["Type"])
        has_groups = bool(self._categories(key))
        return {
            **({} if kind == "Dimension" else {"@odata.type": f"#Cbs.Ccb.Models.{kind}"}),
            "Identifier": key,
            "Title": row["Title"],
            "Description": row.get("Description") or "",
            "MapYear": row.get("MapYear"),
            "ReleasePolicy": row.get("ReleasePolicy"),
            "Kind": kind,
            "ContainsGroups": has_groups,
            "ContainsCodes": True,
            "CodesUrl": f"{url}/{key}Codes",
            "GroupsUrl": f"{url}/{key}Groups" if has_groups else None,
        }

    def _measure(self, row: Row, measure: _Measure) -> Row:
        return {
            "Identifier": measure.identifier,
            "Index": self._topics.index(row) + 1,
            "Title": row["Title"],
            "Description": row.get("Description") or "",
            "MeasureGroupId": _id(row.get("ParentID")),
            "DataType": row["Datatype"],
            "Unit": row.get("Unit") or "",
            "Decimals": row.get("Decimals") or 0,
            "PresentationType": row.get("PresentationType"),
        }

    def _codes(self, dimension: str) -> list[Row]:
        found: list[Row] = []
        occurring = self._occurring(dimension)
        for row in self._rows(dimension):
            if row["Key"].strip() not in occurring:
                continue
            status = {"Status": row["Status"]} if "Status" in row else {}
            group = row.get("Municipality", row.get("CategoryGroupID"))
            found.append(
                {
                    "Identifier": row["Key"].strip(),
                    "Index": len(found) + 1,
                    "Title": row["Title"],
                    "Description": row.get("Description") or "",
                    "DimensionGroupId": _id(group),
                    **status,
                }
            )
        return found

    def _groups(self) -> list[Row]:
        return [row for row in self._properties if row["Type"] == "TopicGroup"]

    def _categories(self, dimension: str) -> list[Row]:
        return [row for row in self._rows("CategoryGroups") if row["DimensionKey"] == dimension]

    def _rows(self, name: str) -> list[Row]:
        entity: Entity = self._recording.entity(self.table, name)
        return [entity.read(row) for row in entity.rows]


_KINDS: Final = ("Codes", "Groups")


def dataset_row(row: Mapping[str, Any], observation_count: int | None, infos: Mapping[str, Any]) -> Row:
    """A row of the catalogue of v4, from that of v3 and the table's own TableInfos."""
    changed = _with_offset(row["Modified"])
    return {
        "Identifier": row["Identifier"],
        "Title": row["Title"],
        "Description": infos.get("ShortDescription"),
        "Language": row["Language"],
        "Authority": "Centraal Bureau voor de Statistiek",
        "Modified": changed,
        "ReleaseDate": changed,
        "ModificationDate": _with_offset(row.get("MetaDataModified") or row["Modified"]),
        "TemporalCoverage": row.get("Period"),
        "Catalog": row["Catalog"],
        "Publisher": "CBS",
        "Version": re.sub(r"\D", "", row["Modified"])[:12],
        "VersionNotes": row.get("ExplanatoryText"),
        "VersionReason": row.get("ReasonDelivery"),
        "Frequency": re.sub(r"^Per(?=\w)", "Per ", row.get("Frequency") or ""),
        "Status": row.get("OutputStatus"),
        "ObservationCount": observation_count,
        "ObservationsModified": changed,
        "DatasetType": "Numeric",
        "Source": row.get("Source"),
        "Summary": row.get("Summary"),
    }


def _with_offset(moment: str) -> str:
    """A moment of v3, which is local and does not say so, as v4 writes it."""
    return datetime.fromisoformat(moment).replace(tzinfo=_ZONE).isoformat()


def _as_groups(rows: Sequence[Row]) -> list[Row]:
    return [
        {
            "Id": _id(row["ID"]),
            "Index": index,
            "Title": row["Title"],
            "Description": row.get("Description") or "",
            "ParentId": _id(row.get("ParentID")),
        }
        for index, row in enumerate(rows, start=1)
    ]


def _id(number: object) -> str | None:
    return None if number is None else str(number)


def _number(topic: Row) -> type[int] | type[float] | None:
    number = NUMBERS.get(str(topic.get("Datatype")))
    return int if number is int else None if number is None else float
