"""Compute a figure once more, from the published cells up, and keep every step of the way.

The rules are those of ``dbt_project/models/intermediate``, written a second time on purpose: that both come to the same
value, reason and status is the self-check of every explanation.

What does not belong here: which municipalities make up a whole (``composition``), and how a formula is shown on a
screen (``text``).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipelines.explain.cells import ABOVE, MeasuredTable, PublishedCells
from pipelines.explain.composition import CURRENT, ORIGINAL, Composition, Member
from pipelines.explain.definitions import Definitions, GroupMember, Indicator, Leader
from pipelines.explain.model import Cell, Component, Figure, Outcome, Part
from pipelines.explain.release import PublishedRelease
from pipelines.explain.text import number
from pipelines.observations.codes import BELOW_MUNICIPALITY, is_below_municipality, region_kind

LAND = "NL"
_STATUS_ORDER = ("voorlopig", "nader_voorlopig", "onbekend", "definitief")
_NOT_PUBLISHED = Outcome(None, "niet_gepubliceerd", "onbekend")
_NOT_UNDERSTOOD = Outcome(None, "niet_begrepen", "onbekend")
_NOT_RECORDED = Outcome(None, "niet_opgenomen", "onbekend")
_TAAKVELD = re.compile(r"\d+\.\d{1,2}")
_REGION_UNKNOWN = Outcome(None, "regio_onvolledig", "onbekend")


class Recomputation:
    """The figures of one release, each made again from its cells."""

    def __init__(self, release: PublishedRelease, definitions: Definitions, cells: PublishedCells) -> None:
        self._release = release
        self._definitions = definitions
        self._cells = cells
        self._composition = Composition(release)

    def figure(self, indicator_id: str, region: str, year: int, division: str) -> Figure:
        """The figure and everything below it.

        Raises:
            SnapshotError: observations or the snapshot of a table it rests on are absent or damaged.
        """
        indicator = self._definitions.indicators[indicator_id]
        if indicator.kind == "verhouding":
            made = self._ratio(indicator, region, year, division)
        elif region == LAND:
            made = self._country(indicator, year)
        elif is_below_municipality(region):
            made = self._from_cells(indicator, region, year, region_kind(region))
        elif (kind := self._release.region_kinds[region]) != "gemeente":
            made = self._region(indicator, kind, region, year, division)
        elif division == CURRENT:
            made = self._in_target_division(indicator, region, year)
        else:
            made = self._municipality(indicator, region, year)
        published = self._release.outcome(indicator_id, region, year, division)
        return replace(made, division=division, published=published)

    def _ratio(self, indicator: Indicator, region: str, year: int, division: str) -> Figure:
        above = self.figure(str(indicator.numerator), region, year, division)
        below = self.figure(str(indicator.denominator), region, year, division)
        divided, divisor = above.recomputed.value, below.recomputed.value
        if indicator.formula == "afwijking":
            divided = None if divided is None or divisor is None else divided - divisor
        reason = above.recomputed.reason or below.recomputed.reason or self._zero(indicator, above, below)
        factor = indicator.factor or 1.0
        value = None if reason or divided is None or divisor is None else divided / divisor * factor
        status = _combined([above.recomputed.status, below.recomputed.status])
        outcome = Outcome(value, reason, status, numerator=divided, denominator=divisor)
        parts = (Part("teller", above), Part("noemer", below))
        return self._make(indicator, region, year, _ratio_formula(indicator, above, below, value), outcome, parts=parts)

    def _zero(self, indicator: Indicator, above: Figure, below: Figure) -> str | None:
        """A group of lasten of 0 may be a missing delivery: no ratio is made of it, on either side. Nor of a wijk in
        which rounding would decide."""
        doubted = self._definitions.indicators[str(indicator.numerator)].zero_is_doubted
        divisor = below.recomputed.value or 0
        if divisor <= 0 or (doubted and above.recomputed.value == 0):
            return "noemer_nul"
        if is_below_municipality(below.region) and divisor < self._definitions.parameter("wijk_noemer_minimum"):
            return "noemer_te_klein"
        return None

    def _country(self, indicator: Indicator, year: int) -> Figure:
        leader, _ = self._leader(indicator, "land", year)
        if leader is None or leader.method == "cel":
            return self._from_cells(indicator, LAND, year, "land")
        parts = self._parts(indicator, [Member(code) for code in self._release.municipalities(year)], year)
        total, known = _sum(part.figure.recomputed.value for part in parts), _count_known(parts)
        outcome = Outcome(total, None if total is not None else "deel_ontbreekt", _combined_parts(parts))
        formula = f"{_possible(outcome)} van {len(parts)} gemeenten, waarvan {known} met een cijfer"
        return self._make(indicator, LAND, year, formula, outcome, parts=parts)

    def _region(self, indicator: Indicator, kind: str, region: str, year: int, division: str) -> Figure:
        if (own := self._of_cbs(indicator, kind, region, year, division)) is not None:
            return own
        members = self._composition.region(kind, region, year, division)
        if members is None:
            formula = f"geen: van niet elke gemeente van {year} is bekend in welke {kind} zij ligt"
            return self._make(indicator, region, year, formula, _REGION_UNKNOWN)
        parts = self._parts(indicator, members, year)
        if len(parts) == 1 and not parts[0].is_split:
            outcome = parts[0].figure.recomputed
        else:
            outcome = _together(indicator, parts)
        lie = f"nu in {region} liggen" if division == CURRENT else f"toen in {region} lagen"
        formula = f"{_possible(outcome)} van {len(parts)} gemeenten van {year} die {lie}"
        return self._make(indicator, region, year, formula, outcome, parts=parts)

    def _of_cbs(self, indicator: Indicator, kind: str, region: str, year: int, division: str) -> Figure | None:
        """What CBS publishes of the region itself, where it does: it leads over the sum of the municipalities."""
        if division == CURRENT and not self._composition.is_as_then(kind, region, year):
            return None
        for leader in self._definitions.leaders(indicator.indicator_id, "regio", year):
            measured = self._cells.measured(leader.dataset, leader.measure, year)
            cells = measured.cells.get(region, {}).get("", ()) if measured else ()
            component = _component("", cells)
            if component.value is not None:
                if self._gives_away(indicator, kind, region, year):
                    return None
                formula = f"de rij van CBS over de regio: maat {leader.measure} van dataset {leader.dataset}"
                outcome = Outcome(component.value, None, _first_status(cells))
                return self._make(indicator, region, year, formula, outcome, components=[component])
        return None

    def _gives_away(self, indicator: Indicator, kind: str, region: str, year: int) -> bool:
        """Whether the region's own row would tell the secret figure of one or two of its municipalities."""
        members = self._composition.region(kind, region, year, ORIGINAL)
        if members is None:
            return False
        figures = [self.figure(indicator.indicator_id, member.code, year, ORIGINAL) for member in members]
        secret = sum(figure.recomputed.reason == "onbekend_of_geheim" for figure in figures)
        # What cannot be added cannot be subtracted either.
        if not indicator.is_additive:
            return secret == len(figures) == 1
        return 0 < secret < self._definitions.parameter("geheim_minimum_ontbrekend")

    def _in_target_division(self, indicator: Indicator, region: str, year: int) -> Figure:
        parts = self._parts(indicator, self._composition.municipality(region, year), year)
        if len(parts) <= 1 and not any(part.is_split for part in parts):
            return self._unchanged(parts[0]) if parts else self._absent(indicator, region, year)
        outcome, target = _together(indicator, parts), self._release.header.division_year
        formula = (
            f"{_possible(outcome)} van {len(parts)} gemeenten van {year} die (deels) opgingen in {region} "
            f"(indeling {target})"
        )
        return self._make(indicator, region, year, formula, outcome, parts=parts)

    def _parts(self, indicator: Indicator, members: Sequence[Member], year: int) -> list[Part]:
        """The figures of the members, without those that lie in the figure of another member already."""
        codes, elsewhere = {member.code for member in members}, self._definitions.lies_in(indicator.indicator_id, year)
        parts = [
            Part(
                "gemeente",
                self.figure(indicator.indicator_id, member.code, year, ORIGINAL),
                member.steps,
                member.share,
                member.is_split,
            )
            for member in members
        ]
        return [
            part
            for part in parts
            if part.figure.recomputed.value is not None or elsewhere.get(part.figure.region) not in codes
        ]

    def _unchanged(self, part: Part) -> Figure:
        if not part.steps:
            return part.figure
        formula, region = "één gemeente, nu onder een andere code", part.steps[-1].new_code
        name = self._release.region_names[region]
        return replace(part.figure, region=region, region_name=name, formula=formula, parts=(part,), components=())

    def _absent(self, indicator: Indicator, region: str, year: int) -> Figure:
        return self._make(indicator, region, year, f"geen gemeente van {year} ging in deze gemeente op", _NOT_PUBLISHED)

    def _municipality(self, indicator: Indicator, region: str, year: int) -> Figure:
        leader, measured = self._leader(indicator, "gemeente", year)
        if leader is None or measured is None or leader.method == "cel":
            return self._from_cells(indicator, region, year, "gemeente")
        return self._from_taakvelden(indicator, region, year, leader, measured)

    def _leader(self, indicator: Indicator, level: str, year: int) -> tuple[Leader | None, MeasuredTable | None]:
        """The measure that leads, with its cells: the first that gives any figure at this level, else the first."""
        found: list[tuple[Leader, MeasuredTable]] = []
        is_below = level in BELOW_MUNICIPALITY
        kinds, led = (BELOW_MUNICIPALITY, "wijk") if is_below else (ABOVE, level)
        for leader in self._definitions.leaders(indicator.indicator_id, led, year):
            measured = self._cells.measured(leader.dataset, leader.measure, year, kinds)
            if measured is not None:
                found.append((leader, measured))
        filled = (
            pair for pair in found if pair[1].has_figures("gemeente" if pair[0].method == "som_gemeenten" else level)
        )
        return next(filled, next((pair for pair in found if pair[0].place == 1), (None, None)))

    def _from_cells(self, indicator: Indicator, region: str, year: int, level: str) -> Figure:
        leader, measured = self._leader(indicator, level, year)
        if leader is None or measured is None:
            if self._is_not_understood(indicator, level, year):
                formula = f"de tabel die dit cijfer voor {year} zou geven ({level}) is niet begrepen; zie `kwaliteit`"
                return self._make(indicator, region, year, formula, _NOT_UNDERSTOOD)
            formula = f"geen tabel geeft dit cijfer voor {year} ({level})"
            datasets = self._definitions.datasets(indicator.indicator_id)
            outcome = _NOT_RECORDED if self._cells.is_recorded(datasets) else _NOT_PUBLISHED
            return self._make(indicator, region, year, formula, outcome)
        cells = measured.cells.get(region, {}).get("", ())
        if not cells:
            return self._without_row(indicator, region, year, measured)
        component = _component("", cells)
        reason = _reason(cells) if component.value is None else None
        is_empty = not measured.is_filled and all(cell.symbol == "." for cell in cells if cell.is_used)
        if reason not in (None, _NOT_RECORDED.reason) and is_empty:
            reason = _NOT_PUBLISHED.reason
        outcome = Outcome(component.value, reason, _first_status(cells))
        formula = f"maat {leader.measure} van dataset {leader.dataset}"
        return self._make(indicator, region, year, formula, outcome, components=[component])

    def _is_not_understood(self, indicator: Indicator, level: str, year: int) -> bool:
        leaders = self._definitions.leaders(indicator.indicator_id, level, year)
        return any(self._cells.is_not_understood(leader.dataset, leader.measure, year) for leader in leaders)

    def _without_row(self, indicator: Indicator, region: str, year: int, measured: MeasuredTable) -> Figure:
        version = measured.table
        formula = f"tabel {version.table} ({version.title}) heeft geen rij voor {region}"
        outcome = _NOT_RECORDED if version.is_recorded else _NOT_PUBLISHED
        return replace(self._make(indicator, region, year, formula, outcome), searched_in=version.table)

    def _from_taakvelden(
        self, indicator: Indicator, region: str, year: int, leader: Leader, measured: MeasuredTable
    ) -> Figure:
        found, known = measured.cells.get(region, {}), self._definitions.social_domain
        delivery: dict[str, tuple[Cell, ...]] = {}
        for code, cells in found.items():
            # What has a letter or a third figure behind it is part of its taakveld.
            if (whole := _TAAKVELD.match(code)) and whole[0] in known:
                delivery[whole[0]] = (*delivery.get(whole[0], ()), *cells)
        if not delivery:
            return self._without_row(indicator, region, year, measured)
        every_cell = [cell for cells in delivery.values() for cell in cells]
        delivered = any(cell.value is not None for cell in every_cell)
        group = self._definitions.group(str(leader.group), year)
        zero = delivered and measured.absent_part_is_zero
        components = [_taakveld(member, delivery.get(member.taakveld, ()), counts_as_zero=zero) for member in group]
        total = _sum(component.value for component in components)
        reason = None if total is not None else "deel_ontbreekt"
        if not delivered:
            reason = _reason(every_cell)
        outcome = Outcome(total, reason, _first_status(every_cell))
        names = ", ".join(member.taakveld for member in group)
        formula = f"som van de taakvelden {names} (groep {leader.group}, maat {leader.measure})"
        return self._make(indicator, region, year, formula, outcome, components=components)

    def _make(
        self, indicator: Indicator, region: str, year: int, formula: str, outcome: Outcome,
        *, parts: Iterable[Part] = (), components: Iterable[Component] = (),
    ) -> Figure:  # fmt: skip
        return Figure(
            indicator_id=indicator.indicator_id,
            name=indicator.name,
            unit=indicator.unit,
            decimals=indicator.decimals,
            region=region,
            region_name=self._release.name_of(region, year),
            year=year,
            division=ORIGINAL,
            formula=formula,
            recomputed=outcome,
            published=None,
            parts=tuple(parts),
            components=tuple(components),
        )


