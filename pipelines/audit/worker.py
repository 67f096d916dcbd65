"""The parent's side of the audit worker; it never imports Great Expectations."""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from pydantic import ValidationError

from pipelines.build.checks import AuditAnswer, AuditRequest, CheckResult

PROJECT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "pipelines.audit.process")
STDERR_TAIL = 2000


class AuditError(Exception):
    """The audit gave no results; the message says why. No results means no release."""


class AuditWorker:
    """One audit in a process of its own; start it early, ask it once, close it.

    ::

        with AuditWorker() as worker:   # Great Expectations loads from here on
            ...                         # fetch, build
            results = worker.audit(AuditRequest(database=..., suites=...), timeout=600)
    """

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        """Start nothing yet; ``command`` speaks the protocol of `pipelines.audit.process`."""
        self._command = tuple(command)
        self._process: subprocess.Popen[str] | None = None
        self._stderr: IO[bytes] | None = None

    def start(self) -> None:
        """Start the worker and return at once; a second call does nothing."""
        if self._process is not None:
            return
        # Not a pipe: nobody reads stderr while the parent fetches, and a full pipe would stall the worker.
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - close() closes it
        self._process = subprocess.Popen(
            self._command,
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
            encoding="utf-8",
        )

    def audit(self, request: AuditRequest, timeout: float = 600.0) -> list[CheckResult]:
        """Let the worker judge ``request``; starts it if that was not done. The worker answers once.

        Raises `AuditError` when it takes more than ``timeout`` seconds, dies, answers something else, or
        reports that the suites or the databases cannot be used.
        """
        self.start()
        process = self._process
        if process is None or process.stdin is None or process.stdin.closed:
            raise AuditError("The audit worker has already answered; start a new AuditWorker for another audit.")
        try:
            output, _ = process.communicate(request.model_dump_json() + "\n", timeout=timeout)
        except subprocess.TimeoutExpired as error:
            process.kill()
            process.wait()
            raise AuditError(self._told(f"The audit of {request.database} took over {timeout:g} seconds")) from error
        return self._results(output, process.returncode, request)

    def close(self) -> None:
        """End the worker if it still runs; safe to call twice."""
        if self._process is not None:
            with self._process as process:  # closes the pipes and waits
                process.kill()
            self._process = None
        if self._stderr is not None:
            self._stderr.close()
            self._stderr = None

    def __enter__(self) -> Self:
        """Start the worker."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the worker."""
        self.close()

    def _results(self, output: str, code: int, request: AuditRequest) -> list[CheckResult]:
        if code != 0 or not output.strip():
            raise AuditError(self._told(f"The audit of {request.database} ended without an answer (exit code {code})"))
        try:
            answer = AuditAnswer.model_validate_json(output)
        except ValidationError as error:
            raise AuditError(self._told(f"The audit of {request.database} gave an unreadable answer")) from error
        if answer.error is not None:
            raise AuditError(f"The audit of {request.database} could not start: {answer.error}")
        return answer.results

    def _told(self, what: str) -> str:
        """``what`` with the last words of the worker, which usually name the cause."""
        if self._stderr is None:
            return f"{what}."
        self._stderr.seek(0)
        tail = self._stderr.read().decode("utf-8", errors="replace").strip()[-STDERR_TAIL:]
        return f"{what}; the worker's last words: {tail}" if tail else f"{what}; the worker said nothing."
