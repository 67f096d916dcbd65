"""More and less: said only beyond chance, rounding and 3 %, and seldom where there is no difference."""

import random
from math import sqrt

import pytest

from pipelines.common.files import read_csv
from pipelines.common.settings import DBT_PROJECT
from pipelines.publish.pages.sentences.differences import (
    LEAST_PCT,
    Chance,
    Side,
    Z,
    side_of_amount,
    side_of_rate,
)
from pipelines.publish.pages.sentences.situations import LEAST_COVERAGE

EXACT = Chance(deviation=1.0, rounding=0.0)


def test_the_limits_are_those_of_the_tables() -> None:
    rows = read_csv(DBT_PROJECT / "seeds" / "analyse" / "parameter.csv")
    parameters = {row["naam"]: float(row["waarde"]) for row in rows}
    assert parameters["benchmark_z_95"] == Z
    assert parameters["trend_minimum_pct"] == parameters["trend_minimum_procentpunt"] == LEAST_PCT
    assert parameters["benchmark_minimum_dekking"] == LEAST_COVERAGE


@pytest.mark.parametrize(
    ("own", "side"),
    [(101.9, "gelijk"), (98.1, "gelijk"), (102.1, "hoger"), (97.9, "lager"), (100.0, "gelijk")],
)
def test_a_rate_is_more_or_less_beyond_chance(own: float, side: Side) -> None:
    # Raised by 2 % at most here, since the own rate is above the base.
    assert side_of_rate(own, 100.0, (EXACT,), 100.0, 1) == side


def test_what_rounding_can_do_comes_on_top() -> None:
    assert side_of_rate(97.0, 100.0, (EXACT,), 100.0, 1) == "lager"
    assert side_of_rate(97.0, 100.0, (Chance(1.0, 1.1),), 100.0, 1) == "gelijk"


def test_peers_have_chance_and_rounding_of_their_own() -> None:
    assert side_of_rate(97.5, 100.0, (EXACT,), 100.0, 1) == "lager"
    assert side_of_rate(97.5, 100.0, (EXACT, EXACT), 100.0, 1) == "gelijk"
    assert side_of_rate(97.0, 100.0, (EXACT, Chance(0.0, 1.1)), 100.0, 1) == "gelijk"


def test_chance_grows_with_the_rates_that_are_compared() -> None:
    """Chance is known at the rate of the country; twice as high there is 1.4 times as much."""
    assert side_of_rate(102.5, 100.0, (EXACT,), 100.0, 1) == "hoger"
    assert side_of_rate(102.5, 100.0, (EXACT,), 50.0, 1) == "gelijk"
    assert side_of_rate(103.0, 100.0, (EXACT,), 50.0, 1) == "hoger"
    # A rate below the country's is not held to less chance than the country's.
    assert side_of_rate(48.1, 50.0, (EXACT,), 100.0, 1) == "gelijk"


def test_what_is_written_alike_is_never_more_or_less() -> None:
    nothing = Chance(0.0, 0.0)
    assert side_of_rate(23.41, 23.39, (nothing,), 23.39, 1) == "gelijk"
    assert side_of_rate(23.46, 23.44, (nothing,), 23.44, 1) == "hoger"
    assert side_of_amount(10.4, 9.6, 0) == "gelijk"


@pytest.mark.parametrize(
    ("own", "other", "side"),
    [(1030, 1000, "gelijk"), (1031, 1000, "hoger"), (1000, 1030, "gelijk"), (1000, 1031, "lager")],
)
def test_an_amount_is_more_or_less_beyond_3_procent_of_the_smaller(own: float, other: float, side: Side) -> None:
    assert side_of_amount(own, other, 0) == side


def _drawn(dice: random.Random, share: float, people: int) -> float:
    """A share among so many people; the normal curve stands in for the binomial one, which it fits at this size."""
    return dice.gauss(share, sqrt(share * (1 - share) / people))


def test_without_a_difference_hardly_any_is_called_more_or_less() -> None:
    """Beside peers, and beside a country that contains the municipality itself: 5 % at most, as the limit promises."""
    dice, share, own_people, other_people, times = random.Random(15), 0.1, 2_000, 20_000, 4_000
    chance = Chance(sqrt(share * (1 - share) / own_people), 0.0)
    peers_chance = Chance(sqrt(share * (1 - share) / other_people), 0.0)
    beside_peers, beside_country = 0, 0
    for _ in range(times):
        own, rest = _drawn(dice, share, own_people), _drawn(dice, share, other_people)
        country = (own * own_people + rest * other_people) / (own_people + other_people)
        beside_peers += side_of_rate(own, rest, (chance, peers_chance), share, 6) != "gelijk"
        beside_country += side_of_rate(own, country, (chance,), share, 6) != "gelijk"
    assert 0.02 < beside_peers / times < 0.06
    assert 0.02 < beside_country / times < 0.06
