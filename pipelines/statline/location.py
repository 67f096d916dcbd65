"""Where a table is found: the host of CBS's own tables, or that of third parties.

What does not belong here: the yml of a dataset, which says it for the tables that are known (``sources``).
"""

from dataclasses import dataclass
from typing import Final

from pipelines.common.suggestions import nearest_ids
from pipelines.statline.client import CatalogueRow, StatlineClient
from pipelines.statline.errors import TableNotFoundError

CBS: Final = "CBS"
# Any name but CBS is asked at the host of third parties; this one where the catalogue itself does not say.
_THIRD_PARTIES: Final = "DERDEN"


@dataclass(frozen=True, slots=True)
class LocatedTable:
    """A table that a service has: the name of the ``catalogue`` to ask for it with, and its ``row`` there."""

    table: str
    catalogue: str
    row: CatalogueRow


def locate_table(client: StatlineClient, table: str) -> LocatedTable:
    """Look for ``table`` in the catalogue of CBS, then in that of third parties.

    Raises:
        TableNotFoundError: neither lists it; names the nearest ids.
        StatlineError: a catalogue could not be read, or says of the table what cannot be.
    """
    hosts = dict.fromkeys(client.base_of(name) for name in (CBS, _THIRD_PARTIES))
    known: list[str] = []
    for name in (CBS, _THIRD_PARTIES)[: len(hosts)]:
        catalogue = client.catalogue(name)
        if table in catalogue:
            row = catalogue[table]
            stated = row.fields.get("Catalog")
            # At CBS's own host a table is asked as one of CBS, unless that host serves all.
            is_named = isinstance(stated, str) and stated and client.base_of(stated) == client.base_of(name)
            return LocatedTable(table, str(stated) if is_named else name, row)
        known += catalogue
    nearest = nearest_ids(table, known)
    raise TableNotFoundError(f"There is no table '{table}' in the catalogue of {' or '.join(hosts)}{nearest}")
