"""Explain one figure: its way backwards from the release, through formula and parts, to the cells that CBS published.

Read only. Every figure on the way is computed once more from those cells and compared with the release.
"""

import difflib
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property

from pipelines.build.inputs import tables_of
from pipelines.build.project import Project
from pipelines.explain.cells import PublishedCells
from pipelines.explain.composition import CURRENT, ORIGINAL
from pipelines.explain.corrections import Corrections
from pipelines.explain.definitions import Definitions
from pipelines.explain.figures import FigureReader
from pipelines.explain.model import Explanation, TableVersion
from pipelines.explain.published import PublishedRelease
from pipelines.explain.text import render
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.store import SnapshotError

__all__ = ["ExplainError", "Explainer", "Explanation", "explain_figure", "render"]

_DIVISIONS = (ORIGINAL, CURRENT)
_PROJECT_CHANGED = (
    "het dbt-project is niet meer dat van deze uitgave: formules, leidende tabellen of taakvelden kunnen sindsdien "
    "zijn gewijzigd. Draai `monitor refresh` voor een uitgave van het huidige project."
)


class ExplainError(Exception):
    """The question has no answer; the message is Dutch, says what comes near and what to do."""


def explain_figure(
    warehouse: Warehouse, indicator_id: str, regio_code: str, jaar: int, indeling: str = ORIGINAL
) -> Explanation:
    """Explain the figure of the current release of ``warehouse``.

    Args:
        warehouse: of the release, and of the snapshots that it was made of.
        indicator_id: a public indicator (``dim_indicator``).
        regio_code: CBS code without spaces, or NL.
        jaar: year of the figure.
        indeling: ``origineel`` or ``actueel``.

    Raises:
        ExplainError: there is no release, no such figure, or what it rests on is no longer on disk.
    """
    explainer = Explainer(warehouse)
    try:
        return explainer.explain(indicator_id, regio_code, jaar, indeling)
    finally:
        explainer.close()


