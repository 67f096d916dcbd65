"""The traps: tables that a careless reader takes for one of ours, and the oddities within ours.

A table of ``decoys`` has other figures than the real one, so that a release in which it was taken is wrong in every
cell that a test compares. ``ODDITIES`` tells which of the other tables differ from their series, and how.
"""

from dataclasses import replace

from tests.support.cbs_2026 import divisions, neighbourhoods, overlap, wmo, youth
from tests.support.cbs_2026.form import Code, Dimension, Path, Table

_STOPPED = {"status": "Gediscontinueerd", "frequency": "Stopgezet"}
_NEWER = "2026-09-30T02:00:00"

# Ids that nobody listed: the real ones of these years were not found.
YOUTH_2024, WMO_2024 = "85999NED", "85998NED"
# The title of one column of one year differs from those before and after it.
RENAMED_COLUMN: tuple[str, Path, str] = (
    "85685NED",
    ("Jeugdzorgtrajecten in natura", "Verwijzer", "Verwijzer onbekend"),
    "Verwijzer niet bekend",
)
ODDITIES: dict[str, str] = {
    YOUTH_2024: "an id that nobody listed, of a year that is missing otherwise",
    WMO_2024: "an id that nobody listed, of a year that is missing otherwise",
    "85685NED": "a column under another title than in the years around it: 'Verwijzer niet bekend'",
    "86204NED": "its dimension is called Vormen, and the title of its total ends early",
    "86165NED": "whole groups without a figure, care among them: not published yet",
    "86358NED": "two age groups in place of '65 jaar of ouder', and every later number one more",
    "86158NED": "a code that no year before has, and four of ten municipalities without figures",
    "84751NED": "renamed: the dimension is TypeMaatwerkvoorziening, that of 84753NED still TypeMaatwerkarrangement",
    "85377NED": "a title spelt otherwise than those around it: 'wijken 2022'",
    "85639NED": "a title spelt otherwise than those around it: 'regio, wijken, 2023'",
    "83454NED": "its dimension of regions is called Regio",
    "70072ned": "periods without a status, titles of ages that come twice, numbers of topics with gaps",
    "82015NED": "of the newest three months only the country, to a thousand",
    overlap.HALF_YEAR_ONLY: "a table of a year that holds its first half-year alone, under an id that nobody listed",
    "85100NED": "regions that overlap: youth regions, COROP regions, landsdelen and one without the four large",
}


def own_tables() -> list[Table]:
    """The two years that nobody listed."""
    return [youth.wijk_table(YOUTH_2024, 2024, **_STOPPED), wmo.wijk_table(WMO_2024, 2024, **_STOPPED)]


def decoys() -> list[Table]:
    """The tables that must not be taken, each with the trap that it is."""
    return [
        *_english(),
        *_reissues(),
        *_stopped_twins(),
        *_other_series(),
    ]


def _english() -> list[Table]:
    """English tables have entities of other names; one of them lies with its title not translated yet."""
    key_figures = neighbourhoods.kwb_table(
        "86165ENG",
        2025,
        factor=3,
        title="Key figures districts and neighbourhoods 2025",
        language="en",
        trap="the English twin of 86165NED",
    )
    half_done = youth.wijk_table(
        "86204ENG",
        2025,
        factor=3,
        language="en",
        modified=_NEWER,
        trap="the English twin of 86204NED, newer and under its Dutch title",
    )
    return [_translated(key_figures), _translated(half_done)]


def _translated(table: Table) -> Table:
    words = {"Perioden": "Periods", "Wijken": "Districts", "WijkenEnBuurten": "DistrictsAndNeighbourhoods"}

    def english(dimension: Dimension) -> Dimension:
        key = words.get(dimension.key, dimension.key)
        return replace(dimension, key=key, title=key)

    return replace(table, dimensions=tuple(map(english, table.dimensions)))


def _reissues() -> list[Table]:
    """Proven ids: CBS counted these two years again."""
    return [
        wmo.wijk_table(
            "86186NED", 2019, factor=1.5, modified=_NEWER, trap="a re-issue of the year of 84753NED", **_STOPPED
        ),
        wmo.wijk_table(
            "86189NED", 2022, factor=1.5, modified=_NEWER, trap="a re-issue of the year of 85377NED", **_STOPPED
        ),
    ]


def _stopped_twins() -> list[Table]:
    """Made ids: the same title and year as a table that is kept up, but stopped."""
    return [
        neighbourhoods.kwb_table(
            "85600NED",
            2023,
            factor=3,
            modified=_NEWER,
            trap="a stopped twin of 85618NED, changed later than it",
            **_STOPPED,
        ),
        youth.wijk_table(
            "86203NED",
            2025,
            factor=3,
            modified=_NEWER,
            trap="a stopped twin of 86204NED, changed later than it",
            **_STOPPED,
        ),
        divisions.division_table(
            "86246NED",
            2026,
            factor=3,
            modified=_NEWER,
            trap="a stopped twin of 86247NED, changed later than it",
            **_STOPPED,
        ),
    ]


def _other_series() -> list[Table]:
    """Series with nearly the words of ours; the title of 86181NED is proven, the others are made."""
    return [
        _by_financing(),
        neighbourhoods.kwb_table(
            "86166NED",
            2024,
            factor=3,
            title="Kerncijfers wijken en buurten; postcodegebieden 2024",
            trap="another series: by postal area, of the year of 85984NED",
        ),
        youth.wijk_table(
            "86205NED",
            2025,
            factor=3,
            title="Jongeren met jeugdzorg en jeugdzorgtrajecten in natura; wijken, peildatum 2025",
            trap="another series: on one day, of the year of 86204NED",
        ),
        divisions.division_table(
            "86248NED",
            2026,
            factor=3,
            title="Gebieden in Nederland; grensregio's 2026",
            trap="another series: along the border, of the year of 86247NED",
        ),
    ]


def _by_financing() -> Table:
    """86181NED: the clients of the table of types, by another dimension; codes U."""
    titles = (
        "Totaal",
        "Uitsluitend PersoonsGebondenBudget (PGB)",
        "Uitsluitend Zorg in Natura (ZIN)",
        "Zowel PGB als ZIN",
    )
    like = wmo.wijk_table("86181NED", 2022, factor=3)
    kinds = [code.key for code in like.dimensions[0].codes][: len(titles)]
    financing = Dimension(
        "Financieringsvorm",
        "Financieringsvorm",
        tuple(Code(key, title) for key, title in zip(kinds, titles, strict=True)),
    )
    return replace(
        like,
        title="Wmo-cliënten; financieringsvorm, wijken, 2022",
        dimensions=(financing, *like.dimensions[1:]),
        trap="another series: by who finances, of the year of 85377NED",
        status="Gediscontinueerd",
        frequency="Stopgezet",
    )
