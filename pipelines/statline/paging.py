"""Paging: follow the next links of an OData v3 service, on the host that was asked.

What does not belong here: HTTP itself (``http``) and which addresses there are (``client``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urljoin, urlsplit

from pipelines.statline.errors import InconsistentPagesError, StatlineError
from pipelines.statline.http import RequestRecord, Row, Transport

FEED, CATALOGUE = "ODataFeed", "ODataCatalog"

# The part of a next link that is the service's own; what comes before names a host and perhaps a path prefix.
_SERVICE_PATH = re.compile(rf"/({FEED}|{CATALOGUE})/.*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """One answer, counted from 1; ``rows`` as published: padded keys, numbers as text."""

    number: int
    rows: list[Row]
    url: str
    status: int
    attempts: int
    bytes: int | None
    recording: bool


def read_pages(
    transport: Transport, url: str, base: str, what: str, log: list[RequestRecord] | None = None
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


def rebase(link: str, asked: str, base: str) -> str:
    """Return ``link`` on the host and prefix of ``base``, and otherwise verbatim.

    CBS's own links may name an internal host, and a mirror may leave them as CBS wrote them.

    Raises:
        StatlineError: when ``link`` (or, if relative, ``link`` seen from ``asked``) lies outside the service.
    """
    match = _SERVICE_PATH.search(urljoin(asked, link))
    if match is None:
        raise StatlineError(f"{asked} names as next page {link!r}, which is not an address of {FEED} or {CATALOGUE}")
    return base + match.group(0)


def _read_page(
    transport: Transport, url: str, number: int, what: str, log: list[RequestRecord] | None
) -> tuple[Page, str | None]:
    answer = transport.get(url, f"Page {number} of {what}", log)
    page = Page(number, answer.rows, url, answer.status, answer.attempts, answer.bytes, answer.recording)
    return page, answer.next_link


def _next_url(link: str | None, page: Page, base: str, seen: set[str], what: str) -> str | None:
    if link is None:
        return None
    following = rebase(link, page.url, base)
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
