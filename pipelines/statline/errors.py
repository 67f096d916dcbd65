"""What can go wrong between us and a StatLine service: each kind of error, and the sentences that go with it.

What does not belong here: deciding to ask again (``limits``) and asking (``transport``).
"""

import email.utils
import re
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

from pipelines.common.sentences import ToldError
from pipelines.common.troubles import trouble_in

_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500
#: Statuses that say that the service is busy, and nothing about what was asked.
BUSY = (_TOO_MANY_REQUESTS, 503)
_PREVIEW = 80
_MEGABYTE = 1_000_000


class StatlineError(ToldError):
    """Something a StatLine service did or did not answer; the message is one sentence for the person who must act."""

    dutch = "CBS gaf geen bruikbaar antwoord."
    #: Whether the same question may well be answered a moment later.
    retryable = False
    #: Whether it says that the host is in trouble, whatever table was asked for.
    host_level = False
    #: Seconds the service asked us to wait before that, if it did.
    retry_after: float | None = None
    #: HTTP status of the answer, if there was one.
    status: int | None = None


class SettingsError(StatlineError):
    """The base URLs in the settings cannot be used, or what the environment says of the network."""

    dutch = "Het adres van CBS in de instellingen is niet te gebruiken."


class UnreachableError(StatlineError):
    """No answer at all: no connection, or it broke or stayed silent."""

    dutch = "CBS was niet bereikbaar."
    retryable = True
    host_level = True


class TableDeadlineError(StatlineError):
    """The time that one table may take is over."""

    dutch = "CBS gaf deze tabel niet binnen de tijd die zij mag kosten."
    host_level = True


class HostDownError(StatlineError):
    """Not asked: the host failed for several tables in a row, so this run leaves it alone."""

    dutch = "CBS antwoordde op andere tabellen niet, dus deze is niet gevraagd."


class InvalidAnswerError(StatlineError):
    """An answer that is not the JSON object with a list ``value`` that OData prescribes."""

    dutch = "CBS gaf een antwoord dat niet te lezen is."


class InvalidFieldError(StatlineError):
    """A row that the service gave, or gave once, of which a field is not what it should be; of this table alone."""

    dutch = "CBS geeft over de tabel een gegeven dat niet te lezen is."
    #: What to do about it: the end of each message.
    remedy = "CBS may be changing the table, so fetch it again later, or see what STATLINE_URL points at"


class StatusError(StatlineError):
    """An answer with an HTTP status other than success."""

    dutch = "CBS gaf een foutmelding in plaats van de tabel."
    #: Whether a redirection had led to another place, so that the status says nothing about what was asked for.
    elsewhere = False


class TableNotFoundError(StatlineError):
    """The service does not know the table."""

    dutch = "CBS kent deze tabel niet, of niet meer."


class InconsistentPagesError(StatlineError):
    """Pages that do not join: between two of them rows were lost or repeated."""

    dutch = "De delen waarin CBS de tabel gaf sluiten niet op elkaar aan."


def status_error(what: str, url: str, status: int, headers: Mapping[str, str], text: str) -> StatusError:
    """The error for an answer with ``status``; server errors and 429 are worth asking again."""
    retryable = status >= _SERVER_ERROR or status == _TOO_MANY_REQUESTS
    remedy = "the service is down or busy, try again later" if retryable else "check STATLINE_URL and the dataset's yml"
    error = StatusError(f"{what}: {url} answered with status {status} ({explanation(text)}); {remedy}")
    error.status = status
    error.retryable = error.host_level = retryable
    error.retry_after = _seconds_of(headers.get("retry-after")) if error.retryable else None
    return error


def unreachable_error(what: str, url: str, error: Exception, proxy: str | None = None) -> UnreachableError:
    """The error for a question that got no (whole) answer; ``proxy`` is the variable that names the way it went."""
    reason = f"{type(error).__name__}: {error}".rstrip(": ")
    # The catalogue is asked with a list of columns that would bury the rest of the sentence.
    asked = re.sub(r"&\$select=[^&]*", "", url)
    # No file opens and no connection either: that says nothing about the service.
    trouble = trouble_in(error)
    if trouble is not None and trouble.is_of_machine:
        return UnreachableError(f"{what}: {asked} could not be asked: {trouble.sentence}")
    through, variable = (f" through the proxy of {proxy}", f", {proxy}") if proxy else ("", "")
    return UnreachableError(
        f"{what}: {asked} could not be reached{through} ({reason}); check STATLINE_URL{variable} and the network"
    )


def invalid_answer_error(what: str, url: str, found: str, *, retryable: bool) -> InvalidAnswerError:
    """The error for an answer without rows. A cut-off body is worth asking again, a well-formed other answer is not."""
    error = InvalidAnswerError(f"{what}: {url} should answer with a JSON object holding a list 'value', found {found}")
    error.retryable = retryable
    return error


def oversized_error(what: str, url: str, maximum: int) -> InvalidAnswerError:
    """The error for a body that does not end where any page of CBS has ended; asking again would give it again."""
    return InvalidAnswerError(
        f"{what}: {url} should answer with at most {maximum / _MEGABYTE:g} MB, found more; "
        f"check what STATLINE_URL points at"
    )


def table_deadline_error(what: str, seconds: float, cause: StatlineError | None = None) -> TableDeadlineError:
    """The error for a table that takes longer than ``seconds``; ``cause`` is what failed last, if anything did."""
    last = f"; what failed last: {cause}" if cause else ""
    return TableDeadlineError(
        f"{what} was given up: a whole table may take {seconds:g} s, and too little of that is left{last}; the service "
        f"is slow, so fetch the table again later"
    )


def explanation(text: str) -> str:
    """Take the message out of an error of OData (``odata.error``, in v4 ``error``), else quote how the text begins."""
    try:
        answer = orjson.loads(text)
        told = answer["odata.error"]["message"]["value"] if "odata.error" in answer else answer["error"]["message"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return beginning(text) if text.strip() else "no explanation"
    return str(told)


def beginning(text: str) -> str:
    """How ``text`` begins, quoted, on one line."""
    return repr(" ".join(text[:_PREVIEW].split()))


def _seconds_of(retry_after: str | None) -> float | None:
    """Seconds in a Retry-After header, which may also be a date; None when it is absent or says nothing of use.

    A number is digits alone: what Python takes for one besides (``nan``, ``inf``, ``-1``, ``1_0``) is no time to wait.
    """
    text = (retry_after or "").strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
        return max((moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
