"""Whether one figure may be called more or less than another: only beyond what chance and rounding can do.

Why this form. The figure of a municipality is laid beside that of others together, as if both had the same rate behind
them; then the difference is chance alone, and how large that may be is known:

- Of a municipality it is ``toeval`` of ``mart_benchmark``: a standard deviation, of chance and rounding, at the rate of
  the country. Both are counts, so their variance grows with the rate: where either is above the country's, it is
  raised by as much (``p(1-p)/n`` of a share grows less than that, ``p/n`` of a number just so).
- The country contains the municipality. Its difference with the whole is ``1 - w`` times that with the rest (``w`` its
  share of the denominator), and its variance ``1 - w`` times its own: a little smaller than what is used here.
- Peers are others, with chance of their own. Their figures together are weighted by denominators, so that their
  variances add up to ``1 / sum(1 / s^2)``, but for the rounding in ``s``, which is far less than the last term below.
  Members with small numbers have no ``toeval`` and are left out of that sum, which only makes it larger.
- On top comes what rounding can do at most (``afronding_marge``), also of the peers.

So the limit is on the wide side: what is called more or less is so, apart from the 5 % that any such limit lets
through. Amounts of euros are no draw of anything. Of those the limit is that of ``mart_trend``: what differs by at most
3 % is no difference to speak of, and rounding to 1 000 euro is far below that. What looks equal as it is written is
never called more or less.
"""

from dataclasses import dataclass
from math import hypot, sqrt
from typing import Final, Literal

Side = Literal["hoger", "lager", "gelijk"]

# As the parameters benchmark_z_95 and trend_minimum_pct of the tables.
Z: Final = 1.959963984540054
LEAST_PCT: Final = 3.0


@dataclass(frozen=True)
class Chance:
    """How far a figure may be off: ``deviation`` is one standard deviation, ``rounding`` the most that it can do."""

    deviation: float
    rounding: float


def side_of_rate(own: float, other: float, chances: tuple[Chance, ...], base: float, decimals: int) -> Side:
    """On which side of ``other`` a rate lies.

    Args:
        own: the rate of a municipality.
        other: the rate that it is laid beside, in the same unit.
        chances: of each of the two that has chance of its own, at the rate ``base``.
        base: the rate (above 0) at which the chances were worked out.
        decimals: with how many decimals both are written.
    """
    raised = sqrt(max(1.0, own / base, other / base))
    limit = Z * raised * hypot(*(chance.deviation for chance in chances)) + sum(one.rounding for one in chances)
    return _side(own, other, decimals, beyond=abs(own - other) > limit)


def side_of_amount(own: float, other: float, decimals: int) -> Side:
    """On which side of ``other`` an amount of euros lies: beyond 3 % of the smaller of the two."""
    smaller, larger = sorted((own, other))
    return _side(own, other, decimals, beyond=larger - smaller > abs(smaller) * LEAST_PCT / 100)


def _side(own: float, other: float, decimals: int, *, beyond: bool) -> Side:
    if not beyond or f"{own:.{decimals}f}" == f"{other:.{decimals}f}":
        return "gelijk"
    return "hoger" if own > other else "lager"
