"""The CBS tables behind a release: what was refreshed, and whether fetching and shape were in order."""

from collections import defaultdict
from dataclasses import dataclass

from pipelines.release.exports.opened import Opened
from pipelines.release.pages.checks import FETCH, SHAPE, Checks
from pipelines.release.pages.reading import Row, records

_COLUMNS = (
    "tabel_id",
    "titel",
    "dataset",
    "jaar",
    "jaren",
    "gewijzigd",
    "opgehaald",
    "rijen",
    "sha256",
    "soort",
    "status",
    "licentie",
    "bronvermelding",
    "kanttekening",
)
_NOT_CHECKED = {"geslaagd": None, "gevonden": "niet gecontroleerd in deze uitgave"}


@dataclass(frozen=True)
class Sources:
    """Rows of `herkomst` by dataset, each with ``ophalen`` and ``vorm``; ``late`` and ``reshaped`` did not pass those.

    ``unknown`` are tables of which no version was ever in use: they have a check and no provenance.
    """

    datasets: dict[str, list[Row]]
    late: tuple[str, ...]
    reshaped: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def tables(self) -> list[Row]:
        """Every table."""
        return [table for tables in self.datasets.values() for table in tables]

    @property
    def attribution(self) -> list[str]:
        """Each different licence and attribution."""
        found = {(t["bronvermelding"] or "Bron: CBS", t["licentie"] or "CC BY 4.0") for t in self.tables}
        return [f"{source} ({licence})" for source, licence in sorted(found)]


def sources(release: Opened, checks: Checks) -> Sources:
    """The tables of a release."""
    fetch, shape = checks.of_table(FETCH), checks.of_table(SHAPE)
    datasets: dict[str, list[Row]] = defaultdict(list)
    for row in records(release, "herkomst", _COLUMNS, "dataset, tabel_id"):
        table = row["tabel_id"]
        looked = {FETCH: fetch.get(table, _NOT_CHECKED), SHAPE: shape.get(table, _NOT_CHECKED)}
        datasets[row["dataset"] or "onbekend"].append(row | looked)
    known = {row["tabel_id"] for rows in datasets.values() for row in rows}
    return Sources(
        dict(datasets),
        tuple(table for table, check in fetch.items() if not check["geslaagd"]),
        tuple(table for table, check in shape.items() if not check["geslaagd"]),
        tuple(sorted((fetch.keys() | shape.keys()) - known)),
    )
