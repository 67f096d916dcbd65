"""HTTP to a StatLine service: one question, one list of rows as answer, asked again where that can help.

What does not belong here: which tables exist, what an address means, or anything about the rows themselves.
"""

import email.utils
import logging
import os
import re
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from pipelines import __version__

USER_AGENT = f"monitor-sociaal-domein/{__version__} (CBS open data, one reader, nightly)"
RECORDING_HEADER = "X-StatLine-Opname"

# Where the recording server lives; an HTTP proxy can never reach our own loopback, whatever NO_PROXY says.
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500
_PREVIEW = 80

_log = logging.getLogger(__name__)

Row = dict[str, Any]


class StatlineError(Exception):
    """Something a StatLine service did or did not answer; the message is one sentence for the person who must act."""

    #: Whether the same question may well be answered a moment later.
    retryable = False
    #: Seconds the service asked us to wait before that, if it did.
    retry_after: float | None = None
    #: HTTP status of the answer, if there was one.
    status: int | None = None


class SettingsError(StatlineError):
    """The base URLs in the settings cannot be used."""


class UnreachableError(StatlineError):
    """No answer at all: no connection, or it broke or stayed silent."""

    retryable = True


class InvalidAnswerError(StatlineError):
    """An answer that is not the JSON object with a list ``value`` that OData prescribes."""


class StatusError(StatlineError):
    """An answer with an HTTP status other than success."""


