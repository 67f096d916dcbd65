"""How a figure stands in a cell of a page: as a number in Dutch with its marks, or as the reason why there is none."""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final, NamedTuple

from markupsafe import Markup

from pipelines.common import dutch
from pipelines.publish.pages.material import Beside, NoPlace, ShownIndicator, YearFigure
from pipelines.sources.seeds import reason_words

# A letter after a figure, and what it means: each page has this list below its tables.
MARKS: Final = {
    "b": "na een breuk: vergelijk dit cijfer niet met dat van eerdere jaren",
    "t": "twijfel: CBS publiceert dit cijfer, maar het is onwaarschijnlijk",
    "v": "voorlopig: CBS kan dit cijfer nog aanpassen",
    "k": "kleine aantallen: door afronding zegt een verschil hier weinig",
    "c": "centrumgemeente: de lasten van opvang gelden ook voor gemeenten eromheen",
}
PROVISIONAL: Final = frozenset({"voorlopig", "nader_voorlopig"})
# Why there is a figure and no place.
NO_PLACE: Final = {
    NoPlace.DOUBT: "twijfel",
    NoPlace.SMALL: "kleine aantallen",
    NoPlace.FEW: "te weinig gemeenten",
    NoPlace.CENTRE: "betaalt opvang voor de regio",
    NoPlace.YOUNG: "veel jongeren van 15 tot 25",
}
# Why there is no figure, in two words, for a cell in a table of years; below the table stands what they mean.
SHORT: Final = {
    "onbekend_of_geheim": "geheim",
    "kan_niet_voorkomen": "bestaat niet",
    "niet_geleverd": "niet geleverd",
    "niet_begrepen": "niet gevonden",
    "niet_opgenomen": "niet in opname",
    "niet_gepubliceerd": "niet bij CBS",
    "niet_optelbaar": "niet op te tellen",
    "gesplitst": "gesplitst",
    "deel_ontbreekt": "deel ontbreekt",
    "regio_onvolledig": "regio niet compleet",
    "noemer_ontbreekt": "geen noemer",
    "noemer_nul": "noemer nul",
    "noemer_te_klein": "te klein",
    # Of spending beside use: there is no figure of that year, or no such figure at all.
    "buiten_reeks": "geen cijfer",
    "geen_indicator": "bestaat hier niet",
}
_OUTSIDE_WORDS: Final = {
    "buiten_reeks": "van dit jaar heeft de monitor geen cijfer",
    "geen_indicator": "dit cijfer bestaat hier niet",
}
# Not in any release's list of reasons: the figure lies outside the years of its indicator.
OUTSIDE: Final = "buiten de jaren van dit cijfer"
_REASONS: Final = {**reason_words("betekenis"), **_OUTSIDE_WORDS}


class TableCell(NamedTuple):
    """A cell: the number as ``text``, with the letters of its ``marks``; or no text, and why: in words, and short."""

    text: str
    marks: str
    reason: str
    short: str


NO_CELL: Final = TableCell("", "", OUTSIDE, "")
# Where nothing is asked, and so nothing lacks.
EMPTY: Final = TableCell("", "", "", "")


def number(value: float | None, indicator: ShownIndicator) -> str:
    """A figure of this indicator with the decimals that it is shown with."""
    return _number(value, indicator.decimals)


# The figures of groups stand on the pages of all their members, and those of an area in two files.
_number = lru_cache(maxsize=2**16)(dutch.number)


def cell(
    figure: YearFigure | None, indicator: ShownIndicator, beside: Beside | None = None, *, centre: bool = False
) -> TableCell:
    """The cell of a figure; None is a year that the indicator has not.

    ``centre``: of a municipality that others share.
    """
    if figure is None:
        return NO_CELL
    if figure.value is None:
        return missing(figure.reason)
    return TableCell(number(figure.value, indicator), marks(figure, beside, centre=centre), "", "")


def missing(code: str | None) -> TableCell:
    """The cell of a figure that is not there for this reason."""
    return TableCell("", "", reason(code), SHORT.get(code or "", code or ""))


def marks(figure: YearFigure, beside: Beside | None, *, centre: bool) -> str:
    """The letters of `MARKS` that hold for a figure."""
    # Half a million times per release, and hardly ever more than one holds.
    found = "b" if figure.broken else ""
    if figure.doubt:
        found += "t"
    if figure.status in PROVISIONAL:
        found += "v"
    if beside is not None and beside.small:
        found += "k"
    return found + "c" if centre else found


def row_of(cells: Iterable[TableCell]) -> Markup:
    """The cells of a table of years, without end tags: of thousands on a page they would be a fifth.

    Nothing here needs escaping: numbers, letters, and words of our own.
    """
    return Markup("".join([f"<td>{_short(each)}" for each in cells]))  # noqa: S704 - see above


def _short(cell: TableCell) -> str:
    if cell.text:
        return f"{cell.text}<sup>{cell.marks}</sup>" if cell.marks else cell.text
    return f"<em>{cell.short}</em>" if cell.short else ""


@cache
def reason(code: str | None) -> str:
    """Why a figure is missing, as part of a sentence; a code that nobody wrote words for stays as it is."""
    words = _REASONS.get(code or "", code or "")
    return words[:1].lower() + words[1:].rstrip(".") if not words.startswith("CBS") else words.rstrip(".")
