"""The two protocols in which CBS answers, OData v3 and v4: where each has what, and how its pages are joined.

Rows come as each publishes them; ``translation`` tells what v4 says in the terms of v3. What does not belong here:
asking (``transport``), and following an answer to its last page (``client``).
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote, urljoin, urlsplit

from pipelines.statline.errors import StatlineError
from pipelines.statline.translation import DIMENSIONS, PROPERTIES_V4, catalogue_row_in_v3_terms
from pipelines.statline.transport import Row

Api = Literal["v3", "v4"]

FEED, CATALOGUE = "ODataFeed", "ODataCatalog"
ROWS: Final = "UntypedDataSet"
OBSERVATIONS: Final = "Observations"
DATA_SETS: Final = frozenset({ROWS, "TypedDataSet"})
# What the catalogue says in long texts stands in TableInfos too; without them the live catalogue is 2 MB, not 30.
_CATALOGUE_FIELDS = (
    "Identifier,Title,Modified,MetaDataModified,Updated,ReasonDelivery,OutputStatus,Source,Language,Catalog,"
    "Frequency,Period,RecordCount,ColumnCount"
)
# The part of a next link that is the service's own; what comes before names a host and perhaps a path prefix.
_SERVICE_PATH = re.compile(rf"/({FEED}|{CATALOGUE})/.*", re.IGNORECASE | re.DOTALL)
# OData filters need these; CBS takes them unquoted.
_UNQUOTED = "(),'"
_LONGEST_URL = 8000
# Where the datasets of v4 are, from the name of their host on.
V4_PATH: Final = "/odata/v1"


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """Which columns of a table are asked: all its ``dimensions``, and of its topics only ``topics``, by their keys."""

    dimensions: tuple[str, ...]
    topics: tuple[str, ...]


class Dialect(ABC):
    """What one protocol calls things; ``rows`` is its data set, ``key`` the number of a row there."""

    api: Api
    rows: str
    key: str
    #: Such a service of CBS, for a sentence about the settings.
    example: str

    @abstractmethod
    def catalogue_url(self, base: str) -> str:
        """Where the rows of the catalogue are, and the first of its pages."""

    @abstractmethod
    def catalogue_row(self, row: object) -> object:
        """A row of the catalogue in the terms of v3; what is no row stays what it is."""

    @abstractmethod
    def probe_urls(self, base: str) -> dict[str, str]:
        """Addresses of which one answers if the protocol is spoken at ``base`` or thereabouts, by base URL."""

    @abstractmethod
    def entity_url(self, base: str, catalogue: str, table: str, name: str) -> str:
        """Where an entity of a table is; its root when ``name`` is empty."""

    @abstractmethod
    def rows_url(
        self, base: str, catalogue: str, table: str, condition: str | None, columns: ColumnChoice | None = None
    ) -> str:
        """Where the first page of the rows is that satisfy ``condition`` (a ``$filter`` of v3), with these columns.

        Raises:
            StatlineError: the address is longer than CBS takes.
        """

    @abstractmethod
    def rebased(self, link: str, asked: str, base: str) -> str:
        """Return ``link`` on the host and prefix of ``base``, and otherwise verbatim.

        CBS's own links may name an internal host, and a mirror may leave them as CBS wrote them.

        Raises:
            StatlineError: when ``link`` (or, if relative, ``link`` seen from ``asked``) lies outside the service.
        """

    @abstractmethod
    def metadata_names(self, named: Sequence[str]) -> list[str]:
        """The entities that say something about a table, of those ``named`` in its root."""

    @abstractmethod
    def count_url(
        self, base: str, catalogue: str, table: str, condition: str | None, columns: ColumnChoice | None = None
    ) -> str | None:
        """Where the number of those rows is, alone; None where no address has it."""

    @abstractmethod
    def is_single(self, name: str) -> bool:
        """Whether an entity is one object, not a list of rows."""

    def as_kept(self, row: Row) -> Row:
        """A row of metadata without what only says where it was asked."""
        return row


class V3(Dialect):
    """OData v3: a catalogue of its own, and a row with all columns of one combination of codes."""

    api: Api = "v3"
    rows = ROWS
    key = "ID"
    example = "https://opendata.cbs.nl"

    def catalogue_url(self, base: str) -> str:
        """As for any."""
        return f"{base}/{CATALOGUE}/Tables?$format=json&$select={_CATALOGUE_FIELDS}"

    def catalogue_row(self, row: object) -> object:
        """As for any."""
        return row

    def probe_urls(self, base: str) -> dict[str, str]:
        """As for any; of a service of v4 also at its host."""
        bases = dict.fromkeys([base, base.removesuffix(V4_PATH)])
        return {each: f"{each}/{CATALOGUE}/Tables?$format=json&$top=1&$select=Identifier" for each in bases}

    def entity_url(self, base: str, catalogue: str, table: str, name: str) -> str:  # noqa: ARG002
        """As for any; a table has one address, whatever its catalogue."""
        return f"{base}/{FEED}/odata/{quote(table, safe='')}/{name}?$format=json"

    def rows_url(
        self, base: str, catalogue: str, table: str, condition: str | None, columns: ColumnChoice | None = None
    ) -> str:
        """As for any: columns are named one by one, the number of the row too."""
        query = f"&$filter={quote(condition, safe=_UNQUOTED)}" if condition else ""
        if columns is not None:
            names = ",".join((self.key, *columns.dimensions, *columns.topics))
            query += f"&$select={quote(names, safe=_UNQUOTED)}"
        return checked_length(self.entity_url(base, catalogue, table, ROWS) + query, table)

    def rebased(self, link: str, asked: str, base: str) -> str:
        """As for any."""
        try:
            match = _SERVICE_PATH.search(urljoin(asked, link))
        except ValueError:  # such as "Invalid IPv6 URL"
            match = None
        if match is None:
            raise StatlineError(
                f"{asked} names as next page {link!r}, which is not an address of {FEED} or {CATALOGUE}"
            )
        return base + match.group(0)

    def metadata_names(self, named: Sequence[str]) -> list[str]:
        """As for any: all but the rows."""
        return [name for name in named if name not in DATA_SETS]

    def count_url(
        self,
        base: str,  # noqa: ARG002
        catalogue: str,  # noqa: ARG002
        table: str,  # noqa: ARG002
        condition: str | None,  # noqa: ARG002
        columns: ColumnChoice | None = None,  # noqa: ARG002
    ) -> str | None:
        """As for any: there is none."""
        return None

    def is_single(self, name: str) -> bool:  # noqa: ARG002 - none is
        """As for any."""
        return False


class V4(Dialect):
    """OData v4: a list of datasets, and a row for each cell that is published."""

    api: Api = "v4"
    rows = OBSERVATIONS
    key = "Id"
    example = f"https://datasets.cbs.nl{V4_PATH}"

    def catalogue_url(self, base: str) -> str:
        """As for any; all fields, since a field that CBS does not have would make it refuse all."""
        return f"{base}/CBS/Datasets"

    def catalogue_row(self, row: object) -> object:
        """As for any."""
        return catalogue_row_in_v3_terms(row) if isinstance(row, dict) else row

    def probe_urls(self, base: str) -> dict[str, str]:
        """As for any; also where only the host was given."""
        bases = [base] if base.endswith(V4_PATH) else [base, base + V4_PATH]
        return {each: f"{each}/CBS/Datasets?$top=1&$select=Identifier" for each in bases}

    def entity_url(self, base: str, catalogue: str, table: str, name: str) -> str:
        """As for any."""
        path = f"{quote(catalogue, safe='')}/{quote(table, safe='')}"
        return f"{base}/{path}/{name}" if name else f"{base}/{path}"

    def rows_url(
        self, base: str, catalogue: str, table: str, condition: str | None, columns: ColumnChoice | None = None
    ) -> str:
        """As for any: a column is a measure there, which each observation names."""
        terms = [condition_in_v4_terms(condition)] if condition else []
        if columns is not None:
            measures = ",".join(f"'{key}'" for key in columns.topics)
            terms.append(f"Measure in ({measures})")
        joined = " and ".join(f"({term})" for term in terms) if len(terms) > 1 else "".join(terms)
        query = f"?$filter={quote(joined, safe=_UNQUOTED)}" if joined else ""
        return checked_length(self.entity_url(base, catalogue, table, OBSERVATIONS) + query, table)

    def rebased(self, link: str, asked: str, base: str) -> str:
        """As for any; a next page has the address of the page before it, with another query."""
        own = urlsplit(asked).path.removeprefix(urlsplit(base).path)
        try:
            parts = urlsplit(urljoin(asked, link))
        except ValueError:  # such as "Invalid IPv6 URL"
            parts = urlsplit("")
        if not parts.path.lower().rstrip("/").endswith(own.lower()) or not parts.query:
            raise StatlineError(f"{asked} names as next page {link!r}, which is no further page of {own}")
        return f"{base}{own}?{parts.query}"

    def metadata_names(self, named: Sequence[str]) -> list[str]:
        """As for any: these two, which the root need not name, and the lists of codes and groups."""
        return [PROPERTIES_V4, DIMENSIONS, *(name for name in named if name.endswith(("Codes", "Groups")))]

    def count_url(
        self, base: str, catalogue: str, table: str, condition: str | None, columns: ColumnChoice | None = None
    ) -> str | None:
        """As for any."""
        address, _, query = self.rows_url(base, catalogue, table, condition, columns).partition("?")
        return f"{address}/$count?{query}" if query else f"{address}/$count"

    def is_single(self, name: str) -> bool:
        """As for any."""
        return name == PROPERTIES_V4

    def as_kept(self, row: Row) -> Row:
        """As for any: these name the host that was asked, and would make the same table another one."""
        return {name: value for name, value in row.items() if name not in _ADDRESSES}


_ADDRESSES: Final = ("@odata.context", "CodesUrl", "GroupsUrl")
DIALECTS: Final[dict[Api, Dialect]] = {"v3": V3(), "v4": V4()}


def condition_in_v4_terms(condition: str) -> str:
    """A ``$filter`` of v3 as v4 takes it: codes without padding, ``contains`` for ``substringof``."""
    unpadded = re.sub(r"'((?:[^']|'')*)'", lambda text: f"'{text[1].rstrip()}'", condition)
    return re.sub(r"\bsubstringof\(\s*('(?:[^']|'')*')\s*,\s*(\w+)\s*\)", r"contains(\2,\1)", unpadded)


def checked_length(url: str, table: str) -> str:
    """Return ``url``.

    Raises:
        StatlineError: it is longer than CBS takes.
    """
    if len(url) > _LONGEST_URL:
        raise StatlineError(
            f"The filter and columns of table {table} make a URL of {len(url)} characters; CBS takes {_LONGEST_URL}"
        )
    return url
