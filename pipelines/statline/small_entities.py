"""The small entities of a table, read by ``cbsodata``: the root and the fixed metadata, which fit in one answer.

What does not belong here: anything that can take several pages. ``cbsodata`` follows a next link to whatever host it
names, asks no compression and keeps everything in memory.
"""

from threading import Lock
from typing import Any

import cbsodata
import requests

from pipelines.statline.http import (
    Answer,
    Timeouts,
    ca_bundle,
    invalid_answer_error,
    is_loopback,
    status_error,
    unreachable_error,
)

ROOT = ""
FIXED_ENTITIES = frozenset({"TableInfos", "DataProperties", "CategoryGroups"})

# cbsodata keeps its options in one global for the whole process.
_options = Lock()


def ask(tabel: str, entity: str, base: str, url: str, timeouts: Timeouts) -> Answer:
    """Ask once for the rows of ``entity`` of ``tabel`` on the service at ``base``; ``url`` is for the messages.

    Raises:
        StatlineError: the same kinds as ``Transport.get``.
    """
    what = f"{entity or 'root'} of table {tabel}"
    try:
        return Answer(cbsodata.get_meta(tabel, entity, **_arguments(base, timeouts)))
    except requests.HTTPError as error:
        # cbsodata wraps the error in one that has no response.
        response = getattr(error.__cause__, "response", None)
        if response is None:
            raise unreachable_error(what, url, error) from error
        raise status_error(what, url, response.status_code, response.headers, response.text) from error
    except requests.RequestException as error:
        raise unreachable_error(what, url, error) from error
    except ValueError as error:
        raise invalid_answer_error(what, url, f"no (complete) JSON ({error})", retryable=True) from error
    except (KeyError, TypeError) as error:
        raise invalid_answer_error(what, url, "JSON of another form", retryable=False) from error


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
