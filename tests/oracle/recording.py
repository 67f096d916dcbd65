"""Reading recorded CBS tables: columns by the path of their titles, members by their title, years by their title."""

import csv
import gzip
import json
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.oracle.figures import LAND, STATUS_OF_CBS, Status

RECORDING = Path(__file__).parents[2] / "warehouse" / "recording"
REFERENCE = Path(__file__).parents[2] / "dbt_project" / "seeds" / "referentie"

GEO_TYPES = {"GeoDimension", "GeoDetail"}
REGION_CODE = re.compile(r"GM\d{4}|NL\d\d")


class RecordingError(LookupError):
    """The recording does not hold what the oracle looks for."""


class Table:
    """One recorded table; codes are given without the padding that CBS adds."""

    def __init__(self, recording: Path, table_id: str) -> None:
        """Point at `<recording>/statline/<table_id>`; files are read when first needed."""
        self.table_id = table_id
        self._folder = recording / "statline" / table_id

    def column(self, *titles: str) -> str:
        """Give the key of the one topic whose group titles and own title are exactly `titles`."""
        matches = [item["Key"] for item in self._properties if item["Type"] == "Topic" and self._path(item) == titles]
        if len(matches) != 1:
            paths = [" / ".join(self._path(item)) for item in self._properties if item["Type"] == "Topic"]
            message = f"{self.table_id}: expected one column '{' / '.join(titles)}', found {matches}; it has {paths}"
            raise RecordingError(message)
        return str(matches[0])

    def member(self, dimension: str, title: str) -> str | None:
        """Give the code of the one member of `dimension` with this title; None when there is none."""
        codes = [row["Key"].strip() for row in self._read(f"{dimension}.json") if row["Title"].strip() == title]
        if len(codes) > 1:
            message = f"{self.table_id}: expected one member '{title}' in {dimension}, found {codes}"
            raise RecordingError(message)
        return codes[0] if codes else None

    def codes(self, dimension: str) -> set[str]:
        """Give all codes of a dimension."""
        return {row["Key"].strip() for row in self._read(f"{dimension}.json")}

    def status(self, year: int) -> Status:
        """Give the status that CBS states for the whole year; onbekend when the table has no periods."""
        if self._time is None:
            return "onbekend"
        found = [row["Status"] for row in self._read(f"{self._time}.json") if row["Title"].strip() == str(year)]
        return STATUS_OF_CBS.get(found[0], "onbekend") if found else "onbekend"

    def cells(self, column: str, year: int, members: dict[str, str]) -> dict[str, str]:
        """Give the text of `column` per municipality and for the country (NL) in one year.

        Args:
            column: key of the topic.
            year: the year, looked up in the periods; a table without periods is about one year only.
            members: the code to keep, for every dimension beside region and period.
        """
        period = None if self._time is None else self.member(self._time, str(year))
        if self._time is not None and period is None:
            return {}
        keep = members if self._time is None else {**members, self._time: str(period)}
        cells: dict[str, str] = {}
        for region, row in self._region_rows(keep):
            if region in cells:
                message = f"{self.table_id}: expected one row for {region} in {year} with {keep}, found more"
                raise RecordingError(message)
            cells[region] = row[column]
        return cells

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """All rows of UntypedDataSet, as published."""
        with gzip.open(self._folder / "UntypedDataSet.json.gz") as file:
            rows: list[dict[str, Any]] = json.load(file)
        return rows

    def _region_rows(self, keep: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
        loose = set(self._dimensions) - set(keep) - {self._geo}
        if loose:
            message = f"{self.table_id}: expected a choice for every dimension, found none for {sorted(loose)}"
            raise RecordingError(message)
        for row in self.rows:
            region = row[self._geo].strip()
            if REGION_CODE.fullmatch(region) and all(row[name].strip() == code for name, code in keep.items()):
                yield (LAND if region.startswith(LAND) else region), row

    def _path(self, topic: dict[str, Any]) -> tuple[str, ...]:
        groups = {item["ID"]: item for item in self._properties if item["Type"] == "TopicGroup"}
        path = [topic["Title"].strip()]
        while topic["ParentID"] is not None:
            topic = groups[topic["ParentID"]]
            path.append(topic["Title"].strip())
        return tuple(reversed(path))

    @cached_property
    def _properties(self) -> list[dict[str, Any]]:
        return self._read("DataProperties.json")

    @cached_property
    def _dimensions(self) -> dict[str, str]:
        return {item["Key"]: item["Type"] for item in self._properties if not item["Type"].startswith("Topic")}

    @cached_property
    def _geo(self) -> str:
        return next(key for key, kind in self._dimensions.items() if kind in GEO_TYPES)

    @cached_property
    def _time(self) -> str | None:
        return next((key for key, kind in self._dimensions.items() if kind == "TimeDimension"), None)

    def _read(self, name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads((self._folder / name).read_bytes())
        return rows


def municipalities_per_year() -> dict[int, list[str]]:
    """Read the official list of municipalities on 1 January of each year (codes such as GM0363)."""
    years: dict[int, list[str]] = {}
    with (REFERENCE / "gemeenten_per_jaar.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            years.setdefault(int(row["jaar"]), []).append(row["gm_code"])
    return years


def taakvelden_per_year() -> dict[int, set[str]]:
    """Read the taakvelden of main field 6 that the Iv3 definitions name for each year."""
    years: dict[int, set[str]] = {}
    with (REFERENCE / "iv3_taakvelden_sociaal_domein.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            years.setdefault(int(row["jaar"]), set()).add(row["taakveld"])
    return years
