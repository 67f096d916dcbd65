"""The small entities of a table, read by ``cbsodata``: the root and the fixed metadata, which fit in one answer.

``cbsodata`` makes the request and takes the rows out; the session it does that with is ours, because its own reads
without end: it has no limit to time or size. What does not belong here: anything that can take several pages.
``cbsodata`` follows a next link to whatever host it names and keeps everything in memory.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

import cbsodata
import requests
import urllib3

from pipelines.statline.errors import invalid_answer_error, status_error, unreachable_error
from pipelines.statline.limits import Reading, Timeouts
from pipelines.statline.transport import REQUEST_HEADERS, Answer, Transport, ca_bundle, is_loopback

ROOT = ""
FIXED_ENTITIES = frozenset({"TableInfos", "DataProperties", "CategoryGroups"})

_CHUNK = 1 << 16

# cbsodata keeps its options in one global for the whole process.
_options = Lock()


def ask(tabel: str, entity: str, base: str, url: str, transport: Transport) -> Answer:
    """Ask once for the rows of ``entity`` of ``tabel`` on the service at ``base``; ``url`` is for the messages.

    Raises:
        StatlineError: the same kinds as ``Transport.get``.
    """
    what = f"{entity or 'root'} of table {tabel}"
    reading = Reading(what, url, transport.timeouts.total, transport.maximum_body)
    try:
        with _reading_into(reading):
            return Answer(cbsodata.get_meta(tabel, entity, **_arguments(base, transport.timeouts)))
    except requests.HTTPError as error:
        # cbsodata wraps the error in one that has no response.
        response = getattr(error.__cause__, "response", None)
        if response is None:
            raise unreachable_error(what, url, error) from error
        raise status_error(what, url, response.status_code, response.headers, response.text) from error
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise unreachable_error(what, url, error) from error
    except ValueError as error:
        found = "an empty answer" if not reading.body.strip() else f"no (complete) JSON ({error})"
        raise invalid_answer_error(what, url, found, retryable=True) from error
    except (KeyError, TypeError) as error:
        raise invalid_answer_error(what, url, "JSON of another form", retryable=False) from error


_current: ContextVar[Reading | None] = ContextVar("current", default=None)


@contextmanager
def _reading_into(reading: Reading) -> Iterator[None]:
    token = _current.set(reading)
    try:
        yield
    finally:
        _current.reset(token)


class _LimitedSession(requests.Session):
    """Sends one request under our name, and reads the answer as it comes, for as long and as far as allowed."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self._reading = reading

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send ``request``; the answer that is returned has been read already."""
        request.headers.update(REQUEST_HEADERS)
        with self:
            response = super().send(request, **options | {"stream": True})
            if isinstance(response.raw, io.BytesIO):
                # It came from another address: following the redirect has been through here, and has read it.
                return response
            while chunk := response.raw.read1(_CHUNK, decode_content=True):
                self._reading.add(chunk)
        response.raw = io.BytesIO(self._reading.body)
        return response


def _session() -> requests.Session:
    reading = _current.get()
    return requests.Session() if reading is None else _LimitedSession(reading)


# The one door that cbsodata leaves: it makes a session for each request. Outside ``ask`` nothing changes for it.
cbsodata.cbsodata3.Session = _session


def _arguments(base: str, timeouts: Timeouts) -> dict[str, Any]:
    scheme, _, address = base.partition("://")
    _set_options(https=scheme == "https")
    arguments: dict[str, Any] = {
        "catalog_url": address,
        "timeout": (timeouts.connect, timeouts.read),
        # requests looks at the certificates that the environment names only in calls that cbsodata does not make.
        "verify": ca_bundle() or True,
    }
    return arguments | ({"proxies": {}} if is_loopback(base) else {})


def _set_options(*, https: bool) -> None:
    """Point cbsodata's process-wide options at our scheme; it logs each change, so only change what differs."""
    with _options:
        if cbsodata.options.use_https != https:
            cbsodata.options.use_https = https
        # Its default holds the proxies of the environment, which switches NO_PROXY off.
        if cbsodata.options.requests:
            cbsodata.options.requests = {}
