"""The CBS tables behind a release, as its metadata and pages name them."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from pipelines.releases.reader import ReleaseReader
from pipelines.sources.datasets import load_datasets

LICENCE_URL: Final = "https://creativecommons.org/licenses/by/4.0/deed.nl"
# Of CBS's own catalogue; those of third parties have portals of their own, without a page per table.
_STATLINE = "https://opendata.cbs.nl/statline/#/CBS/nl/dataset/"


@dataclass(frozen=True)
class SourceTable:
    """A CBS table: its title, when CBS changed it, where to see it (empty: unknown) and its attribution."""

    table: str
    title: str
    changed: datetime
    url: str
    licence: str
    attribution: str


def sources_of(release: ReleaseReader) -> list[SourceTable]:
    """The tables in `herkomst`, by their id."""
    if not release.has("herkomst"):
        return []
    rows = release.query(
        "select tabel_id, titel, gewijzigd, dataset, licentie, bronvermelding from herkomst order by tabel_id"
    ).rows()
    return [
        SourceTable(table, title, changed, statline_url(table, dataset), licence, attribution)
        for table, title, changed, dataset, licence, attribution in rows
    ]


def statline_url(table: str, dataset: str | None) -> str:
    """Where CBS shows a table to people, or the portal of its third party; empty for a dataset that is not ours."""
    link = _links().get(dataset or "", "")
    return link + table if link == _STATLINE else link


@cache
def _links() -> dict[str, str]:
    return {each.name: _STATLINE if each.catalogus == "CBS" else each.link for each in load_datasets().values()}
