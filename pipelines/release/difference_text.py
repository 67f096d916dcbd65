"""The difference between two releases as text for a terminal."""

from collections.abc import Iterator, Sequence

from pipelines.release.difference import Difference, RowDifference, TableDifference


def render(found: Difference) -> str:
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
            yield f"{table.table:<{width}} {table.added:>9,} {table.removed:>9,} {table.changed:>9,}{_columns(table)}"
    yield from _figures(found)


def _columns(table: TableDifference) -> str:
    new, vanished = ", ".join(table.new_columns), ", ".join(table.vanished_columns)
    return (f"  new columns: {new}" if new else "") + (f"  vanished columns: {vanished}" if vanished else "")


def _figures(found: Difference) -> Iterator[str]:
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
    lines = [_row(row) for row in rows]
    more = [f"... the first {limit}; --limit gives more."] if len(rows) == limit else []
    return "\n".join([*lines, *more])


def _row(row: RowDifference) -> str:
    key = ", ".join(f"{name}={value}" for name, value in row.key.items())
    if row.kind != "changed":
        position = 0 if row.kind == "removed" else 1
        cells = ", ".join(f"{name}={pair[position]}" for name, pair in row.cells.items())
    else:
        cells = ", ".join(f"{name}: {_cell(old)} -> {_cell(new)}" for name, (old, new) in row.cells.items())
    return f"{row.kind}: {key}{' | ' if cells else ''}{cells}"


def _cell(value: object) -> str:
    return "empty" if value is None else str(value)
