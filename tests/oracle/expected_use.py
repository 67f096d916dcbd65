"""Young people with youth care that are expected by age, and the limits of chance around a count, by plain Python."""

from collections.abc import Mapping

Z_95 = 1.959963984540054
# Ages of each class in which CBS counts young people with youth care.
CLASSES = {"0 tot 4 jaar": range(4), "4 tot 12 jaar": range(4, 12), "12 tot 18 jaar": range(12, 18)} | {
    "18 tot 23 jaar": range(18, 23)
}


def byar(count: float) -> tuple[float, float]:
    """Byar's limits of 95 % around a count (Breslow and Day 1987, p. 69)."""
    below = count * (1 - 1 / (9 * count) - Z_95 / (3 * count**0.5)) ** 3 if count else 0.0
    more = count + 1
    return below, more * (1 - 1 / (9 * more) + Z_95 / (3 * more**0.5)) ** 3


def expected(users: Mapping[str, float], people: Mapping[int, float], own: Mapping[int, float]) -> float:
    """How many of ``own`` people by age would be users, at the rates of ``users`` by class among ``people``."""
    total = 0.0
    for name, ages in CLASSES.items():
        rate = users[name] / sum(people[age] for age in ages)
        total += rate * sum(own[age] for age in ages)
    return total
