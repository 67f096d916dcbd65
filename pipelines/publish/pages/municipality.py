"""The page of one municipality: where it stands, in words and in figures, beside its peers and the country."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import exp
from operator import itemgetter
from typing import Final, NamedTuple

from markupsafe import Markup

from pipelines.common import dutch
from pipelines.publish.charts.sparklines import Point, sparkline
from pipelines.publish.pages.cells import (
    MARKS,
    NO_CELL,
    NO_PLACE,
    PROVISIONAL,
    SHORT,
    TableCell,
    cell,
    missing,
    number,
    reason,
    row_of,
)
from pipelines.publish.pages.distribution import Distributions
from pipelines.publish.pages.expected_use import COLUMNS as EXPECTED_COLUMNS
from pipelines.publish.pages.expected_use import ExpectedByAge
from pipelines.publish.pages.laws import COLUMNS as LAWS_COLUMNS
from pipelines.publish.pages.laws import AcrossLaws
from pipelines.publish.pages.material import (
    MUNICIPALITY,
    Area,
    Beside,
    Block,
    Line,
    Material,
    ShownIndicator,
    YearFigure,
    Years,
)
from pipelines.publish.pages.neighbourhoods import Neighbourhoods
from pipelines.publish.pages.own_figures import StatementsByMunicipality
from pipelines.publish.pages.sentences import KeySentence, explanations
from pipelines.publish.pages.spread import Spread
from pipelines.publish.pages.within_year import WithinYear
from pipelines.publish.templates import render_site
from pipelines.releases.reader import Row

# What decides which municipalities are alike, as it is shown: title and decimals. The density of addresses is left out,
# since only its logarithm is known.
CHARACTERISTICS: Final = {
    "log_inwoners": ("Inwoners", 0),
    "aandeel_tot_15_pct": ("% tot 15 jaar", 1),
    "aandeel_65_plus_pct": ("% van 65 jaar of ouder", 1),
    "aandeel_eenpersoonshuishoudens_pct": ("% huishoudens van één persoon", 1),
    "aandeel_huishoudens_met_kinderen_pct": ("% huishoudens met kinderen", 1),
    "bijstand_per_1000_inwoners": ("Bijstand per 1\N{NO-BREAK SPACE}000 inwoners", 1),
}
_LOGARITHM: Final = "log_"
# The columns of spending beside use: name in the mart, words above it, decimals.
SPENDING: Final = (
    ("lasten", "Lasten, x 1\N{NO-BREAK SPACE}000 euro", 0),
    ("lasten_per_inwoner", "Euro per inwoner", 0),
    ("gebruikers", "Gebruikers", 0),
    ("gebruikers_per_1000_inwoners", "Gebruikers per 1\N{NO-BREAK SPACE}000 inwoners", 1),
    ("lasten_per_gebruiker", "Euro per gebruiker", 0),
)
# The groups of spending that have users to stand beside.
SPENDING_ON_USERS: Final = ("jeugd", "wmo", "wmo_zonder_opvang", "participatie")


class NewestReading(NamedTuple):
    """A row of a table of the page, in one year: own figure, the figures beside it, its place, and two drawings."""

    line: Line
    year: int
    own: TableCell
    amount: TableCell | None
    peers: str
    country: str
    is_published: bool
    place: str
    strip: Markup
    course: Markup
    table: str


class History(NamedTuple):
    """An indicator over the years of a domain: its cells, and those of the count beside it."""

    line: Line
    own: Markup
    amount: Markup | None


class Revision(NamedTuple):
    """A figure that differs from that in the release before; either may have been missing."""

    name: str
    year: int
    was: TableCell
    now: TableCell


class Peer(NamedTuple):
    """A municipality among its peers, and itself first (without ``distance``), with what makes them alike."""

    code: str
    distance: str
    characteristics: list[str]


class Section(NamedTuple):
    """The part of the page about one domain."""

    block: Block
    use: list[NewestReading]
    money: list[NewestReading]
    years: list[int]
    histories: list[History]


@dataclass(frozen=True)
class Municipality:
    """A municipality with all that its page needs."""

    area: Area
    figures: dict[str, Years]
    beside: dict[str, dict[int, Beside]]
    facts: Row
    peers: list[Row]
    former: list[Row]
    regions: list[Row]
    revisions: list[Row]
    spending: dict[str, list[Row]]


class MunicipalityPages:
    """Makes the page of each municipality of a release."""

    def __init__(self, material: Material, spread: Spread, sentences: Mapping[str, list[KeySentence]]) -> None:
        self._material = material
        self._spread = spread
        self._sentences = sentences
        self._neighbourhoods = Neighbourhoods(material)
        self._distributions = Distributions(material)
        self._laws, self._expected = AcrossLaws(material.release), ExpectedByAge(material.release)
        self._within_year = WithinYear(material)
        self._own = StatementsByMunicipality(material)

    def pages(self) -> Iterator[tuple[Municipality, str]]:
        """Each municipality with its page, by code."""
        for each in self._municipalities():
            yield each, self._page(each)

    def _municipalities(self) -> Iterator[Municipality]:
        material, about = self._material, MunicipalityFacts(self._material)
        areas = {area.code: area for area in material.municipalities}
        both = zip(material.figures(MUNICIPALITY), material.beside(), strict=True)
        for (code, figures), (same, beside) in both:
            if code != same:
                raise ValueError(f"mart_indicator_actueel has {code} where mart_gemeente_profiel has {same}")
            yield Municipality(
                areas[code],
                figures,
                beside,
                about.facts[code],
                about.peers.get(code, []),
                about.former.get(code, []),
                about.regions.get(code, []),
                about.revisions.get(code, []),
                _by(about.spending.get(code, []), "domein"),
            )

    def _page(self, of: Municipality) -> str:
        material, sentences = self._material, self._sentences.get(of.area.code, [])
        laws, expected = self._laws.of(of.area.code), self._expected.of(of.area.code)
        reasons = _reasons(of) | (laws.reasons if laws else set())
        return render_site(
            "gemeente.html.jinja",
            root="../",
            header=material.header,
            of=of,
            facts=of.facts,
            sentences=sentences,
            terms=explanations(),
            told={each.indicator_id for each in sentences},
            sections=[self._section(of, block) for block in material.blocks],
            names=material.names,
            links=material.links,
            marks=MARKS,
            shorts={SHORT[code]: reason(code) for code in SHORT if code in reasons},
            characteristics=CHARACTERISTICS,
            peers=_peers(of),
            revisions=[
                revision(row, material.indicators[row["indicator_id"]])
                for row in of.revisions
                if row["indicator_id"] in material.indicators
            ],
            spending=list(_spending(of)),
            spending_columns=SPENDING,
            distribution=self._distributions.of(of.area.code),
            laws=laws,
            laws_columns=LAWS_COLUMNS,
            expected=expected,
            expected_columns=EXPECTED_COLUMNS,
            kinds=dutch.REGION_KINDS,
            names_of={each.id: each.name for each in material.indicators.values()},
            neighbourhoods=self._neighbourhoods.of(of.area.code),
            within_year=self._within_year.municipality(of.area.code),
            own=self._own.of(of.area.code),
        )

    def _section(self, of: Municipality, block: Block) -> Section:
        readings = [self._reading(of, line) for line in block.lines if line.indicator.newest is not None]
        lines = [line for line in block.lines if len(of.figures.get(line.indicator.id, ())) > 1]
        years = sorted({year for line in lines for year in of.figures[line.indicator.id]})
        return Section(
            block,
            [each for each in readings if not each.line.indicator.is_money],
            [each for each in readings if each.line.indicator.is_money],
            years,
            [self._history(of, line, years) for line in lines],
        )

    def _reading(self, of: Municipality, line: Line) -> NewestReading:
        indicator, year = line.indicator, line.indicator.newest or 0
        years, besides = of.figures.get(indicator.id, {}), of.beside.get(indicator.id, {})
        figure, beside = years.get(year), besides.get(year)
        published = beside is not None and beside.country is None and beside.published is not None
        country = beside.country if beside else self._country(indicator, year)
        if beside and published:
            country = beside.published
        return NewestReading(
            line,
            year,
            cell(figure, indicator, beside, centre=self._is_centre(of, indicator)),
            self._count(of, line, year),
            number(beside.peers, indicator) if beside else "",
            number(country, indicator),
            published,
            self._place(of, indicator, year, figure, beside),
            self._spread.strip(indicator, year, figure, country) if beside else Markup(),
            _course(indicator, years),
            (figure and figure.table) or (indicator.tables[-1] if indicator.tables else ""),
        )

    def _count(self, of: Municipality, line: Line, year: int) -> TableCell | None:
        if line.count is None:
            return None
        return cell(of.figures.get(line.count.id, {}).get(year), line.count)

    def _country(self, indicator: ShownIndicator, year: int) -> float | None:
        found = self._material.country.get(indicator.id, {}).get(year)
        return found.value if found else None

    def _place(
        self, of: Municipality, indicator: ShownIndicator, year: int, figure: YearFigure | None, beside: Beside | None
    ) -> str:
        if figure is None or beside is None or figure.value is None:
            return ""
        lacking = self._material.no_place(of.area.code, indicator, year, figure, beside)
        return f"geen plaats: {NO_PLACE[lacking]}" if lacking else f"{beside.rank} van {beside.ranked}"

    def _history(self, of: Municipality, line: Line, years: list[int]) -> History:
        indicator, figures = line.indicator, of.figures.get(line.indicator.id, {})
        besides, centre = of.beside.get(indicator.id, {}), self._is_centre(of, line.indicator)
        counts = of.figures.get(line.count.id, {}) if line.count else {}
        own = (
            cell(figures[year], indicator, besides.get(year), centre=centre) if year in figures else NO_CELL
            for year in years
        )
        if line.count is None:
            return History(line, row_of(own), None)
        # Why a count is missing is said of the rate above it.
        amount = (cell(counts.get(year), line.count)._replace(short="") for year in years)
        return History(line, row_of(own), row_of(amount))

    def _is_centre(self, of: Municipality, indicator: ShownIndicator) -> bool:
        """Whether others share in what this figure of the municipality counts."""
        return indicator.is_shared and of.area.code in self._material.centres


def _course(indicator: ShownIndicator, years: Years) -> Markup:
    """The figures of all years as a small line."""
    points = [
        Point(year, each.value, after_break=each.broken, doubtful=each.doubt, provisional=each.status in PROVISIONAL)
        for year, each in years.items()
    ]
    if sum(point.value is not None for point in points) < 2:
        return Markup()
    return sparkline(points, decimals=indicator.decimals, label=f"Verloop {points[0].year}-{points[-1].year}")


def revision(row: Row, indicator: ShownIndicator) -> Revision:
    """A changed figure; with more digits than usual where the change would not be seen without."""
    was, now = (number(row[name], indicator) for name in ("oude_waarde", "nieuwe_waarde"))
    if was == now:
        was, now = dutch.plain(row["oude_waarde"]), dutch.plain(row["nieuwe_waarde"])
    return Revision(
        indicator.name,
        row["jaar"],
        TableCell(was, "", reason(row["oude_reden"]), ""),
        TableCell(now, "", reason(row["nieuwe_reden"]), ""),
    )


def _reasons(of: Municipality) -> set[str | None]:
    """Why figures of the municipality are missing, in any year; and of spending beside use."""
    found = {figure.reason for years in of.figures.values() for figure in years.values()}
    spent = (row[f"reden_{name}"] for rows in of.spending.values() for row in rows for name, _, _ in SPENDING)
    return found.union(spent)


def _peers(of: Municipality) -> Iterator[Peer]:
    """The municipality itself, and then those that are most like it."""
    yield Peer(of.area.code, "", _characteristics(of.facts["kenmerken"]))
    for row in of.peers:
        yield Peer(row["peer"], dutch.number(row["afstand"], 2), _characteristics(row["kenmerken"]))


def _characteristics(found: Mapping[str, float]) -> list[str]:
    values = {name: exp(value) if name.startswith(_LOGARITHM) else value for name, value in found.items()}
    return [dutch.number(values.get(name), decimals) for name, (_, decimals) in CHARACTERISTICS.items()]


def _spending(of: Municipality) -> Iterator[tuple[str, list[tuple[int, Markup]]]]:
    """Of each group of spending its years, newest first: those in which something was spent."""
    for domain in SPENDING_ON_USERS:
        rows = [row for row in of.spending.get(domain, ()) if row["lasten"] is not None]
        if rows:
            yield (
                dutch.SPENDING[domain],
                [(row["jaar"], row_of(_spent(row, *column) for column in SPENDING)) for row in rows],
            )


def _spent(row: Row, name: str, _: str, decimals: int) -> TableCell:
    if row[name] is None:
        return missing(row[f"reden_{name}"])
    doubted = row["twijfel_lasten"] if "lasten" in name else row["twijfel_gebruik"]
    return TableCell(dutch.number(row[name], decimals), "t" if doubted else "", "", "")


class MunicipalityFacts:
    """What is known of each municipality beside its figures."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._year = material.header.division_year

    @cached_property
    def facts(self) -> dict[str, Row]:
        """Province and size of each, and its characteristics in the newest year."""
        rows = self._records(
            f"""select gm_code as code, provincie_code, provincie_naam, grootteklasse_code, grootteklasse_naam,
                    stedelijkheid_naam
                from dim_gemeente where geldig_tot is null or geldig_tot > make_date({self._year}, 1, 1)
                order by all"""  # noqa: S608 - a number
        )
        found = {row["code"]: row for row in rows}
        for row in self._records(
            "select gm_code as code, kenmerk_id, waarde from mart_kenmerk "
            "where jaar = (select max(jaar) from mart_kenmerk)"
        ):
            found[row["code"]].setdefault("kenmerken", {})[row["kenmerk_id"]] = row["waarde"]
        return found

    @cached_property
    def peers(self) -> dict[str, list[Row]]:
        """The ten municipalities that are most like each, with their own characteristics."""
        rows = self._records(
            """select gm_code as code, vergelijkbare_gm_code as peer, afstand, volgorde, kenmerken_jaren
               from mart_vergelijkbare_gemeenten
               where variant = 'alle_kenmerken' and jaar = (select max(jaar) from mart_vergelijkbare_gemeenten)
               order by code, volgorde"""
        )
        return _by([row | {"kenmerken": self.facts[row["peer"]]["kenmerken"]} for row in rows], "code")

    @cached_property
    def former(self) -> dict[str, list[Row]]:
        """The municipalities that each was made of, or took in."""
        return _by(
            self._records(
                f"""select distinct nieuwe_code as code, oude_code, oude_naam, year(datum) as jaar, soort
                    from herindeling
                    where datum <= make_date({self._year}, 1, 1) and oude_code <> nieuwe_code
                        and soort <> 'grenscorrectie'
                    order by jaar, oude_naam"""  # noqa: S608 - a number
            ),
            "code",
        )

    @cached_property
    def regions(self) -> dict[str, list[Row]]:
        """The regions that each lies in, of each kind in the newest year that is known."""
        return _by(
            self._records(
                """with newest as (select regio_soort, max(jaar) as jaar from gemeente_regio group by regio_soort)
                   select gm_code as code, regio_soort, regio_code, jaar, herkomst
                   from gemeente_regio inner join newest using (regio_soort, jaar)
                   where regio_soort <> 'land' order by code, regio_soort"""
            ),
            "code",
        )

    @cached_property
    def revisions(self) -> dict[str, list[Row]]:
        """The figures of each, as the page shows them, that differ from the release before."""
        if not self._material.release.has("revisies"):
            return {}
        return _by(
            self._records(
                """select regio_code as code, indicator_id, jaar, oude_waarde, nieuwe_waarde, oude_reden, nieuwe_reden
                   from revisies where regio_soort = 'gemeente' and indeling = 'actueel'
                       and (oude_waarde is distinct from nieuwe_waarde or oude_reden is distinct from nieuwe_reden)
                   order by code, indicator_id, jaar"""
            ),
            "code",
        )

    @cached_property
    def spending(self) -> dict[str, list[Row]]:
        """Spending beside use, per domain and year."""
        return _by(
            self._records(
                """select regio_code as code, * exclude (regio_code) from mart_lasten_en_gebruik
                   where regio_soort = 'gemeente' order by code, domein, jaar desc"""
            ),
            "code",
        )

    def _records(self, sql: str) -> list[Row]:
        return self._material.release.records(sql)


def _by(rows: list[Row], key: str) -> dict[str, list[Row]]:
    """Rows, which are in order of ``key``, by it; also where they are not next to each other."""
    found: dict[str, list[Row]] = {}
    for value, each in groupby(rows, itemgetter(key)):
        found.setdefault(value, []).extend(each)
    return found
