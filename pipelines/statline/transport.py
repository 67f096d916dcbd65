"""HTTP to a StatLine service: one question, one list of rows as answer, asked again where that can help.

What does not belong here: which tables exist, what an address means, or anything about the rows themselves.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception

from pipelines import __version__
from pipelines.common.network import Network, NetworkSettingError, proxy_for
from pipelines.statline.bodies import parsed, parsed_count, text_of
from pipelines.statline.errors import (
    SettingsError,
    StatlineError,
    invalid_answer_error,
    status_error,
    unreachable_error,
)
from pipelines.statline.fields import shown
from pipelines.statline.limits import MAXIMUM_BODY, Reading, RetryPolicy, Timeouts, deadline_error, remaining

USER_AGENT = f"monitor-sociaal-domein/{__version__} (CBS open data, one reader, nightly)"
REQUEST_HEADERS = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "gzip"}
# How the recording makes itself known, and where the answer of its catalogue holds remarks by table.
RECORDING_HEADER, RECORDING_REMARKS = "X-StatLine-Opname", "opname.kanttekeningen"

# An answer that is all of it; a proxy between may have changed its headers (203). 204 and 206 are no whole page.
_WHOLE = (200, 203)

_log = logging.getLogger(__name__)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """What asking one question took: last status, bytes over the wire (None: not counted), attempts, seconds."""

    url: str
    status: int | None
    bytes: int | None
    attempts: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows under ``value``, the link to the next page, and whether a recording answered, with its remarks.

    Of a question for a number only ``count`` says something.
    """

    rows: list[Row]
    next_link: str | None = None
    status: int = 200
    bytes: int | None = None
    recording: bool = False
    remarks: Mapping[str, str] = field(default_factory=dict)
    count: int | None = None


# What should stand at an address: a list of rows, one object, or a number.
_Form = Literal["rows", "one", "count"]


@dataclass
class Transport:
    """Asks questions, with time limits and retries. Safe to share between threads; close it when done."""

    timeouts: Timeouts = field(default_factory=Timeouts)
    retries: RetryPolicy = field(default_factory=RetryPolicy)
    maximum_body: int = MAXIMUM_BODY

    def __post_init__(self) -> None:
        """Open the connection pool."""
        self._http = httpx.Client(
            headers=REQUEST_HEADERS,
            timeout=httpx.Timeout(self.timeouts.read, connect=self.timeouts.connect),
            follow_redirects=True,
            transport=Network(),
            trust_env=False,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, url: str, what: str, log: list[RequestRecord] | None = None, *, single: bool = False) -> Answer:
        """Rows at ``url``, or the one object that is there; ``what`` says in messages what was being read.

        Raises:
            SettingsError: the environment has it asked through a proxy, or with certificates, that cannot be used.
            UnreachableError: after the last attempt, when there was no whole answer.
            StatusError: a status that is no success, after the last attempt for 5xx and 429.
            InvalidAnswerError: an answer that is empty, HTML, cut off, too large, or lacks a list ``value``.
            TableDeadlineError: the time of the block of ``time_limit`` is over.
        """
        return self._get_until_answered(url, what, [] if log is None else log, "one" if single else "rows")

    def count(self, url: str, what: str, log: list[RequestRecord] | None = None) -> int:
        """The number that is all that stands at ``url``; raises as ``get`` does."""
        return self._get_until_answered(url, what, [] if log is None else log, "count").count or 0

    def _get_until_answered(self, url: str, what: str, log: list[RequestRecord], form: _Form) -> Answer:
        """Ask until there is an answer or asking again cannot help, and note in ``log`` what it took."""
        if remaining() <= 0:
            raise deadline_error(url)
        retrying = Retrying(
            sleep=self.retries.sleep,
            stop=self.retries.is_over,
            wait=self.retries.wait,
            retry=retry_if_exception(lambda error: isinstance(error, StatlineError) and error.retryable),
            before_sleep=_tell,
            reraise=True,
        )
        # Tenacity keeps what a call returns in a cycle that only the garbage collector ends: no place for a page.
        answers: list[Answer] = []
        started = time.perf_counter()
        status: int | None = None
        size: int | None = None
        try:
            retrying(lambda: answers.append(self._get_once(url, what, form)))
            status, size = answers[0].status, answers[0].bytes
        except StatlineError as error:
            status = error.status
            attempts = int(retrying.statistics["attempt_number"])
            if error.retryable and attempts < self.retries.attempts_after(error):
                raise deadline_error(url, error) from error
            if attempts > 1:
                error.args = (f"{error} (tried {attempts} times)",)
            raise
        finally:
            attempts = int(retrying.statistics.get("attempt_number", 1))
            seconds = round(time.perf_counter() - started, 3)
            log.append(RequestRecord(url, status, size, attempts, seconds))
        return answers.pop()

    def _get_once(self, url: str, what: str, form: _Form) -> Answer:
        try:
            with self._http.stream("GET", url) as response:
                body = self._read(response, what, url)
        except NetworkSettingError as error:
            raise SettingsError(str(error)) from error
        except httpx.DecodingError as error:
            found = f"a compressed answer that cannot be unpacked ({error})"
            raise invalid_answer_error(what, url, found, retryable=True) from error
        except httpx.TooManyRedirects as error:
            found = "one redirection after the other, more than any service needs"
            raise invalid_answer_error(what, url, found, retryable=False) from error
        except httpx.InvalidURL as error:
            raise invalid_answer_error(what, url, f"an address that is none ({error})", retryable=False) from error
        except httpx.TransportError as error:
            proxy = proxy_for(url)
            raise unreachable_error(what, url, error, proxy.variable if proxy else None) from error
        # Where a redirection led is what answered, and what a person must look at.
        asked = url if response.url == httpx.URL(url) else f"{url} (which leads to {response.url})"
        if response.status_code not in _WHOLE:
            failed = status_error(what, asked, response.status_code, response.headers, text_of(body))
            failed.elsewhere = response.url.path.lower() != httpx.URL(url).path.lower()
            raise failed
        if form == "count":
            return Answer([], count=parsed_count(body, asked, what), bytes=response.num_bytes_downloaded)
        answer = parsed(body, asked, what, response.charset_encoding, single=form == "one")
        return Answer(
            rows=[answer] if form == "one" else answer["value"],
            next_link=_next_link(answer, asked, what),
            status=response.status_code,
            bytes=response.num_bytes_downloaded,
            recording=response.headers.get(RECORDING_HEADER) == "ja",
            remarks=_remarks(answer),
        )

    def _read(self, response: httpx.Response, what: str, url: str) -> bytearray:
        reading = Reading(what, url, self.timeouts.total, self.maximum_body)
        for chunk in response.iter_bytes():
            reading.add(chunk)
        return reading.body


def _next_link(answer: Mapping[str, Any], url: str, what: str) -> str | None:
    # As v3 and v4 call it.
    for name in ("odata.nextLink", "@odata.nextLink"):
        link = answer.get(name)
        if isinstance(link, str):
            return link
        if link is not None:
            raise invalid_answer_error(what, url, f"{shown(link)} as {name}", retryable=False)
    return None


def _remarks(answer: Mapping[str, Any]) -> dict[str, str]:
    """What a recording says of its tables; anything else under that name is none of ours."""
    given = answer.get(RECORDING_REMARKS)
    return {table: text for table, text in given.items() if isinstance(text, str)} if isinstance(given, dict) else {}


def _tell(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    delay = state.next_action.sleep if state.next_action else 0.0
    _log.warning("Attempt %d failed, next one in %.1f s: %s", state.attempt_number, delay, error)
