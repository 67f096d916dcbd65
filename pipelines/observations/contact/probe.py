"""Whether a service has what the yml ask, table by table and measure by measure, from its catalogue and metadata alone.

No row is asked for and nothing is kept, so it needs no warehouse and says beforehand what a refresh will understand.
What does not belong here: printing it, and the rules by which a measure is found (``plan``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.observations.codes import period_kind
from pipelines.observations.columns import SchemaDriftError
from pipelines.observations.contact.dimension_roles import year_of_period
from pipelines.observations.plan import Metadata, TablePlan, plan_table, titles
from pipelines.snapshots.withdrawal import future_warning, is_marked
from pipelines.sources.datasets import AlternativeSelection, CodeSelection, Dataset, PrefixSelection, TableReference
from pipelines.statline.client import RequestRecord, StatlineClient
from pipelines.statline.errors import StatlineError, TableNotFoundError
from pipelines.statline.metadata import INFOS, only_row, read_codes

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
    """A table that a yml lists, as the service has it now.

    ``state`` is ``gone`` when the service no longer has it, ``stopped`` when the yml already says so, and ``not read``
    when it did not answer; ``other_years`` are those that it has and no table of the dataset claims, ``names`` what it
    calls the dimensions that the yml calls otherwise.
    """

    dataset: str
    table: str
    years: tuple[int, ...]
    state: State
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


def probe_dataset(dataset: Dataset, client: StatlineClient, log: list[RequestRecord]) -> Iterator[ProbedTable]:
    """Ask for each table of ``dataset`` in turn; one that cannot be read costs the others nothing.

    ``log`` gets a record of each question.
    """
    for reference in dataset.tabellen:
        years = tuple(sorted(reference.jaren.as_set()))
        try:
            yield _probed(dataset, reference, client, log)
        except TableNotFoundError as error:
            state: State = "stopped" if is_marked(dataset, reference.tabel) else "gone"
            yield ProbedTable(dataset.name, reference.tabel, years, state, problem=f"{error}.")
        except StatlineError as error:
            yield ProbedTable(dataset.name, reference.tabel, years, "not read", problem=f"{error}.")


def _probed(
    dataset: Dataset, reference: TableReference, client: StatlineClient, log: list[RequestRecord]
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
    warning = future_warning(dataset, table, row.fields, infos)
    plans = {name: _plan_of(name, dataset, reference, metadata) for name in dataset.measures_of(reference)}
    periods = _periods(dataset, plans, metadata)
    status = infos.get("OutputStatus")
    return ProbedTable(
        dataset=dataset.name,
        table=table,
        years=years,
        state="found",
        title=row.title.strip(),
        status=status if isinstance(status, str) else None,
        warning=warning.english if warning else None,
        other_years=_other_years(dataset, reference, periods),
        names=_names(dataset, plans),
        measures=tuple(_measure(name, plan, dataset, reference, periods) for name, plan in plans.items()),
    )


def _plan_of(measure: str, dataset: Dataset, reference: TableReference, metadata: Metadata) -> TablePlan | str:
    """What a refresh would make of one measure, on its own; a sentence where it finds none."""
    alone = dataset.model_copy(update={"maten": {measure: dataset.maten[measure]}})
    try:
        return plan_table(alone, reference, metadata)
    except SchemaDriftError as error:
        return str(error)


def _periods(
    dataset: Dataset, plans: dict[str, TablePlan | str], metadata: Metadata
) -> Sequence[tuple[int, str]] | None:
    """Year and kind of each period of the table; None for a table without periods, whose year stands in the yml."""
    if dataset.periode is None:
        return None
    named = next((plan.dataset.periode for plan in plans.values() if isinstance(plan, TablePlan)), dataset.periode)
    keys = titles(read_codes(str(named), metadata.get(str(named), ())))
    return [(year, period_kind(key)) for key in keys if (year := year_of_period(key)) is not None]


def _measure(
    name: str,
    plan: TablePlan | str,
    dataset: Dataset,
    reference: TableReference,
    periods: Sequence[tuple[int, str]] | None,
) -> ProbedMeasure:
    definition = dataset.maten[name]
    asked = sorted(year for year in reference.jaren.as_set() if year in definition.jaren)
    absent = [] if periods is None else [year for year in asked if (year, definition.periode) not in periods]
    years, absent_years = tuple(year for year in asked if year not in absent), tuple(absent)
    if isinstance(plan, str):
        return ProbedMeasure(name, years, absent_years, problem=plan)
    columns = sorted((column for each in plan.mapped.values() for column in each), key=lambda column: column.preference)
    selection = columns[0].selection if columns else {}
    return ProbedMeasure(
        measure=name,
        years=years,
        absent_years=absent_years,
        columns=tuple(
            ProbedColumn(
                column.topic.full_path,
                column.topic.unit,
                len(list(definition.columns.values())[column.preference - 1]) > 1 or len(definition.eenheid) > 1,
            )
            for column in columns
        ),
        codes=tuple((key, _in_words(code)) for key, code in selection.items()),
        chosen=tuple(
            (key, _in_words(selection[key]))
            for key, wanted in plan.dataset.selection(plan.dataset.maten[name]).items()
            if isinstance(wanted, AlternativeSelection) and len(wanted.code) + len(wanted.titel) > 1
        ),
    )


def _names(dataset: Dataset, plans: dict[str, TablePlan | str]) -> tuple[tuple[str, str], ...]:
    """The dimensions of which the table has another name than the yml."""
    there = next((plan.dimensions for plan in plans.values() if isinstance(plan, TablePlan)), ())
    return tuple((key, other) for key, others in dataset.andere_namen.items() for other in others if other in there)


def _in_words(selection: CodeSelection) -> str:
    if isinstance(selection, PrefixSelection):
        return f"{selection.begint_met}..."
    return selection if isinstance(selection, str) else ", ".join(selection)


def _other_years(
    dataset: Dataset, reference: TableReference, periods: Sequence[tuple[int, str]] | None
) -> tuple[int, ...]:
    kinds = {measure.periode for measure in dataset.measures_of(reference).values()}
    return tuple(sorted({year for year, kind in periods or () if kind in kinds} - dataset.years))
