"""What municipalities spend in the whole country, beside their budgets and beside the use, per domain and year.

Where a municipality did not report, the sum of those who did stands there, with how many they are: only of spending,
where a missing report is no secret. What does not belong here: use by itself (``volume``).
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Final, Literal, NamedTuple

from markupsafe import Markup

from pipelines.common import dutch
from pipelines.publish.charts import About, Point, TrendLine, trend
from pipelines.publish.pages.cells import missing
from pipelines.publish.pages.material import COUNTRY, Material
from pipelines.publish.pages.volume import Together, Volume
from pipelines.releases.reader import Row


class Amount(NamedTuple):
    """A column: its name in the mart, the words above it, its decimals, and the indicator of the same thing.

    ``parts`` says what to take where the country has no figure: the ``sum`` of the municipalities that reported, their
    figure together as a ``ratio``, or nothing.
    """

    name: str
    words: str
    decimals: int
    indicator: str
    parts: str


_COUNT: Final = "gebruikers"
AMOUNTS: Final = (
    Amount("lasten", "Lasten, x 1\N{NO-BREAK SPACE}000 euro", 0, "lasten_{}", "sum"),
    Amount("lasten_per_inwoner", "Euro per inwoner", 0, "lasten_{}_per_inwoner", "ratio"),
    Amount("begroot", "Begroot, x 1\N{NO-BREAK SPACE}000 euro", 0, "begroot_{}", "sum"),
    Amount("begrotingsafwijking_pct", "Rekening naast begroting, bruto, %", 1, "begrotingsafwijking_{}_pct", "ratio"),
    Amount(
        "netto_begrotingsafwijking_pct",
        "Rekening naast begroting, netto, %",
        1,
        "netto_begrotingsafwijking_{}_pct",
        "ratio",
    ),
    Amount(_COUNT, "Gebruikers", 0, "", ""),
    Amount("lasten_per_gebruiker", "Euro per gebruiker", 0, "", ""),
)
# Why a column has nothing in any year.
_NO_SUCH: Final = "geen_indicator"
# The use beside the spending of a domain, by the indicator that breaks with it.
_USERS: Final = {
    "jeugd": ("jeugdzorg_jongeren", "lasten_jeugd_per_jongere_met_jeugdzorg"),
    "wmo": ("wmo_clienten", "lasten_wmo_per_client"),
    "wmo_zonder_opvang": ("wmo_clienten", "lasten_wmo_zonder_opvang_per_client"),
    "participatie": ("bijstand_personen", ""),
}
# What is drawn: domains that do not overlap, with how each line looks.
_DRAWN: Final[tuple[tuple[str, str, Literal["own", "peers", "other"]], ...]] = (
    ("jeugd", "Jeugd", "own"),
    ("wmo_zonder_opvang", "Wmo zonder opvang", "peers"),
    ("participatie", "Participatie", "other"),
)


class Spent(NamedTuple):
    """A cell: the number, how many municipalities it is of if not of all, and why there is none."""

    text: str
    known: str
    reason: str
    after_break: bool


class OutlayTable(NamedTuple):
    """The table of a domain: its columns, and its years with a cell in each."""

    domain: str
    title: str
    amounts: list[Amount]
    years: list[tuple[int, list[Spent]]]


class Outlay:
    """Tells of the spending in the country."""

    def __init__(self, material: Material, volume: Volume) -> None:
        self._material = material
        self._together = volume.together

    def tables(self) -> Iterator[OutlayTable]:
        """The table of each domain, newest year first: of the years and columns in which anything is known."""
        for domain, title in dutch.SPENDING.items():
            rows = [row for row in self._rows if row["domein"] == domain]
            amounts = [each for each in AMOUNTS if any(row.get(f"reden_{each.name}") != _NO_SUCH for row in rows)]
            found = [(row["jaar"], [self._spent(row, amount) for amount in amounts]) for row in rows]
            told = [(year, cells) for year, cells in found if any(each.text for each in cells)]
            if told:
                yield OutlayTable(domain, title, amounts, told)

    def chart(self) -> Markup:
        """What was spent per inhabitant on the domains that do not overlap."""
        years = sorted({row["jaar"] for row in self._rows if self._per_inhabitant(row) is not None})
        if not years:
            return Markup()
        span = list(range(years[0], years[-1] + 1))
        lines = [TrendLine(name, kind, self._points(domain, span)) for domain, name, kind in _DRAWN]
        about = About("beeld-lasten", f"Bruto lasten per inwoner, {span[0]} tot en met {span[-1]}")
        return trend(lines, about=about, unit="euro per inwoner", decimals=0)

    @cached_property
    def _rows(self) -> list[Row]:
        return self._material.release.records(
            "from mart_lasten_en_gebruik where regio_soort = 'land' order by domein, jaar desc"
        )

    @cached_property
    def _sums(self) -> dict[tuple[str, int], Together]:
        """The sum over the municipalities that reported, in the division of the year itself."""
        rows = self._material.release.records(
            """select indicator_id, jaar, som_bekende_leden, leden_met_cijfer, leden from mart_dekking
               where regio_code = $country and som_bekende_leden is not null""",
            {"country": COUNTRY},
        )
        return {
            (row["indicator_id"], row["jaar"]): Together(
                row["som_bekende_leden"], row["leden_met_cijfer"], row["leden"]
            )
            for row in rows
        }

    @cached_property
    def _breaks(self) -> set[tuple[str, int]]:
        return set(self._material.release.tuples("select indicator_id, jaar from dim_reeksbreuk where blokkerend"))

    def _spent(self, row: Row, amount: Amount) -> Spent:
        indicator = _indicator(amount, row["domein"])
        after_break = (indicator, row["jaar"]) in self._breaks
        if row[amount.name] is not None:
            return Spent(dutch.number(row[amount.name], amount.decimals), "", "", after_break)
        parts = {"sum": self._sums, "ratio": self._together}.get(amount.parts, {})
        found = parts.get((indicator, row["jaar"]))
        if found is None or found.value is None:
            return Spent("", "", missing(row[f"reden_{amount.name}"]).short, after_break=False)
        known = f"{found.known} van {found.municipalities}"
        return Spent(dutch.number(found.value, amount.decimals), known, "", after_break)

    def _per_inhabitant(self, row: Row) -> float | None:
        if row["lasten_per_inwoner"] is not None:
            return float(row["lasten_per_inwoner"])
        found = self._together.get((f"lasten_{row['domein']}_per_inwoner", row["jaar"]))
        return found.value if found and found.is_enough else None

    def _points(self, domain: str, years: list[int]) -> list[Point]:
        values = {row["jaar"]: self._per_inhabitant(row) for row in self._rows if row["domein"] == domain}
        indicator = f"lasten_{domain}_per_inwoner"
        return [Point(year, values.get(year), after_break=(indicator, year) in self._breaks) for year in years]


def _indicator(amount: Amount, domain: str) -> str:
    """The indicator that a column shows in a domain; empty where there is none."""
    if amount.indicator:
        return amount.indicator.format(domain)
    users, per_user = _USERS.get(domain, ("", ""))
    return users if amount.name == _COUNT else per_user
