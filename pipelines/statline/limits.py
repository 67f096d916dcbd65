"""How long, how large and how often a StatLine service is asked, and when a host is left alone for the rest of a run.

In the order in which they are met: the seconds and attempts of one question, the deadline of a table, the body of one
answer, and the host. What does not belong here: asking (``transport``), and the words of an error (``errors``).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock

from tenacity import RetryCallState, wait_exponential_jitter

from pipelines.statline.errors import (
    BUSY,
    HostDownError,
    StatlineError,
    oversized_error,
    table_deadline_error,
    unreachable_error,
)

# The widest page known, 10,000 rows of regional key figures with 320 columns, is 145 MB; a body that goes on well past
# that is no page, and parsing it would take the memory of the machine.
MAXIMUM_BODY = 220_000_000
# Four attempts 1, 2 and 4 s apart outlast the resets and restarts seen at CBS; an outage takes hours, and waiting
# longer than this for one page would only keep the other tables waiting.
ATTEMPTS, FIRST_WAIT, LONGEST_WAIT = 4, 1.0, 30.0
# Who reads much of CBS is told now and then that it is busy (503, 429), for minutes at a time: then it is asked more
# often, further apart. A host that gave nothing of any table in this run is not busy but down.
BUSY_ATTEMPTS, BUSY_FIRST_WAIT, BUSY_LONGEST_WAIT = 10, 4.0, 300.0
# A service that asks for more than five minutes is down for this night; the next one asks again.
LONGEST_RETRY_AFTER = 300.0
# 13 million rows, the largest table known, are 1,300 pages of a second or two: some 40 minutes, and as much to wait.
TABLE_SECONDS = 7200.0
# One table may have a page that CBS cannot make, and two may be siblings with the same fault; three in a row, each
# after all its attempts, are the host.
FAILURES_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, of silence while reading, for one whole answer (a server may also drip), for one table."""

    connect: float = 10.0
    read: float = 60.0
    total: float = 600.0
    table: float = TABLE_SECONDS


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often to ask a question, and the seconds between: doubling from ``initial``, with jitter, or Retry-After.

    Those with ``busy`` are for what is asked of a table while the service says that it is busy.
    """

    attempts: int = ATTEMPTS
    initial: float = FIRST_WAIT
    maximum: float = LONGEST_WAIT
    maximum_retry_after: float = LONGEST_RETRY_AFTER
    sleep: Callable[[float], None] = time.sleep
    busy_attempts: int = BUSY_ATTEMPTS
    busy_initial: float = BUSY_FIRST_WAIT
    busy_maximum: float = BUSY_LONGEST_WAIT

    def wait(self, state: RetryCallState) -> float:
        """Seconds to wait after the failed attempt in ``state``."""
        error = _failure(state)
        asked = error.retry_after if isinstance(error, StatlineError) else None
        pause = 0.0 if asked is None else min(max(asked, 0.0), self.maximum_retry_after)
        if asked is not None and state.attempt_number == 1:
            return pause
        initial, maximum = (self.busy_initial, self.busy_maximum) if _is_storm(error) else (self.initial, self.maximum)
        # Who was refused again after the pause that was asked for waits longer than that, and not in step with others.
        return max(pause, wait_exponential_jitter(multiplier=initial, max=maximum, jitter=initial)(state))

    def attempts_after(self, error: BaseException | None) -> int:
        """How often a question is asked that failed with ``error``."""
        return self.busy_attempts if _is_storm(error) else self.attempts

    def is_over(self, state: RetryCallState) -> bool:
        """Whether the attempt in ``state`` was the last, also because waiting would pass the deadline."""
        return state.attempt_number >= self.attempts_after(_failure(state)) or remaining() <= state.upcoming_sleep


def _failure(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _is_storm(error: BaseException | None) -> bool:
    """Whether the service is only busy, and worth waiting for."""
    deadline = _deadline.get()
    return isinstance(error, StatlineError) and error.status in BUSY and deadline is not None and deadline.is_patient()


@dataclass(frozen=True, slots=True)
class _Deadline:
    moment: float
    seconds: float
    is_patient: Callable[[], bool]


def _never() -> bool:
    return False


# Every question of one table is asked from one thread, so what is known there need not be passed from hand to hand.
_deadline: ContextVar[_Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def time_limit(seconds: float, *, is_patient: Callable[[], bool] = _never) -> Iterator[None]:
    """Let everything that is asked within this block, in this thread, take at most ``seconds`` together.

    As long as it ``is_patient`` a service that is busy is waited for.
    """
    token = _deadline.set(_Deadline(time.monotonic() + seconds, seconds, is_patient))
    try:
        yield
    finally:
        _deadline.reset(token)


def remaining() -> float:
    """Seconds left until the deadline of the block; infinite outside any."""
    deadline = _deadline.get()
    return float("inf") if deadline is None else deadline.moment - time.monotonic()


def deadline_error(what: str, cause: StatlineError | None = None) -> StatlineError:
    """The error for ``what``, not read because the block has no time left; ``cause`` is what failed last."""
    deadline = _deadline.get()
    return table_deadline_error(what, deadline.seconds if deadline else 0.0, cause)


class Reading:
    """Gathers the body of one answer, chunk by chunk, within the time and size that it may take."""

    def __init__(self, what: str, url: str, seconds: float, maximum: int) -> None:
        self.body = bytearray()
        self._what, self._url, self._maximum = what, url, maximum
        self._seconds = max(min(seconds, remaining()), 0.0)
        self._end = time.monotonic() + self._seconds

    def add(self, chunk: bytes) -> None:
        """Add what came.

        Raises:
            UnreachableError: the time for one answer, or for the whole table, is over.
            InvalidAnswerError: the body is larger than any page.
        """
        self.body += chunk
        if len(self.body) > self._maximum:
            raise oversized_error(self._what, self._url, self._maximum)
        if time.monotonic() > self._end:
            silence = TimeoutError(f"answer not complete after {self._seconds:.3g} s")
            raise unreachable_error(self._what, self._url, silence)


class Circuit:
    """Counts the tables of the host at ``base`` that failed in a row because of it, and no rows of any came meanwhile.

    Safe to share between threads.
    """

    def __init__(self, base: str) -> None:
        self._base = base
        self._in_a_row = 0
        self._first: str | None = None
        self._lock = Lock()
        self._is_there = False

    @property
    def is_there(self) -> bool:
        """Whether the host gave anything of any table until now."""
        return self._is_there

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Ask one table within this block.

        Raises:
            HostDownError: the circuit is open; it names the first failure of the row.
        """
        self._check()
        try:
            yield
        except Exception as error:
            self._note(error if isinstance(error, StatlineError) and error.host_level else None)
            raise
        else:
            self._note(None)

    def answered(self, *, rows: bool) -> None:
        """Hear that something of a table came; with ``rows`` the host serves, however many of the others it refuses."""
        self._is_there = True
        if rows:
            self._note(None)

    def _check(self) -> None:
        with self._lock:
            if self._in_a_row >= FAILURES_IN_A_ROW:
                raise HostDownError(
                    f"it was not asked, because the circuit of {self._base} is open: {self._in_a_row} tables in a row "
                    f"failed there, the first with: {self._first}; see whether the host is up and refresh again"
                )

    def _note(self, failure: StatlineError | None) -> None:
        """Count a table that ended: with ``failure`` of the host, or with an answer, whatever that was."""
        with self._lock:
            if self._in_a_row >= FAILURES_IN_A_ROW:
                # A table that was under way when the circuit opened changes nothing any more.
                return
            self._in_a_row = 0 if failure is None else self._in_a_row + 1
            if self._in_a_row == 1:
                self._first = str(failure)
