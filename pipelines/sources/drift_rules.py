"""The rules for drift: what CBS may change about the shape of a table, and what then becomes of that table.

A dataset's yml sets another level under ``afwijkingen``, for instance ``afwijkingen: {nieuwe_kolom: waarschuwing}``:

stil            followed without a word
waarschuwing    followed and reported, as long as that version of the table is in use
mislukt         not followed: the last version that was understood stays in use, until a person accepts the new shape

Not in this list is what contradicts the yml itself (a column, dimension or selected code that it names and the table
does not have, a dimension that it does not name, text where numbers stood): there only an edit of the yml helps.
"""

from enum import StrEnum
from typing import Final, Literal

Level = Literal["stil", "waarschuwing", "mislukt"]


class DriftKind(StrEnum):
    """The kinds of drift, as a yml names them."""

    NEW_COLUMN = "nieuwe_kolom"
    VANISHED_COLUMN = "verdwenen_kolom"
    RENAMED_COLUMN = "hernoemde_kolom"
    OTHER_UNIT = "andere_eenheid"
    DOUBLED_COLUMN = "dubbele_kolom"
    OTHER_DATATYPE = "ander_datatype"
    TEXT_OR_NUMBER = "tekst_of_getal"
    COLUMN_COUNT = "kolomtelling"
    NEW_CODE = "nieuwe_dimensiecode"
    VANISHED_CODE = "verdwenen_dimensiecode"
    RETITLED_CODE = "hernoemde_dimensiecode"
    NEW_USED_CODE = "nieuwe_uitsplitsingscode"
    VANISHED_USED_CODE = "verdwenen_uitsplitsingscode"
    RETITLED_USED_CODE = "hernoemde_gekozen_code"
    UNLISTED_CODE = "onbekende_dimensiecode"
    OTHER_WIDTH = "andere_codebreedte"
    NEW_REGION_KIND = "nieuwe_regiosoort"
    VANISHED_REGION_KIND = "verdwenen_regiosoort"
    UNKNOWN_REGION_FORM = "onbekende_regiovorm"
    UNKNOWN_MUNICIPALITY = "onbekende_gemeentecode"
    UNKNOWN_STATUS = "onbekend_statuswoord"


DEFAULTS: Final[dict[DriftKind, Level]] = {
    # Columns that no measure reads. Those of a measure are resolved by path and unit, whatever their number.
    DriftKind.NEW_COLUMN: "stil",
    DriftKind.VANISHED_COLUMN: "waarschuwing",
    DriftKind.RENAMED_COLUMN: "waarschuwing",
    DriftKind.OTHER_UNIT: "waarschuwing",
    DriftKind.DOUBLED_COLUMN: "waarschuwing",
    # Whole numbers became fractions, or the like; of any column.
    DriftKind.OTHER_DATATYPE: "waarschuwing",
    # A measure's column went from numbers to text or back: its figures would all be gone.
    DriftKind.TEXT_OR_NUMBER: "mislukt",
    # ColumnCount of the catalogue is not the number of columns and dimensions of the table.
    DriftKind.COLUMN_COUNT: "waarschuwing",
    # Codes that no measure selects: its rows do not count, but a new total may stand among them.
    DriftKind.NEW_CODE: "waarschuwing",
    DriftKind.VANISHED_CODE: "waarschuwing",
    DriftKind.RETITLED_CODE: "waarschuwing",
    # Codes of a dimension along which a measure is split or added: a sum over them would silently change.
    DriftKind.NEW_USED_CODE: "mislukt",
    DriftKind.VANISHED_USED_CODE: "mislukt",
    # The code stayed and its title did not: the figure may now be about something else.
    DriftKind.RETITLED_USED_CODE: "mislukt",
    # In the rows, not in the code list.
    DriftKind.UNLISTED_CODE: "mislukt",
    # Codes are trimmed wherever they are read. Only a `$filter` with `eq` depends on the width, and that finds no row.
    DriftKind.OTHER_WIDTH: "stil",
    # Rows of a kind of region that the table did not have; the monitor takes rows by kind.
    DriftKind.NEW_REGION_KIND: "waarschuwing",
    DriftKind.VANISHED_REGION_KIND: "mislukt",
    # A code of a form that stands for no kind of region: its rows would be dropped, whatever they are.
    DriftKind.UNKNOWN_REGION_FORM: "mislukt",
    # A gemeente with a figure that is in no list of municipalities: its figures would be dropped.
    DriftKind.UNKNOWN_MUNICIPALITY: "mislukt",
    # A Status of a period other than Definitief, NaderVoorlopig, Voorlopig: published as `onbekend`.
    DriftKind.UNKNOWN_STATUS: "waarschuwing",
}
