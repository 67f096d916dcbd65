"""What differs between two releases: rows per table, and the figures per indicator and year. Both are only read.

Rows are matched by the primary key that `dictionary` names. A table whose content hash is the same in both manifests is
not read at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from pipelines.common.sql import quoted_name
from pipelines.releases.reader import open_releases
from pipelines.releases.store import Release, ReleaseError

# They are about one release, so they always differ.
_OF_ONE_RELEASE = ("release", "revisies", "revisie_telling")
_FIGURES = "fct_indicator"
# How many times more a row stands in the new release than in the old.
_SURPLUS = "_surplus"
LARGEST = 5


@dataclass(frozen=True)
class TableDifference:
    """Rows of one table that were added, removed, or have the same key and other content; and its columns."""

    table: str
    added: int
    removed: int
    changed: int
    new_columns: tuple[str, ...]
    vanished_columns: tuple[str, ...]


@dataclass(frozen=True)
class FigureDifference:
    """How many figures of one indicator and year have another value, status or reason for lacking."""

    indicator_id: str
    year: int
    values: int
    statuses: int
    reasons: int


@dataclass(frozen=True)
class Change:
    """One figure that changed from one value into another."""

    indicator_id: str
    region: str
    year: int
    division: str
    old: float
    new: float


@dataclass(frozen=True)
class Difference:
    """Everything that differs; years are (indicator_id, year). ``same_division``: both have the same `actueel`."""

    old: str
    new: str
    tables: list[TableDifference] = field(default_factory=list)
    new_tables: list[str] = field(default_factory=list)
    vanished_tables: list[str] = field(default_factory=list)
    figures: list[FigureDifference] = field(default_factory=list)
    largest: list[Change] = field(default_factory=list)
    new_years: list[tuple[str, int]] = field(default_factory=list)
    vanished_years: list[tuple[str, int]] = field(default_factory=list)
    same_division: bool = True


@dataclass(frozen=True)
class RowDifference:
    """One row: ``kind`` is added, removed or changed; ``cells`` are its (other) columns with old and new content."""

    kind: str
    key: dict[str, Any]
    cells: dict[str, tuple[Any, Any]]


def compare_releases(old: Release, new: Release) -> Difference:
    """Compare two releases.

    Raises:
        ReleaseError: if one of them cannot be read.
    """
    with open_releases(older=old, newer=new) as connection:
        before, after = (_tables(connection, side) for side in ("older", "newer"))
        signed = [release.manifest.tables for release in (old, new)]
        differing = [table for table in after if table in before and _may_differ(table, *signed)]
        tables = [_table_difference(connection, table) for table in differing]
        same_division = _same_division(connection)
        return Difference(
            old=old.release_id,
            new=new.release_id,
            tables=[t for t in tables if t.added or t.removed or t.changed or t.new_columns or t.vanished_columns],
            new_tables=[table for table in after if table not in before],
            vanished_tables=[table for table in before if table not in after],
            same_division=same_division,
            **(_figures(connection, same_division) if _FIGURES in differing else {}),
        )


def changed_rows(old: Release, new: Release, table: str, limit: int) -> list[RowDifference]:
    """At most ``limit`` rows of ``table`` that differ: changed ones first, then removed and added ones.

    Raises:
        ReleaseError: if a release cannot be read, or the table is not in both.
    """
    with open_releases(older=old, newer=new) as connection:
        before, after = (_tables(connection, side) for side in ("older", "newer"))
        if table not in before or table not in after:
            both = ", ".join(name for name in after if name in before)
            raise ReleaseError(f"There is no table {table!r} in both releases. There are: {both}.")
        columns, key = _compare(connection, table)
        return _listed(connection, columns, key, limit)


def _tables(connection: duckdb.DuckDBPyConnection, side: str) -> list[str]:
    sql = "select table_name from duckdb_tables() where database_name = ? and schema_name = 'main' order by 1"
    return [name for (name,) in connection.execute(sql, [side]).fetchall() if name not in _OF_ONE_RELEASE]


def _may_differ(table: str, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether the signed hashes of a table leave room for a difference; what is not signed may differ."""
    return table not in before or before[table] != after.get(table)


def _columns(connection: duckdb.DuckDBPyConnection, side: str, table: str) -> list[str]:
    sql = """select column_name from duckdb_columns()
        where database_name = ? and schema_name = 'main' and table_name = ? order by column_index"""
    return [name for (name,) in connection.execute(sql, [side, table]).fetchall()]