def _together(indicator: Indicator, parts: Sequence[Part]) -> Outcome:
    """What a whole of several parts, or of a piece of one, comes to."""
    total, split = _sum(part.figure.recomputed.value for part in parts), any(part.is_split for part in parts)
    reason = None if total is not None else "deel_ontbreekt"
    if all(part.figure.recomputed.reason == _NOT_UNDERSTOOD.reason for part in parts):
        reason = _NOT_UNDERSTOOD.reason
    elif not indicator.is_additive:
        reason = "niet_optelbaar"
    elif split:
        reason = "gesplitst"
    shares = [(part.figure.recomputed.value or 0) * part.share for part in parts]
    return Outcome(
        value=None if reason else total,
        reason=reason,
        status=_combined_parts(parts),
        estimate=sum(shares) if split and indicator.is_additive and total is not None else None,
    )


def _possible(outcome: Outcome) -> str:
    return "som" if outcome.value is not None else "geen som te maken"


def _ratio_formula(indicator: Indicator, above: Figure, below: Figure, value: float | None) -> str:
    names = f"{above.indicator_id} / {below.indicator_id}"
    top, bottom = number(above.recomputed.value), number(below.recomputed.value)
    if indicator.formula == "afwijking":
        names = f"({above.indicator_id} - {below.indicator_id}) / {below.indicator_id}"
        top = f"({top} - {bottom})"
    factor = number(indicator.factor)
    result = "niet te berekenen" if value is None else number(value)
    return f"{names} x {factor} = {top} / {bottom} x {factor} = {result}"


