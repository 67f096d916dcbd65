"""The page of the whole country: the yearly report for parliament, in tables with charts beside them.

What does not belong here: how each part is told (``volume``, ``outlay``, ``differences``, ``cautions``, ``changes``).
"""

from collections.abc import Iterator
from typing import NamedTuple

from pipelines.publish.pages.cautions import Cautions
from pipelines.publish.pages.cells import MARKS, SHORT, number, reason
from pipelines.publish.pages.changes import revised
from pipelines.publish.pages.differences import Differences
from pipelines.publish.pages.material import Material
from pipelines.publish.pages.outlay import Outlay
from pipelines.publish.pages.spread import Spread
from pipelines.publish.pages.volume import Volume
from pipelines.publish.pages.within_year import WithinYear
from pipelines.publish.templates import render_site
from pipelines.releases.store import COUNTRY


class Headline(NamedTuple):
    """What leads the use of a domain, in the newest year that the country has a figure of: figure, unit and count."""

    name: str
    year: int
    figure: str
    unit: str
    amount: str


def country_page(material: Material, spread: Spread) -> str:
    """The page of the country of a release."""
    volume = Volume(material)
    outlay = Outlay(material, volume)
    return render_site(
        "nederland.html.jinja",
        root="",
        here=COUNTRY,
        header=material.header,
        headlines=list(_headlines(material)),
        sections=list(volume.sections()),
        youth=volume.youth(),
        youth_breaks=volume.youth_breaks(),
        outlay=list(outlay.tables()),
        outlay_chart=outlay.chart(),
        differences=list(Differences(material, spread).rows()),
        revised=revised(material.release),
        indicators=material.indicators,
        within_year=WithinYear(material).country(),
        areas=material.names,
        cautions=Cautions(material, volume),
        marks={letter: words for letter, words in MARKS.items() if letter not in "ck"},
        shorts={words: reason(code) for code, words in SHORT.items()},
    )


def _headlines(material: Material) -> Iterator[Headline]:
    for block in material.blocks:
        for line in block.lines:
            figures = material.country.get(line.indicator.id, {})
            known = [year for year, figure in figures.items() if figure.value is not None]
            if not line.indicator.leading or not known:
                continue
            year = max(known)
            count = material.country.get(line.count.id, {}).get(year) if line.count else None
            amount = (
                f"{number(count.value, line.count)} {line.count.unit}" if line.count and count and count.value else ""
            )
            yield Headline(
                line.indicator.name, year, number(figures[year].value, line.indicator), line.indicator.unit, amount
            )
