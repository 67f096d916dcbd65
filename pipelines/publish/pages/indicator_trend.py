"""An indicator over the years: the country and the municipality in the middle, drawn and in a table."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from pipelines.publish.charts import About, Point, TrendLine, trend
from pipelines.publish.pages.cells import PROVISIONAL, TableCell, cell, missing, number
from pipelines.publish.pages.indicator_figures import YearOf
from pipelines.publish.pages.material import Material, ShownIndicator, YearFigure
from pipelines.publish.pages.standings import Standings
from pipelines.releases.reader import Row

COUNTRY_NAME: Final = "Nederland"
MIDDLE_NAME: Final = "De middelste gemeente"


class CourseYear(NamedTuple):
    """A row of the table: the country, what CBS publishes of it, the middle, the quarters, and how many there are.

    ``total`` is the sum over who has an amount.
    """

    year: int
    country: TableCell
    published: str
    middle: str
    quarter: str
    three_quarters: str
    total: str
    members: str


class Course(NamedTuple):
    """The years of an indicator; ``drawing`` is empty where there is nothing to compare over the years."""

    years: list[CourseYear]
    drawing: Markup
    is_published: bool
    left_out: list[int]

    @property
    def has_published(self) -> bool:
        """Whether CBS publishes a figure of the country beside that of all who are compared."""
        return any(year.published for year in self.years)

    @property
    def has_totals(self) -> bool:
        """Whether there are sums over who has an amount."""
        return any(year.total for year in self.years)


def course_of(
    material: Material, known: Standings, indicator: ShownIndicator, found: Sequence[YearOf], breaks: Sequence[Row]
) -> Course:
    """The years of an indicator, from first to last; a break is one that does not let years be compared."""
    # In its first year there is nothing before a break.
    broken = {row["jaar"] for row in breaks if row["blokkerend"] and found and row["jaar"] > found[0].year}
    figures = material.country.get(indicator.id, {})
    # What nobody knows the counts of has no weighted figure in any year: then what CBS publishes stands there.
    is_published = not any(each.compared and each.compared.weighted is not None for each in found)
    years = []
    for each in found:
        row = _year(each, figures.get(each.year), broken, is_published=is_published)
        total = known.sums.get((indicator.id, each.year))
        if total is not None:
            row = row._replace(total=number(total.value, indicator), members=f"{total.known} van {total.members}")
        years.append(row)
    left_out = [each.year for each in found if indicator.is_ratio and not each.ranked]
    drawing = _drawn(indicator, found, figures, broken, is_published=is_published)
    return Course(years, drawing, is_published, left_out)


def _year(of: YearOf, figure: YearFigure | None, broken: set[int], *, is_published: bool) -> CourseYear:
    compared, indicator = of.compared, of.indicator
    marks = ("b" if of.year in broken else "") + ("v" if figure and figure.status in PROVISIONAL else "")
    if compared is None or is_published:
        country = cell(figure, indicator) if figure else missing(None)
    else:
        country = TableCell(number(compared.weighted, indicator), marks, "", "")
    known = compared.compared if compared else of.known
    return CourseYear(
        of.year,
        country._replace(marks=marks) if country.text else country,
        number(compared.published, indicator) if compared and not is_published else "",
        number(compared.middle, indicator) if compared else "",
        number(compared.quarter, indicator) if compared else "",
        number(compared.three_quarters, indicator) if compared else "",
        "",
        f"{known} van {of.members}",
    )


def _drawn(
    indicator: ShownIndicator,
    found: Sequence[YearOf],
    figures: Mapping[int, YearFigure],
    broken: set[int],
    *,
    is_published: bool,
) -> Markup:
    """The lines: of a ratio only years in which enough municipalities are compared, since a line says how it went."""
    known = {each.year: each for each in found}
    years = range(found[0].year, found[-1].year + 1) if found else ()
    country, middle = [], []
    for year in years:
        of, figure = known.get(year), figures.get(year)
        compared = of.compared if of and of.ranked else None
        value = figure.value if figure else None
        if indicator.is_ratio and not is_published:
            value = compared.weighted if compared else None
        marks = {"after_break": year in broken, "provisional": bool(figure and figure.status in PROVISIONAL)}
        doubtful = bool(figure and figure.doubt) and (is_published or not indicator.is_ratio)
        country.append(Point(year, value, doubtful=doubtful, **marks))
        middle.append(Point(year, compared.middle if compared else None, **marks))
    if max(_shown(country), _shown(middle)) < 2:
        return Markup()
    lines = [TrendLine(COUNTRY_NAME, "country", country), TrendLine(MIDDLE_NAME, "other", middle)]
    return trend(
        [line for line in lines if _shown(line.points)],
        about=About("verloop", f"{indicator.name}: Nederland per jaar"),
        unit=indicator.unit,
        decimals=indicator.decimals,
    )


def _shown(points: Sequence[Point]) -> int:
    return sum(point.value is not None for point in points)
