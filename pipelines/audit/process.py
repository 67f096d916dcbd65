"""The audit worker: imports Great Expectations at once, then answers one request and ends.

``python -m pipelines.audit.process`` is started beside the fetch, so that the import costs no time of its own.
It reads one line of JSON (`AuditRequest`) from stdin and writes one line (`AuditAnswer`) to stdout; use it
through `AuditWorker`.
"""

import os
import sys
from typing import TextIO

import duckdb

from pipelines.audit.suites import SuiteError
from pipelines.build.checks import AuditAnswer, AuditRequest


def main() -> int:
    """Answer one request; 0 also when stdin closes first, because then nobody wants an answer any more."""
    with _claim_stdout() as answers:
        import pipelines.audit.engine  # noqa: F401 - loads Great Expectations while the parent fetches

        line = sys.stdin.readline()
        if not line.strip():
            return 0
        answers.write(_answer(AuditRequest.model_validate_json(line)).model_dump_json() + "\n")
        return 0


def _claim_stdout() -> TextIO:
    """Keep stdout for the answer and send whatever a library prints, from Python or C, to stderr."""
    private = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return os.fdopen(private, "w", encoding="utf-8")


def _answer(request: AuditRequest) -> AuditAnswer:
    from pipelines.audit.engine import evaluate  # loaded by main

    try:
        return AuditAnswer(results=evaluate(request))
    except (SuiteError, duckdb.Error) as error:
        return AuditAnswer(error=str(error))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (BrokenPipeError, KeyboardInterrupt):
        # The parent is gone or stops; there is nobody left to tell.
        sys.exit(1)
