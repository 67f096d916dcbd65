"""The guide for analysts as a page: the Markdown of ``docs/nl/handleiding`` and ``methoden`` in one.

Its texts come with the program, not from the release: they are about every release. They are no input of a build
either (``build.inputs``), so an edit of them makes no release; the next one carries it.
"""

import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from pipelines.common.files import read_text
from pipelines.common.settings import GUIDE_TEXTS
from pipelines.publish.pages.markdown import HtmlText, Surroundings, to_html
from pipelines.publish.pages.material import Material
from pipelines.publish.templates import render_alone
from pipelines.releases.reader import ReleaseReader
from pipelines.releases.store import INDICATORS, REPORT


@dataclass(frozen=True)
class Chapter:
    """A file of the guide, what its addresses on the page begin with, and its title there if that is another."""

    path: str
    anchor: str
    title: str = ""


# In the order in which they are read.
CHAPTERS: Final = (
    # Its own title is that of the page.
    Chapter("handleiding/README.md", "start", "Begin hier"),
    Chapter("handleiding/verbinden.md", "verbinden"),
    Chapter("handleiding/tien_vragen.md", "tien_vragen"),
    Chapter("handleiding/begrippen.md", "begrippen"),
    Chapter("handleiding/citeren.md", "citeren"),
    Chapter("methoden/README.md", "methoden"),
    Chapter("methoden/indelingen_en_regios.md", "indelingen_en_regios"),
    Chapter("methoden/wijken.md", "wijken"),
    Chapter("methoden/binnen_het_jaar.md", "binnen_het_jaar"),
    Chapter("methoden/lasten_en_gebruik.md", "lasten_en_gebruik"),
    Chapter("methoden/verdeling.md", "verdeling"),
    Chapter("methoden/stapeling.md", "stapeling"),
    Chapter("methoden/verwacht_gebruik.md", "verwacht_gebruik"),
    Chapter("methoden/benchmark.md", "benchmark"),
    Chapter("methoden/trend_en_volume.md", "trend_en_volume"),
    Chapter("methoden/kernzinnen.md", "kernzinnen"),
    Chapter("methoden/regios_en_selectie.md", "regios_en_selectie"),
    Chapter("methoden/eigen_opgaven.md", "eigen_opgaven"),
)
_ANCHORS: Final = {chapter.path: chapter.anchor for chapter in CHAPTERS}
# What this room makes beside the guide, so that every release that has the one has the other.
_FILES: Final = frozenset({REPORT, INDICATORS})


def guide_page(release: ReleaseReader, texts: Path = GUIDE_TEXTS) -> str:
    """The guide as HTML, with the release that it came with; ``texts`` holds its folders of Markdown.

    Raises:
        OSError: a file of the guide cannot be read.
    """
    chapters = [(chapter, _html(chapter, texts)) for chapter in CHAPTERS]
    return render_alone(
        "handleiding.html.jinja", header=release.header, has_site=Material.is_there(release), chapters=chapters
    )


def address(link: str, chapter: Chapter) -> str | None:
    """Where a link of a chapter leads on the page; None where it leads into the repository, which no analyst has."""
    if re.match("https?://", link):
        return link
    file, _, heading = link.partition("#")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(chapter.path), file)) if file else chapter.path
    if path in _ANCHORS:
        return f"#{_ANCHORS[path]}-{unquote(heading)}" if heading else f"#{_ANCHORS[path]}"
    return link if file in _FILES else None


def _html(chapter: Chapter, texts: Path) -> HtmlText:
    markdown = read_text(texts / chapter.path)
    if chapter.title:
        _, _, rest = markdown.partition("\n")
        markdown = f"# {chapter.title}\n{rest}"
    return to_html(markdown, Surroundings(chapter.anchor, lambda link: address(link, chapter), _FILES))
