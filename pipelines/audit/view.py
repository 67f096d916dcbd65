"""The build under audit, opened read-only beside the observations and the previous release.

What does not belong here: what is asked of it (``suites``), and judging the answers (``judge``).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias

import duckdb
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from pipelines.common.sql import attach, closed_connection, parquet_files, quoted, quoted_name

# A pandas.DataFrame; pandas comes without types, and only Great Expectations needs it.
Frame: TypeAlias = Any
ViewName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
# The worker may have another working directory than the caller.
AbsolutePath = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]

PREVIOUS = "vorige"
# Beside the previous release as it is: its figures without those that were made of a recording and are of CBS itself
# now, or the other way round. A recording holds part of a table and is older, so what moved says nothing.
COMPARABLE = "eerder"
_COMPARABLE_FIGURES = """
with kanten as (
    select 'oud' as kant, figuur.indicator_id, figuur.jaar, bron.soort
    from vorige.main.fct_indicator as figuur
    inner join vorige.main.herkomst as bron on bron.tabel_id = figuur.tabel_id
    union
    select 'nieuw', figuur.indicator_id, figuur.jaar, bron.soort
    from {build}.main.fct_indicator as figuur
    inner join {build}.main.herkomst as bron on bron.tabel_id = figuur.tabel_id
),
gewisseld as (
    select oud.indicator_id, oud.jaar
    from kanten as oud
    inner join kanten as nieuw on nieuw.indicator_id = oud.indicator_id and nieuw.jaar = oud.jaar
    where oud.kant = 'oud' and nieuw.kant = 'nieuw' and oud.soort <> nieuw.soort
),
met_verhoudingen as (
    select indicator_id, jaar from gewisseld{ratios}
)
select figuur.*
from vorige.main.fct_indicator as figuur
anti join met_verhoudingen as weg on weg.indicator_id = figuur.indicator_id and weg.jaar = figuur.jaar
"""
_BESIDE = "memory.main"
_TABLES = "select table_name from information_schema.tables "

# What it takes to see which figures those are.
_COMPARED_BY: Final = (
    ("fct_indicator", "indicator_id"),
    ("fct_indicator", "jaar"),
    ("fct_indicator", "tabel_id"),
    ("herkomst", "tabel_id"),
    ("herkomst", "soort"),
)
# A ratio is of the tables of both its parts.
_RATIOS = """
    union
    select dim.indicator_id, gewisseld.jaar
    from {build}.main.dim_indicator as dim
    inner join gewisseld on gewisseld.indicator_id in (dim.teller, dim.noemer)"""


class AuditRequest(BaseModel):
    """What to audit: a finished build, the suites, Parquet files to read beside it, the previous release.

    ``views`` gives each extra table its Parquet files, and folders of which all are meant, for instance
    ``{"observaties": [".../a.parquet"]}``; a view without a single existing file is left out, and a check that
    needs it fails.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    database: AbsolutePath
    suites: AbsolutePath
    views: dict[ViewName, list[AbsolutePath]] = {}
    previous: AbsolutePath | None = None


# What the previous release had, by the columns that say what a row is about.
_FIGURES = "from eerder.fct_indicator where waarde is not null"
_RELEASED: Final[dict[tuple[str, ...], str]] = {
    ("indicator_id", "jaar"): f"select distinct indicator_id, jaar {_FIGURES}",
    ("tabel_id",): "select oud.tabel_id from vorige.herkomst as oud semi join herkomst using (tabel_id, soort)",
    ("jaar",): f"select distinct jaar {_FIGURES}",
}

_WARNED: Final = "select 1 from vorige.kwaliteit where controle = ? and not geslaagd and ernst = 'waarschuwing'"
# What is as it was, by the same columns: then a violation of it was there too.
_UNCHANGED: Final[dict[tuple[str, ...], str]] = {
    ("indicator_id", "jaar"): """
        select indicator_id, jaar
        from vorige.fct_indicator as oud
        inner join fct_indicator as nieuw using (indicator_id, regio_soort, regio_code, jaar, indeling)
        group by all
        having bool_and(oud.waarde is not distinct from nieuw.waarde)
    """,
    ("tabel_id",): "select oud.tabel_id from vorige.herkomst as oud semi join herkomst using (tabel_id, sha256)",
}


