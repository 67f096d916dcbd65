"""A Python that has imported the great libraries once, for all workers: what it starts is a fork of it.

dbt, Great Expectations and Dagster take six CPU-seconds to import, in every process anew; one refresh starts three that
need them. ``WarmPython.executable`` is a program that takes the words of ``python`` and runs them in such a fork: with
the streams, descriptors, folder, environment and exit code that a new process would have, and ended when it is.
Nothing of ours is imported ahead. A test that is about the start or the death of a process takes a real one.

Belongs here: the server that imports and forks (``server``), the program that asks it (``client``), and starting one
for whoever comes first (``process``).
"""

from tests.support.warm_python.process import WarmPython

__all__ = ["WarmPython"]
