"""A map of one indicator and year: every municipality in one of five classes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from markupsafe import Markup, escape

from pipelines.common import dutch
from pipelines.publish.charts.frames import About, framed, path, wrapped, written
from pipelines.publish.charts.outlines import MapShapes

# Room at the left, for the legend in the North Sea.
_SEA: Final = 130
_LINE: Final = 40
_LEGEND_LETTERS: Final = 24
# What fills an area: a class of 1 to 5, or why it has none.
Shade = Literal[1, 2, 3, 4, 5, "none", "doubt"]
_WORDS: Final[Mapping[Shade, str]] = {"none": "geen cijfer", "doubt": "niet vergeleken"}
# The hatching of each: also without colour no two are alike. Units are those of the map.
_HATCHES: Final[Mapping[Shade, tuple[int, str]]] = {
    1: (12, ""),
    2: (14, "M3 3h2v2h-2zM10 10h2v2h-2z"),
    3: (12, "M-3 3l6-6M0 12l12-12M9 15l6-6"),
    4: (9, "M-2 2l4-4M0 9l9-9M7 11l4-4M-2 7l4 4M0 0l9 9M7-2l4 4"),
    5: (12, ""),
    "none": (16, "M0 8h16"),
    "doubt": (14, "M4 4l6 6M10 4l-6 6"),
}


class MapScale(NamedTuple):
    """How the figures of a map are written, and the lowest and highest figure of each class that has any."""

    unit: str
    decimals: int
    bounds: Mapping[int, tuple[float, float]]


def municipal_map(
    shapes: MapShapes, shades: Mapping[str, Shade], *, about: About, scale: MapScale, own: str | None = None
) -> Markup:
    """Every municipality with a boundary, filled by its shade (``none`` if ``shades`` lacks it); ``own`` is outlined.

    Each is a path with its code in ``data-g``, within the group of its class (``k1`` to ``k5``, ``none``, ``doubt``),
    where a script can find it. The legend says the bounds of each class, how many municipalities have none and why,
    and which have no boundary. It names no figure of a single municipality: that is for the table beside it.
    """
    shaded: dict[Shade, list[str]] = {shade: [] for shade in _HATCHES}
    for code in shapes.outlines:
        shaded[shades.get(code, "none")].append(code)
    name = escape(about.name)
    areas = "".join(
        f'<g class="{_kind(shade)}" fill="url(#{name}-{_kind(shade)})">'
        + "".join(f'<path data-g="{escape(code)}" d="{shapes.outlines[code]}"/>' for code in codes)
        + "</g>"
        for shade, codes in shaded.items()
        if codes
    )
    outline = path("o", shapes.outlines.get(own or "", ""))
    drawing = (
        f"<defs>{''.join(_hatching(name, shade) for shade in _HATCHES)}</defs>"
        f'<g transform="translate({_SEA} 10)">{areas}{outline}</g>'
        f"{_legend(name, shapes, shaded, scale)}"
    )
    size = (shapes.width + _SEA + 10, shapes.height + 20)
    return framed(about, "mp", size, _told(shapes, shaded, scale), drawing)


def _kind(shade: Shade) -> str:
    return f"k{shade}" if isinstance(shade, int) else shade


def _hatching(name: str, shade: Shade) -> str:
    side, lines = _HATCHES[shade]
    kind = _kind(shade)
    return (
        f'<pattern id="{name}-{kind}" width="{side}" height="{side}" patternUnits="userSpaceOnUse">'
        f'<path class="f {kind}" d="M0 0h{side}v{side}h-{side}z"/>{path(f"h {kind}", lines)}</pattern>'
    )


def _legend(name: str, shapes: MapShapes, shaded: Mapping[Shade, Sequence[str]], scale: MapScale) -> str:
    y, drawing = 34, ""
    for line in wrapped(scale.unit, _LEGEND_LETTERS):
        drawing += written(4, y, line, "u")
        y += _LINE
    for shade, codes in shaded.items():
        words = _entry(shade, len(codes), scale)
        if words is None:
            continue
        swatch = f"M4 {y - 20}h36v26h-36z"
        drawing += f'<path class="w {_kind(shade)}" fill="url(#{name}-{_kind(shade)})" d="{swatch}"/>'
        drawing += written(50, y, words)
        y += _LINE
    if shapes.lacking:
        names = f"Niet op de kaart: {dutch.listed([found for _, found in shapes.lacking])}"
        for line in wrapped(names, _LEGEND_LETTERS):
            drawing += written(4, y + 8, line, "u")
            y += _LINE - 4
    return drawing


def _entry(shade: Shade, count: int, scale: MapScale) -> str | None:
    """What the legend says of a shade; nothing if no municipality has it."""
    if not isinstance(shade, int):
        return f"{_WORDS[shade]} ({count})" if count else None
    if shade not in scale.bounds:
        return None
    return f"{shade}: {_span(scale, shade)}"


def _span(scale: MapScale, shade: int) -> str:
    low, high = (dutch.number(bound, scale.decimals) for bound in scale.bounds[shade])
    return low if low == high else f"{low} tot {high}"


def _told(shapes: MapShapes, shaded: Mapping[Shade, Sequence[str]], scale: MapScale) -> Iterator[str]:
    yield f"Kaart van {dutch.counted(len(shapes.outlines), 'gemeente', 'gemeenten')}. Eenheid: {scale.unit}."
    for shade, codes in shaded.items():
        count = dutch.counted(len(codes), "gemeente", "gemeenten")
        if not isinstance(shade, int):
            if codes:
                yield f"{_WORDS[shade].capitalize()}: {count}."
        elif shade in scale.bounds:
            yield f"Klasse {shade}, {_span(scale, shade)}: {count}."
    if shapes.lacking:
        yield f"Niet op de kaart: {dutch.listed([name for _, name in shapes.lacking])}."
