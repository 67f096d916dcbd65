"""Analysts who read all the time while releases are published; ``tests/support/readers.py`` does more of it by hand."""

import sys

from tests.support.place import Place
from tests.support.published_builds import AuditedBuild
from tests.support.readers import HOLD, ONCE, RECONNECT, read_while_publishing

RELEASES = 5


def test_readers_meet_no_error_no_lock_and_one_release_at_a_time(small_built: AuditedBuild, small: Place) -> None:
    readers = [(sys.executable, mode) for mode in (RECONNECT, RECONNECT, HOLD, ONCE)]
    reading = read_while_publishing(small_built, small.warehouse, RELEASES, readers)
    assert reading.wrong == []
    assert len(reading.published) == RELEASES
    seen = {reader.split()[1]: len(releases) for reader, releases in reading.seen.items()}
    assert seen[HOLD] == 1, "a connection that stays open keeps its release"
    assert seen[RECONNECT] > 1, "a new connection sees the new release"
