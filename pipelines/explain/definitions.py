"""The definitions behind the indicators, as the seeds of the dbt project state them."""

import csv
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter

from pipelines.common.settings import DBT_PROJECT

SEEDS = DBT_PROJECT / "seeds"


class _SeedRow(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Indicator(_SeedRow):
    """A row of ``indicator.csv``; ``factor`` and the parts only of a ratio."""

    indicator_id: str
    naam: str
    eenheid: str
    decimalen: int
    soort: str
    optelbaar: bool
    publiek: bool
    nul_is_twijfel: bool
    teller: str | None = None
    noemer: str | None = None
    formule: str | None = None
    factor: float | None = None


class Leader(_SeedRow):
    """A row of ``indicator_leider.csv``: the one measure that gives an indicator at a level in a span of years."""

    indicator_id: str
    niveau: str
    wijze: str
    dataset: str
    maat: str
    groep: str | None = None
    vanaf: int
    tot: int | None = None


class GroupMember(_SeedRow):
    """A row of ``taakveld_groep.csv``; not ``splitsbaar`` means that the taakveld mixes groups."""

    jaar: int
    taakveld: str
    groep: str
    splitsbaar: bool


class LiesElsewhere(_SeedRow):
    """A row of ``herindeling_uitzondering.csv``: a figure that lies in the figure of a successor already."""

    indicator_id: str
    jaar: int
    oude_code: str
    nieuwe_code: str


class Definitions:
    """The seeds in ``folder``, read when first asked for."""

    def __init__(self, folder: Path = SEEDS) -> None:
        self._folder = folder
        self.leaders = cache(self._leaders)

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """Every indicator by id, also those that are only a part of others."""
        return {
            row.indicator_id: row
            for row in TypeAdapter(list[Indicator]).validate_python(self._read("indicatoren/indicator"))
        }

    def _leaders(self, indicator_id: str, level: str, year: int) -> list[Leader]:
        """The rows that lead ``indicator_id`` at ``level`` (gemeente or land) in ``year``: none or one."""
        return [
            row
            for row in self._all_leaders
            if (row.indicator_id, row.niveau) == (indicator_id, level) and row.vanaf <= year <= (row.tot or year)
        ]

    def group(self, name: str, year: int) -> list[GroupMember]:
        """The taakvelden of a group in a year."""
        return [row for row in self._groups if (row.groep, row.jaar) == (name, year)]

    @cached_property
    def social_domain(self) -> frozenset[str]:
        """Every taakveld that was ever part of the social domain: what tells whether a municipality delivered."""
        return frozenset(row.taakveld for row in self._groups if row.groep == "sociaal_domein")

    def lies_in(self, indicator_id: str, year: int) -> dict[str, str]:
        """By abolished municipality the successor whose figure holds its figure of that year already."""
        rows = (row for row in self._exceptions if (row.indicator_id, row.jaar) == (indicator_id, year))
        return {row.oude_code: row.nieuwe_code for row in rows}

    @cached_property
    def _exceptions(self) -> list[LiesElsewhere]:
        return TypeAdapter(list[LiesElsewhere]).validate_python(self._read("referentie/herindeling_uitzondering"))

    @cached_property
    def _all_leaders(self) -> list[Leader]:
        return TypeAdapter(list[Leader]).validate_python(self._read("indicatoren/indicator_leider"))

    @cached_property
    def _groups(self) -> list[GroupMember]:
        return TypeAdapter(list[GroupMember]).validate_python(self._read("indicatoren/taakveld_groep"))

    def _read(self, seed: str) -> list[dict[str, Any]]:
        with (self._folder / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
            return [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]
