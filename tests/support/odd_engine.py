"""An engine for the audit worker that imports nothing heavy: it behaves as the name of the database says."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pipelines.audit import AuditRequest
from pipelines.build.checks import CheckResult

HEAVY = {"dagster", "great_expectations", "typer"}


def evaluate(request: AuditRequest, tell: Callable[[str], None]) -> list[CheckResult]:
    """Die, hang, print or answer."""
    word = request.database.stem
    if word == "dies":
        sys.stderr.write("geheugen op\n")
        sys.stderr.flush()
        os._exit(1)
    if word == "environment":
        tell(" ".join(sorted(os.environ)))
        return []
    if word == "raises":
        raise KeyError("geen sleutel")
    if word == "sleeps":
        (request.suites / "asleep").write_text(str(os.getpid()))
        time.sleep(600)
    if word == "spins":
        (request.suites / "asleep").write_text(str(os.getpid()))
        while True:
            sum(range(1000))
    if word == "prints":
        print("Calculating Metrics: 100%", flush=True)  # noqa: T201 - that is what it is for
        subprocess.run(["echo", "from C"], check=True)
    tell(" ".join(sorted({name.partition(".")[0] for name in sys.modules} & HEAVY)))
    tell(" ".join(sorted(descriptor.resolve().name for descriptor in Path("/proc/self/fd").iterdir())))
    return []
