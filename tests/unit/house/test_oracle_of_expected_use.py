"""The oracle of what is expected by age agrees with examples that others published, and with one worked out by hand."""

import pytest

from tests.oracle.expected_use import byar, expected


def test_the_limits_of_chance_are_those_that_others_published() -> None:
    # The README of the Ruby package byar: 100 observed, 90 expected, with 1.96 for the number of deviations.
    assert byar(100)[1] == pytest.approx(121.628347271806, abs=0.001)
    assert [limit / 90 for limit in byar(100)] == pytest.approx([0.9040199067337297, 1.3514260807978444], abs=0.00001)
    # The exact limits of Poisson around 30, as a printed table has them.
    assert [round(limit, 2) for limit in byar(30)] == [20.24, 42.83]


def test_of_nobody_the_lower_limit_is_nobody() -> None:
    below, above = byar(0)
    assert below == 0
    # The exact one is 3.69.
    assert above == pytest.approx(3.69, abs=0.03)


def test_what_is_expected_is_worked_out_by_hand() -> None:
    users = {"0 tot 4 jaar": 40, "4 tot 12 jaar": 800, "12 tot 18 jaar": 1200, "18 tot 23 jaar": 250}
    country = dict.fromkeys(range(25), 1000)
    # Rates of 1, 10, 20 and 5 %; 30 infants, 80 children, 60 who are older, and 10 of the oldest.
    own = {**dict.fromkeys(range(25), 10), 0: 0, 19: 0, 20: 0, 21: 0, 22: 0}
    assert expected(users, country, own) == pytest.approx(0.3 + 8 + 12 + 0.5)
