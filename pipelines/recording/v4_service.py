"""CBS's OData v4 service over the same recording: its addresses under ``/odata/v1``, and what they answer.

``/Catalogs``, ``/Datasets``, ``/CBS/Datasets`` and ``/CBS/{table}/{entity}``; only tables of CBS's own, since v4 has no
others. Table ids and entities count their capitals. The literal form of its next link is a guess: a client may only
follow it. Does not belong here: what a table says in v4 (``v4_tables``).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import Any, Final

import orjson
from starlette.responses import PlainTextResponse, Response

from pipelines.recording.filters import V4_FUNCTIONS, known_columns, parse_filter
from pipelines.recording.query import Query, QueryError, repeated_options
from pipelines.recording.store import Recording, Row
from pipelines.recording.v4_tables import CATALOG, OBSERVATIONS, PROPERTIES, Contents, RecordedTable, dataset_row

ROOT: Final = ("odata", "v1")
# A page of Observations holds ten times the rows of a page of the Feed, and so about as many bytes.
PAGES_OF_THE_FEED: Final = 10


class NothingHereError(LookupError):
    """There is no such address."""


@dataclass(frozen=True)
class _Answered:
    """The rows of one page, and how many there are of the whole, where that was asked."""

    rows: list[Row]
    count: int | None
    more: bool


class V4Service:
    """Answers requests below ``/odata/v1`` from one recording; ``mark`` makes an answer of a body in JSON."""

    def __init__(
        self, recording: Recording, page_size: int, mark: Callable[[bytes], Response], remarks_name: str
    ) -> None:
        self._recording = recording
        self._page_size = page_size * PAGES_OF_THE_FEED
        self._mark = mark
        self._remarks_name = remarks_name
        self._contents: dict[str, tuple[object, Contents]] = {}
        self._lock = Lock()

    def answer(self, host: str, parts: list[str], query: Query) -> Response:
        """Answer what lies at ``parts`` below the root.

        Raises ``NothingHereError`` for an address that is not there, and ``QueryError`` or ``FilterError`` for options
        that cannot be honoured.
        """
        root = f"{host}/{'/'.join(ROOT)}"
        match parts:
            case ["Catalogs"]:
                rows = [{"Identifier": CATALOG, "Index": 1, "Title": CATALOG, "Description": "", "Organization": "CBS"}]
                return self._collection(f"{root}/$metadata#Catalogs", rows, query)
            case ["Datasets"] | ["CBS", "Datasets"]:
                remarks = {self._remarks_name: self._recording.remarks()}
                return self._collection(f"{root}/$metadata#Datasets", self._datasets(), query, remarks)
            case ["CBS", table]:
                return self._root(f"{root}/CBS/{table}", self._table(table))
            case ["CBS", table, entity]:
                return self._entity(f"{root}/CBS/{table}", self._table(table), entity, query)
            case ["CBS", table, "Observations", "$count"]:
                return PlainTextResponse(str(_counted(self._table(table), query)))
        raise NothingHereError(
            f"There is nothing here. The recording serves {root}/CBS/Datasets and {root}/CBS/{{id}}/{{entity}}."
        )

    def _root(self, url: str, table: RecordedTable) -> Response:
        kinds = {PROPERTIES: "Singleton"}
        sets = [{"name": name, "kind": kinds.get(name, "EntitySet"), "url": name} for name in table.names]
        return self._mark(_body(f"{url}/$metadata", map(orjson.dumps, sets)))

    def _entity(self, url: str, table: RecordedTable, name: str, query: Query) -> Response:
        if name not in table.names:
            message = f"Table {table.table} has no entity {name}. It has {', '.join(table.names)}."
            raise NothingHereError(message)
        if name == PROPERTIES:
            about = {"@odata.context": f"{url}/$metadata#Properties", **table.about()}
            return self._mark(orjson.dumps(about))
        if name != OBSERVATIONS:
            return self._collection(f"{url}/$metadata#{name}", table.rows(name, url), query)
        found = self._observations(table, query)
        annotations: dict[str, Any] = {} if found.count is None else {"@odata.count": found.count}
        if found.more:
            annotations["@odata.nextLink"] = f"{url}/{name}?{repeated_options(query, self._page_size)}"
        return self._mark(_body(f"{url}/$metadata#{name}", map(orjson.dumps, found.rows), annotations))

    def _observations(self, table: RecordedTable, query: Query) -> _Answered:
        asked = min(bound for bound in (query.top, self._page_size) if bound is not None)
        # Without a filter the place of every row is known, so that a page takes no reading of those before it.
        first, rest = (0, query.skip) if query.filter else (query.skip, 0)
        rows = _selected(table.observations(first), table.columns, query)
        found = list(islice(rows, rest, rest + asked + 1))
        more = asked != query.top and len(found) > asked
        return _Answered(found[:asked], _counted(table, query) if query.count else None, more)

    def _collection(
        self, context: str, rows: list[Row], query: Query, annotations: Mapping[str, Any] | None = None
    ) -> Response:
        columns = tuple(dict.fromkeys(name for row in rows for name in row))
        matching = list(_selected(rows, columns, query))
        count = {"@odata.count": len(matching)} if query.count else {}
        end = None if query.top is None else query.skip + query.top
        page = map(orjson.dumps, matching[query.skip : end])
        return self._mark(_body(context, page, {**count, **(annotations or {})}))

    def _datasets(self) -> list[Row]:
        rows = []
        for row in self._catalogue():
            # A table of the catalogue that is not there is listed too, as at CBS; its size is not known.
            known = self._recording.has_table(row["Identifier"])
            count = self._table(row["Identifier"]).observation_count if known else None
            rows.append(dataset_row(row, count, row))
        return rows

    def _catalogue(self) -> list[Row]:
        catalogue = self._recording.catalogue()
        rows = [catalogue.read(row) for row in catalogue.rows]
        return [row for row in rows if row["Catalog"] == CATALOG]

    def _table(self, table: str) -> RecordedTable:
        row = next((row for row in self._catalogue() if row["Identifier"] == table), None)
        if row is None or not self._recording.has_table(table):
            raise NothingHereError(f"Table {table} is not in this recording. Ids are case-sensitive: 70072ned.")
        with self._lock:
            # Reading all rows of a table takes a second, so that is done once for each state of its files.
            state, known = self._recording.state(table), self._contents.get(table)
            found = RecordedTable(
                self._recording, table, row, known[1] if known is not None and known[0] == state else None
            )
            self._contents[table] = (state, found.contents)
            return found


def _counted(table: RecordedTable, query: Query) -> int:
    if query.filter is None:
        return table.observation_count
    return sum(1 for _ in _selected(table.observations(0), table.columns, query))


def _selected(rows: Iterable[Row], columns: tuple[str, ...], query: Query) -> Iterable[Row]:
    """The rows that the filter lets through, with the fields that were asked."""
    unknown = [name for name in query.select if name not in columns]
    if unknown:
        message = f"$select names {', '.join(unknown)}, which does not exist here. {known_columns(columns)}"
        raise QueryError(message)
    found = rows
    if query.filter is not None:
        test = parse_filter(query.filter, columns, V4_FUNCTIONS)
        found = (row for row in rows if test(row))
    if query.select:
        return ({name: row[name] for name in query.select if name in row} for row in found)
    return found


def _body(context: str, rows: Iterable[bytes], annotations: Mapping[str, Any] | None = None) -> bytes:
    """JSON as v4 writes it: the context and count first, the next link last."""
    given = dict(annotations or {})
    head = {"@odata.context": context} | (
        {"@odata.count": given.pop("@odata.count")} if "@odata.count" in given else {}
    )
    parts = [orjson.dumps(head)[:-1], b',"value":[', b",".join(rows), b"]"]
    for name, value in given.items():
        parts += [b",", orjson.dumps(name), b":", orjson.dumps(value)]
    return b"".join([*parts, b"}"])
