"""A process beside this one: it takes nothing of this one along, runs one function, and ends with it.

A forked process would hold what its parent holds, so that a killed run kept the writer lock; a spawned one inherits
nothing. What does not belong here: what is run there.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.context import SpawnContext
from types import ModuleType
from typing import Any, Final, ParamSpec, TypeVar

from pipelines.common.environment import become_child

SPAWN: Final[SpawnContext] = multiprocessing.get_context("spawn")
_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class ChildEndedError(Exception):
    """The process beside this one ended before its work was done: it was killed, or there was no memory for it."""


def run_beside(task: Callable[_Arguments, _Result], *arguments: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
    """What ``task`` gives, run in a process of its own: it does not wait for the interpreter of this one.

    Raises:
        ChildEndedError: the process ended before that.
        Exception: whatever ``task`` raises.
    """
    with ProcessPoolExecutor(1, SPAWN, begin_as_child) as pool:
        with no_main_module():
            # A pool starts its process with the first task.
            running: Any = pool.submit(task, *arguments, **named)
        try:
            result: _Result = running.result()
        except BrokenProcessPool as error:
            raise ChildEndedError(f"the process that runs {task.__name__} ended: {error}") from error
    return result


@contextmanager
def no_main_module() -> Iterator[None]:
    """Start a process that knows nothing of the program that starts it.

    A spawned process first runs the module again that its parent was started as: all of Dagster for one of Dagster's
    programs, and everything once more for a script that does not guard against that.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def begin_as_child() -> None:
    """In a spawned process, first of all: leave the environment of the parent, and end when it does."""
    # A process of a pool begins with all that its parent has.
    become_child()
    # Control-C reaches every process of a terminal; it is the parent that decides then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A pool outlives a parent that was killed: it waits for work that nobody will send."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
