"""A yml for tables that no dataset reads yet, proposed from what CBS says of them: a start that a person goes on from.

All topics become measures, of each further dimension the total is taken, and every choice that a person may want
otherwise is told. What is proposed was read and matched with the tables as a refresh does. What does not belong here:
the form of a yml (``sources``), and asking for metadata (``statline``).
"""

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pipelines.common.located_yaml import YamlError, load_model
from pipelines.observations.columns import SchemaDriftError
from pipelines.observations.contact.measure_names import name_measures
from pipelines.observations.contact.proposal_tables import ProposalError, ProposedTable, read_table, without_overlap
from pipelines.observations.contact.proposed_codes import choose_codes
from pipelines.observations.plan import Metadata, plan_table
from pipelines.sources.dataset_text import write_dataset
from pipelines.sources.datasets import Dataset
from pipelines.statline.client import StatlineClient
from pipelines.statline.location import locate_table

__all__ = ["Proposal", "ProposalError", "propose_dataset"]

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_HEAD: Final = (
    "A draft, made from what CBS says of {tables}. Before it is used: give it a title, a description and names that "
    "the field uses, leave out the measures that nobody asks for, and read the comments."
)


@dataclass(frozen=True)
class Proposal:
    """The yml ``text`` of a dataset, and in sentences the ``choices`` that were made for it."""

    dataset: Dataset
    text: str
    choices: tuple[str, ...]


@dataclass
class _Making:
    """What was decided so far: ``remarks`` stand in the yml above what they are about."""

    tables: Sequence[ProposedTable]
    choices: list[str] = field(default_factory=list)
    remarks: dict[str, list[str]] = field(default_factory=dict)

    @property
    def newest(self) -> ProposedTable:
        return self.tables[-1]


def propose_dataset(name: str, tables: Sequence[str], client: StatlineClient) -> Proposal:
    """A dataset ``name`` of ``tables``, from the metadata that ``client`` gives of each.

    Raises:
        ProposalError: the tables are of a kind that one yml cannot read; the sentence says why.
        StatlineError: a table is not there, or its metadata could not be read.
    """
    if not _NAME.fullmatch(name):
        raise ProposalError(
            f"'{name}' cannot be the name of a dataset: expected a small letter, then small letters, digits and _ "
            "(jeugdzorg_wijken)."
        )
    found: list[ProposedTable] = []
    metadata: dict[str, Metadata] = {}
    for table in dict.fromkeys(tables):
        located = locate_table(client, table)
        with client.one_table(located.catalogue):
            metadata[table] = client.metadata(table, located.catalogue)
        found.append(read_table(located, metadata[table]))
    kept, told = without_overlap(found)
    making = _Making(kept, told)
    values = _values(name, making)
    text = write_dataset(values, [_HEAD.format(tables=", ".join(tables))], making.remarks)
    return Proposal(_checked(name, text, metadata), text, tuple(making.choices))


def _values(name: str, making: _Making) -> dict[str, Any]:
    newest = making.newest
    catalogues = {table.catalogue for table in making.tables}
    if len(catalogues) > 1:
        raise ProposalError(
            f"The tables stand in the catalogues {' and '.join(sorted(catalogues))}, and a dataset is of one: draft "
            "those of each apart."
        )
    others, codes, remarks = choose_codes(making.tables)
    for key, sentences in remarks.items():
        making.remarks[key] = list(sentences)
        making.choices += sentences
    values: dict[str, Any] = {
        "dataset": name,
        "titel": newest.title,
        "omschrijving": newest.summary or newest.title,
        "eigenaar": "CBS",
        "licentie": "CC BY 4.0",
        "bronvermelding": "Bron: CBS",
        "link": f"https://www.cbs.nl/nl-nl/cijfers/detail/{newest.table}",
        "catalogus": newest.catalogue,
        "regio": newest.region,
        "periode": newest.period,
        "andere_namen": others,
        "dimensies": codes,
        "tabellen": [{"tabel": table.table, "jaren": _span(table, newest)} for table in making.tables],
        "maten": _measures(making),
    }
    return {key: value for key, value in values.items() if value}


def _span(table: ProposedTable, newest: ProposedTable) -> str:
    """The years of a table; those of the newest stay open where it gets a period each year."""
    is_series = table.period is not None and table.years.first < table.years.last
    return f"{table.years.first}-" if table is newest and is_series else str(table.years)


def _measures(making: _Making) -> dict[str, dict[str, Any]]:
    """Every column that stands once in a table, as a measure for the years of the tables that have it."""
    places: dict[tuple[tuple[str, ...], str], list[int]] = {}
    for at, table in enumerate(making.tables):
        columns = [(topic.path, topic.unit) for topic in table.topics]
        for column in dict.fromkeys(columns):
            if columns.count(column) > 1:
                making.choices.append(
                    f"Table {table.table} has {columns.count(column)} columns '{' > '.join(column[0])}' ({column[1]}), "
                    "which nothing tells apart, so none of them is a measure."
                )
            else:
                places.setdefault(column, []).append(at)
    if not places:
        raise ProposalError(f"Table {making.newest.table} has no column that a measure could be read from.")
    measures: dict[str, dict[str, Any]] = {}
    for measure, ((path, unit), found) in zip(name_measures(list(places)), places.items(), strict=True):
        values: dict[str, Any] = {"kolom": list(path), "eenheid": unit, "jaren": _years(measure, found, making)}
        if making.newest.kind not in (None, "JJ00"):
            values["periode"] = making.newest.kind
        measures[measure] = values
    return measures


def _years(measure: str, found: Sequence[int], making: _Making) -> str:
    """The years of the last tables in a row that have a column, open at the end when the newest is one of them."""
    tables = making.tables
    start = end = found[-1]
    while start - 1 in found:
        start -= 1
    if found[0] < start:
        making.remarks.setdefault(measure, []).append(
            f"Table {tables[found[0]].table} has this column too, and table {tables[start - 1].table} between them not."
        )
    first = tables[start].years.first
    return f"{first}-" if end == len(tables) - 1 else f"{first}-{tables[end].years.last}"


def _checked(name: str, text: str, metadata: Mapping[str, Metadata]) -> Dataset:
    """The dataset that a refresh would read from ``text``, each measure of which is in its tables."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.yml"
        path.write_text(text, encoding="utf-8")
        try:
            dataset = load_model(path, Dataset)
            for table in dataset.tabellen:
                plan_table(dataset, table, metadata[table.tabel])
        except (YamlError, SchemaDriftError) as error:
            raise ProposalError(f"No yml that a refresh can read follows from these tables: {error}") from error
    return dataset
