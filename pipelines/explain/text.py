"""Put an explanation into words: indented Dutch text for a terminal.

What does not belong here: the sentences of a formula, which ``figures`` writes where it computes.
"""

from collections.abc import Iterator

from pipelines.common import dutch
from pipelines.explain.model import Cell, Component, Explanation, Figure, Part, Redivision, TableVersion
from pipelines.sources.seeds import reason_words

# What a field of an outcome is called in the release.
_FIELDS = {
    "value": "waarde",
    "estimate": "schatting",
    "numerator": "teller",
    "denominator": "noemer",
    "reason": "reden",
    "status": "status",
}
_SOURCES = {
    "opname": "opname (niet de live dienst van CBS)",
    "live": "live van CBS",
    "gemengd": "deels opname, deels live van CBS",
}
_NO_STATUS = "onbekend (de tabel noemt geen status)"
# More members than this are shown one to a line: 380 municipalities with all their codes are not read by anyone.
_IN_FULL = 12
_STEP = "  "
_MINUTE = "%Y-%m-%d %H:%M"


def number(value: float | None, decimals: int | None = None) -> str:
    """A number the Dutch way, with plain spaces so that it can be searched for in a terminal.

    Args:
        value: the number, or None.
        decimals: how many to show; without it every digit there is.

    """
    if value is None:
        return "geen cijfer"
    if decimals is None:
        return dutch.exact(value, thousands=dutch.SPACE)
    return dutch.number(value, decimals, thousands=dutch.SPACE)


def render(explanation: Explanation) -> str:
    """The explanation as text: figure, formula, parts, cells as published, and whether it all agrees."""
    return "\n".join(_lines(explanation)) + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    figure = explanation.figure
    yield f"{figure.indicator_id} · {_region(figure)} · {figure.year} · indeling {figure.division}"
    yield f"{figure.name}: {_headline(figure)}"
    yield from _about(explanation)
    for warning in explanation.warnings:
        yield f"LET OP: {warning}"
    yield ""
    yield from _figure_body(figure, "")
    yield ""
    yield "Tabellen" if explanation.tables else "Tabellen: geen"
    for table in explanation.tables:
        yield _STEP + _table(table)
    yield ""
    yield from _verdict(explanation)


def _about(explanation: Explanation) -> Iterator[str]:
    published = explanation.figure.shown
    if published.reason:
        yield f"{_STEP}reden       {published.reason}: {reason_words('kort').get(published.reason, published.reason)}"
    if published.estimate is not None:
        estimate = number(published.estimate, explanation.figure.decimals)
        yield f"{_STEP}schatting   {estimate}, naar verhuisde inwoners; nooit deel van een som of vergelijking"
    yield f"{_STEP}status      {_NO_STATUS if published.status == 'onbekend' else published.status}"
    yield f"{_STEP}twijfel     {' '.join(explanation.doubts) or 'nee'}"
    breaks = " ".join(explanation.breaks) if explanation.has_break else "nee"
    yield f"{_STEP}reeksbreuk  {breaks}"
    made = f"{explanation.made:{_MINUTE}} UTC"
    yield f"{_STEP}uitgave     {explanation.release_id} van {made}, {_SOURCES[explanation.source]}"


def _figure_body(figure: Figure, indent: str) -> Iterator[str]:
    yield f"{indent}Formule: {figure.formula}"
    is_long = len(figure.parts) > _IN_FULL
    for part in figure.parts:
        yield from _part_in_short(part, indent + _STEP) if is_long else _part(part, indent + _STEP)
    for component in figure.components:
        yield from _component(component, indent + _STEP)


def _part(part: Part, indent: str) -> Iterator[str]:
    figure = part.figure
    about = f"{part.role} {figure.indicator_id}, {_region(figure)}, {figure.year}"
    yield f"{indent}{about}: {_headline(figure)}{_because(figure)}"
    for step in part.steps:
        yield f"{indent}{_STEP}Herindeling: {_redivision(step)}"
    if part.is_split and not part.steps:
        share = number(100 * part.share, 1)
        yield f"{indent}{_STEP}Gesplitst: {share} % van de inwoners ging naar gemeenten in deze regio"
    yield from _figure_body(figure, indent + _STEP)


