"""CBS renames a column: only what was read from it lacks, and the line that the message tells brings it back.

``python -m tests.renames`` does for every column what is done here for one per dataset.
"""

import shutil
from pathlib import Path

import pytest

from pipelines.observations.columns import SchemaDriftError
from pipelines.sources.datasets import SOURCES, Dataset, load_datasets
from tests.renames.check import all_told, wrong_about
from tests.renames.column import RenamedColumn, columns_to_rename, live_datasets, plan_of
from tests.support.cbs_2026 import MadeCbs, shared_cbs_2026
from tests.support.written_lines import told_lines, write_lines

DATASETS = load_datasets()
NAMES = list(DATASETS)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cbs(pytestconfig: pytest.Config) -> MadeCbs:
    return shared_cbs_2026(pytestconfig.cache.mkdir("cbs_2026"))


@pytest.fixture(scope="module")
def live(cbs: MadeCbs) -> dict[str, Dataset]:
    return live_datasets(DATASETS, cbs)


def told(column: RenamedColumn, dataset: Dataset) -> str:
    """What is said of the renamed table where nothing was read before; nothing once all is found."""
    try:
        plan = plan_of(dataset, column.reference, column.after, frozenset())
    except SchemaDriftError as error:
        if column.others:
            raise
        return str(error)
    before = plan_of(column.dataset, column.reference, column.before, frozenset())
    new = {lacking.measure: lacking.message for lacking in plan.lacking}
    return " ".join(new[name] for name in new.keys() - {lacking.measure for lacking in before.lacking})


@pytest.mark.parametrize("name", NAMES)
def test_the_line_of_the_message_finds_each_column_of_each_measure_again(
    name: str, cbs: MadeCbs, live: dict[str, Dataset], tmp_path: Path
) -> None:
    tried = set[str]()
    for number, column in enumerate(columns_to_rename(live[name], cbs)):
        sources, written = tmp_path / str(number), column.dataset
        sources.mkdir()
        shutil.copy(SOURCES / f"{name}.yml", sources)
        first = told_lines(told(column, written))
        assert all_told({line.measure for line in first}, column.measures), column
        while lines := told_lines(told(column, written)):
            write_lines(sources, lines)
            mended = column.dataset.model_copy(update={"maten": load_datasets(sources)[name].maten})
            assert mended != written, "what was told was written, and is told again"
            written = mended
        plan = plan_of(written, column.reference, column.after, column.measures | column.others)
        (key,) = (topic.key for topic in plan.topics if topic.path == column.new_path)
        assert {mapped.measure for mapped in plan.mapped[key]} == column.measures, column
        tried |= column.measures
    # What no made table gives cannot be renamed there; of each dataset there is something.
    assert tried


@pytest.mark.parametrize("name", NAMES)
def test_what_a_version_in_use_has_may_not_go(name: str, cbs: MadeCbs, live: dict[str, Dataset]) -> None:
    for column in columns_to_rename(live[name], cbs):
        with pytest.raises(SchemaDriftError) as refused:
            plan_of(column.dataset, column.reference, column.after, column.measures)
        assert all_told({line.measure for line in told_lines(str(refused.value))}, column.measures), column


@pytest.mark.parametrize("name", NAMES)
def test_a_renamed_column_costs_what_is_read_from_it_and_nothing_that_was_there(
    name: str, cbs: MadeCbs, live: dict[str, Dataset]
) -> None:
    column = next(columns_to_rename(live[name], cbs))
    assert wrong_about(column) == []
