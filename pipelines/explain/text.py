"""Put an explanation into words: indented Dutch text for a terminal."""

from collections.abc import Iterator

from pipelines.explain.model import Cell, Component, Explanation, Figure, Outcome, Part, Redivision, TableVersion

REASONS = {
    "onbekend_of_geheim": "CBS publiceert een punt: onbekend, onvoldoende betrouwbaar of geheim",
    "kan_niet_voorkomen": "CBS publiceert een lege cel: een cijfer kan hier niet voorkomen",
    "niet_geleverd": "CBS publiceert een punt: de gemeente deed geen opgave",
    "niet_gepubliceerd": "CBS publiceert hiervoor geen rij",
    "niet_optelbaar": "een gepubliceerde verhouding is over gemeenten niet op te tellen",
    "gesplitst": "een gemeente is over meer opvolgers verdeeld; hoe, is van dit cijfer niet bekend",
    "deel_ontbreekt": "van ten minste één deel is geen cijfer",
    "regio_onvolledig": "van ten minste één gemeente is niet bekend in welke regio zij ligt",
    "noemer_ontbreekt": "de noemer ontbreekt",
    "noemer_nul": "de noemer is 0 of minder, of een groep lasten is 0",
}
_NO_STATUS = "onbekend (de tabel noemt geen status)"
# More members than this are shown one to a line: 380 municipalities with all their codes are not read by anyone.
_IN_FULL = 12
_STEP = "  "
_MINUTE = "%Y-%m-%d %H:%M"


def number(value: float | None, decimals: int | None = None) -> str:
    """A number the Dutch way: spaces between thousands, a comma; without ``decimals`` every digit there is."""
    if value is None:
        return "geen cijfer"
    if decimals is not None:
        text = f"{value:,.{decimals}f}"
    else:
        text = f"{value:,.0f}" if value == int(value) else f"{value:,}"
    return text.replace(",", " ").replace(".", ",")


def render(explanation: Explanation) -> str:
    """The explanation as text: figure, formula, parts, cells as published, and whether it all agrees."""
    return "\n".join(_lines(explanation)) + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    figure = explanation.cijfer
    yield f"{figure.indicator_id} · {_region(figure)} · {figure.jaar} · indeling {figure.indeling}"
    yield f"{figure.naam}: {_headline(figure)}"
    yield from _about(explanation)
    for warning in explanation.waarschuwingen:
        yield f"LET OP: {warning}"
    yield ""
    yield from _figure_body(figure, "")
    yield ""
    yield "Tabellen" if explanation.tabellen else "Tabellen: geen"
    for table in explanation.tabellen:
        yield _STEP + _table(table)
    yield ""
    yield from _verdict(explanation)


def _about(explanation: Explanation) -> Iterator[str]:
    published = _outcome(explanation.cijfer)
    if published.reden:
        yield f"{_STEP}reden       {published.reden}: {REASONS.get(published.reden, published.reden)}"
    if published.schatting is not None:
        estimate = number(published.schatting, explanation.cijfer.decimalen)
        yield f"{_STEP}schatting   {estimate}, naar verhuisde inwoners; nooit deel van een som of vergelijking"
    yield f"{_STEP}status      {_NO_STATUS if published.status == 'onbekend' else published.status}"
    yield f"{_STEP}twijfel     {' '.join(explanation.twijfel) or 'nee'}"
    breaks = " ".join(explanation.breuken) if explanation.reeksbreuk else "nee"
    yield f"{_STEP}reeksbreuk  {breaks}"
    made = f"{explanation.gemaakt:{_MINUTE}} UTC"
    yield f"{_STEP}uitgave     {explanation.release_id} van {made}, {_source(explanation.bron)}"


def _source(kind: str) -> str:
    return "opname (niet de live dienst van CBS)" if kind == "opname" else "live van CBS"


def _figure_body(figure: Figure, indent: str) -> Iterator[str]:
    yield f"{indent}Formule: {figure.formule}"
    is_long = len(figure.delen) > _IN_FULL
    for part in figure.delen:
        yield from _part_in_short(part, indent + _STEP) if is_long else _part(part, indent + _STEP)
    for component in figure.onderdelen:
        yield from _component(component, indent + _STEP)


def _part(part: Part, indent: str) -> Iterator[str]:
    figure = part.cijfer
    about = f"{part.rol} {figure.indicator_id}, {_region(figure)}, {figure.jaar}"
    yield f"{indent}{about}: {_headline(figure)}{_because(figure)}"
    for step in part.stappen:
        yield f"{indent}{_STEP}Herindeling: {_redivision(step)}"
    if part.is_gesplitst and not part.stappen:
        share = number(100 * part.aandeel, 1)
        yield f"{indent}{_STEP}Gesplitst: {share} % van de inwoners ging naar gemeenten in deze regio"
    yield from _figure_body(figure, indent + _STEP)


