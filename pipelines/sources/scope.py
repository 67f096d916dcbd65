"""What a refresh is asked to fetch: all of it, or some datasets and years. The rest is reused as it is.

What does not belong here: how it is fetched, and any Dagster.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self

from pydantic import TypeAdapter, ValidationError

from pipelines.common.suggestions import did_you_mean
from pipelines.sources.datasets import Dataset, Years, YearSpan, all_years


class ScopeError(Exception):
    """There is no such dataset, or no table of it in those years; the message says what there is."""


@dataclass(frozen=True)
class Scope:
    """Which datasets are fetched, over which years (both ends included)."""

    datasets: frozenset[str]
    first: int
    last: int
    is_everything: bool

    @classmethod
    def of(cls, known: Mapping[str, Dataset], datasets: Collection[str] = (), years: str | None = None) -> Self:
        """The scope a person asked for; without datasets all of them, without years all years.

        Args:
            known: the datasets of ``pipelines/sources``.
            datasets: names of datasets.
            years: ``2021``, ``2017-2021`` or ``2021-``.

        Raises:
            ScopeError: naming what is unknown and what comes nearest.
        """
        for name in datasets:
            _require_dataset(name, known)
        first, last = all_years(known)[0], all_years(known)[-1]
        if years is not None:
            span = _span(years)
            if span.last < first or span.first > last:
                raise ScopeError(f"No table has a year in {span}: the datasets have {first} to {last}.")
            first, last = max(first, span.first), min(last, span.last)
        chosen = frozenset(datasets or known)
        made = cls(chosen, first, last, is_everything=not datasets and years is None)
        empty = sorted(name for name in chosen if not made.tables(known[name])) if datasets else []
        if empty or not any(made.tables(known[name]) for name in chosen):
            raise ScopeError("; ".join(_without_tables(known[name], first, last) for name in empty or sorted(chosen)))
        return made

    def tables(self, dataset: Dataset) -> list[str]:
        """Ids of the tables of ``dataset`` that are fetched; none when the dataset itself was not asked for."""
        if dataset.name not in self.datasets:
            return []
        return [
            table.tabel for table in dataset.tabellen if table.jaren.overlaps(Years(first=self.first, last=self.last))
        ]


def _require_dataset(name: str, known: Mapping[str, Dataset]) -> None:
    if name in known:
        return
    meant = did_you_mean(name, known, limit=2)
    raise ScopeError(f"There is no dataset '{name}'.{meant} The datasets are {', '.join(sorted(known))}.")


def _span(years: str) -> Years:
    try:
        return TypeAdapter[Years](YearSpan).validate_python(years)
    except ValidationError as error:
        raise ScopeError(error.errors()[0]["msg"].removeprefix("Value error, ") + ".") from error


def _without_tables(dataset: Dataset, first: int, last: int) -> str:
    has = f"it has {min(dataset.years)} to {max(dataset.years)}"
    return f"{dataset.name} has no table for {Years(first=first, last=last)}: {has}"
