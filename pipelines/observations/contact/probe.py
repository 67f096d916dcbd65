"""Whether a service has what the yml ask, table by table and measure by measure, from its catalogue and metadata alone.

No row is asked for and nothing is kept, so it needs no warehouse and says beforehand what a refresh will understand.
What does not belong here: printing it, and the rules by which a measure is found (``plan``).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pipelines.observations import codes
from pipelines.observations.columns import SchemaDriftError
from pipelines.observations.plan import MappedColumn, TablePlan, plan_table
from pipelines.snapshots.series import FoundTable
from pipelines.snapshots.withdrawal import future_warning, is_marked
from pipelines.sources.datasets import (
    AlternativeSelection,
    CodeSelection,
    Dataset,
    Measure,
    PrefixSelection,
    TableReference,
)
from pipelines.statline.client import RequestRecord, StatlineClient
from pipelines.statline.errors import StatlineError, TableNotFoundError
from pipelines.statline.metadata import INFOS, only_row

State = Literal["found", "gone", "stopped", "not read"]


@dataclass(frozen=True)
class ProbedColumn:
    """A column that gives a measure; ``is_choice`` when the yml leaves open which of several it is."""

    path: str
    unit: str
    is_choice: bool


@dataclass(frozen=True)
class ProbedMeasure:
    """A measure of a table: the ``columns`` and ``codes`` it was found by, or the ``problem`` with the nearest.

    ``chosen`` are those of the codes of which the yml leaves open which it is.
    """

    measure: str
    years: tuple[int, ...]
    absent_years: tuple[int, ...]
    columns: tuple[ProbedColumn, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    chosen: tuple[tuple[str, str], ...] = ()
    problem: str | None = None

    @property
    def is_found(self) -> bool:
        """Whether a refresh can read it."""
        return self.problem is None


@dataclass(frozen=True)
class ProbedTable:
    """A table that a yml lists or that its series has, as the service has it now.

    ``rule`` says by which rule of its series a table was found that no yml lists (Dutch, as it is kept). ``state`` is
    ``gone`` when the service no longer has it, ``stopped`` when the yml already says so, and ``not read`` when it did
    not answer; ``other_years`` are those that it has and no table of the dataset claims, ``names`` what it calls the
    dimensions that the yml calls otherwise.
    """

    dataset: str
    table: str
    years: tuple[int, ...]
    state: State
    rule: str | None = None
    title: str | None = None
    status: str | None = None
    problem: str | None = None
    warning: str | None = None
    other_years: tuple[int, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    measures: tuple[ProbedMeasure, ...] = ()

    @property
    def missing(self) -> tuple[ProbedMeasure, ...]:
        """The measures that were not found."""
        return tuple(measure for measure in self.measures if not measure.is_found)


def probe_dataset(
    dataset: Dataset, found: Iterable[FoundTable], client: StatlineClient, log: list[RequestRecord]
) -> Iterator[ProbedTable]:
    """Ask for each table of ``dataset`` in turn; one that cannot be read costs the others nothing.

    ``found`` are the tables of its series that the catalogue has and no yml lists; ``log`` gets a record of each
    question.
    """
    rules = {table.table: table for table in found}
    whole = dataset.with_tables(table.reference for table in rules.values())
    for reference in whole.tabellen:
        table, rule = reference.tabel, rules[reference.tabel].rule if reference.tabel in rules else None
        years = tuple(sorted(reference.jaren.as_set()))
        try:
            yield _probed(whole, reference, rule, client, log)
        except TableNotFoundError as error:
            state: State = "stopped" if is_marked(whole, table) else "gone"
            yield ProbedTable(dataset.name, table, years, state, rule, problem=f"{error}.")
        except StatlineError as error:
            yield ProbedTable(dataset.name, table, years, "not read", rule, problem=f"{error}.")


def _probed(
    dataset: Dataset, reference: TableReference, rule: str | None, client: StatlineClient, log: list[RequestRecord]
) -> ProbedTable:
    table, years = reference.tabel, tuple(sorted(reference.jaren.as_set()))
    row = client.catalogue(dataset.catalogus).get(table)
    if row is None:
        raise TableNotFoundError(
            f"Table {table} is not in the catalogue at {client.base_of(dataset.catalogus)}; check its id in "
            f"{dataset.name}.yml, where capitals count, `catalogus` ({dataset.catalogus}), and whether CBS removed it"
        )
    with client.one_table(dataset.catalogus):
        metadata = client.metadata(table, dataset.catalogus, log)
    infos = only_row(table, metadata.get(INFOS, ()))
    warning, status = future_warning(dataset, table, row.fields, infos), infos.get("OutputStatus")
    plan: TablePlan | str
    try:
        # Nothing is in use yet that could be lost: a measure that is not found costs itself only.
        recorded = client.source(dataset.catalogus).recording
        plan = plan_table(dataset, reference, metadata, held=frozenset(), recorded=recorded)
    except SchemaDriftError as error:
        plan = str(error)
    return ProbedTable(
        dataset=dataset.name,
        table=table,
        years=years,
        state="found",
        rule=rule,
        title=row.title.strip(),
        status=status if isinstance(status, str) else None,
        warning=warning.english if warning else None,
        other_years=() if isinstance(plan, str) else _other_years(dataset, reference, plan),
        names=() if isinstance(plan, str) else _names(dataset, plan),
        measures=tuple(_measures(dataset, reference, plan)),
    )


def _measures(dataset: Dataset, reference: TableReference, plan: TablePlan | str) -> Iterator[ProbedMeasure]:
    """Each measure that is asked of a table, by the plan of it or by the sentence why there is none."""
    if isinstance(plan, str):
        for name, promised in dataset.promised(reference, reference.jaren.first).items():
            yield ProbedMeasure(name, tuple(promised), (), problem=plan)
        return
    problems = {lacking.measure: lacking.message for lacking in plan.lacking}
    # Of open years only those are asked that the table has; a gap between them is one.
    asked = dataset.promised(reference, max(plan.years, default=reference.jaren.first))
    for name, definition in dataset.measures_of(reference).items():
        if name in plan.unrecorded:
            continue
        there = _years(plan, {definition.periode})
        years = tuple(year for year in asked[name] if year in there)
        absent = tuple(year for year in asked[name] if year not in there)
        if name in problems:
            yield ProbedMeasure(name, years, absent, problem=problems[name])
        else:
            yield _found(name, definition, plan, years, absent)


def _found(
    name: str, definition: Measure, plan: TablePlan, years: tuple[int, ...], absent: tuple[int, ...]
) -> ProbedMeasure:
    mapped = (column for columns in plan.mapped.values() for column in columns if column.measure == name)
    columns = sorted(mapped, key=lambda column: column.preference)
    selection = columns[0].selection
    return ProbedMeasure(
        measure=name,
        years=years,
        absent_years=absent,
        columns=tuple(
            ProbedColumn(column.topic.full_path, column.topic.unit, _is_choice(definition, column))
            for column in columns
        ),
        codes=tuple((key, _in_words(code)) for key, code in selection.items()),
        chosen=tuple(
            (key, _in_words(selection[key]))
            for key, wanted in plan.dataset.selection(plan.dataset.maten[name]).items()
            if isinstance(wanted, AlternativeSelection) and len(wanted.code) + len(wanted.titel) > 1
        ),
    )


def _is_choice(definition: Measure, column: MappedColumn) -> bool:
    paths = list(definition.columns.values())[column.preference - 1]
    return len(paths) > 1 or len(definition.eenheid) > 1


def _names(dataset: Dataset, plan: TablePlan) -> tuple[tuple[str, str], ...]:
    """The dimensions of which the table has another name than the yml."""
    return tuple(
        (key, other) for key, others in dataset.andere_namen.items() for other in others if other in plan.dimensions
    )


def _in_words(selection: CodeSelection) -> str:
    if isinstance(selection, PrefixSelection):
        return f"{selection.begint_met}..."
    return selection if isinstance(selection, str) else ", ".join(selection)


def _other_years(dataset: Dataset, reference: TableReference, plan: TablePlan) -> tuple[int, ...]:
    if dataset.periode is None:
        return ()
    kinds = {measure.periode for measure in dataset.measures_of(reference).values()}
    return tuple(sorted(_years(plan, kinds) - dataset.years))


def _years(plan: TablePlan, kinds: Iterable[str]) -> set[int]:
    """The years of which the table has a period of one of ``kinds``; of a table without periods those of the yml."""
    if plan.dataset.periode is None:
        return set(plan.years)
    return {codes.period_year(key) for key in plan.statuses for kind in kinds if codes.is_period(key, kind)}
