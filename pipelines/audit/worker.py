"""The audit in a process of its own: Great Expectations loads there beside the fetch, and never in the parent.

A pool of one spawned process, which ends with its parent. What does not belong here: the audit itself (``engine``).
"""

import logging
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

import duckdb

from pipelines.audit.suites import SuiteError
from pipelines.audit.view import AuditRequest
from pipelines.build.checks import CheckResult
from pipelines.common.child_process import SPAWN, begin_as_child, no_main_module
from pipelines.common.troubles import told

LOGGER = logging.getLogger(__name__)
ENGINE = "pipelines.audit.engine"
STDERR_TAIL = 2000


class AuditError(Exception):
    """The audit gave no results; the message says why. No results means no release."""


@dataclass(frozen=True)
class _Running:
    """The pool, its one process, and the file that holds what the process printed."""

    pool: ProcessPoolExecutor
    process: BaseProcess
    printed: TextIO

    def kill(self) -> int | None:
        """End the process, whatever it does, and with it the pool; returns its exit code.

        Also when it has nothing to do: to end by itself, with all that Great Expectations loaded, takes two seconds.
        """
        self.process.kill()
        # The pool waits for its process, and two who wait for one process would each take the exit code of the other.
        self.pool.shutdown(cancel_futures=True)
        return self.process.exitcode

    def told(self, what: str) -> str:
        """``what`` with the last words of the process, which usually name the cause."""
        self.printed.seek(0)
        tail = self.printed.read().strip()[-STDERR_TAIL:]
        return f"{what}; the worker's last words: {tail}" if tail else f"{what}; the worker said nothing."


class AuditWorker:
    """Audits in a process of its own; start it early, ask it, close it.

    ::

        with AuditWorker() as worker:   # Great Expectations loads from here on
            ...                         # fetch, build
            results = worker.audit(AuditRequest(database=..., suites=...), timeout=600)
    """

    def __init__(self, engine: str = ENGINE) -> None:
        """Start nothing yet; ``engine`` is the module whose ``evaluate`` judges, which only the worker imports."""
        self._engine = engine
        self._running: _Running | None = None

    def start(self) -> None:
        """Start the worker and return at once; a second call does nothing."""
        self._started()

    def audit(self, request: AuditRequest, timeout: float = 600.0) -> list[CheckResult]:
        """Let the worker judge ``request``; starts it if that was not done.

        Raises:
            AuditError: it takes more than ``timeout`` seconds, the worker dies, or suites or databases are unusable.
        """
        running = self._started()
        what = f"The audit of {request.database}"
        try:
            results, said = running.pool.submit(_evaluate, self._engine, request).result(timeout)
        except TimeoutError as error:
            running.kill()
            raise AuditError(running.told(f"{what} took over {timeout:g} seconds")) from error
        except BrokenProcessPool as error:
            raise AuditError(running.told(f"{what} ended without an answer (exit code {running.kill()})")) from error
        except (SuiteError, duckdb.Error) as error:
            raise AuditError(f"{what} could not start: {told(error) or error}") from error
        except Exception as error:
            raise AuditError(running.told(f"{what} ended without an answer ({told(error) or repr(error)})")) from error
        for sentence in said:
            LOGGER.error(sentence)
        return results

    def close(self) -> None:
        """End the worker if it still runs; safe to call twice."""
        if self._running is not None:
            self._running.kill()
            self._running.printed.close()
            # As far as the worker did not come to it.
            Path(self._running.printed.name).unlink(missing_ok=True)
            self._running = None

    def __enter__(self) -> Self:
        """Start the worker."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the worker."""
        self.close()

    def _started(self) -> _Running:
        if self._running is None:
            # Not a pipe: nobody reads it while the parent fetches, and a full pipe would stall the worker.
            descriptor, name = tempfile.mkstemp(prefix="audit-")
            os.close(descriptor)
            printed = Path(name).open(encoding="utf-8", errors="replace")  # noqa: SIM115 - close() closes it
            pool = ProcessPoolExecutor(1, SPAWN, _prepare, (name, self._engine))
            with no_main_module():
                # A pool starts its process with the first task.
                pool.submit(os.getpid)
            # From Python 3.14 on a pool can kill its processes; until then nothing public names them.
            (process,) = pool._processes.values()  # noqa: SLF001
            self._running = _Running(pool, process, printed)
        return self._running


def _prepare(printed: str, engine: str) -> None:
    """In the worker, first of all: keep what is printed, end with the parent, load Great Expectations."""
    descriptor = os.open(printed, os.O_WRONLY | os.O_APPEND)
    # Whatever a library prints, from Python or C; the terminal and the log of the run are the parent's.
    for stream in (sys.stdout, sys.stderr):
        os.dup2(descriptor, stream.fileno())
    os.close(descriptor)
    # The parent has it open: nothing stays behind, also when it is killed.
    Path(printed).unlink()
    begin_as_child()
    import_module(engine)


def _evaluate(engine: str, request: AuditRequest) -> tuple[list[CheckResult], list[str]]:
    """In the worker: the results, and what the engines said of checks that could not be carried out."""
    said: list[str] = []
    results = import_module(engine).evaluate(request, said.append)
    return results, said
