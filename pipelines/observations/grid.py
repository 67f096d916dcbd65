"""Every combination of the codes of a table, numbered as v3 numbers the rows of a whole table: the last one fastest.

So a cell of v4, which comes alone, knows the row that it would stand in, and which cells did not come can be told. What
does not belong here: what a code or a cell means.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import polars as pl


@dataclass(frozen=True)
class Grid:
    """The codes of each dimension in their order, the dimensions in the order of the table."""

    codes: Mapping[str, Sequence[str]]

    @property
    def size(self) -> int:
        """How many combinations there are."""
        return prod(len(codes) for codes in self.codes.values())

    def numbers(self, rows: pl.DataFrame) -> pl.Series:
        """The number of the combination that stands in each of ``rows``; null where one of its codes is none here."""
        number = pl.lit(0, dtype=pl.Int64)
        for key, codes in self.codes.items():
            places = {code: place for place, code in enumerate(codes)}
            place = pl.col(key).replace_strict(places, default=None, return_dtype=pl.Int64)
            number = number * len(codes) + place
        return rows.select(number.alias("number")).to_series()

    def part(self, taken: Mapping[str, Sequence[str]]) -> pl.Series:
        """The numbers of all combinations of these codes, ascending where they stand in the order of the grid."""
        found = pl.DataFrame({"number": pl.Series([0], dtype=pl.Int64)})
        for key, codes in self.codes.items():
            places = {code: place for place, code in enumerate(codes)}
            chosen = pl.DataFrame({"place": pl.Series([places[code] for code in taken[key]], dtype=pl.Int64)})
            found = found.join(chosen, how="cross").select(number=pl.col("number") * len(codes) + pl.col("place"))
        return found["number"]

    def combinations(self, numbers: pl.Series) -> pl.DataFrame:
        """The codes of each combination, a column per dimension."""
        rest, found = numbers, dict[str, pl.Series]()
        for key, codes in reversed(list(self.codes.items())):
            found[key] = pl.Series(key, codes, dtype=pl.String).gather(rest % len(codes))
            rest = rest // len(codes)
        return pl.DataFrame({key: found[key] for key in self.codes})
