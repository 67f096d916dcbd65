"""The wijken of a municipality on its page: what CBS publishes of them, in the division of the year.

What does not belong here: any comparison or place. The counts are small and rounded, and the codes of another year may
be other places.
"""

from collections.abc import Mapping
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from markupsafe import Markup

from pipelines.common import dutch
from pipelines.publish.pages.cells import EMPTY, PROVISIONAL, TableCell, missing, number, row_of
from pipelines.publish.pages.material import Material, ShownIndicator
from pipelines.releases.reader import Row

NEEDED: Final = frozenset({"fct_indicator_wijk", "dim_wijk", "mart_wijk_dekking"})
# The columns, in this order; each of the newest year that CBS gives of it.
_COLUMNS: Final = (
    "inwoners",
    "inwoners_tot_15",
    "inwoners_65_plus",
    "huishoudens",
    "bijstand_personen",
    "bijstand_per_1000_inwoners",
    "jeugdzorg_jongeren",
    "jeugdzorg_per_1000_jongeren_tot_25",
    "jeugdzorg_jongeren_0_4",
    "jeugdzorg_jongeren_4_12",
    "jeugdzorg_jongeren_12_18",
    "jeugdzorg_jongeren_18_23",
    "jeugdzorg_trajecten",
    "wmo_clienten",
    "wmo_clienten_per_1000_inwoners",
    "clienten_met_voorziening",
    "huishoudens_met_voorziening",
)
# As CBS prints it: half of these cells, where a word in each would bury the figures.
_SECRET: Final = TableCell(".", "", "", "")
_NOT_SAID: Final = TableCell("", "", "", "niet te zeggen")
_NO_SHARE: Final = TableCell("", "", "", "geen cijfer")


class NeighbourhoodTable(NamedTuple):
    """The wijken of a municipality in one year: a column per indicator, a row per wijk by code, and the share of each
    column that lies in the wijken with a figure."""

    year: int
    columns: list[ShownIndicator]
    rows: list[tuple[str, Markup]]
    shares: Markup
    sources: list[str]


class Neighbourhoods:
    """The tables of wijken of every municipality; none in a release without such figures."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._is_there = set(material.release.tables) >= NEEDED

    def of(self, code: str) -> list[NeighbourhoodTable]:
        """The tables of the municipality with this code, by year, newest first."""
        found = [table for year in self._years if (table := self._table(code, year, self._years[year]))]
        return sorted(found, key=lambda table: -table.year)

    @cached_property
    def _years(self) -> dict[int, list[ShownIndicator]]:
        """The columns by their newest year."""
        if not self._is_there:
            return {}
        newest = dict(
            self._material.release.tuples(
                "select indicator_id, max(jaar) from fct_indicator_wijk where regio_soort = 'wijk' group by all"
            )
        )
        columns = [self._material.indicators[name] for name in _COLUMNS if name in newest]
        years = sorted({newest[each.id] for each in columns})
        return {year: [each for each in columns if newest[each.id] == year] for year in years}

    def _table(self, code: str, year: int, columns: list[ShownIndicator]) -> NeighbourhoodTable | None:
        rows = self._figures.get((code, year))
        if not rows:
            return None
        # By code and name: two wijken of a municipality may have one name.
        wijken: dict[tuple[str, str], dict[str, Row]] = {}
        for row in rows:
            wijken.setdefault((row["regio_code"], row["naam"]), {})[row["indicator_id"]] = row
        shares = self._shares.get((code, year), {})
        return NeighbourhoodTable(
            year,
            columns,
            [
                (name, row_of(_cell(figures.get(each.id), each) for each in columns))
                for (_, name), figures in wijken.items()
            ],
            row_of(_share(shares, each) for each in columns),
            sorted({row["tabel_id"] for row in rows}),
        )

    @cached_property
    def _figures(self) -> dict[tuple[str, int], list[Row]]:
        chosen = [(each.id, year) for year, columns in self._years.items() for each in columns]
        rows = self._material.release.records(
            f"""select cijfer.gm_code, cijfer.jaar, cijfer.regio_code, wijk.naam, cijfer.indicator_id, cijfer.waarde,
                    cijfer.reden_ontbreekt, cijfer.status, cijfer.tabel_id
                from fct_indicator_wijk as cijfer
                inner join dim_wijk as wijk on wijk.regio_code = cijfer.regio_code and wijk.jaar = cijfer.jaar
                where cijfer.regio_soort = 'wijk' and (cijfer.indicator_id, cijfer.jaar) in ({_listed(chosen)})
                order by cijfer.gm_code, cijfer.jaar, cijfer.regio_code"""  # noqa: S608 - names of our own, and numbers
        )
        return {key: list(found) for key, found in groupby(rows, itemgetter("gm_code", "jaar"))}

    @cached_property
    def _shares(self) -> dict[tuple[str, int], dict[str, Row]]:
        rows = self._material.release.records(
            "select gm_code, jaar, indicator_id, aandeel_pct, reden_geen_aandeel from mart_wijk_dekking"
            " where regio_soort = 'wijk' order by gm_code, jaar"
        )
        return {
            key: {row["indicator_id"]: row for row in found}
            for key, found in groupby(rows, itemgetter("gm_code", "jaar"))
        }


def _listed(chosen: list[tuple[str, int]]) -> str:
    return ", ".join(f"('{name}', {year})" for name, year in chosen)


def _cell(row: Row | None, indicator: ShownIndicator) -> TableCell:
    if row is None:
        return EMPTY
    if row["reden_ontbreekt"] == "onbekend_of_geheim":
        return _SECRET
    if row["waarde"] is None:
        return missing(row["reden_ontbreekt"])
    marks = "v" if row["status"] in PROVISIONAL else ""
    return TableCell(number(row["waarde"], indicator), marks, "", "")


def _share(shares: Mapping[str, Row], indicator: ShownIndicator) -> TableCell:
    """The share of a count; of a ratio nothing is asked."""
    row = shares.get(indicator.id)
    if row is None:
        return EMPTY
    if row["aandeel_pct"] is None:
        return _NOT_SAID if row["reden_geen_aandeel"] == "te_weinig_ontbrekend" else _NO_SHARE
    return TableCell(f"{dutch.number(row['aandeel_pct'])}\N{NO-BREAK SPACE}%", "", "", "")
