"""The StatLine client: the catalogue, the metadata and the rows of a table, page by page, by OData v3 or v4.

Every answer is followed to its last page on the host that was asked, whatever host a next link names, with one page in
memory at a time. What does not belong here: what the two protocols call things (``dialects``), one question and its
retries (``transport``), the limits (``limits``), storing anything (``snapshots``), deciding what to fetch (``ingest``).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from types import TracebackType
from typing import Literal, Self
from urllib.parse import parse_qs, urlsplit

from pipelines.common.network import NetworkSettingError, require_usable
from pipelines.statline.catalogue import Catalogue, CatalogueRow, Stamps
from pipelines.statline.dialects import DIALECTS, Api, ColumnChoice, Dialect
from pipelines.statline.errors import (
    HostDownError,
    InconsistentPagesError,
    InvalidAnswerError,
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
from pipelines.statline.translation import PROPERTIES_V4, infos_in_v3_terms
from pipelines.statline.transport import RequestRecord, Row, Transport

__all__ = [
    "Api",
    "Catalogue",
    "CatalogueRow",
    "ColumnChoice",
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

_NOT_FOUND = 404
_URL, _API, _THIRD = "STATLINE_URL", "STATLINE_API", "_DATADERDEN"


@dataclass(frozen=True, slots=True)
class Source:
    """Who answered, and by which protocol: ``identity`` is ``opname`` for any recording, else the base URL."""

    base_url: str
    recording: bool
    api: Api = "v3"

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
    """One answer, counted from 1; ``rows`` as published: in v3 padded keys and numbers as text, in v4 observations.

    ``remarks`` are those of a recording, by table; only its catalogue has them.
    """

    number: int
    rows: list[Row]
    url: str
    recording: bool
    remarks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Host:
    """Where tables are asked, the protocol spoken there, and the settings that say so."""

    base: str
    api: Api
    url_setting: str
    api_setting: str

    @property
    def dialect(self) -> Dialect:
        return DIALECTS[self.api]


class StatlineClient:
    """Reads StatLine at ``base_url``, and the catalogues of third parties (all but CBS) at ``third_party_url``.

    ``api`` and ``third_party_api`` are the protocols spoken there.

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
        api: Api = "v3",
        third_party_api: Api = "v3",
        timeouts: Timeouts | None = None,
        retries: RetryPolicy | None = None,
        maximum_body: int = MAXIMUM_BODY,
    ) -> None:
        base, third = checked_base_url(base_url, _URL), checked_base_url(third_party_url or base_url, f"{_URL}{_THIRD}")
        self._cbs = _Host(base, api, _URL, _API)
        is_other = (third, third_party_api) != (base, api)
        self._third_parties = _Host(third, third_party_api, _URL + _THIRD, _API + _THIRD) if is_other else self._cbs
        for host in (self._cbs, self._third_parties):
            _require_usable_network(host.base)
        self._transport = Transport(timeouts or Timeouts(), retries or RetryPolicy(), maximum_body)
        self._circuits = {host: Circuit(host.base) for host in (self._cbs, self._third_parties)}
        self._catalogues: dict[_Host, tuple[Catalogue, Source] | StatlineError] = {}
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
        return self._host(catalogue).base

    def _host(self, catalogue: str) -> _Host:
        return self._cbs if catalogue == "CBS" else self._third_parties

    def catalogue(self, name: str) -> Catalogue:
        """Every table on the host of the catalogue ``name`` by its id; asked once, and each row read when it is wanted.

        Raises:
            StatlineError: as ``Transport.get`` does; the same error again on a later call.
        """
        return self._catalogue(self._host(name))[0]

    def source(self, catalogue: str) -> Source:
        """Who answers for ``catalogue``: known from the catalogue's answer, so it may ask for that."""
        return self._catalogue(self._host(catalogue))[1]

    @contextmanager
    def one_table(self, catalogue: str) -> Iterator[None]:
        """Ask everything of one table within this block: it has one deadline, and its end tells how the host is.

        Raises:
            HostDownError: the host failed for several tables in a row, so this one is not asked at all.
        """
        circuit = self._circuits[self._host(catalogue)]
        with circuit.guard(), time_limit(self._transport.timeouts.table, is_patient=lambda: circuit.is_there):
            yield

    def metadata(self, table: str, catalogue: str, log: list[RequestRecord] | None = None) -> dict[str, list[Row]]:
        """Every entity of a table except its rows, by name, as published (``translation`` makes v3's of v4's).

        Raises:
            TableNotFoundError: the host does not know the table.
            StatlineError: the root or an entity could not be read.
        """
        dialect = self._host(catalogue).dialect
        entries = enumerate(self._entity(table, "", catalogue, log), start=1)
        names = [
            Fields(entry, f"Entity {number} of the root of table {table}").filled_text("name")
            for number, entry in entries
        ]
        return {name: self._entity(table, name, catalogue, log) for name in dialect.metadata_names(names)}

    def table_infos(self, table: str, catalogue: str, log: list[RequestRecord] | None = None) -> Row:
        """Return the one row of TableInfos, in the terms of v3: title, description, Modified and so on.

        Raises:
            StatlineError: also when there is not exactly one row.
        """
        if self._host(catalogue).api == "v4":
            return infos_in_v3_terms(self._entity(table, PROPERTIES_V4, catalogue, log)[0])
        return only_row(table, self._entity(table, INFOS, catalogue, log))

    def count(
        self,
        table: str,
        catalogue: str,
        condition: str | None = None,
        log: list[RequestRecord] | None = None,
        *,
        columns: ColumnChoice | None = None,
    ) -> int | None:
        """How many rows ``pages`` gives, as the service counts them; None where it does not say."""
        host = self._host(catalogue)
        url = host.dialect.count_url(host.base, catalogue, table, condition, columns)
        if url is None:
            return None
        try:
            return self._transport.count(url, f"The count of table {table}", log)
        except StatlineError:
            return None

    def pages(
        self,
        table: str,
        catalogue: str,
        filter: str | None = None,  # noqa: A002 - the name OData gives it
        log: list[RequestRecord] | None = None,
        *,
        columns: ColumnChoice | None = None,
    ) -> Iterator[Page]:
        """The rows of a table, a page at a time: of v3 the untyped data set, of v4 the observations.

        ``filter`` is an OData ``$filter`` of v3 for the service; ``columns`` are those to ask, all unless given.

        Raises:
            TableNotFoundError: the host does not know the table.
            StatlineError: naming URL and page: no answer, not JSON, no rows, or links that do not advance.
        """
        host = self._host(catalogue)
        url = host.dialect.rows_url(host.base, catalogue, table, filter, columns)
        return self._entity_pages(url, table, host.dialect.rows, catalogue, log)

    def _catalogue(self, host: _Host) -> tuple[Catalogue, Source]:
        with self._catalogue_lock:
            if host not in self._catalogues:
                try:
                    self._catalogues[host] = self._read_catalogue(host)
                except StatlineError as error:
                    self._catalogues[host] = self._explained(host, error)
            known = self._catalogues[host]
        if isinstance(known, StatlineError):
            raise known
        return known

    def _read_catalogue(self, host: _Host) -> tuple[Catalogue, Source]:
        url = host.dialect.catalogue_url(host.base)
        rows: list[object] = []
        remarks: dict[str, str] = {}
        recording = False
        for page in _read_pages(self._transport, url, host, "the catalogue", None):
            recording = recording or page.recording
            remarks |= page.remarks if page.recording else {}
            rows += map(host.dialect.catalogue_row, page.rows)
        return Catalogue(rows, remarks), Source(host.base, recording, host.api)

    def _explained(self, host: _Host, error: StatlineError) -> StatlineError:
        """Return the error, or the sentence about the settings if what answers speaks the other protocol."""
        # What may be well a moment later, as a page about maintenance, says nothing of the settings.
        if error.retryable or not isinstance(error, StatusError | InvalidAnswerError):
            return error
        other = DIALECTS["v3" if host.api == "v4" else "v4"]
        for base, url in other.probe_urls(host.base).items():
            try:
                rows = self._transport.get(url, "the catalogue").rows
            except StatlineError:
                continue
            if any(isinstance(row, dict) and "Identifier" in row for row in rows):
                return _other_protocol(host, other, base)
        return error

    def _entity(self, table: str, name: str, catalogue: str, log: list[RequestRecord] | None) -> list[Row]:
        """All rows of a metadata entity; of the root of the table when it has no name."""
        host = self._host(catalogue)
        dialect = host.dialect
        url, what = dialect.entity_url(host.base, catalogue, table, name), name or "root"
        if dialect.is_single(name):
            with _missing_table(table, host.base):
                rows = self._transport.get(url, f"{what} of table {table}", log, single=True).rows
        else:
            rows = [row for page in self._entity_pages(url, table, what, catalogue, log) for row in page.rows]
        return [dialect.as_kept(row) for row in rows]

    def _entity_pages(
        self, url: str, table: str, entity: str, catalogue: str, log: list[RequestRecord] | None
    ) -> Iterator[Page]:
        host = self._host(catalogue)
        what = f"{entity} of table {table}"
        with _missing_table(table, host.base):
            for page in _read_pages(self._transport, url, host, what, log):
                _require_rows(page, what)
                self._circuits[host].answered(rows=entity == host.dialect.rows)
                yield page
                # As there: the next page must not lie in memory beside this one.
                del page


def _other_protocol(host: _Host, other: Dialect, base: str) -> SettingsError:
    elsewhere = f", at {base}" if base != host.base else ""
    address = f" and {host.url_setting}={base}" if base != host.base else ""
    return SettingsError(
        f"{host.base} of {host.url_setting} answers as OData {other.api}{elsewhere}, while {host.api_setting} says "
        f"{host.api}: set {host.api_setting}={other.api}{address}, or {host.url_setting} to a service of {host.api} "
        f"such as {host.dialect.example}"
    )


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
    transport: Transport, url: str, host: _Host, what: str, log: list[RequestRecord] | None
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
        following = _next_url(link, page, host, seen, what)
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


def _next_url(link: str | None, page: Page, host: _Host, seen: set[str], what: str) -> str | None:
    if link is None:
        return None
    following = host.dialect.rebased(link, page.url, host.base)
    if following in seen or not page.rows:
        raise StatlineError(
            f"Page {page.number} of {what}: {page.url} holds {len(page.rows)} rows and names {following} as next page, "
            f"which does not advance; the service repeats itself, try again later"
        )
    return following


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
