"""The tables of a service, asked for a few cells: their metadata once, then a row at a time.

What does not belong here: a whole table (``snapshots``).
"""

from collections.abc import Mapping

from pipelines.observations.plan import Metadata
from pipelines.statline.client import StatlineClient
from pipelines.statline.location import LocatedTable, locate_table
from pipelines.statline.transport import Row


class LiveTables:
    """Looks up rows at the service of ``client``; remembers the metadata of the last table only."""

    def __init__(self, client: StatlineClient) -> None:
        self._client = client
        self._located: dict[str, LocatedTable] = {}

    def metadata(self, table: str) -> Metadata:
        """The metadata of ``table``; raises a ``StatlineError`` where it cannot be had."""
        located = self._located[table] = locate_table(self._client, table)
        with self._client.one_table(located.catalogue):
            return self._client.metadata(table, located.catalogue)

    def rows(self, table: str, codes: Mapping[str, str]) -> list[Row]:
        """The rows of ``table`` with these codes, whether the service pads them or not."""
        located = self._located[table]
        terms = [_is_code(key, code) for key, code in codes.items()]
        with self._client.one_table(located.catalogue):
            pages = self._client.pages(table, located.catalogue, " and ".join(terms))
            return [row for page in pages for row in page.rows]


def _is_code(key: str, code: str) -> str:
    forms = [f"{key} eq '{form}'" for form in dict.fromkeys((code, code.strip()))]
    return forms[0] if len(forms) == 1 else f"({' or '.join(forms)})"