class BuildView:
    """Queries over one build: its tables in ``main``, extra Parquet views, ``vorige`` and ``eerder`` when there is a
    previous release.

    Several threads may ask at once.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, name: str, *, has_previous: bool) -> None:
        """Use `open_build`."""
        self._connection = connection
        # First the build, so that `current_database()` is the build and a view never hides one of its tables.
        self._path = quoted(f"{quoted_name(name)}.main,{_BESIDE}")
        self._build = quoted(name)
        self.has_previous = has_previous

    @cached_property
    def tables(self) -> frozenset[str]:
        """What a suite can be about: the tables and views of the build, and the Parquet views."""
        catalogues = f"({self._build}, 'memory')"
        return self._names(_TABLES + f"where table_schema = 'main' and table_catalog in {catalogues}")

    @cached_property
    def previous_tables(self) -> frozenset[str]:
        """The tables of the previous release; empty when there is none."""
        return self._names(_TABLES + f"where table_catalog = {quoted(PREVIOUS)}")

    def has_released(self, frame: Frame, check: str, query: str) -> bool:
        """Whether a row of ``frame``, the violations that ``query`` of ``check`` gives, is about a figure that the
        previous release had.

        Known by the indicator and year that the row names, else by its CBS table, else by its year; a row that names
        none of these counts as released. What the previous release was published with, told as a warning by the same
        check, is no news: else the night after it could release nothing.
        """
        present = {str(column) for column in frame.columns}
        for columns, released in _RELEASED.items():
            if present.issuperset(columns):
                known = self._released(released) - self._warned_of(check, query, columns)
                return any(row in known for row in frame[list(columns)].itertuples(index=False, name=None))
        return True

    def _warned_of(self, check: str, query: str, columns: tuple[str, ...]) -> frozenset[tuple[object, ...]]:
        """What rows of ``check`` are about that the previous release was published with, by ``columns``."""
        if not self.previous_tables >= {"fct_indicator", "herkomst", "kwaliteit"}:
            return frozenset()
        with self._cursor() as cursor:
            if not cursor.execute(_WARNED, [check]).fetchall():
                return frozenset()
            same = frozenset(cursor.execute(_UNCHANGED[columns]).fetchall()) if columns in _UNCHANGED else frozenset()
            try:
                # Only the tables of that release: the observations behind it are no longer there.
                cursor.execute(f"set search_path = '{PREVIOUS}.main'")
                names = ", ".join(map(quoted_name, columns))
                return same | frozenset(cursor.execute(_wrapped(query, names)).fetchall())
            except duckdb.Error:
                return same

    @cache  # noqa: B019 - a view lives as long as one audit
    def _released(self, query: str) -> frozenset[tuple[object, ...]]:
        if not self.previous_tables >= {"fct_indicator", "herkomst"}:
            return frozenset()
        with self._cursor() as cursor:
            return frozenset(cursor.execute(query).fetchall())

    def columns(self, query: str) -> list[str]:
        """The columns that ``query`` gives, in order; raises `duckdb.Error` when it is not a valid query."""
        with self._cursor() as cursor:
            return [str(row[0]) for row in cursor.execute(f"describe {_wrapped(query, '*')}").fetchall()]

    def frame(self, query: str, columns: Sequence[str] | None = None) -> Frame:
        """The rows of ``query`` as a pandas frame; only ``columns`` leave DuckDB, or all of them.

        Raises:
            duckdb.Error: the query cannot be carried out.
        """
        chosen = "*" if columns is None else ", ".join(map(quoted_name, columns))
        with self._cursor() as cursor:
            statements = cursor.extract_statements(_wrapped(query, chosen))
            if len(statements) != 1:
                raise duckdb.ParserException(f"Parser Error: {len(statements)} statements instead of one query")
            return cursor.execute(statements[0]).df()

    def _names(self, query: str) -> frozenset[str]:
        with self._cursor() as cursor:
            return frozenset(str(row[0]) for row in cursor.execute(query).fetchall())

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of its own to what is attached: one connection answers one thread at a time."""
        with self._connection.cursor() as cursor:
            cursor.execute(f"set search_path = {self._path}")
            yield cursor


@contextmanager
def open_build(request: AuditRequest) -> Iterator[BuildView]:
    """Attach the build, the views and the previous release of ``request`` to a connection in memory.

    Nothing can be written to a file and no extension is fetched. Raises `duckdb.Error` when a file is no DuckDB
    database.
    """
    with closed_connection() as connection:
        # The build keeps its own name: views that dbt made in it carry that name in their text.
        own_name = request.database.stem
        attach(connection, request.database, own_name)
        if request.previous is not None:
            attach(connection, request.previous.resolve(), PREVIOUS)
        _create_views(connection, request.views)
        if request.previous is not None:
            _create_comparable(connection, own_name)
        yield BuildView(connection, own_name, has_previous=request.previous is not None)


def _create_views(connection: duckdb.DuckDBPyConnection, views: Mapping[str, Sequence[Path]]) -> None:
    """Views in memory, so that they are found beside the read-only build; none where no file matches."""
    for name, places in views.items():
        files = sorted({file for place in places for file in _parquet_in(place)})
        if files:
            view = f"{_BESIDE}.{quoted_name(name)}"
            connection.execute(f"create view {view} as select * from {parquet_files(files)}")  # noqa: S608 - quoted


def _create_comparable(connection: duckdb.DuckDBPyConnection, build: str) -> None:
    """The figures of the previous release that those of the build may be held against, in a database in memory."""
    rows = connection.execute(
        "select table_catalog, table_name, column_name from information_schema.columns where table_schema = 'main'"
    ).fetchall()
    needed = {(name, *which) for name in (PREVIOUS, build) for which in _COMPARED_BY}
    connection.execute(f"attach ':memory:' as {COMPARABLE}")
    if needed <= set(rows):
        own = quoted_name(build)
        has_ratios = {(build, "dim_indicator", "teller"), (build, "dim_indicator", "noemer")} <= set(rows)
        query = _COMPARABLE_FIGURES.format(build=own, ratios=_RATIOS.format(build=own) if has_ratios else "")
        # A table, since each of a dozen checks would make it anew.
        connection.execute(f"create table {COMPARABLE}.main.fct_indicator as {query}")
    elif any(row[:2] == (PREVIOUS, "fct_indicator") for row in rows):
        connection.execute(f"create view {COMPARABLE}.main.fct_indicator as from {PREVIOUS}.main.fct_indicator")


def _parquet_in(place: Path) -> list[Path]:
    if place.is_dir():
        return list(place.rglob("*.parquet"))
    return [place] if place.exists() else []


def _wrapped(query: str, columns: str) -> str:
    # The line break ends a comment on the last line of the query.
    return f"select {columns} from (\n{query}\n)"  # noqa: S608 - the query is ours and the database read-only
