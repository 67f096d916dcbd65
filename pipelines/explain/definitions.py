"""What the seeds of the dbt project say of indicators: formulas, leading tables, taakvelden, and known errors of CBS.

The columns of a seed are Dutch; each model names its column once, and code knows the English name alone.

What does not belong here: what of this a release applied (its own tables say so), and computing anything.
"""

from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from pipelines.common.files import read_csv


def _none_if_empty(text: str | None) -> str | None:
    return text or None


_Text = Annotated[str | None, BeforeValidator(_none_if_empty)]
_Number = Annotated[float | None, BeforeValidator(_none_if_empty)]
_Year = Annotated[int | None, BeforeValidator(_none_if_empty)]


class _SeedRow(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


_Row = TypeVar("_Row", bound=_SeedRow)


class Indicator(_SeedRow):
    """A row of ``indicator.csv``; ``factor``, ``formula`` and both parts only of a ratio (verhouding)."""

    indicator_id: str
    name: str = Field(alias="naam")
    unit: str = Field(alias="eenheid")
    decimals: int = Field(alias="decimalen")
    kind: str = Field(alias="soort")
    is_additive: bool = Field(alias="optelbaar")
    zero_is_doubted: bool = Field(alias="nul_is_twijfel")
    numerator: _Text = Field(None, alias="teller")
    denominator: _Text = Field(None, alias="noemer")
    formula: _Text = Field(None, alias="formule")
    factor: _Number = None


class Leader(_SeedRow):
    """A row of ``indicator_leider.csv``: the one measure that gives an indicator at a level in a span of years.

    ``method`` says how: cel (as published), som_gemeenten, or the sum of the taakvelden of ``group``.
    """

    indicator_id: str
    level: str = Field(alias="niveau")
    method: str = Field(alias="wijze")
    dataset: str
    measure: str = Field(alias="maat")
    group: _Text = Field(None, alias="groep")
    first_year: int = Field(alias="vanaf")
    last_year: _Year = Field(None, alias="tot")
    place: int = Field(1, alias="volgorde")

    def leads(self, indicator_id: str, level: str, year: int) -> bool:
        """Whether the indicator is read from this measure, at this level in this year."""
        is_within = self.first_year <= year <= (self.last_year or year)
        return is_within and (self.indicator_id, self.level) == (indicator_id, level)


class GroupMember(_SeedRow):
    """A row of ``taakveld_groep.csv``."""

    year: int = Field(alias="jaar")
    taakveld: str
    group: str = Field(alias="groep")


class MeasurePart(_SeedRow):
    """A row of ``maat_som.csv``: the measure is the sum of its parts, each a measure of the same dataset.

    ``factor`` is -1 of a part that is subtracted; a project from before there were differences has only sums.
    """

    dataset: str
    measure: str = Field(alias="maat")
    part: str = Field(alias="deel")
    factor: int = 1


class LiesElsewhere(_SeedRow):
    """A row of ``herindeling_uitzondering.csv``: a figure that lies in the figure of a successor already."""

    indicator_id: str
    year: int = Field(alias="jaar")
    old_code: str = Field(alias="oude_code")
    new_code: str = Field(alias="nieuwe_code")


class Correction(_SeedRow):
    """A row of ``correcties.csv``: a cell of which CBS says that it is wrong, and where CBS says so.

    ``part`` is empty for a measure without parts. ``published`` is the text of the cell; ``right`` is a number, or the
    reason that there is none. ``day`` is when it was noted.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    table: str = Field(alias="tabel_id")
    region: str = Field(alias="regio")
    year: int = Field(alias="jaar")
    measure: str = Field(alias="maat")
    part: str = Field(alias="uitsplitsing")
    published: str = Field(alias="gepubliceerd")
    right: str = Field(alias="juist")
    reference: str = Field(alias="verwijzing")
    day: str = Field(alias="datum")
    explanation: str = Field(alias="toelichting")


class AnalysisParameter(_SeedRow):
    """A row of ``parameter.csv``."""

    name: str = Field(alias="naam")
    value: float = Field(alias="waarde")


class Definitions:
    """The definitions in the folder ``seeds`` of a dbt project, each seed read when first asked for."""

    def __init__(self, seeds: Path) -> None:
        self._seeds = seeds
        self.leaders = cache(self._leaders)

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """Every indicator by id, also those that are only a part of others."""
        return {row.indicator_id: row for row in self._read("indicatoren/indicator", Indicator)}

    def _leaders(self, indicator_id: str, level: str, year: int) -> list[Leader]:
        """The rows that may lead ``indicator_id`` at ``level`` (gemeente or land) in ``year``, the first one first."""
        found = [row for row in self._all_leaders if row.leads(indicator_id, level, year)]
        return sorted(found, key=lambda row: row.place)

    def datasets(self, indicator_id: str) -> set[str]:
        """Every dataset of which a measure leads ``indicator_id`` at some level in some year."""
        return {row.dataset for row in self._all_leaders if row.indicator_id == indicator_id}

    def group(self, name: str, year: int) -> list[GroupMember]:
        """The taakvelden of a group in a year."""
        return [row for row in self._groups if (row.group, row.year) == (name, year)]

    @cached_property
    def social_domain(self) -> frozenset[str]:
        """Every taakveld that was ever part of the social domain: what tells whether a municipality delivered."""
        return frozenset(row.taakveld for row in self._groups if row.group == "sociaal_domein")

    def parts(self, dataset: str, measure: str) -> dict[str, int]:
        """The measures that ``measure`` is the sum of, each with its factor; itself where it is read from a table."""
        rows = (row for row in self._measure_parts if (row.dataset, row.measure) == (dataset, measure))
        return {row.part: row.factor for row in rows} or {measure: 1}

    def parameter(self, name: str) -> float:
        """A number that the analysis works with, from ``parameter.csv``."""
        return next(row.value for row in self._read("analyse/parameter", AnalysisParameter) if row.name == name)

    def lies_in(self, indicator_id: str, year: int) -> dict[str, str]:
        """By abolished municipality the successor whose figure holds its figure of that year already."""
        rows = (row for row in self._exceptions if (row.indicator_id, row.year) == (indicator_id, year))
        return {row.old_code: row.new_code for row in rows}

    def corrections(self, table: str, measure: str, year: int) -> list[Correction]:
        """The known errors in the cells of a measure; none in a project from before there were corrections."""
        return [row for row in self._corrections if (row.table, row.measure, row.year) == (table, measure, year)]

    @cached_property
    def _exceptions(self) -> list[LiesElsewhere]:
        return self._read("referentie/herindeling_uitzondering", LiesElsewhere)

    @cached_property
    def _all_leaders(self) -> list[Leader]:
        return self._read("indicatoren/indicator_leider", Leader)

    @cached_property
    def _groups(self) -> list[GroupMember]:
        return self._read("indicatoren/taakveld_groep", GroupMember)

    @cached_property
    def _measure_parts(self) -> list[MeasurePart]:
        seed = "indicatoren/maat_som"
        return self._read(seed, MeasurePart) if self._path(seed).exists() else []

    @cached_property
    def _corrections(self) -> list[Correction]:
        seed = "referentie/correcties"
        return self._read(seed, Correction) if self._path(seed).exists() else []

    def _read(self, seed: str, row_type: type[_Row]) -> list[_Row]:
        return [row_type.model_validate(row) for row in read_csv(self._path(seed))]

    def _path(self, seed: str) -> Path:
        return self._seeds / f"{seed}.csv"
