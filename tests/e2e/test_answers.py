"""Whatever tool an analyst has, the ten questions get the same answers, and get them at once."""

from pathlib import Path

import pytest

from pipelines.releases.store import Release, Releases
from tests.support import questions_in_pandas, questions_in_polars
from tests.support.answers import P95_LIMIT_MS, differences, normal, questions, readers, speed


@pytest.fixture(scope="module")
def current(warehouse: Path) -> Release:
    found = Releases(warehouse).current()
    assert found is not None
    return found


def test_every_tool_gives_the_same_ten_answers(current: Release) -> None:
    found = differences(current, readers())
    assert len(found) == 4
    assert {way: other for way, other in found.items() if other} == {}


def test_every_question_has_an_answer_and_all_ten_are_asked_by_each_route(current: Release) -> None:
    asked = questions()
    assert len(asked) == 10
    assert asked.keys() == questions_in_pandas.QUESTIONS.keys() == questions_in_polars.QUESTIONS.keys()
    sqlalchemy = readers()["SQLAlchemy, duckdb-engine"]
    assert [name for name, rows in sqlalchemy(current, asked).items() if not rows] == []


def test_no_question_keeps_an_analyst_waiting(current: Release) -> None:
    """In one of three rounds: other work on the machine slows a round down too, but a slow question is so in each."""
    slow = set(questions())
    for _ in range(3):
        slow &= {name for name, (taken, _) in speed(current, repeats=10, names=slow).items() if taken > P95_LIMIT_MS}
        if not slow:
            break
    assert slow == set()


def test_a_number_is_the_same_number_to_the_last_bit_and_nothing_else() -> None:
    assert normal([(1, 2.0, None, "a", True)]) == normal([[1.0, 2, None, "a", True]])
    assert normal([(0.1 + 0.2,)]) != normal([(0.3,)])
    assert normal([(True,)]) != normal([(1,)])
    assert normal([("1",)]) != normal([(1,)])
    assert normal([(None,)]) != normal([(0,)])
    with pytest.raises(TypeError, match="of a type that tools may show differently"):
        normal([(b"x",)])
