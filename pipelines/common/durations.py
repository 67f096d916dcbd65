"""How long a refresh may take, for whoever waits for one, watches it or ends it; and how a length of time is told.

A usual night takes minutes. The first one at the live service fetches tens of millions of rows, and CBS may make it
wait minutes at a time while it is busy: that takes hours, and must not look as if it hangs.
"""

from datetime import timedelta
from typing import Final

#: How long one process writes in the warehouse at most; what holds the lock longer is stuck.
LONGEST_WRITE: Final = timedelta(hours=6)
#: How long a run is under way at most: it may wait for another that takes as long as that, and then write itself.
LONGEST_RUN: Final = 2 * LONGEST_WRITE
#: Within how long one refresh ends after the other: a night is 24 hours, 25 when the clocks go back.
NIGHT: Final = timedelta(hours=26)


def in_words(length: timedelta) -> str:
    """A length of time as a person says it: ``35 minutes``, ``36 hours``, ``7 days``, ``8 days 4 hours``."""
    minutes = int(length.total_seconds()) // 60
    hours = minutes // 60
    if hours < 1:
        return _counted(minutes, "minute")
    days, rest = divmod(hours, 24)
    if days <= 1:
        return _counted(hours, "hour")
    return _counted(days, "day") + (f" {_counted(rest, 'hour')}" if rest else "")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
