"""What one table must yield: its topics and dimensions, and which cells make up which measure.

Made once per table from its metadata and the yml; whatever no longer fits is found here, before a row is read.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.common.suggestions import closest
from pipelines.observations import codes
from pipelines.observations.changes import history
from pipelines.observations.columns import SchemaDriftError, Topic, dimensions, flow, resolve, topics
from pipelines.observations.shape import Column, Lacking, Shape
from pipelines.sources.datasets import (
    AlternativeSelection,
    CodeSelection,
    Dataset,
    ExceptSelection,
    Measure,
    PrefixSelection,
    Selection,
    TableReference,
)
from pipelines.statline.dialects import ColumnChoice
from pipelines.statline.errors import InvalidFieldError
from pipelines.statline.metadata import PROPERTIES, Code, entity, read_codes

# A batch of this many cells stays near 150 MB of memory, while its part is large enough to read fast.
CELLS_PER_PART = 250_000
# More would bury what to do first.
_TOLD = 5

Metadata = Mapping[str, Sequence[dict[str, Any]]]


@dataclass(frozen=True)
class MappedColumn:
    """A topic column that gives (part of) a measure, with the rows of it that count, and the years it gives.

    ``part_years`` are the years of which it also gives figures of a half-year, a quarter or a month.
    """

    measure: str
    definition: Measure
    topic: Topic
    preference: int
    selection: Mapping[str, CodeSelection]
    years: tuple[int, ...] = ()
    part_years: tuple[int, ...] = ()


@dataclass(frozen=True)
class Hole:
    """Rows of a recorded table in which a dot of ``measure`` says only that the copy lacked the cell."""

    measure: str
    level: str
    years: tuple[int, ...]


@dataclass(frozen=True)
class TablePlan:
    """Everything needed to turn rows of one table into observations; made once from its metadata and the yml.

    ``described`` are the topics that its metadata name, ``topics`` those that its rows have: of a large table only some
    are fetched. ``lacking`` are the measures of the yml that are not in it, since they were not understood;
    ``unrecorded`` those that a recording need not have and does not; ``holes`` where the dots of a recording are not
    those of CBS; ``years`` those of the years that the yml takes which the table has; ``split_titles`` the title of
    each code of a dimension along which a measure stays split.
    """

    dataset: Dataset
    table: TableReference
    described: tuple[Topic, ...]
    topics: tuple[Topic, ...]
    dimensions: tuple[str, ...]
    mapped: Mapping[str, tuple[MappedColumn, ...]]
    statuses: Mapping[str, str]
    lacking: tuple[Lacking, ...] = ()
    years: tuple[int, ...] = ()
    unrecorded: tuple[str, ...] = ()
    holes: tuple[Hole, ...] = ()
    split_titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def other_dimensions(self) -> list[str]:
        """Dimensions besides region and period."""
        return [key for key in self.dimensions if key not in (self.dataset.regio, self.dataset.periode)]

    @property
    def rows_per_part(self) -> int:
        """How many published rows make at most ``CELLS_PER_PART`` cells."""
        return max(1, CELLS_PER_PART // max(1, len(self.topics)))


def plan_table(
    dataset: Dataset,
    table: TableReference,
    metadata: Metadata,
    earlier: Shape | None = None,
    held: Collection[str] | None = None,
    *,
    fetched: Collection[str] | None = None,
    recorded: bool = False,
) -> TablePlan:
    """Match the ``metadata`` of ``table``, rows by name of the entity set, with the yml.

    Args:
        earlier: shape of the version last understood, to say what became of what is no longer there.
        held: measures that the version in use has, so that they may not go (None: all of the yml); others may lack.
        fetched: keys of the topics that its rows have; None: all of them.
        recorded: whether this is a recording, of which what the yml marks as ``niet_in_opname`` is not expected.

    Raises:
        SchemaDriftError: a dimension of the yml is not there, or a code or column of a measure held, or of every one.
    """
    found_topics, found_dimensions = _described(table, metadata)
    dataset = _fitted(dataset, table, found_dimensions, metadata, earlier)
    mapped, missing = _mapped(dataset, table, found_topics, metadata, earlier, fetched)
    problems = _without_unrecorded(dataset, table, missing, held or ()) if recorded else missing
    _require_held(problems, problems if held is None or not mapped else held)
    return TablePlan(
        dataset=dataset,
        table=table,
        described=tuple(found_topics),
        topics=tuple(topic for topic in found_topics if fetched is None or topic.key in fetched),
        dimensions=tuple(found_dimensions),
        mapped=mapped,
        statuses=_statuses(dataset, table, metadata),
        lacking=_lacking(dataset, table, problems, metadata),
        years=_years(dataset, table, metadata),
        unrecorded=tuple(name for name in missing if name not in problems),
        holes=_holes(dataset, table) if recorded else (),
        split_titles=_split_titles(dataset, table, metadata),
    )


def _described(table: TableReference, metadata: Metadata) -> tuple[list[Topic], list[str]]:
    """The topics and dimensions that the metadata of ``table`` name."""
    properties = entity(table.tabel, metadata, PROPERTIES)
    return topics(properties, table.tabel), dimensions(properties, table.tabel)


def columns_read(dataset: Dataset, table: str, metadata: Metadata) -> ColumnChoice | None:
    """The columns of ``table`` of which a measure of ``dataset`` reads a cell; None: all, or it is not known which."""
    try:
        plans = [
            plan_table(dataset, reference, metadata, held=())
            for reference in dataset.tabellen
            if reference.tabel == table
        ]
    except (InvalidFieldError, SchemaDriftError):
        return None
    read = {key for plan in plans for key in plan.mapped}
    described = [topic.key for topic in plans[0].described]
    chosen = tuple(key for key in described if key in read)
    return None if len(chosen) == len(described) else ColumnChoice(plans[0].dimensions, chosen)


def _among_fetched(
    mapped: Mapping[str, Sequence[MappedColumn]], table: TableReference, fetched: Collection[str] | None
) -> tuple[dict[str, tuple[MappedColumn, ...]], dict[str, SchemaDriftError]]:
    """What is mapped, without the measures of which the rows lack a column, and what is wrong with those."""
    unfetched = set[str]() if fetched is None else mapped.keys() - set(fetched)
    absent = {column.measure: column.topic for key in sorted(unfetched) for column in mapped[key]}
    kept = {key: tuple(c for c in columns if c.measure not in absent) for key, columns in mapped.items()}
    problems = {
        measure: SchemaDriftError(
            f"Table {table.tabel}, measure {measure}: expected rows with the column '{topic.full_path}' ({topic.key}), "
            f"found rows that were fetched without it, since no measure read it then. Refresh again when the service "
            f"answers: then it is fetched too.",
            "Een kolom waarvan cijfers worden gelezen is nog niet opgehaald.",
        )
        for measure, topic in absent.items()
    }
    return {key: columns for key, columns in kept.items() if columns}, problems


def _without_unrecorded(
    dataset: Dataset, table: TableReference, missing: Mapping[str, SchemaDriftError], held: Collection[str]
) -> dict[str, SchemaDriftError]:
    """What a recording should have and lacks; what the version in use has may not go, whatever the yml says of it."""
    return {
        name: error for name, error in missing.items() if name in held or not dataset.maten[name].is_unrecorded(table)
    }


def _holes(dataset: Dataset, table: TableReference) -> tuple[Hole, ...]:
    return tuple(
        Hole(name, level, tuple(sorted(table.jaren.as_set() & span.as_set())))
        for name, measure in dataset.measures_of(table).items()
        for level, spans in measure.hiaat_in_opname.items()
        for span in spans
    )


def _lacking(
    dataset: Dataset, table: TableReference, problems: Mapping[str, SchemaDriftError], metadata: Metadata
) -> tuple[Lacking, ...]:
    return tuple(
        Lacking(
            measure=name,
            years=_years_of(dataset, table, dataset.maten[name], metadata),
            message=str(error),
            dutch=error.dutch,
        )
        for name, error in problems.items()
    )


def _mapped(
    dataset: Dataset,
    table: TableReference,
    found: Sequence[Topic],
    metadata: Metadata,
    earlier: Shape | None,
    fetched: Collection[str] | None,
) -> tuple[dict[str, tuple[MappedColumn, ...]], dict[str, SchemaDriftError]]:
    """The columns that measures read, by their key, and what is wrong with each measure that was not found."""
    mapped: dict[str, list[MappedColumn]] = {}
    problems: dict[str, SchemaDriftError] = {}
    for name in dataset.measures_of(table):
        try:
            for column in _columns_of(dataset, table, name, found, metadata, earlier):
                mapped.setdefault(column.topic.key, []).append(column)
        except SchemaDriftError as error:
            problems[name] = error
    # Once it is known what the others read, it is told which columns are left for these.
    for name in problems:
        taken = {key for key, columns in mapped.items() if any(_same_rows(dataset, name, other) for other in columns)}
        try:
            _columns_of(dataset, table, name, found, metadata, earlier, taken)
        except SchemaDriftError as error:
            problems[name] = error
    kept, unfetched = _among_fetched(mapped, table, fetched)
    return kept, problems | unfetched


def _same_rows(dataset: Dataset, name: str, other: MappedColumn) -> bool:
    """Whether a measure has the rows of ``other``, so that the two cannot have one column."""
    measure, beside = dataset.maten[name], other.definition
    rows = (dataset.selection(measure), measure.periode, measure.uitsplitsing)
    return rows == (dataset.selection(beside), beside.periode, beside.uitsplitsing)


def _columns_of(
    dataset: Dataset,
    table: TableReference,
    name: str,
    found: Sequence[Topic],
    metadata: Metadata,
    earlier: Shape | None,
    taken: Collection[str] = (),
) -> list[MappedColumn]:
    """The columns that give one measure, all of them or a ``SchemaDriftError``: with half of them it is another one."""
    measure, file = dataset.maten[name], f"{dataset.name}.yml"
    own = {key: {topic.key for topic in found if list(topic.path) in paths} for key, paths in measure.columns.items()}

    def was(path: tuple[str, ...], unit: str) -> str:
        return history(earlier.columns, [Column.of(topic) for topic in found], path, unit) if earlier else ""

    selection = _codes_of(dataset, table, name, metadata, earlier)
    return [
        MappedColumn(
            name,
            measure,
            resolve(
                found,
                paths,
                measure.eenheid,
                table=table.tabel,
                measure=name,
                history=was,
                taken={*taken, *(key for other, keys in own.items() if other != line for key in keys)},
                line=line,
                file=file,
            ),
            preference,
            selection,
            _years_of(dataset, table, measure, metadata),
            _part_years_of(dataset, table, measure, metadata),
        )
        for preference, (line, paths) in enumerate(measure.columns.items(), start=1)
    ]


def _require_held(problems: Mapping[str, SchemaDriftError], held: Collection[str]) -> None:
    """Check that no measure that is held has a problem, and tell all of them: one edit of the yml can mend them."""
    refused = [error for name, error in problems.items() if name in held]
    if not refused:
        return
    rest = f" And {len(refused) - _TOLD} more measures of this table." if len(refused) > _TOLD else ""
    raise SchemaDriftError(
        " ".join(map(str, refused[:_TOLD])) + rest, " ".join(dict.fromkeys(error.dutch for error in refused))
    )


def _years(dataset: Dataset, table: TableReference, metadata: Metadata, *kinds: str) -> tuple[int, ...]:
    """The years of ``table`` that the yml takes; of a table with periods (of ``kinds``) those that it has."""
    if dataset.periode is None:
        return tuple(sorted(table.jaren.as_set()))
    periods = [key for key in _titles(metadata, dataset.periode) if codes.is_period(key, *kinds)]
    return tuple(sorted({year for key in periods if (year := codes.period_year(key)) in table.jaren}))


def _years_of(dataset: Dataset, table: TableReference, measure: Measure, metadata: Metadata) -> tuple[int, ...]:
    return tuple(year for year in _years(dataset, table, metadata, measure.periode) if year in measure.jaren)


def _part_years_of(dataset: Dataset, table: TableReference, measure: Measure, metadata: Metadata) -> tuple[int, ...]:
    if not dataset.binnen_het_jaar or measure.uitsplitsing:
        return ()
    return tuple(year for year in _years(dataset, table, metadata, *codes.PARTS_OF_A_YEAR) if year in measure.jaren)


def _fitted(
    dataset: Dataset, table: TableReference, found: Sequence[str], metadata: Metadata, earlier: Shape | None
) -> Dataset:
    """The dataset as this table names its dimensions, all of which it needs are there."""
    named = _as_named_in(dataset, table, found)
    _require_dimensions(named, table, found, metadata, earlier)
    return named


def _as_named_in(dataset: Dataset, table: TableReference, found: Sequence[str]) -> Dataset:
    """The dataset with its dimensions called as in this table; one that has no name there keeps that of the yml."""
    names: dict[str, str] = {}
    for key, others in dataset.andere_namen.items():
        called = [name for name in (key, *others) if name in found]
        if len(called) > 1:
            raise SchemaDriftError(
                f"Table {table.tabel}: expected one dimension called {' or '.join((key, *others))}, found "
                f"{' and '.join(called)}. Correct 'andere_namen' in {dataset.name}.yml.",
                "De tabel heeft andere dimensies dan de monitor kent.",
            )
        if called:
            names[key] = called[0]
    return dataset.named(names)


def _require_dimensions(
    dataset: Dataset, table: TableReference, found: Sequence[str], metadata: Metadata, earlier: Shape | None
) -> None:
    selected = {key for measure in dataset.measures_of(table).values() for key in dataset.selection(measure)}
    named = {dataset.regio, *([dataset.periode] if dataset.periode else []), *_splits(dataset, table), *selected}
    missing = sorted(named - set(found))
    # A dimension that no selection fixes would give several rows per region and year, told apart by nothing.
    unfixed = sorted(set(found) - named)
    if missing or unfixed:
        hints = "".join(f"; {hint}" for hint in _dimension_hints(missing, unfixed, metadata, earlier))
        raise SchemaDriftError(
            f"Table {table.tabel}: expected the dimensions {sorted(named)}, found {sorted(found)}"
            + (f"; not in the table: {missing}" if missing else "")
            + (f"; not selected by the yml: {unfixed}" if unfixed else "")
            + f"{hints}. Correct 'regio', 'periode' or 'dimensies' in {dataset.name}.yml.",
            "De tabel heeft andere dimensies dan de monitor kent.",
        )


def _splits(dataset: Dataset, table: TableReference) -> set[str]:
    """The dimensions along which a measure of ``table`` stays split."""
    return {measure.uitsplitsing for measure in dataset.measures_of(table).values() if measure.uitsplitsing}


def _split_titles(dataset: Dataset, table: TableReference, metadata: Metadata) -> dict[str, dict[str, str]]:
    return {key: _titles(metadata, key) for key in sorted(_splits(dataset, table))}


def _dimension_hints(
    missing: Sequence[str], unfixed: Sequence[str], metadata: Metadata, earlier: Shape | None
) -> Iterator[str]:
    """What a vanished dimension seems to be called now, and which code of a new one seems to be its total."""
    renamed = set()
    for key in missing:
        had = set(earlier.code_lists[key].codes) if earlier and key in earlier.code_lists else set[str]()
        alike = [other for other in unfixed if had & _titles(metadata, other).keys()]
        for other in (alike or closest(key, unfixed, limit=1))[:1]:
            renamed.add(other)
            yield f"'{key}' seems to be called '{other}' now"
    for key in unfixed:
        total = next((item for item in _titles(metadata, key).items() if item[1].lower().startswith("totaal")), None)
        if key not in renamed and total is not None:
            yield f"'{key}' has {total[0]} '{total[1]}', so `dimensies: {{{key}: {total[0]}}}` may keep the figures"


def _codes_of(
    dataset: Dataset, table: TableReference, measure: str, metadata: Metadata, earlier: Shape | None
) -> dict[str, CodeSelection]:
    """Per dimension the codes that a row of this measure has, each of them a code of the table."""
    found: dict[str, CodeSelection] = {}
    for key, wanted in dataset.selection(dataset.maten[measure]).items():
        known = _titles(metadata, key)
        if isinstance(wanted, AlternativeSelection):
            fitting = wanted.codes_in(known)
            if len(fitting) == 1:
                found[key] = fitting[0]
                continue
            problem = f"expected one code of dimension {key} to be {wanted}, found {', '.join(fitting) or 'none'}"
            absent = [] if fitting else wanted.code
        elif isinstance(wanted, ExceptSelection):
            if others := wanted.codes_in(known):
                found[key] = others
                continue
            problem = f"expected dimension {key} to have one code that is {wanted.behalve}, and others beside it"
            absent = []
        else:
            found[key] = wanted
            absent = _absent(wanted, known)
            if not absent:
                continue
            problem = f"code {', '.join(absent)} is not in dimension {key}"
        some = json.dumps(dict(list(known.items())[:8]), ensure_ascii=False)
        raise SchemaDriftError(
            f"Table {table.tabel}, measure {measure}: {problem}; "
            f"it has {some}.{_code_history(key, absent, known, earlier)} "
            f"Correct 'dimensies' in {dataset.name}.yml{_line(key, wanted)}.",
            "Een code waarvan cijfers worden gelezen staat niet in de tabel.",
        )
    return found


def _line(key: str, wanted: Selection) -> str:
    """The line to write where a code has another number in this table; empty where several codes are taken."""
    if isinstance(wanted, PrefixSelection | ExceptSelection | list):
        return ""
    titles = {"titel": wanted.titel} if isinstance(wanted, AlternativeSelection) and wanted.titel else {}
    names = wanted.code if isinstance(wanted, AlternativeSelection) else [wanted]
    line = flow({"dimensies": {key: {"code": [*names, "..."], **titles}}})
    return f": `{line}`, with the code of this table for the dots"


def _absent(wanted: CodeSelection, known: Mapping[str, str]) -> list[str]:
    """What of a selection no code of the table fits."""
    if isinstance(wanted, PrefixSelection):
        return [] if any(code.startswith(wanted.begint_met) for code in known) else [f"{wanted.begint_met}..."]
    return [code for code in ([wanted] if isinstance(wanted, str) else wanted) if code not in known]


def _code_history(key: str, absent: Sequence[str], known: Mapping[str, str], earlier: Shape | None) -> str:
    """What the codes were that the table no longer has, and which codes have their titles now."""
    had = earlier.code_lists[key].codes if earlier and key in earlier.code_lists else {}
    told = ""
    for code in (code for code in absent if code in had):
        now = [other for other, title in known.items() if title == had[code]]
        told += f" {code} was '{had[code]}'" + (f", which is {' or '.join(now)} now." if now else ".")
    return told


def _titles(metadata: Metadata, key: str) -> dict[str, str]:
    return titles(read_codes(key, metadata.get(key, ())))


def titles(codelist: Sequence[Code]) -> dict[str, str]:
    """Title of each code of a dimension, both without white space around them."""
    return {code.key.strip(): code.title.strip() for code in codelist}


def _statuses(dataset: Dataset, table: TableReference, metadata: Metadata) -> dict[str, str]:
    if dataset.periode is None:
        return {}
    periods = read_codes(dataset.periode, entity(table.tabel, metadata, dataset.periode), table.tabel)
    return {period.key.strip(): codes.status_of(period.status) for period in periods}
