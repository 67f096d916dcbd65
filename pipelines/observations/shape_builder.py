"""The shape of a table as its rows and its metadata give it, gathered part by part while its cells are written.

What does not belong here: what a shape is (``shape``), and how it differs from the one before (``drift``).
"""

from collections.abc import Iterable

import polars as pl

from pipelines.observations import codes
from pipelines.observations.plan import Metadata, TablePlan, titles
from pipelines.observations.shape import CodeList, Column, Shape
from pipelines.statline.metadata import entity, read_codes

# "West-Nederland, exclusief G4" has the code form of a landsdeel and is none.
_PARTIAL_REGION = "exclusief"
_NO_KIND = codes.UNKNOWN_REGION


class ShapeBuilder:
    """Remembers of every part which codes stand in its rows and which municipalities have a figure, and no more.

    Args:
        plan: of the table.
        newest_list: the last year of which the municipalities are known; None: they are compared whatever the year.

    """

    def __init__(self, plan: TablePlan, newest_list: int | None = None) -> None:
        self._plan = plan
        self._newest_list = plan.table.jaren.last if newest_list is None else newest_list
        self._codes: dict[str, set[str]] = {key: set() for key in plan.dimensions}
        self._municipalities: set[str] = set()
        self._ahead: set[str] = set()

    def add(self, rows: pl.DataFrame, cells: pl.DataFrame) -> None:
        """Take in one part.

        Args:
            rows: the published rows with ``regio``, ``periode`` and ``dimensies``, every code trimmed.
            cells: the observations made of them.

        """
        for key in self._plan.dimensions:
            self._codes[key].update(rows[key].unique())
        first, last = self._plan.table.jaren.first, self._plan.table.jaren.last
        self._municipalities.update(self._with_figures(cells, first, min(last, self._newest_list)))
        self._ahead.update(self._with_figures(cells, max(first, self._newest_list + 1), last))

    def ahead(self, metadata: Metadata) -> dict[str, str]:
        """Names by code of the municipalities that have a figure only in years after the newest list."""
        names = titles(read_codes(self._plan.dataset.regio, metadata.get(self._plan.dataset.regio, ())))
        return {code: names.get(code, "") for code in sorted(self._ahead - self._municipalities)}

    def build(self, metadata: Metadata, column_count: int | None) -> Shape:
        """The shape of the table of which all parts were added; ``column_count`` is what the catalogue counts."""
        dataset = self._plan.dataset
        table = self._plan.table.tabel
        lists = {key: read_codes(key, entity(table, metadata, key), table) for key in self._plan.dimensions}
        named = {key: titles(codelist) for key, codelist in lists.items()}
        names = named[dataset.regio]
        kinds = {code: codes.region_kind(code) for code in self._codes[dataset.regio]}
        with_names = set(self._plan.dimensions) - {dataset.regio, dataset.periode}
        periods = lists[dataset.periode] if dataset.periode else []
        return Shape(
            columns=tuple(Column.of(topic) for topic in self._plan.described),
            code_lists={
                key: CodeList(
                    codes=named[key] if key in with_names else {},
                    width=max((len(code.key) for code in lists[key]), default=0),
                )
                for key in self._plan.dimensions
            },
            unlisted_codes={
                key: tuple(sorted(unlisted))
                for key in self._plan.dimensions
                if (unlisted := self._codes[key] - set(named[key]))
            },
            region_kinds=tuple(sorted({_kind(kind, names.get(code, "")) for code, kind in kinds.items()} - {_NO_KIND})),
            strange_regions={code: names.get(code, "") for code in sorted(kinds) if kinds[code] == _NO_KIND},
            municipalities={code: names.get(code, "") for code in sorted(self._municipalities)},
            status_words=tuple(sorted({(period.status or "").strip() for period in periods} - {""})),
            column_count=column_count,
        )

    def _with_figures(self, cells: pl.DataFrame, first: int, last: int) -> Iterable[str]:
        """Codes of the municipalities that have a figure of a measure in one of these years."""
        if first > last:
            return ()
        figures = cells.lazy().filter(
            pl.col("maat").is_not_null()
            & (pl.col("regio_soort") == "gemeente")
            & (pl.col("waarde").is_not_null() | pl.col("tekst").is_not_null())
            & pl.col("jaar").is_between(first, last)
        )
        return figures.select(pl.col("regio").unique()).collect().to_series()


def _kind(kind: str, title: str) -> str:
    return f"{kind} {_PARTIAL_REGION}" if _PARTIAL_REGION in title.lower() else kind