def _compare(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[list[str], list[str]]:
    """Make `gone` and `arrived`, the rows that only the old and only the new have; returns their columns and the key.

    Rows are compared as wholes, so that a key that is not unique costs no row. Without a key each row is its own.
    """
    before = _columns(connection, "older", table)
    columns = [column for column in _columns(connection, "newer", table) if column in before]
    names = ", ".join(map(quoted_name, columns))
    sides = " union all ".join(
        f"select {names}, {sign} as {_SURPLUS} from {side}.main.{quoted_name(table)}"  # noqa: S608 - names of the file
        for side, sign in (("newer", 1), ("older", -1))
    )
    # In one pass over both: two times EXCEPT ALL takes four.
    connection.execute(
        f"create or replace temp table surplus_rows as select {names}, sum({_SURPLUS}) as {_SURPLUS} from ({sides}) "  # noqa: S608
        f"group by {names} having sum({_SURPLUS}) <> 0"
    )
    for target, times in (("gone", f"-{_SURPLUS}"), ("arrived", _SURPLUS)):
        connection.execute(
            f"create or replace temp table {target} as select {names} from "  # noqa: S608 - names of the file
            f"(select *, unnest(range(({times})::bigint)) as _ from surplus_rows where {times} > 0)"
        )
    sql = "select kolom from newer.main.dictionary where tabel = ? and sleutel"
    keys = {name for (name,) in connection.execute(sql, [table]).fetchall()}
    return columns, [column for column in columns if column in keys] or columns


def _matching(key: Sequence[str]) -> str:
    return " and ".join(f'gone."{column}" is not distinct from arrived."{column}"' for column in key)


def _table_difference(connection: duckdb.DuckDBPyConnection, table: str) -> TableDifference:
    _, key = _compare(connection, table)
    on = _matching(key)
    ((added, removed, changed),) = connection.execute(
        f"""
        select (select count(*) from arrived where not exists (select 1 from gone where {on})),
            (select count(*) from gone where not exists (select 1 from arrived where {on})),
            (select count(*) from arrived where exists (select 1 from gone where {on}))
        """  # noqa: S608 - names arrived from the catalogue of the file itself
    ).fetchall()
    before, after = (_columns(connection, side, table) for side in ("older", "newer"))
    return TableDifference(
        table,
        added,
        removed,
        changed,
        new_columns=tuple(column for column in after if column not in before),
        vanished_columns=tuple(column for column in before if column not in after),
    )


def _listed(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[str], key: Sequence[str], limit: int
) -> list[RowDifference]:
    """Rows of `gone` and `arrived` beside each other."""
    sides = ", ".join(f'{side}."{column}"' for side in ("gone", "arrived") for column in columns)
    order = ", ".join(f'coalesce(arrived."{column}", gone."{column}")' for column in key)
    rows = connection.execute(
        f"""
        with gone as (select *, true as present from gone), arrived as (select *, true as present from arrived)
        select gone.present is not null, arrived.present is not null, {sides}
        from gone full outer join arrived on {_matching(key)}
        order by gone.present is null or arrived.present is null, {order} limit {limit}
        """  # noqa: S608 - names arrived from the catalogue of the file itself
    ).fetchall()
    return [_row(row, columns, key) for row in rows]


def _row(row: Sequence[Any], columns: Sequence[str], key: Sequence[str]) -> RowDifference:
    in_old, in_new, *cells = row
    old, new = dict(zip(columns, cells, strict=False)), dict(zip(columns, cells[len(columns) :], strict=True))
    kind = "changed" if in_old and in_new else "removed" if in_old else "added"
    differing = {c: (old[c], new[c]) for c in columns if c not in key and old[c] != new[c]}
    return RowDifference(kind, {c: (new if in_new else old)[c] for c in key}, differing)


def _same_division(connection: duckdb.DuckDBPyConnection) -> bool:
    years = [
        connection.execute(f"select indeling_jaar from {side}.main.release").fetchall()  # noqa: S608 - fixed names
        for side in ("older", "newer")
    ]
    return bool(years[0] == years[1])


def _figures(connection: duckdb.DuckDBPyConnection, same_division: bool) -> dict[str, Any]:
    """The parts of `Difference` that are about figures; `actueel` only if it means the same in both."""
    connection.execute(
        f"""
        create or replace temp table pairs as
        select newer.indicator_id, newer.regio_code, newer.jaar, newer.indeling,
            older.waarde as old_value, newer.waarde as new_value,
            older.waarde is distinct from newer.waarde as value_differs,
            older.status is distinct from newer.status as status_differs,
            older.reden_ontbreekt is distinct from newer.reden_ontbreekt as reason_differs
        from newer.main.{_FIGURES} as newer
        inner join older.main.{_FIGURES} as older using (indicator_id, regio_code, jaar, indeling)
        where (newer.indeling = 'origineel' or $1) and (value_differs or status_differs or reason_differs)
        """,  # noqa: S608 - a fixed name
        [same_division],
    )
    per_year = connection.execute(
        """
        select indicator_id, jaar, count_if(value_differs), count_if(status_differs), count_if(reason_differs)
        from pairs group by all order by all
        """
    ).fetchall()
    # Relative to what it was, since units differ; what was 0 comes first.
    largest = connection.execute(
        """
        select indicator_id, regio_code, jaar, indeling, old_value, new_value from pairs
        where old_value <> new_value
        order by case when old_value = 0 then 'inf'::double else abs(new_value / old_value - 1) end desc,
            abs(new_value - old_value) desc, indicator_id, regio_code, jaar, indeling limit ?
        """,
        [LARGEST],
    ).fetchall()
    return {
        "figures": [FigureDifference(*row) for row in per_year],
        "largest": [Change(*row) for row in largest],
        "new_years": _years_only_in(connection, "newer", "older"),
        "vanished_years": _years_only_in(connection, "older", "newer"),
    }


def _years_only_in(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> list[tuple[str, int]]:
    sides = [f"select distinct indicator_id, jaar from {side}.main.{_FIGURES}" for side in (one, other)]  # noqa: S608
    return connection.execute(" except ".join(sides) + " order by all").fetchall()


def render_difference(found: Difference) -> str:
    """All that differs, tables first."""
    return "\n".join(_lines(found))


def _lines(found: Difference) -> Iterator[str]:
    yield f"From {found.old} to {found.new}"
    yield from _named("New tables", found.new_tables)
    yield from _named("Vanished tables", found.vanished_tables)
    if not (found.tables or found.new_tables or found.vanished_tables):
        yield "Every table is the same."
        return
    if found.tables:
        width = max(len(table.table) for table in found.tables)
        yield f"{'table':<{width}} {'added':>9} {'removed':>9} {'changed':>9}"
        for table in found.tables:
            counts = f"{table.added:>9,} {table.removed:>9,} {table.changed:>9,}"
            yield f"{table.table:<{width}} {counts}{_columns_in_words(table)}"
    yield from _figures_in_words(found)


def _columns_in_words(table: TableDifference) -> str:
    new, vanished = ", ".join(table.new_columns), ", ".join(table.vanished_columns)
    return (f"  new columns: {new}" if new else "") + (f"  vanished columns: {vanished}" if vanished else "")


def _figures_in_words(found: Difference) -> Iterator[str]:
    if not found.same_division:
        yield "The municipal division differs, so figures in `actueel` are not compared."
    yield from _named("New in fct_indicator", [f"{name} {year}" for name, year in found.new_years])
    yield from _named("Vanished from fct_indicator", [f"{name} {year}" for name, year in found.vanished_years])
    if found.figures:
        width = max(len(figure.indicator_id) for figure in found.figures)
        yield f"{'figures changed of':<{width}} year {'values':>8} {'statuses':>8} {'reasons':>8}"
        for figure in found.figures:
            yield (
                f"{figure.indicator_id:<{width}} {figure.year} "
                f"{figure.values:>8,} {figure.statuses:>8,} {figure.reasons:>8,}"
            )
    if found.largest:
        yield "Largest changes of a value, relative to what it was:"
        for change in found.largest:
            where = f"{change.indicator_id} {change.region} {change.year} ({change.division})"
            yield f"  {where}: {change.old:,.12g} -> {change.new:,.12g}"


def _named(title: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"{title}: {', '.join(names)}"


def render_rows(rows: Sequence[RowDifference], limit: int) -> str:
    """One line per row: its key, and each cell that differs."""
    if not rows:
        return "Every row is the same."
    lines = [_row_in_words(row) for row in rows]
    more = [f"... the first {limit}; --limit gives more."] if len(rows) == limit else []
    return "\n".join([*lines, *more])


def _row_in_words(row: RowDifference) -> str:
    key = ", ".join(f"{name}={value}" for name, value in row.key.items())
    if row.kind != "changed":
        position = 0 if row.kind == "removed" else 1
        cells = ", ".join(f"{name}={pair[position]}" for name, pair in row.cells.items())
    else:
        cells = ", ".join(f"{name}: {_cell(old)} -> {_cell(new)}" for name, (old, new) in row.cells.items())
    return f"{row.kind}: {key}{' | ' if cells else ''}{cells}"


def _cell(value: object) -> str:
    return "empty" if value is None else str(value)
