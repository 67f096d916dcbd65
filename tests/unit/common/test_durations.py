"""A length of time is told in one way, and what waits or watches leaves a first night its hours."""

from datetime import timedelta

import pytest

from pipelines.common.durations import LONGEST_RUN, LONGEST_WRITE, in_words


def test_a_run_may_wait_for_another_and_then_write_as_long_itself() -> None:
    assert LONGEST_RUN >= 2 * LONGEST_WRITE >= timedelta(hours=8)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(hours=47, minutes=59), "47 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=8, hours=1), "8 days 1 hour"),
    ],
)
def test_a_length_of_time_is_said_as_people_do(length: timedelta, words: str) -> None:
    assert in_words(length) == words