def _part_in_short(part: Part, indent: str) -> Iterator[str]:
    figure = part.cijfer
    used = [cell for cell in figure.cells() if cell.gebruikt]
    cells = "; ".join(f"{cell.tabel_id} rij {cell.rij_id} {cell.kolom} {_quoted(cell.tekst)}" for cell in used)
    value = number(_outcome(figure).waarde, figure.decimalen)
    yield f"{indent}{_region(figure)}: {value}{_because(figure)} ({cells or 'geen cel'})"


def _component(component: Component, indent: str) -> Iterator[str]:
    if component.naam:
        remark = f" ({component.opmerking})" if component.opmerking else ""
        yield f"{indent}{component.naam}: {number(component.waarde)}{remark}{'' if component.cellen else ' (geen rij)'}"
    for cell in component.cellen:
        yield from _cell(cell, indent + (_STEP if component.naam else ""))


def _cell(cell: Cell, indent: str) -> Iterator[str]:
    if not cell.gebruikt:
        yield f"{indent}niet gebruikt: {cell.kolom} ({cell.pad}) = {_quoted(cell.tekst)}"
        return
    if cell.correctie is not None:
        meaning = f"gecorrigeerd naar {cell.correctie.juist}"
    elif cell.waarde is not None:
        meaning = f"waarde {number(cell.waarde)}"
    else:
        meaning = f"symbool '{cell.symbool}', {cell.reden}"
    yield f"{indent}Cel in {cell.tabel_id}, rij {cell.rij_id}: {_quoted(cell.tekst)} = {meaning}, status {cell.status}"
    if cell.correctie is not None:
        why = cell.correctie
        yield f"{indent}{_STEP}correctie  {why.toelichting} ({why.verwijzing}; opgenomen {why.datum})"
    codes = (f"{key} = {_quoted(code)}{_titled(cell.titels[key])}" for key, code in cell.dimensies.items())
    yield f"{indent}{_STEP}dimensies  {'; '.join(codes)}"
    yield f"{indent}{_STEP}kolom      {cell.kolom}: {cell.pad} ({cell.eenheid})"


def _redivision(step: Redivision) -> str:
    share = "" if step.aandeel == 1 else f", {number(100 * step.aandeel, 1)} % van de inwoners"
    return f"{step.oude_code} naar {step.nieuwe_code} per {step.datum} ({step.soort}{share}; {step.bron})"


def _table(table: TableVersion) -> str:
    return (
        f"{table.tabel_id} {table.titel}: gewijzigd {table.gewijzigd:{_MINUTE}}, "
        f"opgehaald {table.opgehaald:{_MINUTE}} UTC ({table.soort}), versie {table.hash}, sha256 {table.sha256[:16]}"
    )


def _verdict(explanation: Explanation) -> Iterator[str]:
    if explanation.klopt:
        yield "Controle: opnieuw uitgerekend uit de cellen en gelijk aan de uitgave."
        return
    yield "!!! DE UITGAVE VOLGT NIET UIT DE CELLEN !!!"
    for figure in explanation.afwijkend:
        for name in figure.mismatches:
            released, computed = getattr(figure.gepubliceerd, name), getattr(figure.herleid, name)
            place = f"{figure.indicator_id} {figure.regio_code} {figure.jaar} {figure.indeling}"
            yield f"{_STEP}{place}, {name}: uitgave {_plain(released)}, uit de cellen {_plain(computed)}"
    yield "Gebruik dit cijfer niet voordat het verschil verklaard is: zie LET OP hierboven, of draai `monitor refresh`."


def _plain(value: float | str | None) -> str:
    return value if isinstance(value, str) else number(value)


def _outcome(figure: Figure) -> Outcome:
    return figure.gepubliceerd or figure.herleid


def _headline(figure: Figure) -> str:
    value = _outcome(figure).waarde
    if value is None:
        return "geen cijfer"
    exact, shown = number(value), number(value, figure.decimalen)
    return f"{shown} {figure.eenheid}" + ("" if exact == shown else f" (onafgerond {exact})")


def _because(figure: Figure) -> str:
    reason = _outcome(figure).reden
    return f" [{reason}]" if reason else ""


def _region(figure: Figure) -> str:
    return f"{figure.regio_code} {figure.regio_naam}"


def _quoted(text: str | None) -> str:
    return "null" if text is None else f"'{text}'"


def _titled(title: str) -> str:
    return f" ({title})" if title else ""