class TableNotFoundError(StatlineError):
    """The service does not know the table."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, of silence while reading, and for one whole answer (a server may also drip)."""

    connect: float = 10.0
    read: float = 60.0
    total: float = 600.0


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often to ask a question, and the seconds between: doubling from ``initial``, with jitter, or Retry-After."""

    attempts: int = 4
    initial: float = 1.0
    maximum: float = 30.0
    maximum_retry_after: float = 120.0

    def wait(self, state: RetryCallState) -> float:
        """Seconds to wait after the failed attempt in ``state``."""
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, StatlineError) else None
        if asked is not None:
            return min(max(asked, 0.0), self.maximum_retry_after)
        backoff = wait_exponential_jitter(multiplier=self.initial, max=self.maximum, jitter=self.initial)
        return backoff(state)


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
    """The rows under ``value``, the link to the next page, and whether a recording answered."""

    rows: list[Row]
    next_link: str | None = None
    status: int = 200
    bytes: int | None = None
    recording: bool = False
    attempts: int = 1
    seconds: float = 0.0


def ca_bundle() -> str | None:
    """File of trusted certificates that the environment names; neither httpx nor cbsodata looks at all of these."""
    names = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
    return next((os.environ[name] for name in names if os.environ.get(name)), None)


@cache
def _ssl_context(bundle: str | None) -> ssl.SSLContext:
    # Loading the certificates takes 50 ms, once per process.
    return ssl.create_default_context(cafile=bundle) if bundle else httpx.create_ssl_context()


def is_loopback(url: str) -> bool:
    """Whether ``url`` is on this machine."""
    return urlsplit(url).hostname in _LOOPBACK


def status_error(what: str, url: str, status: int, headers: Mapping[str, str], text: str) -> StatusError:
    """The error for an answer with ``status``; server errors and 429 are worth asking again."""
    retryable = status >= _SERVER_ERROR or status == _TOO_MANY_REQUESTS
    remedy = "the service is down or busy, try again later" if retryable else "check STATLINE_URL and the dataset's yml"
    error = StatusError(f"{what}: {url} answered with status {status} ({_explanation(text)}); {remedy}")
    error.status = status
    error.retryable = retryable
    error.retry_after = _seconds_of(headers.get("retry-after")) if error.retryable else None
    return error


def unreachable_error(what: str, url: str, error: Exception) -> UnreachableError:
    """The error for a question that got no (whole) answer."""
    reason = f"{type(error).__name__}: {error}".rstrip(": ")
    # The catalogue is asked with a list of columns that would bury the rest of the sentence.
    asked = re.sub(r"&\$select=[^&]*", "", url)
    return UnreachableError(f"{what}: {asked} could not be reached ({reason}); check STATLINE_URL and the network")


def invalid_answer_error(what: str, url: str, found: str, *, retryable: bool) -> InvalidAnswerError:
    """The error for an answer without rows. A cut-off body is worth asking again, a well-formed other answer is not."""
    error = InvalidAnswerError(f"{what}: {url} should answer with a JSON object holding a list 'value', found {found}")
    error.retryable = retryable
    return error


@dataclass
class Transport:
    """Asks questions, with time limits and retries. Safe to share between threads; close it when done."""

    timeouts: Timeouts = field(default_factory=Timeouts)
    retries: RetryPolicy = field(default_factory=RetryPolicy)

    def __post_init__(self) -> None:
        """Open the connection pool."""
        self._http = httpx.Client(
            headers={"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "gzip"},
            timeout=httpx.Timeout(self.timeouts.read, connect=self.timeouts.connect),
            verify=_ssl_context(ca_bundle()),
            follow_redirects=True,
            mounts={f"all://{f'[{host}]' if ':' in host else host}": None for host in _LOOPBACK},
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, url: str, what: str, log: list[RequestRecord] | None = None) -> Answer:
        """Rows at ``url``; ``what`` says in messages what was being read.

        Raises:
            UnreachableError: after the last attempt, when there was no whole answer.
            StatusError: a status that is no success, after the last attempt for 5xx and 429.
            InvalidAnswerError: an answer that is empty, HTML, cut off, or lacks a list ``value``.
        """
        return self.call(url, lambda: self._get_once(url, what), log)

    def call(self, url: str, once: Callable[[], Answer], log: list[RequestRecord] | None = None) -> Answer:
        """Run ``once`` until it answers or fails for good, and note in ``log`` what it took."""
        retrying = Retrying(
            stop=stop_after_attempt(self.retries.attempts),
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
            retrying(lambda: answers.append(once()))
            status, size = answers[0].status, answers[0].bytes
        except StatlineError as error:
            status = error.status
            attempts = int(retrying.statistics["attempt_number"])
            if attempts > 1:
                error.args = (f"{error} (tried {attempts} times)",)
            raise
        finally:
            attempts = int(retrying.statistics.get("attempt_number", 1))
            seconds = round(time.perf_counter() - started, 3)
            if log is not None:
                log.append(RequestRecord(url, status, size, attempts, seconds))
        return replace(answers.pop(), attempts=attempts, seconds=seconds)

    def _get_once(self, url: str, what: str) -> Answer:
        try:
            with self._http.stream("GET", url) as response:
                body = self._read(response)
        except (httpx.TransportError, httpx.DecodingError, httpx.TooManyRedirects) as error:
            raise unreachable_error(what, url, error) from error
        if not response.is_success:
            text = body[:2000].decode("utf-8", "replace")
            raise status_error(what, url, response.status_code, response.headers, text)
        rows, next_link = _parse(body, url, what)
        recording = response.headers.get(RECORDING_HEADER) == "ja"
        return Answer(rows, next_link, response.status_code, response.num_bytes_downloaded, recording)

    def _read(self, response: httpx.Response) -> bytearray:
        deadline = time.monotonic() + self.timeouts.total
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if time.monotonic() > deadline:
                raise httpx.ReadTimeout(f"answer not complete after {self.timeouts.total:g} s")
        return body


def _parse(body: bytearray, url: str, what: str) -> tuple[list[Row], str | None]:
    if not body.strip():
        raise invalid_answer_error(what, url, "an empty answer", retryable=True)
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        start = " ".join(body[:_PREVIEW].decode("utf-8", "replace").split())
        found = f"no (complete) JSON: {len(body)} bytes that begin with {start!r}"
        raise invalid_answer_error(what, url, found, retryable=True) from error
    rows = answer.get("value") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        found = _explanation(body[:2000].decode("utf-8", "replace"))
        raise invalid_answer_error(what, url, found, retryable=False)
    return rows, answer.get("odata.nextLink")


def _explanation(text: str) -> str:
    """Take the message out of an ``odata.error`` body, else quote how the text begins."""
    try:
        return str(orjson.loads(text)["odata.error"]["message"]["value"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return repr(" ".join(text[:_PREVIEW].split())) if text.strip() else "no explanation"


def _seconds_of(retry_after: str | None) -> float | None:
    """Seconds in a Retry-After header, which may also be a date; None when it is absent or unreadable."""
    if not retry_after:
        return None
    try:
        return float(retry_after)
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max((moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 0.0)


def _tell(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    delay = state.next_action.sleep if state.next_action else 0.0
    _log.warning("Attempt %d failed, next one in %.1f s: %s", state.attempt_number, delay, error)
