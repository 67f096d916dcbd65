"""The StatLine OData v3 client: the catalogue, the metadata and the rows of a table, page by page.

Every answer is followed to its last page on the host that was asked, whatever host a next link names, with one page in
memory at a time. What does not belong here: one question and its retries (``transport``), the limits (``limits``),
storing anything (``snapshots``) and deciding what to fetch (``ingest``).
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from types import TracebackType
from typing import Literal, Self
from urllib.parse import parse_qs, quote, urljoin, urlsplit

from pipelines.common.network import NetworkSettingError, require_usable
from pipelines.statline.catalogue import Catalogue, CatalogueRow, Stamps
from pipelines.statline.errors import (
    HostDownError,
    InconsistentPagesError,
    SettingsError,
    StatlineError,
    StatusError,
    TableNotFoundError,
    UnreachableError,
    invalid_answer_error,
)
from pipelines.statline.fields import Fields, shown
from pipelines.statline.limits import MAXIMUM_BODY, Circuit, RetryPolicy, Timeouts, time_limit
from pipelines.statline.metadata import INFOS, only_row
from pipelines.statline.transport import RequestRecord, Row, Transport

__all__ = [
    "Catalogue",
    "CatalogueRow",
    "HostDownError",
    "InconsistentPagesError",
    "Page",
    "RequestRecord",
    "RetryPolicy",
    "SettingsError",
    "Source",
    "Stamps",
    "StatlineClient",
    "StatlineError",
    "TableNotFoundError",
    "Timeouts",
    "UnreachableError",
]

FEED, CATALOGUE = "ODataFeed", "ODataCatalog"
ROWS = "UntypedDataSet"
DATA_SETS = frozenset({ROWS, "TypedDataSet"})
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
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Source:
    """Who answered: ``identity`` is ``opname`` for any recording, else the base URL."""

    base_url: str
    recording: bool

    @property
    def identity(self) -> str:
        """What two snapshots must share to be compared by their stamps."""
        return "opname" if self.recording else self.base_url

    @property
    def kind(self) -> Literal["opname", "live"]:
        """``opname`` or ``live``, as in the table herkomst."""
        return "opname" if self.recording else "live"


@dataclass(frozen=True, slots=True)
class Page:
    """One answer, counted from 1; ``rows`` as published: padded keys, numbers as text.

    ``remarks`` are those of a recording, by table; only its catalogue has them.
    """

    number: int
    rows: list[Row]
    url: str
    recording: bool
    remarks: Mapping[str, str]


class StatlineClient:
    """Reads StatLine at ``base_url``, and the catalogues of third parties (all but CBS) at ``third_party_url``.

    Meant for one run: the catalogue of a host is asked once, and a host that gave none is not asked again. Safe to
    share between threads. A ``catalogue`` is ``CBS``, or the name of one of third parties, such as ``IV3``.

    Raises:
        SettingsError: for base URLs that are not http(s) addresses, and for a proxy or certificates of the environment
            that cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        third_party_url: str = "",
        *,
        timeouts: Timeouts | None = None,
        retries: RetryPolicy | None = None,
        maximum_body: int = MAXIMUM_BODY,
    ) -> None:
        self._base_url = checked_base_url(base_url, "STATLINE_URL")
        self._third_party_url = checked_base_url(third_party_url or base_url, "STATLINE_URL_DATADERDEN")
        for base in (self._base_url, self._third_party_url):
            _require_usable_network(base)
        self._transport = Transport(timeouts or Timeouts(), retries or RetryPolicy(), maximum_body)
        self._circuits = {base: Circuit(base) for base in (self._base_url, self._third_party_url)}
        self._catalogues: dict[str, tuple[Catalogue, Source] | StatlineError] = {}
        self._catalogue_lock = Lock()

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def base_of(self, catalogue: str) -> str:
        """Base URL, without trailing slash, of the host that serves ``catalogue``."""
        return self._base_url if catalogue == "CBS" else self._third_party_url

    def catalogue(self, name: str) -> Catalogue:
        """Every table on the host of the catalogue ``name`` by its id; asked once, and each row read when it is wanted.

        Raises:
            StatlineError: as ``Transport.get`` does; the same error again on a later call.
        """
        return self._catalogue(self.base_of(name))[0]

    def source(self, catalogue: str) -> Source:
        """Who answers for ``catalogue``: known from the catalogue's answer, so it may ask for that."""
        return self._catalogue(self.base_of(catalogue))[1]

    @contextmanager
    def one_table(self, catalogue: str) -> Iterator[None]:
        """Ask everything of one table within this block: it has one deadline, and its end tells how the host is.

        Raises:
            HostDownError: the host failed for several tables in a row, so this one is not asked at all.
        """
        with self._circuits[self.base_of(catalogue)].guard(), time_limit(self._transport.timeouts.table):
            yield

    def metadata(self, table: str, catalogue: str, log: list[RequestRecord] | None = None) -> dict[str, list[Row]]:
        """Every entity of a table except the two data sets, by name, as published.

        Raises:
            TableNotFoundError: the host does not know the table.
            StatlineError: the root or an entity could not be read.
        """
        entries = enumerate(self._entity(table, "", catalogue, log), start=1)
        names = [
            Fields(entry, f"Entity {number} of the root of table {table}").filled_text("name")
            for number, entry in entries
        ]
        return {name: self._entity(table, name, catalogue, log) for name in names if name not in DATA_SETS}

    def table_infos(self, table: str, catalogue: str, log: list[RequestRecord] | None = None) -> Row:
        """Return the one row of TableInfos: title, description, Modified and so on.

        Raises:
            StatlineError: also when there is not exactly one row.
        """
        return only_row(table, self._entity(table, INFOS, catalogue, log))

    def pages(
        self,
        table: str,
        catalogue: str,
        filter: str | None = None,  # noqa: A002 - the name OData gives it
        log: list[RequestRecord] | None = None,
    ) -> Iterator[Page]:
        """The rows of the untyped data set, a page at a time; ``filter`` is an OData ``$filter`` for the service.

        Raises:
            TableNotFoundError: the host does not know the table.
            StatlineError: naming URL and page: no answer, not JSON, no rows, or links that do not advance.
        """
        query = f"&$filter={quote(filter, safe=_UNQUOTED)}" if filter else ""
        url = self._entity_url(table, ROWS, catalogue) + query
        if len(url) > _LONGEST_URL:
            raise StatlineError(
                f"The filter of table {table} makes a URL of {len(url)} characters; CBS takes {_LONGEST_URL}"
            )
        return self._entity_pages(url, table, ROWS, catalogue, log)

    def _catalogue(self, base: str) -> tuple[Catalogue, Source]:
        with self._catalogue_lock:
            if base not in self._catalogues:
                try:
                    self._catalogues[base] = self._read_catalogue(base)
                except StatlineError as error:
                    self._catalogues[base] = error
            known = self._catalogues[base]
        if isinstance(known, StatlineError):
            raise known
        return known

    def _read_catalogue(self, base: str) -> tuple[Catalogue, Source]:
        url = f"{base}/{CATALOGUE}/Tables?$format=json&$select={_CATALOGUE_FIELDS}"
        rows: list[Row] = []
        remarks: dict[str, str] = {}
        recording = False
        for page in _read_pages(self._transport, url, base, "the catalogue", None):
            recording = recording or page.recording
            remarks |= page.remarks if page.recording else {}
            rows += page.rows
        return Catalogue(rows, remarks), Source(base, recording)

    def _entity(self, table: str, name: str, catalogue: str, log: list[RequestRecord] | None) -> list[Row]:
        """All rows of a metadata entity; of the root of the table when it has no name."""
        url = self._entity_url(table, name, catalogue)
        return [row for page in self._entity_pages(url, table, name or "root", catalogue, log) for row in page.rows]

    def _entity_pages(
        self, url: str, table: str, entity: str, catalogue: str, log: list[RequestRecord] | None
    ) -> Iterator[Page]:
        base = self.base_of(catalogue)
        what = f"{entity} of table {table}"
        with _missing_table(table, base):
            for page in _read_pages(self._transport, url, base, what, log):
                _require_rows(page, what)
                yield page
                # As there: the next page must not lie in memory beside this one.
                del page

    def _entity_url(self, table: str, name: str, catalogue: str) -> str:
        return f"{self.base_of(catalogue)}/{FEED}/odata/{quote(table, safe='')}/{name}?$format=json"


