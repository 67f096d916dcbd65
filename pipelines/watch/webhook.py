"""Tell people what went wrong: one line in the log, and one JSON message to ``MONITOR_WEBHOOK_URL`` if that is set.

The address is a secret (who knows it can post), so no log, message or exception here holds it. Telling never fails
whoever tells: what could not be delivered is logged. What does not belong here: deciding what is worth telling.
"""

import logging
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from pipelines.common.network import Network, NetworkSettingError
from pipelines.common.settings import Settings
from pipelines.releases.store import ReleaseError, Releases

SCHEMA = 1
Kind = Literal["run_mislukt", "run_afgebroken", "geen_run", "versheid", "gezondheid", "tabel_gevonden"]
Severity = Literal["kritiek", "waarschuwing", "hersteld", "melding"]

# A receiver that restarts is back in seconds; a sensor has a minute for all of its tick.
ATTEMPTS, LONGEST_WAIT, SECONDS = 3, 4.0, 10.0
_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500
# Chat services refuse or cut what is longer; the whole story is in the run.
_LONGEST = 3000

_log = logging.getLogger(__name__)
# At INFO it writes the address of every request.
logging.getLogger("httpx").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Message:
    """What is told: ``title`` in one line, ``text`` in sentences, each on its own line."""

    kind: Kind
    severity: Severity
    title: str
    text: str
    run: str | None = None
    step: str | None = None
    tables: Sequence[str] = field(default_factory=tuple)

    def as_json(self, settings: Settings, now: datetime | None = None) -> dict[str, Any]:
        """The message as it goes over the wire; docs/operate.md lists the fields."""
        text = self.text if len(self.text) <= _LONGEST else f"{self.text[:_LONGEST].rstrip()} ..."
        return {
            "schema": SCHEMA,
            "soort": self.kind,
            "ernst": self.severity,
            "titel": self.title,
            "bericht": text,
            "tijd": (now or datetime.now(UTC)).isoformat(timespec="seconds"),
            "machine": socket.gethostname(),
            "warehouse": str(settings.monitor_warehouse),
            "uitgave": _current_id(settings),
            "run": self.run,
            "stap": self.step,
            "tabellen": list(self.tables),
            # What Slack and Mattermost show of a message.
            "text": f"{self.title}\n{text}",
        }


def _current_id(settings: Settings) -> str | None:
    """The release that analysts read; None too where this user may not see it, which is no reason to tell nothing."""
    try:
        return Releases(settings.monitor_warehouse).current_id
    except ReleaseError:
        return None


class _UndeliveredError(Exception):
    """The receiver did not take the message; ``again`` says whether it may a moment later."""

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.again = again


def tell(settings: Settings, message: Message, log: logging.Logger) -> bool:
    """Log ``message``, and post it where the settings say; False as of ``post``."""
    log.log(logging.INFO if message.severity == "hersteld" else logging.WARNING, f"{message.title}\n{message.text}")
    return post(settings, message, log)


def post(settings: Settings, message: Message, log: logging.Logger = _log, wait: float = 1.0) -> bool:
    """Post ``message`` where the settings say, if anywhere; never raises.

    Args:
        settings: of the monitor.
        message: what to tell.
        log: hears it when the message could not be delivered.
        wait: seconds before the second attempt; doubles after.

    Returns:
        False when there is somewhere to post and it could not be delivered there.
    """
    url = settings.monitor_webhook_url.get_secret_value()
    if not url:
        return True
    try:
        _deliver(url, message.as_json(settings), wait)
    except Exception as error:  # noqa: BLE001 - nothing that tells may break for it, and a trace could show the address
        reason = str(error) if isinstance(error, _UndeliveredError) else type(error).__name__
        log.error(f"The message could not be posted to MONITOR_WEBHOOK_URL: {reason}.")  # noqa: TRY400
        return False
    return True


def _deliver(url: str, content: dict[str, Any], wait: float) -> None:
    retrying = Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_exponential(multiplier=wait, max=LONGEST_WAIT),
        retry=retry_if_exception(lambda error: isinstance(error, _UndeliveredError) and error.again),
        retry_error_callback=_give_up,
    )
    retrying(_post_once, url, content)


def _give_up(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    raise _UndeliveredError(f"{error}, {state.attempt_number} times", again=False) from None


def _post_once(url: str, content: dict[str, Any]) -> None:
    try:
        # Redirects are not followed: another address would get a GET without the message.
        with httpx.Client(transport=Network(), trust_env=False, timeout=SECONDS) as client:
            answer = client.post(url, json=content)
    except NetworkSettingError as error:
        raise _UndeliveredError(str(error), again=False) from None
    except httpx.TransportError as error:
        raise _UndeliveredError(f"{type(error).__name__}: {error}".rstrip(": "), again=True) from None
    except (httpx.InvalidURL, ValueError) as error:
        raise _UndeliveredError(f"it is not an address ({type(error).__name__})", again=False) from None
    if not answer.is_success:
        again = answer.status_code >= _SERVER_ERROR or answer.status_code == _TOO_MANY_REQUESTS
        raise _UndeliveredError(f"it answered with status {answer.status_code}", again=again)
