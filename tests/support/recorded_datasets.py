"""The datasets as far as the recording has them: of a table that only the yml lists, no test can read a row, and of a
measure that only live tables have none either."""

from pathlib import Path

from pipelines.common.settings import RECORDING
from pipelines.sources.datasets import Dataset, Measure, Years, load_datasets


def recorded_datasets(recording: Path = RECORDING) -> dict[str, Dataset]:
    """Every dataset with a recorded table, by name, without the tables and measures that the recording lacks."""
    found = {}
    for name, dataset in load_datasets().items():
        absent = {table.tabel for table in dataset.tabellen if not (recording / table.tabel).is_dir()}
        if len(absent) < len(dataset.tabellen):
            present = dataset.without(absent)
            maten = {key: kept for key, measure in dataset.maten.items() if (kept := _recorded(present, measure))}
            found[name] = present.model_copy(update={"maten": maten})
    return found


def _recorded(dataset: Dataset, measure: Measure) -> Measure | None:
    """The measure for the years that the recording has it: the same where it says nothing of that."""
    if measure.niet_in_opname is False:
        return measure
    tables = [table.jaren for table in dataset.tabellen if table.jaren.overlaps(measure.jaren)]
    years = [year for span in tables if not measure.need_not_be_recorded(span) for year in span.as_set()]
    return measure.model_copy(update={"jaren": Years(first=min(years), last=max(years))}) if years else None
