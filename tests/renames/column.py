"""Which columns can be renamed: each that a measure reads, in the newest made table that has it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipelines.observations.plan import TablePlan, plan_table
from pipelines.snapshots.series import find_tables
from pipelines.sources.datasets import Dataset, TableReference
from pipelines.statline.catalogue import Catalogue
from tests.support.cbs_2026 import MadeCbs
from tests.support.cbs_2026.folder import read_catalogue
from tests.support.cbs_2026.form import TITLE_LENGTH, Path, Table


@dataclass(frozen=True)
class RenamedColumn:
    """A column of a made table under another title, and the ``measures`` that read it; ``others`` are the rest of those
    that the table gives."""

    dataset: Dataset
    reference: TableReference
    before: Table
    path: Path
    measures: frozenset[str]
    others: frozenset[str]

    @property
    def after(self) -> Table:
        """The table as CBS publishes it after the renaming."""
        title = _other(self.before.published(self._topic).title)
        return replace(self.before, renamed={**self.before.renamed, self.path: title}, modified="2026-10-31T02:00:00")

    @property
    def new_path(self) -> Path:
        """The titles by which the column is found then."""
        return self.after.published(self._topic).path

    @property
    def has_years(self) -> bool:
        """Whether the table gives whole years: one of a year that is not out holds parts of it alone."""
        plan = plan_of(self.dataset, self.reference, self.before, frozenset())
        return any(column.years for mapped in plan.mapped.values() for column in mapped)

    @property
    def _topic(self) -> Any:
        return next(topic for topic in self.before.topics if topic.path == self.path)

    def __str__(self) -> str:
        return f"{self.dataset.name} {self.before.id} '{' > '.join(self.path)}' ({', '.join(sorted(self.measures))})"


def live_datasets(datasets: Mapping[str, Dataset], cbs: MadeCbs) -> dict[str, Dataset]:
    """The datasets with the tables that the made CBS has for them, listed or found, and no other."""
    rows = read_catalogue(cbs.folder).values()
    catalogues = {
        name: Catalogue([row for row in rows if row["Catalog"] == name], {})
        for name in {dataset.catalogus for dataset in datasets.values()}
    }
    found = find_tables(datasets.values(), catalogues, {}).tables
    whole = {name: d.with_tables(table.reference for table in found.get(name, ())) for name, d in datasets.items()}
    return {
        name: dataset.without([table.tabel for table in dataset.tabellen if table.tabel not in cbs.tables])
        for name, dataset in whole.items()
    }


def metadata_of(table: Table) -> dict[str, list[dict[str, Any]]]:
    """What CBS says of a made table, as far as reading it needs."""
    return {"DataProperties": table.properties()} | {d.key: d.rows() for d in table.dimensions}


def plan_of(dataset: Dataset, reference: TableReference, table: Table, held: frozenset[str]) -> TablePlan:
    """How ``table`` is read by the yml; as `plan_table`."""
    return plan_table(dataset, reference, metadata_of(table), None, held)


def columns_to_rename(dataset: Dataset, cbs: MadeCbs) -> Iterator[RenamedColumn]:
    """Each column that a measure of ``dataset`` reads, once, in the newest table in which that measure is found."""
    told: set[tuple[str, Path]] = set()
    left = set(dataset.maten)
    for reference in sorted(dataset.tabellen, key=lambda table: table.jaren.last, reverse=True):
        table = cbs.tables[reference.tabel]
        plan = plan_of(dataset, reference, table, frozenset())
        paths = {column.key: topic.path for column, topic in zip(table.columns, table.topics, strict=True)}
        every = frozenset(column.measure for mapped in plan.mapped.values() for column in mapped)
        for key, mapped in plan.mapped.items():
            measures = frozenset(column.measure for column in mapped)
            if measures & left and (reference.tabel, paths[key]) not in told:
                told.add((reference.tabel, paths[key]))
                yield RenamedColumn(dataset, reference, table, paths[key], measures, every - measures)
        left -= every


def _other(title: str) -> str:
    """Another title for the same; CBS cuts a title after 40 characters."""
    longer = f"{title} (nieuw)"
    return longer if len(longer) <= TITLE_LENGTH else " ".join(title.split()[1:])