class Explainer:
    """The current release of a warehouse and what it rests on; use it for more than one question.

    Raises:
        ExplainError: there is no release.
    """

    def __init__(self, warehouse: Warehouse, project: Project | None = None) -> None:
        self._project = project or Project()
        seeds = self._project.dbt.folder / "seeds"
        current = warehouse.releases.current()
        if current is None:
            raise ExplainError(f"Er is nog geen uitgave in {warehouse.folder}. Draai eerst `monitor refresh`.")
        self._parts = current.manifest.parts
        self._release = PublishedRelease(current)
        self._cells = PublishedCells(warehouse, Corrections(seeds))
        self._figures = FigureReader(self._release, Definitions(seeds), self._cells)

    def close(self) -> None:
        """Let go of the release."""
        self._release.close()

    def explain(self, indicator_id: str, regio_code: str, jaar: int, indeling: str = ORIGINAL) -> Explanation:
        """Explain one figure; see ``explain`` of this module."""
        self._require(indicator_id, regio_code, jaar, indeling)
        try:
            figure = self._figures.figure(indicator_id, regio_code, jaar, indeling)
        except SnapshotError as error:
            raise ExplainError(f"De cellen achter dit cijfer zijn niet te lezen: {error}.") from error
        tables = tuple(self._cells.table(table) for table in figure.tables())
        header = self._release.header
        return Explanation(
            cijfer=figure,
            release_id=header["release_id"],
            bron=header["bron"],
            gemaakt=header["gemaakt"],
            twijfel=self._release.doubts(indicator_id, regio_code, jaar, indeling),
            reeksbreuk=self._release.figures(indicator_id, jaar)[regio_code, indeling]["reeksbreuk"],
            breuken=self._release.breaks(indicator_id, regio_code, jaar, indeling),
            tabellen=tables,
            waarschuwingen=(*self._project_warning, *(w for table in tables for w in self._table_warning(table))),
        )

    @cached_property
    def _project_warning(self) -> list[str]:
        """Whether formulas and leaders are read from the project that the release was made with."""
        if self._parts["dbt"] == self._project.dbt.fingerprint:
            return []
        return [_PROJECT_CHANGED]

    def _table_warning(self, table: TableVersion) -> list[str]:
        """Whether the observations on disk are those that the release was made of."""
        released = self._release.provenance[table.tabel_id]
        if table.sha256 != released["sha256"]:
            return [_other_version(table, released["gewijzigd"], released["sha256"])]
        if table.versie != tables_of(self._parts).get(table.tabel_id):
            return [f"tabel {table.tabel_id}: de rijen zijn die van de uitgave, maar metadata of yml zijn gewijzigd."]
        return []

    def _require(self, indicator_id: str, region: str, year: int, division: str) -> None:
        if division not in _DIVISIONS:
            raise ExplainError(f"Indeling '{division}' bestaat niet: kies {' of '.join(_DIVISIONS)}.")
        self._require_indicator(indicator_id)
        self._require_region(region)
        years = self._years(indicator_id)
        if year not in years:
            raise ExplainError(
                f"{indicator_id} heeft geen jaar {year}: de uitgave heeft {min(years)} tot en met {max(years)}. "
                f"Het dichtstbij is {min(years, key=lambda known: abs(known - year))}."
            )
        if (region, division) not in self._release.figures(indicator_id, year):
            raise ExplainError(self._no_such_region(indicator_id, region, year, division))

    def _require_indicator(self, indicator_id: str) -> None:
        rows = self._release.rows("select indicator_id, naam from dim_indicator")
        names = {row["indicator_id"]: row["naam"] for row in rows}
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

    def _years(self, indicator_id: str) -> list[int]:
        sql = "select distinct jaar from fct_indicator where indicator_id = $indicator order by jaar"
        return [row["jaar"] for row in self._release.rows(sql, {"indicator": indicator_id})]

    def _no_such_region(self, indicator_id: str, region: str, year: int, division: str) -> str:
        """The region exists, but has no row: it did not exist in that year or in that division."""
        name = self._release.region_names[region]
        target = self._release.header["indeling_jaar"]
        successors = [f"{r.nieuwe_code} (per {r.datum})" for r in self._release.redivisions.get(region, [])]
        went_to = f" Opgegaan in {', '.join(successors)}." if successors else ""
        sql = "select geldig_van, geldig_tot from dim_gemeente where gm_code = $region"
        spans = [(row["geldig_van"], row["geldig_tot"]) for row in self._release.rows(sql, {"region": region})]
        existed = "".join(f" Zij bestond van {van or 'vóór 2010'} tot {tot or 'heden'}." for van, tot in spans)
        when = f"de indeling van {target} (actueel)" if division == CURRENT else f"de gemeentelijke indeling van {year}"
        other = ORIGINAL if division == CURRENT else CURRENT
        has_other = (region, other) in self._release.figures(indicator_id, year)
        advice = f" Vraag indeling {other}." if has_other else ""
        return f"{region} ({name}) staat niet in {when}.{existed}{went_to}{advice}"


def _other_version(table: TableVersion, modified: datetime, sha256: str) -> str:
    return (
        f"tabel {table.tabel_id} op schijf is een andere versie dan die van de uitgave. Op schijf: gewijzigd "
        f"{table.gewijzigd}, opgehaald {table.opgehaald:%Y-%m-%d %H:%M} UTC, sha256 {table.sha256[:16]}; in de "
        f"uitgave: gewijzigd {modified}, sha256 {sha256[:16]}. De cellen hieronder zijn die op schijf. "
        "Draai `monitor refresh` voor een uitgave ervan."
    )


def _nearest(wanted: str, names: Mapping[str, str]) -> str:
    """The codes whose code, or whose name, comes nearest to what was typed."""
    by_text = {text.lower(): code for code, name in names.items() for text in (name, code)}
    near = difflib.get_close_matches(wanted.lower(), by_text, n=5, cutoff=0.5)
    # Someone who types part of a name means it too, however long the rest.
    containing = [text for text in by_text if wanted.lower() in text] if wanted else []
    found = _unique(by_text[text] for text in [*near, *containing])[:3]
    if not found:
        return "Er is niets dat erop lijkt."
    return "Bedoelde u " + " of ".join(f"{code} ({names[code]})" for code in found) + "?"


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))
