"""The query options of one request: reading and applying them, and the link to the next page."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote

import orjson

from pipelines.recording.filters import known_columns, parse_filter
from pipelines.recording.store import Entity

OPTIONS = ("$format", "$filter", "$select", "$top", "$skip")
V4_OPTIONS = (*OPTIONS, "$count")


class QueryError(ValueError):
    """A query option that can't be honoured."""


@dataclass(frozen=True)
class Query:
    """The OData options of a request, and all its parameters as given, in order."""

    given: Sequence[tuple[str, str]]
    format: str | None = None
    filter: str | None = None
    select: tuple[str, ...] = ()
    top: int | None = None
    skip: int = 0
    count: bool = False


def read_query(given: Sequence[tuple[str, str]], known: Sequence[str] = OPTIONS) -> Query:
    """Read decoded query parameters. Raises ``QueryError`` for an unknown, repeated or unreadable option.

    A repeated option is an error as at CBS: it is what a client gets that follows a next link and adds its
    own parameters to it once more.
    """
    options: dict[str, str] = {}
    for name, value in given:
        if name.startswith("$") and name not in known:
            message = f"The recording server does not know query option {name}. It knows {', '.join(known)}."
            raise QueryError(message)
        if name in options:
            message = f"Query option {name} is given twice. Follow odata.nextLink as it is, without adding to it."
            raise QueryError(message)
        options[name] = value
    columns = tuple(name.strip() for name in options.get("$select", "").split(",") if name.strip())
    return Query(
        given=given,
        format=options.get("$format"),
        filter=options.get("$filter", "").strip() or None,
        select=() if "*" in columns else columns,
        top=_whole_number("$top", options["$top"]) if "$top" in options else None,
        skip=_whole_number("$skip", options.get("$skip", "0")),
        count=options.get("$count", "").lower() == "true",
    )


def _whole_number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        message = f"Query option {name}: expected a whole number from 0, found {text!r}."
        raise QueryError(message)
    return int(text)


def select_rows(entity: Entity, query: Query, limit: int | None) -> tuple[list[bytes], bool]:
    """Select what the query asks: at most ``limit`` rows, each as JSON, and whether more rows follow.

    Raises ``QueryError`` for an unknown column in ``$select`` and ``FilterError`` for a wrong ``$filter``.
    """
    unknown = [name for name in query.select if entity.columns and name not in entity.columns]
    if unknown:
        message = f"$select names {', '.join(unknown)}, which does not exist here. {known_columns(entity.columns)}"
        raise QueryError(message)
    asked = min((bound for bound in (query.top, limit) if bound is not None), default=None)
    # One row further than asked, to know whether there is a next page without counting them all.
    end = None if asked is None else query.skip + asked + 1
    found = _matching(entity, query.filter, end)[query.skip :]
    more = asked is not None and asked != query.top and len(found) > asked
    return [_render(entity, row, query.select) for row in found[:asked]], more


def _matching(entity: Entity, text: str | None, end: int | None) -> list[bytes]:
    if text is None:
        return entity.rows[:end]
    test = parse_filter(text, entity.columns)
    return list(islice((row for row in entity.rows if test(entity.read(row))), end))


def _render(entity: Entity, row: bytes, select: tuple[str, ...]) -> bytes:
    if not select and entity.convert is None:
        return row
    cells = entity.read(row)
    # Metadata rows leave out what they don't own (MapYear of a topic), so a selected column may be absent.
    return orjson.dumps({name: cells[name] for name in select if name in cells} if select else cells)


def next_link(url: str, query: Query, page: int) -> str:
    """Write the absolute link to the page after this one, in the form of CBS.

    For example ``.../UntypedDataSet/?$format=json&$skip=10000``.
    """
    return f"{url}/?{repeated_options(query, page)}"


def repeated_options(query: Query, page: int) -> str:
    """Write the options that ask for the page after this one.

    The parameters are repeated as given, with a literal ``$``, and ``$skip`` comes last.
    """
    repeated = {name: value for name, value in query.given if name != "$skip"}
    if query.top is not None:
        repeated["$top"] = str(query.top - page)
    repeated["$skip"] = str(query.skip + page)
    return "&".join(f"{quote(name, safe='$')}={quote(value, safe='')}" for name, value in repeated.items())
