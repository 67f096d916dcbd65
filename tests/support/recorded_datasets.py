"""The datasets as far as the recording has them: of a table that only the yml lists, no test can read a row, and of a
measure that only live tables have none either."""

from pathlib import Path

from pipelines.common.settings import RECORDING
from pipelines.sources.datasets import Dataset, load_datasets


def recorded_datasets(recording: Path = RECORDING) -> dict[str, Dataset]:
    """Every dataset with a recorded table, by name, without the tables and measures that the recording lacks."""
    found = {}
    for name, dataset in load_datasets().items():
        absent = {table.tabel for table in dataset.tabellen if not (recording / table.tabel).is_dir()}
        if len(absent) < len(dataset.tabellen):
            maten = {key: measure for key, measure in dataset.maten.items() if not measure.niet_in_opname}
            found[name] = dataset.without(absent).model_copy(update={"maten": maten})
    return found
