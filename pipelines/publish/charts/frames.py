"""What every large chart shares: its frame with title and description, its texts and its marks."""

import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup, escape

from pipelines.publish.charts.scales import coordinate

# Width of an average letter, as a share of the height of the letters; to reserve room, never to place a letter.
LETTER: Final = 0.54


class About(NamedTuple):
    """What a chart is called, and what its page needs: ``name`` starts its ids, and is its own on the page."""

    name: str
    title: str


def framed(about: About, kind: str, size: tuple[int, int], desc: Iterable[str], drawing: str) -> Markup:
    """A chart of class ``kind`` with its title and, in sentences, what it shows; ``drawing`` is SVG already."""
    width, height = size
    name = escape(about.name)
    return Markup(  # noqa: S704 - texts are escaped, and the drawing is our own
        f'<svg class="{kind}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{name}-t" '
        f'aria-describedby="{name}-d"><title id="{name}-t">{escape(about.title)}</title>'
        f'<desc id="{name}-d">{escape(" ".join(desc))}</desc>{drawing}</svg>'
    )


def written(x: float, y: float, text: str, kind: str = "") -> str:
    """A text that starts at this place, or as its class says."""
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{coordinate(x)}" y="{coordinate(y)}">{escape(text)}</text>'


def path(kind: str, steps: str) -> str:
    """A path of a class; nothing if it has no steps."""
    return f'<path class="{kind}" d="{steps}"/>' if steps else ""


def wrapped(text: str, letters: int) -> list[str]:
    """A text in lines of at most so many letters, broken between words where that is possible."""
    return textwrap.wrap(text, letters, break_long_words=True, break_on_hyphens=True)


def apart(places: Sequence[tuple[float, float]], low: float, high: float) -> list[float]:
    """The middles of labels, each (wanted middle, height), moved no further than so that none covers another.

    They keep the order of what they wanted. Labels that touch share what they are moved, and all stay between ``low``
    and ``high`` where there is room.
    """
    stacks: list[tuple[float, float, list[int]]] = []  # where a stack of labels wants to start, its height, its labels
    for index in sorted(range(len(places)), key=lambda index: places[index][0]):
        wanted, height = places[index]
        stack = (wanted - height / 2, height, [index])
        while stacks and _start(stacks[-1], low, high) + stacks[-1][1] > _start(stack, low, high):
            above = stacks.pop()
            labels = [*above[2], *stack[2]]
            # As a whole they want to start at the mean of what each label wants.
            start = (above[0] * len(above[2]) + (stack[0] - above[1]) * len(stack[2])) / len(labels)
            stack = (start, above[1] + stack[1], labels)
        stacks.append(stack)
    middles = [0.0] * len(places)
    for stack in stacks:
        top = _start(stack, low, high)
        for index in stack[2]:
            middles[index] = top + places[index][1] / 2
            top += places[index][1]
    return middles


def _start(stack: tuple[float, float, list[int]], low: float, high: float) -> float:
    return max(low, min(stack[0], high - stack[1]))


def circle(x: float, y: float, radius: float) -> str:
    """The steps of a circle."""
    r, d = coordinate(radius), coordinate(2 * radius)
    return f"M{coordinate(x - radius)} {coordinate(y)}a{r} {r} 0 10{d} 0a{r} {r} 0 10-{d} 0"


def square(x: float, y: float, radius: float) -> str:
    """The steps of a square that looks as large as the circle."""
    half = 0.9 * radius
    side = coordinate(2 * half)
    return f"M{coordinate(x - half)} {coordinate(y - half)}h{side}v{side}h-{side}z"


def triangle(x: float, y: float, radius: float) -> str:
    """The steps of a triangle with its point up."""
    half, tall = coordinate(1.2 * radius), coordinate(2.1 * radius)
    return f"M{coordinate(x)} {coordinate(y - 1.3 * radius)}l{half} {tall}h-{coordinate(2.4 * radius)}z"


def diamond(x: float, y: float, radius: float) -> str:
    """The steps of a square on its point."""
    half = coordinate(1.3 * radius)
    return f"M{coordinate(x)} {coordinate(y - 1.3 * radius)}l{half} {half}-{half} {half}-{half}-{half}z"


def cross(x: float, y: float, radius: float) -> str:
    """The steps of a cross: the mark of a doubtful figure."""
    side = coordinate(2 * radius)
    return f"M{coordinate(x - radius)} {coordinate(y - radius)}l{side} {side}m0-{side}l-{side} {side}"


Mark = Callable[[float, float, float], str]
