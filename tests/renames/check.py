"""What must hold when one column is renamed, tried on a table that is really fetched and read."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from pipelines.build.inputs import NOT_UNDERSTOOD, freeze
from pipelines.build.project import Project
from pipelines.common.parquet import scan_files
from pipelines.observations.observer import ObservationOutcome
from pipelines.observations.store import CELLS, ObservationStore
from pipelines.snapshots.store import SnapshotStore
from pipelines.sources.datasets import SOURCES, Dataset, load_datasets
from tests.renames.column import RenamedColumn
from tests.support.cbs_2026 import MadeCbs
from tests.support.cbs_2026.folder import write_tables
from tests.support.cbs_2026.form import Table
from tests.support.single_datasets import ingest_dataset, observe_dataset
from tests.support.statline_service import quick_client
from tests.support.written_lines import WrittenLines, told_lines, write_lines

# Of more measures at once no more are told in one sentence.
_TOLD = 5
_FIGURES = (
    *("maat", "maat_binnen_jaar", "regio", "periode", "jaar", "uitsplitsing", "rij_id", "voorkeur"),
    *("waarde", "symbool", "tekst", "status"),
)


@dataclass
class Place:
    """A warehouse with the one table, read from a made CBS in ``folder``."""

    folder: Path
    dataset: Dataset
    table: str
    warehouse: Path = field(init=False)

    def __post_init__(self) -> None:
        self.warehouse = self.folder / "warehouse"
        self.snapshots, self.observations = SnapshotStore(self.warehouse), ObservationStore(self.warehouse)

    def refresh(self, table: Table, dataset: Dataset | None = None) -> ObservationOutcome:
        """Fetch and read ``table`` as CBS publishes it now."""
        write_tables(self.folder / "statline", [table])
        with MadeCbs(self.folder / "statline", {}).served() as service, quick_client(service.url) as client:
            (fetched,) = ingest_dataset(dataset or self.dataset, None, client, self.snapshots)
        assert fetched.result != "failed", fetched
        (outcome,) = observe_dataset(dataset or self.dataset, None, self.snapshots, self.observations)
        return outcome

    def figures(self, *measures: str) -> pl.DataFrame:
        """All cells of these measures, of years and of parts of them; none where the table has no version."""
        version = self.observations.current(self.table)
        if version is None:
            return pl.DataFrame()
        cells = scan_files(*sorted((version / CELLS).glob("*.parquet")))
        cells = cells.filter(pl.any_horizontal(pl.col("maat", "maat_binnen_jaar").is_in(measures)))
        return cells.select(_FIGURES).sort(pl.all()).collect()

    def frozen(self, dataset: Dataset | None = None, released: str = "") -> tuple[dict[str, str], set[str]]:
        """Which tables stop the release, and which measures lack in its input."""
        project = Project()
        project.datasets = {self.dataset.name: dataset or self.dataset}
        target = self.folder / "bron"
        unusable = freeze(project, self.observations, target, {self.table: released} if released else {})
        return unusable, set(pl.read_parquet(target / NOT_UNDERSTOOD)["maat"])


def all_told(told: set[str], measures: frozenset[str]) -> bool:
    """Whether lines were told for these measures and no other: for all, or as many as one sentence holds."""
    return told <= measures and len(told) >= min(_TOLD, len(measures))


@contextmanager
def _place(column: RenamedColumn, dataset: Dataset) -> Iterator[Place]:
    with tempfile.TemporaryDirectory() as folder:
        yield Place(Path(folder), dataset, column.before.id)


def wrong_about(column: RenamedColumn) -> list[str]:
    """Rename ``column``, and tell in sentences what is not as it must be; none when all is well."""
    others = [table.tabel for table in column.dataset.tabellen if table.tabel != column.before.id]
    dataset = column.dataset.without(others)
    with _place(column, dataset) as place:
        filled = place.refresh(column.before)
        all_figures = place.figures(*column.measures, *column.others)
        other_figures = place.figures(*column.others)
        lacked = {line.measure for line in _lines(filled)}
        wrong = [*_into_a_filled_one(column, place)]
    with _place(column, dataset) as place:
        told, more = _into_an_empty_one(column, place, other_figures, lacked)
        wrong += [*more, *_after_writing(column, place, told, all_figures)]
    return wrong


def _into_a_filled_one(column: RenamedColumn, place: Place) -> Iterator[str]:
    good = place.observations.current(place.table)
    assert good is not None
    outcome = place.refresh(column.after)
    if outcome.result != "failed" or outcome.problem is None:
        yield f"the filled warehouse took the renamed table ({outcome.result})"
        return
    if place.observations.current(place.table) != good:
        yield "the filled warehouse lost its last good version"
    if not all_told({line.measure for line in told_lines(outcome.problem.english)}, column.measures):
        yield f"the filled warehouse does not hear all lines to write: {outcome.problem.english}"
    unusable, lacking = place.frozen(released=good.name)
    if unusable or lacking & column.measures:
        yield f"the filled warehouse has no whole input for its release: {unusable}, lacking {lacking}"


def _into_an_empty_one(
    column: RenamedColumn, place: Place, other_figures: pl.DataFrame, lacked: set[str]
) -> tuple[list[WrittenLines], list[str]]:
    """The lines that are told, and what is wrong."""
    outcome, wrong = place.refresh(column.after), list[str]()
    said = outcome.problem.english if outcome.problem else " ".join(s.english for s in outcome.lacking)
    told = [line for line in _lines(outcome) if line.measure not in lacked]
    if not all_told({line.measure for line in told}, column.measures):
        wrong.append(f"expected lines for {sorted(column.measures)}, found {told} in: {said}")
    unusable, lacking = place.frozen()
    # What lacks is told of years: of a table that holds half a year alone no year lacks.
    if lacking - lacked != (column.measures if column.has_years else set()):
        wrong.append(f"expected that {sorted(column.measures)} lack, found {sorted(lacking)}")
    # A table of which nothing is left is as one that was never understood; without some there is no release.
    expected = {place.table} if not column.others and column.reference.onmisbaar else set()
    if unusable.keys() != expected:
        wrong.append(f"expected that {expected or 'no table'} stops the release, found {unusable}")
    if column.others and not place.figures(*column.others).equals(other_figures):
        wrong.append("another measure has other figures")
    return told, wrong


def _after_writing(
    column: RenamedColumn, place: Place, told: list[WrittenLines], all_figures: pl.DataFrame
) -> Iterator[str]:
    sources = place.folder / "sources"
    shutil.copytree(SOURCES, sources, ignore=lambda _, names: {name for name in names if not name.endswith(".yml")})
    write_lines(sources, told)
    outcome = place.refresh(column.after, _mended(column, place, sources))
    if more := [line for line in _lines(outcome) if line.measure in column.measures]:
        write_lines(sources, more)
        outcome = place.refresh(column.after, _mended(column, place, sources))
    if outcome.result != "read":
        yield f"with the lines written the table is not read: {outcome.problem}"
    elif not place.figures(*column.measures, *column.others).equals(all_figures):
        yield "with the lines written the figures are others than before the renaming"


def _mended(column: RenamedColumn, place: Place, sources: Path) -> Dataset:
    return place.dataset.model_copy(update={"maten": load_datasets(sources)[column.dataset.name].maten})


def _lines(outcome: ObservationOutcome) -> list[WrittenLines]:
    said = [outcome.problem] if outcome.problem else outcome.lacking
    return told_lines(" ".join(sentence.english for sentence in said))
