"""How long a refresh may take, for whoever waits for one, watches it or ends it.

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
