"""The website of a release: every page of it, and what they share, into the folder of the release."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipelines.publish.pages.comparison import comparison_page
from pipelines.publish.pages.data_files import DataFiles
from pipelines.publish.pages.home import home_page
from pipelines.publish.pages.material import COUNTRY, Area, Material
from pipelines.publish.pages.municipality import MunicipalityPages
from pipelines.publish.pages.sentences import key_sentences
from pipelines.publish.pages.spread import Spread
from pipelines.publish.templates import site_script, site_style
from pipelines.releases.reader import ReleaseReader
from pipelines.releases.store import COMPARISON, HOME

# What pages share, what their script reads, and the pages about one municipality.
LOOK: Final = "beeld"
DATA: Final = "gegevens"
MUNICIPALITIES: Final = "gemeente"


def write_site(release: ReleaseReader, folder: Path) -> None:
    """Write the website of a release into ``folder``; nothing for a release without the tables it is made of."""
    if not Material.is_there(release):
        return
    for name, content in site_files(release):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


def site_files(release: ReleaseReader) -> Iterator[tuple[str, bytes]]:
    """Every file of the website, by its path in the folder of the release."""
    material = Material(release)
    spread = Spread(material)
    data = DataFiles(material, spread)
    yield f"{LOOK}/monitor.css", site_style().encode()
    yield f"{LOOK}/monitor.js", site_script().encode()
    yield f"{DATA}/stroken.js", data.strips()
    yield f"{DATA}/gebieden.js", data.areas()
    yield HOME, home_page(material).encode()
    yield from _municipalities(material, spread, data)
    yield from _regions(material, data)


def _municipalities(material: Material, spread: Spread, data: DataFiles) -> Iterator[tuple[str, bytes]]:
    for of, page in MunicipalityPages(material, spread, key_sentences(material.release)).pages():
        yield f"{MUNICIPALITIES}/{of.area.code}.html", page.encode()
        yield f"{DATA}/{of.area.code}.js", data.of_area(of.area, of.figures, of.beside)


def _regions(material: Material, data: DataFiles) -> Iterator[tuple[str, bytes]]:
    areas = {area.code: area for found in material.regions.values() for area in found}
    provinces = {}
    for code, figures in material.figures(*material.regions):
        area = areas[code]
        if area.kind == "provincie":
            provinces[code] = figures
        yield f"{DATA}/{code}.js", data.of_area(area, figures, {})
    country = Area("land", COUNTRY, material.names[COUNTRY])
    yield f"{DATA}/{COUNTRY}.js", data.of_area(country, material.country, {})
    yield COMPARISON, comparison_page(material, data, provinces).encode()
