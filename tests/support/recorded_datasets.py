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
            rest = dataset.without(absent)
            maten = {key: kept for key, measure in rest.maten.items() if (kept := _as_recorded(rest, measure))}
            found[name] = rest.model_copy(update={"maten": maten})
    return found


def _as_recorded(dataset: Dataset, measure: Measure) -> Measure | None:
    """The measure over the years of which the recording has it; None if there are none."""
    if not measure.niet_in_opname:
        return measure
    years = {
        year
        for table in dataset.tabellen
        if not measure.is_unrecorded(table)
        for year in table.jaren.as_set()
        if year in measure.jaren
    }
    if not years:
        return None
    span = Years(first=min(years), last=max(years))
    assert span.as_set() & dataset.years == years, f"{measure.kolom}: a measure can only say one span of years"
    return measure.model_copy(update={"jaren": span})
