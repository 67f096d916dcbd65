"""Answer one question: what does this figure rest on? Its way backwards from the release to the cells of CBS.

Read only. Every figure on the way is computed once more from those cells and compared with the release.

What does not belong here: how a figure follows from cells (``figures``), and how the answer is printed (``text``).
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cached_property

import duckdb

from pipelines.build.inputs import tables_of
from pipelines.build.project import Project
from pipelines.common.suggestions import closest
from pipelines.common.troubles import one_line
from pipelines.explain.cells import PublishedCells
from pipelines.explain.composition import CURRENT, ORIGINAL
from pipelines.explain.definitions import Definitions
from pipelines.explain.figures import Recomputation
from pipelines.explain.model import Explanation, TableVersion
from pipelines.explain.own_figures import OwnFigure, OwnFigureError, OwnFigures
from pipelines.explain.release import PublishedRelease, ReleasedTable
from pipelines.observations.codes import is_below_municipality
from pipelines.releases.reader import open_folder
from pipelines.releases.rights import closed_to_this_user
from pipelines.releases.store import DamagedReleaseError, ReleaseError
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.store import SnapshotError
from pipelines.statline.errors import InvalidFieldError

_DIVISIONS = (ORIGINAL, CURRENT)
_PROJECT_CHANGED = (
    "het dbt-project is niet meer dat van deze uitgave: formules, leidende tabellen of taakvelden kunnen sindsdien "
    "zijn gewijzigd. Draai `monitor refresh` voor een uitgave van het huidige project."
)


class ExplainError(Exception):
    """The question has no answer; the message is Dutch, says what comes near and what to do."""


@contextmanager
def open_explainer(warehouse: Warehouse, project: Project | None = None) -> Iterator["Explainer"]:
    """What explains the figures of the current release of ``warehouse``.

    Args:
        warehouse: of the release, and of the snapshots that it was made of.
        project: with the definitions that the figures are computed by; default: the project of this program.

    Raises:
        ExplainError: there is no release, it is damaged, or this user may not read it.
    """
    try:
        current = warehouse.releases.current()
    except ReleaseError as error:
        raise ExplainError(f"De uitgave is niet te lezen. {error}") from error
    if current is None:
        raise ExplainError(f"Er is nog geen uitgave in {warehouse.folder}. Draai eerst `monitor refresh`.")
    closed = closed_to_this_user(warehouse.releases, current)
    if closed is not None:
        raise ExplainError(f"De uitgave is niet te lezen. {closed}")
    try:
        parts, opened = current.manifest.parts, ExitStack()
        reader = opened.enter_context(open_folder(current.folder))
    except (DamagedReleaseError, duckdb.Error) as error:
        raise ExplainError(
            f"De uitgave {current.release_id} is niet te lezen ({one_line(error)}). Zie `monitor verify`."
        ) from error
    with opened:
        own = OwnFigures(reader, parts, warehouse.submissions)
        yield Explainer(PublishedRelease(reader), parts, warehouse, project or warehouse.project, own)


class Explainer:
    """Explains the figures of one release.

    Args:
        release: the tables of the release.
        parts: hash of each part that went into it.
        warehouse: with the cells that it was made of.
        project: with the definitions that the figures are computed by.
        own: what municipalities stated themselves; None: nothing.

    """

    def __init__(
        self,
        release: PublishedRelease,
        parts: Mapping[str, str],
        warehouse: Warehouse,
        project: Project,
        own: OwnFigures | None = None,
    ) -> None:
        definitions = Definitions(project.dbt.folder / "seeds")
        self._release = release
        self._parts = dict(parts)
        self._project = project
        self._cells = PublishedCells(warehouse, definitions)
        self._figures = Recomputation(release, definitions, self._cells)
        self._own = own

    def explain(self, indicator_id: str, region: str, year: int, division: str = ORIGINAL) -> Explanation:
        """Explain one figure.

        Args:
            indicator_id: a public indicator (``dim_indicator``).
            region: CBS code without spaces, also of a wijk or buurt, or NL.
            year: year of the figure.
            division: ``origineel`` or ``actueel``.

        Raises:
            ExplainError: there is no such figure, or what it rests on is no longer on disk.
        """
        self._require(indicator_id, region, year, division)
        try:
            figure = self._figures.figure(indicator_id, region, year, division)
            tables = tuple(self._cells.table(table) for table in figure.tables())
        except (SnapshotError, InvalidFieldError) as error:
            raise ExplainError(f"De cellen achter dit cijfer zijn niet te lezen: {error}.") from error
        question = (indicator_id, region, year, division)
        header, published = self._release.header, self._release.published(*question)
        return Explanation(
            figure=figure,
            release_id=header.release_id,
            source=header.source,
            made=header.made,
            doubts=self._release.doubts(*question),
            has_break=bool(published and published.has_break),
            breaks=self._release.breaks(*question),
            tables=tables,
            warnings=(*self._project_warning, *(w for table in tables for w in self._table_warning(table))),
        )

    def explain_own(self, figure: str, code: str, year: int) -> OwnFigure | None:
        """A figure that a municipality stated itself; None where ``figure`` is none of those.

        Raises:
            ExplainError: there is none of that municipality and year, or its file is no longer on disk.
        """
        if self._own is None or not self._own.has(figure):
            return None
        try:
            return self._own.explain(figure, code, year)
        except OwnFigureError as error:
            raise ExplainError(str(error)) from error

    @cached_property
    def _project_warning(self) -> list[str]:
        """Whether formulas and leaders are read from the project that the release was made with."""
        if self._parts["dbt"] == self._project.dbt.fingerprint:
            return []
        return [_PROJECT_CHANGED]

    def _table_warning(self, on_disk: TableVersion) -> list[str]:
        """Whether the observations on disk are those that the release was made of."""
        released = self._release.tables[on_disk.table]
        if on_disk.sha256 != released.sha256:
            return [_other_version(on_disk, released)]
        if on_disk.observations != tables_of(self._parts).get(on_disk.table):
            return [f"tabel {on_disk.table}: de rijen zijn die van de uitgave, maar metadata of yml zijn gewijzigd."]
        return []

    def _require(self, indicator_id: str, region: str, year: int, division: str) -> None:
        if division not in _DIVISIONS:
            raise ExplainError(f"Indeling '{division}' bestaat niet: kies {' of '.join(_DIVISIONS)}.")
        self._require_indicator(indicator_id)
        if is_below_municipality(region):
            self._require_below(indicator_id, region, year, division)
            return
        self._require_region(region)
        years = self._release.years(indicator_id)
        if year not in years:
            raise ExplainError(
                f"{indicator_id} heeft geen jaar {year}: de uitgave heeft {min(years)} tot en met {max(years)}. "
                f"Het dichtstbij is {min(years, key=lambda known: abs(known - year))}."
            )
        if (region, division) not in self._release.figures(indicator_id, year):
            raise ExplainError(self._no_such_region(indicator_id, region, year, division))

    def _require_below(self, indicator_id: str, region: str, year: int, division: str) -> None:
        """A wijk or buurt is one of its year, and only of the division of that year."""
        if division != ORIGINAL:
            raise ExplainError(f"Cijfers van wijken en buurten worden niet omgerekend: vraag indeling {ORIGINAL}.")
        years = self._release.years_below(indicator_id, region)
        if year not in years:
            has = f"wel van {', '.join(map(str, years))}" if years else "ook niet van een ander jaar"
            raise ExplainError(
                f"{indicator_id} heeft van {region} geen rij in {year}, {has}. Codes van wijken en buurten zijn die "
                "van hun jaar: zie dim_wijk; fct_indicator_wijk heeft wat CBS op dat niveau publiceert."
            )

    def _require_indicator(self, indicator_id: str) -> None:
        names = self._release.indicator_names
        if indicator_id not in names:
            near = _nearest(indicator_id, names)
            raise ExplainError(
                f"Indicator '{indicator_id}' bestaat niet. {near} Alle indicatoren staan in dim_indicator."
            )

    def _require_region(self, region: str) -> None:
        names = self._release.region_names
        if region not in names:
            near = _nearest(region, names)
            raise ExplainError(f"Regio '{region}' bestaat niet. {near} Geef de CBS-code, zoals GM0363 of NL.")

    def _no_such_region(self, indicator_id: str, region: str, year: int, division: str) -> str:
        """The region exists, but has no row: it did not exist in that year or in that division."""
        name, target = self._release.region_names[region], self._release.header.division_year
        if (kind := self._release.region_kinds[region]) not in ("gemeente", "land"):
            return (
                f"{region} ({name}) heeft in {year} geen cijfer in indeling {division}: van niet elke gemeente van "
                f"{year} is bekend in welke {kind} zij ligt, of de regio was er toen niet. `mart_dekking` zegt welke "
                "leden bekend zijn."
            )
        successors = [f"{step.new_code} (per {step.day})" for step in self._release.redivisions.get(region, [])]
        went_to = f" Opgegaan in {', '.join(successors)}." if successors else ""
        spans = self._release.lifespans(region)
        existed = "".join(f" Zij bestond van {first or 'vóór 2010'} tot {last or 'heden'}." for first, last in spans)
        when = f"de indeling van {target} (actueel)" if division == CURRENT else f"de gemeentelijke indeling van {year}"
        other = ORIGINAL if division == CURRENT else CURRENT
        has_other = (region, other) in self._release.figures(indicator_id, year)
        advice = f" Vraag indeling {other}." if has_other else ""
        return f"{region} ({name}) staat niet in {when}.{existed}{went_to}{advice}"


def _other_version(on_disk: TableVersion, released: ReleasedTable) -> str:
    return (
        f"tabel {on_disk.table} op schijf is een andere versie dan die van de uitgave. Op schijf: gewijzigd "
        f"{on_disk.modified}, opgehaald {on_disk.fetched:%Y-%m-%d %H:%M} UTC, sha256 {on_disk.sha256[:16]}; in de "
        f"uitgave: gewijzigd {released.modified}, sha256 {released.sha256[:16]}. De cellen hieronder zijn die op "
        "schijf. Draai `monitor refresh` voor een uitgave ervan."
    )


def _nearest(wanted: str, names: Mapping[str, str]) -> str:
    """The codes whose code, or whose name, comes nearest to what was typed."""
    by_text = {text.lower(): code for code, name in names.items() for text in (name, code)}
    near = closest(wanted.lower(), by_text, limit=5, cutoff=0.5)
    # Someone who types part of a name means it too, however long the rest.
    containing = [text for text in by_text if wanted.lower() in text] if wanted else []
    found = list(dict.fromkeys(by_text[text] for text in [*near, *containing]))[:3]
    if not found:
        return "Er is niets dat erop lijkt."
    return "Bedoelde u " + " of ".join(f"{code} ({names[code]})" for code in found) + "?"