def _part_in_short(part: Part, indent: str) -> Iterator[str]:
    figure = part.figure
    used = [cell for cell in figure.cells() if cell.is_used]
    cells = "; ".join(f"{cell.table} rij {cell.row_id} {cell.column} {_quoted(cell.text)}" for cell in used)
    value = number(figure.shown.value, figure.decimals)
    yield f"{indent}{_region(figure)}: {value}{_because(figure)} ({cells or 'geen cel'})"


def _component(component: Component, indent: str) -> Iterator[str]:
    if component.name:
        remark = f" ({component.remark})" if component.remark else ""
        yield f"{indent}{component.name}: {number(component.value)}{remark}{'' if component.cells else ' (geen rij)'}"
    for cell in component.cells:
        yield from _cell(cell, indent + (_STEP if component.name else ""))


def _cell(cell: Cell, indent: str) -> Iterator[str]:
    if not cell.is_used:
        yield f"{indent}niet gebruikt: {cell.column} ({cell.path}) = {_quoted(cell.text)}"
        return
    if cell.correction is not None:
        meaning = f"gecorrigeerd naar {cell.correction.right}"
    elif cell.value is not None:
        meaning = f"waarde {number(cell.value)}"
    else:
        meaning = f"symbool '{cell.symbol}', {cell.reason}"
    yield f"{indent}Cel in {cell.table}, rij {cell.row_id}: {_quoted(cell.text)} = {meaning}, status {cell.status}"
    if cell.correction is not None:
        why = cell.correction
        yield f"{indent}{_STEP}correctie  {why.explanation} ({why.reference}; opgenomen {why.day})"
    codes = (f"{key} = {_quoted(code)}{_titled(cell.titles[key])}" for key, code in cell.dimensions.items())
    yield f"{indent}{_STEP}dimensies  {'; '.join(codes)}"
    yield f"{indent}{_STEP}kolom      {cell.column}: {cell.path} ({cell.unit})"


def _redivision(step: Redivision) -> str:
    share = "" if step.share == 1 else f", {number(100 * step.share, 1)} % van de inwoners"
    return f"{step.old_code} naar {step.new_code} per {step.day} ({step.kind}{share}; {step.source})"


def _table(version: TableVersion) -> str:
    return (
        f"{version.table} {version.title}: gewijzigd {version.modified:{_MINUTE}}, "
        f"opgehaald {version.fetched:{_MINUTE}} UTC ({version.kind}), versie {version.snapshot}, "
        f"sha256 {version.sha256[:16]}"
    )


def _verdict(explanation: Explanation) -> Iterator[str]:
    if explanation.agrees:
        yield "Controle: opnieuw uitgerekend uit de cellen en gelijk aan de uitgave."
        return
    yield "!!! DE UITGAVE VOLGT NIET UIT DE CELLEN !!!"
    for figure in explanation.deviating:
        for name in figure.mismatches:
            released, computed = getattr(figure.published, name), getattr(figure.recomputed, name)
            place = f"{figure.indicator_id} {figure.region} {figure.year} {figure.division}"
            yield f"{_STEP}{place}, {_FIELDS[name]}: uitgave {_plain(released)}, uit de cellen {_plain(computed)}"
    yield "Gebruik dit cijfer niet voordat het verschil verklaard is: zie LET OP hierboven, of draai `monitor refresh`."


def _plain(value: float | str | None) -> str:
    return value if isinstance(value, str) else number(value)


def _headline(figure: Figure) -> str:
    value = figure.shown.value
    if value is None:
        return "geen cijfer"
    exact, shown = number(value), number(value, figure.decimals)
    return f"{shown} {figure.unit}" + ("" if exact == shown else f" (onafgerond {exact})")


def _because(figure: Figure) -> str:
    reason = figure.shown.reason
    return f" [{reason}]" if reason else ""


def _region(figure: Figure) -> str:
    return f"{figure.region} {figure.region_name}"


def _quoted(text: str | None) -> str:
    return "null" if text is None else f"'{text}'"


def _titled(title: str) -> str:
    return f" ({title})" if title else ""
