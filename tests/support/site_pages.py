"""The website of a release as a reader of text finds it: its files, links and cells, without a browser."""

import html
import os
import re
from functools import cached_property
from pathlib import Path

from pipelines.common.files import read_text

# What a council could take for a verdict, or does not know; on no page for councillors.
FORBIDDEN = re.compile(r"\b(goede?|slechte?|betere?|norm|tekort|overschot|significant|mediaan|null)\b", re.IGNORECASE)


def words(fragment: str) -> str:
    """The text of a piece of a page, without what only a drawing says, and with single spaces."""
    without_drawings = re.sub(r"<svg.*?</svg>|<script.*?</script>|<style.*?</style>", " ", fragment, flags=re.DOTALL)
    return re.sub(r"[ \n]+", " ", html.unescape(re.sub(r"<[^>]+>", " ", without_drawings))).strip()


def cells(row: str) -> list[str]:
    """The pieces of a row of a table, each from its tag to the next: cells have no end tags on these pages."""
    return re.split(r"<t[hd][^>]*>", row)[1:]


def number(cell: str) -> str:
    """What stands first in a cell: the number, without its letters, its year, or its count."""
    return words(re.split(r"<sup>|<small>|<br>|<em>|<i>", cell)[0])


class Site:
    """The files of the website in the folder of a release."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def pages(self) -> list[Path]:
        """Every page of the release."""
        return sorted(self.folder.rglob("*.html"))

    def text(self, name: str) -> str:
        """The source of a page, or of another text file."""
        return read_text(self.folder / name)

    def rows(self, name: str, table: str) -> dict[str, list[str]]:
        """The cells of the rows of the tables of this class that lead to an indicator, by that indicator."""
        tables = re.findall(rf'<table class="{table}">.*?</table>', self.text(name), re.DOTALL)
        rows = [row for found in tables for row in re.split("<tr", found)]
        leading = re.compile(r'<t[hd][^>]*><a href="(?:\.\./)?indicator/(\w+)\.html">')
        return {match[1]: cells(row) for row in rows if (match := leading.search(row))}

    def dead_links(self) -> list[str]:
        """Links, styles and scripts of pages that lead to nothing in this folder, or to no place on their page."""
        targets, links = {}, {}
        for path in self.pages:
            source = read_text(path)
            targets[path] = set(re.findall(r' id="([^"]+)"', source))
            links[path] = {link for link in re.findall(r' (?:href|src)="([^"]*)"', source) if "://" not in link}
        files = {path for path in self.folder.rglob("*") if path.is_file()}
        found = []
        for path, leading in links.items():
            for link in leading:
                file, _, name = html.unescape(link).partition("#")
                target = Path(os.path.normpath(path.parent / file)) if file else path
                if target not in files or (name and name not in targets.get(target, ())):
                    found.append(f"{path.relative_to(self.folder)}: {link}")
        return found
