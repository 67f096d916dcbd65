"""What is said of a failure or a warning, for two readers.

English goes to whoever runs the monitor: terminal, run and webhook. Dutch goes where an analyst reads: a release, its
report, its notes and the table `kwaliteit`. Both are written where the failure is known, so that nothing is translated
on the way.
"""

from dataclasses import dataclass
from typing import Self

from pipelines.common import troubles


@dataclass(frozen=True)
class Sentence:
    """One thing that is said: ``english`` in full, with what to do; ``dutch`` short, with what is used instead."""

    english: str
    dutch: str

    @classmethod
    def of(cls, error: BaseException) -> Self:
        """What ``error`` says, whatever it is."""
        if isinstance(error, ToldError):
            return cls(str(error), error.dutch)
        told = troubles.told(error)
        return cls(f"{type(error).__name__}: {error}", ToldError.dutch) if told is None else cls(told, troubles.DUTCH)


class ToldError(Exception):
    """An error with a message for whoever must act (English) and a short sentence for a release (``dutch``).

    A subclass gives the Dutch sentence of its kind; an instance may set one that says more.
    """

    dutch: str = "Er ging iets mis dat niet was voorzien."
