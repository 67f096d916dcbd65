"""Retries spread their load, deadlines end them, and a host that fails for three tables in a row is left alone."""

from contextlib import nullcontext
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tenacity import RetryCallState

from pipelines.statline.errors import HostDownError, StatlineError, TableNotFoundError, UnreachableError
from pipelines.statline.limits import (
    ATTEMPTS,
    BUSY_ATTEMPTS,
    BUSY_LONGEST_WAIT,
    FAILURES_IN_A_ROW,
    LONGEST_RETRY_AFTER,
    LONGEST_WAIT,
    Circuit,
    RetryPolicy,
    remaining,
    time_limit,
)

HOST = "https://opendata.cbs.nl"


def after(attempt: int, *, retry_after: float | None = None, status: int | None = None) -> RetryCallState:
    """The state of a question of which this attempt failed."""
    error = UnreachableError("reset")
    error.retry_after, error.status = retry_after, status
    outcome = SimpleNamespace(exception=lambda: error)
    state: Any = SimpleNamespace(attempt_number=attempt, outcome=outcome, upcoming_sleep=2.0)
    return cast("RetryCallState", state)


def test_waits_double_with_jitter_and_stay_bounded() -> None:
    policy = RetryPolicy()
    drawn = [[policy.wait(after(attempt)) for attempt in range(1, 9)] for _ in range(50)]
    for waits in drawn:
        assert all(2**n <= wait <= 2**n + 1 or wait == LONGEST_WAIT for n, wait in enumerate(waits))
        assert all(earlier <= later for earlier, later in pairwise(waits[:4]))
        assert waits[-1] == LONGEST_WAIT
    assert len({waits[0] for waits in drawn}) > 40


@pytest.mark.parametrize(("asked", "waited"), [(0.0, 0.0), (7.0, 7.0), (-5.0, 0.0), (86_400.0, LONGEST_RETRY_AFTER)])
def test_the_pause_that_a_service_asks_for_is_given_within_bounds(asked: float, waited: float) -> None:
    assert RetryPolicy().wait(after(1, retry_after=asked)) == waited


def test_a_question_ends_after_its_attempts_or_when_waiting_would_pass_the_deadline() -> None:
    policy = RetryPolicy()
    assert [policy.is_over(after(attempt)) for attempt in range(1, ATTEMPTS + 1)] == [False] * (ATTEMPTS - 1) + [True]
    with time_limit(1.0):
        assert 0.9 < remaining() <= 1.0
        assert policy.is_over(after(1))
    assert remaining() == float("inf")
    with time_limit(60.0):
        assert not policy.is_over(after(1))


@pytest.mark.parametrize("status", [503, 429])
def test_a_service_that_is_busy_is_waited_for_up_to_five_minutes_at_a_time_while_a_table_is_asked(status: int) -> None:
    policy = RetryPolicy()
    with time_limit(7200.0, is_patient=lambda: True):
        waits = [policy.wait(after(attempt, status=status)) for attempt in range(1, BUSY_ATTEMPTS)]
        assert all(4 * 2**n <= wait <= 4 * 2**n + 4 or wait == BUSY_LONGEST_WAIT for n, wait in enumerate(waits))
        assert (waits[-1], BUSY_LONGEST_WAIT, LONGEST_RETRY_AFTER) == (300.0, 300.0, 300.0)
        assert 10 * 60 < sum(waits) < 20 * 60
        over = [policy.is_over(after(attempt, status=status)) for attempt in range(1, BUSY_ATTEMPTS + 1)]
        assert over == [False] * (BUSY_ATTEMPTS - 1) + [True]
        # What is wrong otherwise a longer wait does not mend.
        assert policy.is_over(after(ATTEMPTS, status=500))
        assert policy.is_over(after(ATTEMPTS))
    # Of a host that gave nothing of any table it says that the service is down.
    for limit in (nullcontext(), time_limit(7200.0)):
        with limit:
            assert policy.is_over(after(ATTEMPTS, status=status))
            assert policy.wait(after(1, status=status)) <= 2.0


def fail(circuit: Circuit, error: StatlineError) -> None:
    with pytest.raises(type(error)), circuit.guard():
        raise error


def test_a_circuit_opens_after_failures_of_the_host_in_a_row_and_names_the_first() -> None:
    circuit = Circuit(HOST)
    for number in range(FAILURES_IN_A_ROW):
        fail(circuit, UnreachableError(f"failure {number} of the host"))
    expected = (
        rf"the circuit of {HOST} is open: 3 tables in a row failed there, the first with: failure 0 of the host; "
    )
    for _ in range(3):
        with pytest.raises(HostDownError, match=expected), circuit.guard():
            pytest.fail("the table was asked")


@pytest.mark.parametrize("answered", [TableNotFoundError("gone"), StatlineError("does not advance"), None])
def test_any_answer_of_the_host_begins_a_new_row(answered: StatlineError | None) -> None:
    circuit = Circuit(HOST)
    for number in range(4 * FAILURES_IN_A_ROW):
        if number % FAILURES_IN_A_ROW:
            fail(circuit, UnreachableError("reset"))
        elif answered is not None:
            fail(circuit, answered)
        else:
            with circuit.guard():
                pass
    with circuit.guard():
        pass


def test_who_is_refused_again_waits_longer_than_was_asked_and_not_in_step() -> None:
    policy = RetryPolicy()
    with time_limit(7200.0, is_patient=lambda: True):
        waits = {policy.wait(after(6, retry_after=1.0, status=503)) for _ in range(20)}
        assert min(waits) >= 4 * 2**5
        assert len(waits) > 15
        assert policy.wait(after(2, retry_after=60.0, status=503)) == 60.0


def test_rows_that_come_between_failures_say_that_the_host_is_there() -> None:
    """In a storm some tables run out of attempts while others come in page by page."""
    circuit = Circuit(HOST)
    with circuit.guard():
        for _ in range(4 * FAILURES_IN_A_ROW):
            fail(circuit, UnreachableError("busy"))
            circuit.answered(rows=True)
        for number in range(FAILURES_IN_A_ROW):
            fail(circuit, UnreachableError(f"failure {number}"))
    with pytest.raises(HostDownError), circuit.guard():
        pass


def test_what_describes_a_table_shows_that_the_host_is_there_but_not_that_it_serves() -> None:
    circuit = Circuit(HOST)
    assert not circuit.is_there
    with circuit.guard():
        for number in range(FAILURES_IN_A_ROW):
            circuit.answered(rows=False)
            fail(circuit, UnreachableError(f"rows {number}"))
    assert circuit.is_there
    with pytest.raises(HostDownError), circuit.guard():
        pass


def test_a_table_that_was_under_way_does_not_close_an_open_circuit() -> None:
    circuit = Circuit(HOST)
    with circuit.guard():
        for _ in range(FAILURES_IN_A_ROW):
            fail(circuit, UnreachableError("reset"))
    with pytest.raises(HostDownError), circuit.guard():
        pass
