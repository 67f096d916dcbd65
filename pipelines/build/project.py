"""The project that releases are made with: its datasets, dbt folder, expectations and contract.

What does not belong here: what a warehouse holds (``releases.warehouse``), and settings of one installation.
"""

from functools import cached_property
from pathlib import Path

from pipelines.build.contract import Contract, load_contract
from pipelines.build.dbt import DbtProject
from pipelines.common.files import files_digest, text_digest
from pipelines.common.settings import DBT_PROJECT, EXPECTATIONS
from pipelines.snapshots.series import KnownTables, SeriesStore
from pipelines.sources.datasets import SOURCES, Dataset, load_datasets


class Project:
    """Everything that is in the repository and decides what a release holds; each part is read when first asked for.

    Args:
        sources: folder with a yml per dataset.
        dbt_folder: the dbt project, with the contract in it.
        expectations: folder with a yml per audited table.
        series: where the tables are kept that were found for the series of the datasets; None: only listed tables.

    """

    def __init__(
        self,
        sources: Path = SOURCES,
        dbt_folder: Path = DBT_PROJECT,
        expectations: Path = EXPECTATIONS,
        series: SeriesStore | None = None,
    ) -> None:
        self._sources = sources
        self._series = series
        self.dbt = DbtProject(dbt_folder)
        self.expectations = expectations

    @cached_property
    def written(self) -> dict[str, Dataset]:
        """The datasets as their yml has them, by name.

        Raises:
            YamlError: one of them is wrong.
        """
        return load_datasets(self._sources)

    @cached_property
    def datasets(self) -> dict[str, Dataset]:
        """The datasets with the tables that were found for their series, without those that the recording lacks.

        Raises:
            YamlError: one of them is wrong.
            SnapshotError: it cannot be read which tables were found.
        """
        known = KnownTables() if self._series is None else self._series.known()
        return {
            name: dataset.with_tables(table.reference for table in known.found.get(name, ())).without(known.unrecorded)
            for name, dataset in self.written.items()
        }

    def forget_found(self) -> None:
        """Read again which tables were found, when next asked for the datasets."""
        vars(self).pop("datasets", None)

    @property
    def tables(self) -> list[str]:
        """Ids of the CBS tables of all datasets, listed or found, each once, in the order of the yml."""
        return list(dict.fromkeys(table.tabel for dataset in self.datasets.values() for table in dataset.tabellen))

    @property
    def indispensable(self) -> set[str]:
        """Ids of the tables without which no figure means anything, so that there is no release without them."""
        return {t.tabel for dataset in self.datasets.values() for t in dataset.tabellen if t.onmisbaar}

    @property
    def contract(self) -> Contract:
        """The newest version of the public contract."""
        return load_contract(folder=self.dbt.folder / "contract")

    def own_parts(self) -> dict[str, str]:
        """Hash of each part of a build that does not come from CBS."""
        return {
            "datasets": text_digest("\n".join(f"{d.name} {d.fingerprint}" for d in self.written.values())),
            "dbt": self.dbt.fingerprint,
            "expectations": files_digest(self.expectations, {".yml"}),
        }
