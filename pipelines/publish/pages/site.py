"""The website of a release: every page of it, and what they share, into the folder of the release."""

import gc
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Final

from pipelines.publish.charts import MapShapes, map_shapes
from pipelines.publish.files.boundaries import SOURCE, boundaries_of
from pipelines.publish.pages.comparison import comparison_page
from pipelines.publish.pages.country import country_page
from pipelines.publish.pages.data_files import DataFiles
from pipelines.publish.pages.home import home_page
from pipelines.publish.pages.indicator import IndicatorPages
from pipelines.publish.pages.material import COUNTRY, Area, Material
from pipelines.publish.pages.membership import Memberships
from pipelines.publish.pages.municipality import MunicipalityPages
from pipelines.publish.pages.region import RegionPages
from pipelines.publish.pages.regions import regions_page
from pipelines.publish.pages.sentences import key_sentences
from pipelines.publish.pages.spread import Spread
from pipelines.publish.templates import site_script, site_style
from pipelines.releases import store
from pipelines.releases.reader import ReleaseReader, open_folder

# What pages share, what their script reads, and the pages about one municipality or region.
LOOK: Final = "beeld"
DATA: Final = "gegevens"
MUNICIPALITIES: Final = "gemeente"
REGIONS: Final = "regio"


def write_site(folder: Path) -> None:
    """Write the website of the release in ``folder``, the draft of one, from its database."""
    # Hundreds of pages leave nothing that refers to itself; looking for that took a sixth of the time.
    gc.disable()
    try:
        with open_folder(folder) as release:
            for name, content in site_files(release):
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    finally:
        gc.enable()


def site_files(release: ReleaseReader) -> Iterator[tuple[str, bytes]]:
    """Every file of the website, by its path in the folder of the release."""
    site = _Site(Material(release))
    yield f"{LOOK}/monitor.css", site_style().encode()
    yield f"{LOOK}/monitor.js", site_script().encode()
    yield from site.municipalities()
    yield from site.indicators()
    yield from site.regions()
    yield from site.single_pages()


class _Site:
    """Makes the files of the website, of the same material."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._spread = Spread(material)
        self._data = DataFiles(material, self._spread)

    def municipalities(self) -> Iterator[tuple[str, bytes]]:
        """The page and the figures of each municipality."""
        yield f"{LOOK}/stroken.css", self._spread.style().encode()
        yield f"{DATA}/stroken.js", self._data.strips()
        yield f"{DATA}/groepen.js", self._data.groups()
        yield f"{DATA}/gebieden.js", self._data.areas()
        sentences = key_sentences(self._material.release)
        for of, page in MunicipalityPages(self._material, self._spread, sentences).pages():
            yield f"{MUNICIPALITIES}/{of.area.code}.html", page.encode()
            yield f"{DATA}/{of.area.code}.js", self._data.of_area(of.area, of.figures, of.beside)

    def indicators(self) -> Iterator[tuple[str, bytes]]:
        """The page of each indicator, the page to embed, and the figures of its other years."""
        for of in IndicatorPages(self._material, self._shapes).files():
            for name, content in of.files.items():
                yield name, content.encode()

    def regions(self) -> Iterator[tuple[str, bytes]]:
        """The page and the figures of each region, and the pages on which regions lie beside each other."""
        memberships = Memberships(self._material)
        provinces = {}
        for of, page in RegionPages(self._material, memberships).pages():
            if of.area.kind == "provincie":
                provinces[of.area.code] = of.figures
            yield f"{REGIONS}/{of.area.code}.html", page.encode()
            yield f"{DATA}/{of.area.code}.js", self._data.of_area(of.area, of.figures, {})
        yield store.COMPARISON, comparison_page(self._material, self._data, provinces).encode()
        yield store.REGIONS, regions_page(self._material, memberships, self._shapes).encode()

    def single_pages(self) -> Iterator[tuple[str, bytes]]:
        """The first page, and that of the country with its figures."""
        country = Area("land", COUNTRY, self._material.names[COUNTRY])
        yield store.HOME, home_page(self._material).encode()
        yield store.COUNTRY, country_page(self._material, self._spread).encode()
        yield f"{DATA}/{COUNTRY}.js", self._data.of_area(country, self._material.country, {})

    @cached_property
    def _shapes(self) -> MapShapes:
        return map_shapes(boundaries_of(self._material.release, SOURCE))