def checked_base_url(url: str, name: str) -> str:
    """Return the base URL of the setting ``name`` without trailing slash.

    Raises:
        SettingsError: it is no http(s) address.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(f"{name} should be a base URL such as https://opendata.cbs.nl, found '{url}'")
    return url.strip().rstrip("/")


def _require_usable_network(base_url: str) -> None:
    try:
        require_usable(base_url)
    except NetworkSettingError as error:
        raise SettingsError(str(error)) from error


def _read_pages(
    transport: Transport, url: str, base: str, what: str, log: list[RequestRecord] | None
) -> Iterator[Page]:
    """Pages from ``url`` on, one in memory at a time; ``what`` says in messages what is being read.

    Raises:
        StatlineError: of ``Transport.get`` for any page, or when a next link leads nowhere new.
        InconsistentPagesError: a next link skips more or fewer rows than came until then.
    """
    seen: set[str] = set()
    following: str | None = url
    count = 0
    while following is not None:
        seen.add(following)
        page, link = _read_page(transport, following, len(seen), what, log)
        following = _next_url(link, page, base, seen, what)
        count += len(page.rows)
        if following is not None:
            _check_joined(following, count, page, what)
        yield page
        # The next page must not lie in memory beside this one.
        del page


def _read_page(
    transport: Transport, url: str, number: int, what: str, log: list[RequestRecord] | None
) -> tuple[Page, str | None]:
    answer = transport.get(url, f"Page {number} of {what}", log)
    return Page(number, answer.rows, url, answer.recording, answer.remarks), answer.next_link


def _next_url(link: str | None, page: Page, base: str, seen: set[str], what: str) -> str | None:
    if link is None:
        return None
    following = _rebased(link, page.url, base)
    if following in seen or not page.rows:
        raise StatlineError(
            f"Page {page.number} of {what}: {page.url} holds {len(page.rows)} rows and names {following} as next page, "
            f"which does not advance; the service repeats itself, try again later"
        )
    return following


def _rebased(link: str, asked: str, base: str) -> str:
    """Return ``link`` on the host and prefix of ``base``, and otherwise verbatim.

    CBS's own links may name an internal host, and a mirror may leave them as CBS wrote them.

    Raises:
        StatlineError: when ``link`` (or, if relative, ``link`` seen from ``asked``) lies outside the service.
    """
    try:
        match = _SERVICE_PATH.search(urljoin(asked, link))
    except ValueError:  # such as "Invalid IPv6 URL"
        match = None
    if match is None:
        raise StatlineError(f"{asked} names as next page {link!r}, which is not an address of {FEED} or {CATALOGUE}")
    return base + match.group(0)


def _check_joined(following: str, count: int, page: Page, what: str) -> None:
    """Check that the next page begins where this one ended: CBS counts the rows so far in ``$skip``."""
    skipped = parse_qs(urlsplit(following).query).get("$skip")
    if skipped is not None and skipped != [str(count)]:
        raise InconsistentPagesError(
            f"Page {page.number} of {what}: {page.url} names {following} as next page, expected $skip={count} because "
            f"{count} rows came until then; rows would be missing or double, so fetch it again later"
        )


def _require_rows(page: Page, what: str) -> None:
    """Check that all rows of a page are objects: what is none can't be a row of the table, nor be left out of it."""
    for number, row in enumerate(page.rows, start=1):
        if not isinstance(row, dict):
            found = f"{shown(row)} as row {number}"
            raise invalid_answer_error(f"Page {page.number} of {what}", page.url, found, retryable=False)


@contextmanager
def _missing_table(table: str, base: str) -> Iterator[None]:
    """Turn a 404 into the sentence that tells what to do about a table that is not there."""
    try:
        yield
    except StatusError as error:
        if error.status != _NOT_FOUND or error.elsewhere:
            raise
        raise TableNotFoundError(
            f"Table {table} does not exist at {base} (status 404); check the id in the dataset's yml, where capitals "
            f"count, and whether CBS removed the table"
        ) from error