def _component(name: str, cells: Sequence[Cell]) -> Component:
    return Component(name, _sum(cell.value for cell in cells if cell.is_used), tuple(cells))


def _taakveld(member: GroupMember, cells: Sequence[Cell], *, counts_as_zero: bool) -> Component:
    component = _component(f"taakveld {member.taakveld}", cells)
    if counts_as_zero and (given := [cell.value for cell in cells if cell.is_used and cell.value is not None]):
        return replace(component, value=sum(given))
    if component.value is None and counts_as_zero:
        return replace(component, value=0.0, remark="weggelaten in een wel gedane opgave: telt als 0")
    return component


def _sum(values: Iterable[float | None]) -> float | None:
    """The sum when every value is known and there is one at all."""
    known = list(values)
    return None if not known or None in known else sum(value for value in known if value is not None)


def _count_known(parts: Iterable[Part]) -> int:
    return sum(part.figure.recomputed.value is not None for part in parts)


def _reason(cells: Iterable[Cell]) -> str | None:
    return min((cell.reason for cell in cells if cell.is_used and cell.reason), default=None)


def _first_status(cells: Iterable[Cell]) -> str:
    return min(cell.status for cell in cells if cell.is_used)


def _combined(statuses: Iterable[str]) -> str:
    """Status of a combination: the first present in the order of the contract."""
    return min(statuses, key=_STATUS_ORDER.index)


def _combined_parts(parts: Iterable[Part]) -> str:
    return _combined(part.figure.recomputed.status for part in parts)
