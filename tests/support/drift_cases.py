"""Everything CBS may change about the shape of a table, and what must come of it: one table of cases.

A change is ``followed`` (the new version is in use, nothing is said), ``warned`` (in use, and said) or ``refused`` (the
version before stays in use, byte for byte). ``rule`` is the name under which a yml can set another level; a refusal
without rule contradicts the yml itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.support.cbs_tables import Published
from tests.support.drift_changes import (
    FIRST,
    abolish,
    add_dimension,
    drop_dimension,
    miscount,
    region,
    renew_period,
    renumber,
    swap_columns,
    title,
    topic,
    unlist,
    widen,
)

KWB, JEUGD, BBV, WMO, IV3, GEBIEDEN = "84286NED", "85335NED", "85098NED", "84751NED", "45078NED", "83553NED"
REGIO = "83262NED"
TABLES = (KWB, JEUGD, BBV, WMO, IV3, GEBIEDEN, REGIO)
HOUSEHOLD, RELATIVE = "AnderHuishouden_8", "WmoClientenPer1000Inwoners_6"
TYPE, TAAKVELD = "TypeMaatwerkarrangement", "TaakveldBalanspost"

Outcome = Literal["followed", "warned", "refused"]


@dataclass(frozen=True)
class Case:
    """One change of one table, and what must come of it."""

    table: str
    outcome: Outcome
    change: Callable[[Published], object]
    says: str = ""
    rule: str = ""


COLUMNS: dict[str, Case] = {
    "renumbered columns": Case(JEUGD, "followed", renumber),
    "a column more, of no measure": Case(
        JEUGD, "followed", lambda t: t.add_topic(HOUSEHOLD, "Extra_9", "       5", Title="Extra"), rule="nieuwe_kolom"
    ),
    "a title a second time, in another group": Case(
        JEUGD, "followed", lambda t: t.add_topic(HOUSEHOLD, "Huisarts_9", "       5", Title="Huisarts")
    ),
    "a column of no measure renamed": Case(
        WMO,
        "warned",
        topic(RELATIVE, Title="Wmo-cliënten relatief"),
        r"renamed that no measure reads: 'Wmo-cliënten per 1 000 inwoners' .* became 'Wmo-cliënten relatief'",
        "hernoemde_kolom",
    ),
    "a column of no measure vanished": Case(
        WMO,
        "warned",
        lambda t: t.drop_topic(RELATIVE),
        r"columns vanished that no measure reads: 'Wmo-cliënten per 1 000 inwoners' .*\(WmoClientenPer1000Inwoners_6\)",
        "verdwenen_kolom",
    ),
    "a column of no measure in another unit": Case(
        WMO, "warned", topic(RELATIVE, Unit="x 1 000"), r"inwoners\) became .*\(x 1 000\)", "andere_eenheid"
    ),
    "a column of no measure twice": Case(
        WMO,
        "warned",
        lambda t: t.add_topic(RELATIVE, "WmoClientenPer1000Inwoners_7", "       5"),
        "stands there as WmoClientenPer1000Inwoners_6 and as WmoClientenPer1000Inwoners_7",
        "dubbele_kolom",
    ),
    "whole numbers became fractions": Case(
        JEUGD, "warned", topic(FIRST, Datatype="Double"), r"went from Long to Double", "ander_datatype"
    ),
    "the catalogue counts other columns": Case(
        JEUGD, "warned", miscount, "counts 25 .* the table has 24", "kolomtelling"
    ),
    "a column of a measure renamed": Case(
        KWB,
        "refused",
        topic("WmoClienten_86", Title="Cliënten Wmo"),
        r"measure wmo_clienten: expected exactly one column 'Zorg > Wmo-cliënten' \(aantal\), found 0. In the version "
        r"last understood it was WmoClienten_86; it seems to have been renamed to 'Zorg > Cliënten Wmo' \(aantal\)",
    ),
    "a column of a measure vanished": Case(
        KWB,
        "refused",
        lambda t: t.drop_topic("WmoClienten_86"),
        "found 0. In .* it was WmoClienten_86; nothing like it stands in its place, so it seems to have vanished",
    ),
    "a column of a measure twice": Case(
        KWB,
        "refused",
        lambda t: t.add_topic("WmoClienten_86", "WmoClienten_200", "       5"),
        "found 2. In the .* it was WmoClienten_86; now it stands there as WmoClienten_86 and as WmoClienten_200",
    ),
    "a column of a measure in another unit": Case(
        KWB, "refused", topic("WmoClienten_86", Unit="x 1 000"), "its unit seems to have changed to 'x 1 000'"
    ),
    "a column of a measure in another group": Case(
        KWB,
        "refused",
        topic("WmoClienten_86", ParentID=14),
        r"renamed to 'Sociale zekerheid > Wmo-cliënten' \(aantal\)",
    ),
    "text of a measure became numbers": Case(
        GEBIEDEN, "refused", swap_columns, "between text and numbers: .* went from String to Long", "tekst_of_getal"
    ),
    "text in a column of numbers": Case(
        KWB,
        "refused",
        lambda t: t.rows[3].update(WmoClienten_86="ca. 9"),
        r"expected a number, .* found 'ca. 9' in row 3",
    ),
    "a dot in a column of text": Case(GEBIEDEN, "followed", lambda t: t.rows[0].update(Code_34="       .")),
}
CODES: dict[str, Case] = {
    "a wider code list": Case(WMO, "followed", widen(TYPE), rule="andere_codebreedte"),
    "wider codes of regions": Case(JEUGD, "followed", widen("Wijken"), rule="andere_codebreedte"),
    "a dimension more": Case(
        WMO,
        "refused",
        add_dimension("Leeftijd"),
        r"not selected by the yml: \['Leeftijd'\]; 'Leeftijd' has 10000 'Totaal leeftijd', so `dimensies: .Leeftijd",
    ),
    "a dimension vanished": Case(
        WMO, "refused", drop_dimension(TYPE), r"not in the table: \['TypeMaatwerkarrangement'\]"
    ),
    "a dimension renamed": Case(
        WMO,
        "refused",
        lambda t: t.rename_key(TYPE, "Arrangement"),
        r"not in the table: \['TypeMaatwerkarrangement'\]; .*'Type.*' seems to be called 'Arrangement' now",
    ),
    "a dimension called by another name of it": Case(
        WMO, "followed", lambda t: t.rename_key(TYPE, "TypeMaatwerkvoorziening")
    ),
    "a dimension by two of its names": Case(
        WMO, "refused", add_dimension("TypeMaatwerkvoorziening"), r"found TypeMaatwerkarrangement and TypeMaatwerkv"
    ),
    "a code more, that no measure selects": Case(
        WMO,
        "warned",
        lambda t: t.add_code(TYPE, "A048188", "Totaal excl. verblijf"),
        r"dimension TypeMaatwerkarrangement has new codes: A048188 'Totaal excl. verblijf'",
        "nieuwe_dimensiecode",
    ),
    "a code vanished, that no measure selects": Case(
        REGIO,
        "warned",
        lambda t: t.drop_code("Geslacht", "3000"),
        "dimension Geslacht no longer has the codes 3000 'Mannen'",
        "verdwenen_dimensiecode",
    ),
    "another title for a code that no measure selects": Case(
        REGIO,
        "warned",
        title("Geslacht", "3000", "Man"),
        "code 3000 of dimension Geslacht was 'Mannen' and is now 'Man'",
        "hernoemde_dimensiecode",
    ),
    "another title for a code that a measure selects": Case(
        WMO,
        "refused",
        title(TYPE, "T001024", "Totaal exclusief verblijf"),
        "code T001024 of dimension .* was 'Totaal' and is now 'Totaal exclusief verblijf'",
        "hernoemde_gekozen_code",
    ),
    "a selected code vanished": Case(
        WMO,
        "refused",
        lambda t: t.drop_code(TYPE, "T001024"),
        r"expected one code of dimension .* to be T001024 or 'Totaal', found none; .* T001024 was 'Totaal'\.",
    ),
    "a selected code vanished, and another one has its title": Case(
        WMO,
        "warned",
        lambda t: (t.add_code(TYPE, "T009999", "Totaal", rows_like="T001024"), t.drop_code(TYPE, "T001024")),
        "dimension TypeMaatwerkarrangement no longer has the codes T001024 'Totaal'; nearest: T009999 'Totaal'",
        "verdwenen_dimensiecode",
    ),
    "a code in the rows that the list lacks": Case(
        IV3,
        "refused",
        unlist(TAAKVELD, "6.82"),
        r"have in TaakveldBalanspost '6.82', not in its",
        "onbekende_dimensiecode",
    ),
    "a region in the rows that the list lacks": Case(
        JEUGD, "refused", unlist("Wijken", "GM0363"), "the rows have in Wijken 'GM0363'", "onbekende_dimensiecode"
    ),
    "a taakveld more": Case(
        IV3,
        "refused",
        lambda t: t.add_code(TAAKVELD, "6.83", "6.83 Nieuw taakveld", rows_like="6.82"),
        "dimension TaakveldBalanspost has new codes: 6.83 '6.83 Nieuw taakveld'; nearest: .*6.82 '6.82 Ge",
        "nieuwe_uitsplitsingscode",
    ),
    "a taakveld vanished": Case(
        IV3,
        "refused",
        lambda t: t.drop_code(TAAKVELD, "6.82"),
        "dimension TaakveldBalanspost no longer has the codes 6.82 '6.82 Ge",
        "verdwenen_uitsplitsingscode",
    ),
    "another title for a taakveld": Case(
        IV3,
        "refused",
        title(TAAKVELD, "6.82", "6.82 Iets anders"),
        "is now '6.82 Iets anders'",
        "hernoemde_gekozen_code",
    ),
}
REGIONS: dict[str, Case] = {
    "jeugdregio rows": Case(
        BBV, "warned", region("JZ01", "Groningen (JZ)"), "a kind of region .* 'jeugdregio'", "nieuwe_regiosoort"
    ),
    "COROP rows": Case(BBV, "warned", region("CR01", "Oost-Groningen"), "did not have: 'corop'", "nieuwe_regiosoort"),
    "landsdeel exclusief G4": Case(
        BBV,
        "warned",
        region("LD03", "West-Nederland, exclusief G4"),
        "did not have: 'landsdeel exclusief'",
        "nieuwe_regiosoort",
    ),
    "no rows of the country any more": Case(
        BBV, "refused", lambda t: t.drop_code("RegioS", "NL01"), "longer rows of .* 'land'", "verdwenen_regiosoort"
    ),
    "region codes of another form": Case(
        BBV,
        "refused",
        region("XG0001", "Nieuw gebied"),
        "rows of XG0001 'Nieuw gebied', region codes of no known form",
        "onbekende_regiovorm",
    ),
    "a gemeente that nobody knows": Case(
        BBV,
        "refused",
        region("GM1999", "Aa en Hunse"),
        r"figures of GM1999 'Aa en Hunse', in no list of municipalities; nearest: GM1680 'Aa en Hunze'.*; add what is "
        r"missing to dbt_project/seeds/referentie/gemeenten_per_jaar.csv",
        "onbekende_gemeentecode",
    ),
    "a gemeente that nobody knows, without figures": Case(
        BBV, "followed", lambda t: t.add_code("RegioS", "GM0997", "Landelijk")
    ),
    "an abolished gemeente": Case(BBV, "followed", abolish),
}
PERIODS: dict[str, Case] = {
    "a period more": Case(BBV, "followed", renew_period),
    "a status that nobody knows": Case(
        BBV,
        "warned",
        lambda t: t.code("Perioden", "2022JJ00").update(Status="Herzien"),
        "a period has the status 'Herzien', expected 'Definitief', 'NaderVoorlopig', 'Voorlopig'; it is .* 'onbekend'",
        "onbekend_statuswoord",
    ),
}
CASES = COLUMNS | CODES | REGIONS | PERIODS
