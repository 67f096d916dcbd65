"""Put the way of a municipality's own figure into words: Dutch text for a terminal."""

from collections.abc import Iterator
from typing import Final

from pipelines.explain.own_figures import OwnFigure
from pipelines.explain.text import number
from pipelines.releases.reader import Row

_OF_PERSONS: Final = {"personen": "het zijn personen", "percentage": "het is een percentage van personen"}


def render_own(figure: OwnFigure) -> str:
    """The explanation as text: figure, owner, file, line and column, and whether the release agrees with the file."""
    return "\n".join(_lines(figure)) + "\n"


def _lines(figure: OwnFigure) -> Iterator[str]:
    row, header = figure.row, figure.header
    yield f"{row['opgave_id']} · {row['gm_code']} {row['gm_naam']} · {row['jaar']} · eigen opgave"
    yield f"{row['naam']}: {_shown(figure.published, row['decimalen'])} {row['eenheid']}"
    yield f"  bron        eigen opgave van {row['eigenaar']}, {row['datum']}; niet van CBS, en nergens meegeteld"
    yield f"  status      {row['status']}"
    yield f"  uitgave     {header.release_id} van {header.made:%Y-%m-%d %H:%M} UTC"
    yield ""
    yield f"Formule: de cel, {_rounding(row)}"
    yield f"  Cel in {row['bestand']}, regel {row['regel']}: '{figure.cell}' = {_shown(figure.value, None)}"
    yield f"    kolom     {row['opgave_id']}: {row['naam']} ({row['eenheid']})"
    yield f"    bestand   {row['titel']}: {row['omschrijving']}"
    yield f"    versie    {figure.version}, sha256 {row['sha256'][:16]}"
    yield ""
    if figure.agrees:
        yield "Controle: opnieuw gelezen uit het bestand en gelijk aan de uitgave."
        return
    yield "!!! DE UITGAVE VOLGT NIET UIT HET BESTAND !!!"
    yield f"  uitgave {_shown(figure.published, None)}, uit het bestand {_shown(figure.value, None)}"
    yield "Gebruik dit cijfer niet voordat het verschil verklaard is: draai `monitor refresh`."


def _rounding(row: Row) -> str:
    if row["afgerond_op"] is None:
        return "zoals opgegeven"
    step = "hele procenten" if row["soort"] == "percentage" else number(row["afgerond_op"], 0)
    return f"op {step} afgerond (een half naar boven), want {_OF_PERSONS[row['soort']]}"


def _shown(value: float | str, decimals: int | None) -> str:
    return value if isinstance(value, str) else number(value, decimals)
