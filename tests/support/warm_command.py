"""A process that has imported a project once, and runs each command of ``monitor`` in a fork of itself.

A command is then what a person types, in a process of its own, without the seconds in which Dagster and the
definitions are imported; what it starts in its turn is a fork of the warm Python. A test that is about the start or
the death of a process takes a new one instead.
"""

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.support.warm_python import WarmPython

# A fork ends as those of multiprocessing do: what the libraries that were imported before it would do at the end of a
# process is about threads that it does not have.
_LOOP = """
import atexit, gc, json, os, sys, threading
gc.disable()
from pipelines import definitions
from pipelines.cli import app

# What is imported stays: a fork that looked at it for garbage would copy it all.
gc.freeze()
gc.enable()

def run(asked):
    os.setsid()
    said = os.open(asked["said"], os.O_WRONLY | os.O_TRUNC)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(said, stream.fileno())
    os.environ |= asked["environment"]
    try:
        app(asked["command"], prog_name="monitor")
    except SystemExit as end:
        return end.code or 0
    return 0

def end(code):
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        try:
            code = run(json.loads(line))
        except BaseException:
            sys.excepthook(*sys.exc_info())
            code = 1
        end(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class WarmCommand:
    """``monitor`` of one project; starts at the first command, and ends at ``close`` or with this process."""

    def __init__(self, project: Path, environment: Mapping[str, str], python: WarmPython) -> None:
        """Take ``environment`` as that of every command; what a command adds goes for that one only."""
        self._project, self._environment, self._python = project, environment, python
        self._process: subprocess.Popen[str] | None = None

    def run(self, command: tuple[str, ...], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run ``monitor <command>`` to its end; all that it says is in ``stdout``."""
        with tempfile.NamedTemporaryFile("r", encoding="utf-8") as said:
            code = self._ask({"command": command, "environment": dict(environment), "said": said.name})
            return subprocess.CompletedProcess(command, code, said.read())

    def close(self) -> None:
        """End the process, if it was started."""
        if self._process is not None:
            self._process.communicate()

    def _ask(self, question: dict[str, object]) -> int:
        if self._process is None:
            self._process = subprocess.Popen(
                [self._python.executable, "-c", _LOOP],
                cwd=self._project,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(question), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, "the process that runs the commands ended"
        return int(answer)
