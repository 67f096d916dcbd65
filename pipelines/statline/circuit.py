"""The circuit of one host: after several tables in a row that failed because of the host, it is left alone.

Each table that is asked of a dead service costs all its attempts; a run has dozens of tables. A run is short, so the
circuit stays open until its end, and the next run tries again. What does not belong here: what counts as the host's
own trouble (``errors``), and the catalogue, which is asked once anyhow.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from pipelines.statline.errors import HostDownError, StatlineError

# One table may have a page that CBS cannot make, and two may be siblings with the same fault; three in a row, each
# after all its attempts, are the host.
FAILURES_IN_A_ROW = 3


class Circuit:
    """Counts the tables of the host at ``base`` that failed in a row because of it. Safe to share between threads."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._in_a_row = 0
        self._first: str | None = None
        self._lock = Lock()

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
