"""A municipality's page of a release as a report for a meeting: one page for a browser, or a PDF.

The page is the one of the website, word for word. What does not belong here: what it says (``pages``).
"""

import posixpath
from dataclasses import dataclass
from typing import Final

from pipelines.common.files import sha256_of
from pipelines.common.suggestions import did_you_mean
from pipelines.publish.accessible_pdf import ChartStyles, as_pdf, require_pdf
from pipelines.publish.single_page import SinglePage
from pipelines.releases.reader import open_database
from pipelines.releases.store import Release

_FOLDER: Final = "gemeente"


class ReportError(Exception):
    """No report could be made; the message says why, and what can be done."""


@dataclass(frozen=True)
class MunicipalReport:
    """The page about the municipality ``code`` of a release; ``public_url`` is where a server shows the warehouse.

    Where no server does, links to other pages are left out: the report is read without them.
    """

    release: Release
    code: str
    public_url: str = ""

    def as_html(self) -> str:
        """The page as one file that needs no other.

        Raises:
            ReportError: the release has no such page, or a file of it is not what was published.
        """
        return SinglePage(self._page(), self._style_at, self._address_of).text

    def as_pdf(self) -> bytes:
        """The page as PDF/UA.

        Raises:
            ReportError: as `as_html`.
            PdfError: what makes a PDF is not installed.
        """
        require_pdf()
        page = self._page()
        styles = ChartStyles(SinglePage(page, self._style_at, self._address_of).styles)
        return as_pdf(SinglePage(page, self._style_at, self._address_of, styles.beginning).text)

    def _page(self) -> str:
        return self._file(f"{_FOLDER}/{self.code}.html")

    def _style_at(self, address: str) -> str:
        return self._file(_beside(address))

    def _address_of(self, address: str) -> str | None:
        return self.release.address(_beside(address), self.public_url) if self.public_url else None

    def _file(self, name: str) -> str:
        """A file of the release, if it is the one that was published: what lies there may have been changed since."""
        published = self.release.manifest.files
        if name not in published:
            raise ReportError(
                f"Release {self.release.release_id} has no {name}: it was made before there was a website, or without "
                f"the tables for it. The next release that `monitor refresh` makes has it"
            )
        path = self.release.folder / name
        if sha256_of(path) != published[name]:
            raise ReportError(
                f"{path} is not the file that was published, so no report is made of it: `monitor verify "
                f"{self.release.release_id}` says what else, and `monitor rollback --reason ...` goes back"
            )
        return path.read_text(encoding="utf-8")


def municipality_code(release: Release, wanted: str) -> str:
    """The code of the municipality that ``wanted`` names: by its code or its name, whatever the capitals.

    Raises:
        ReportError: the release has no such municipality; names those that come nearest.
    """
    with open_database(release.database) as reader:
        rows = reader.select("dim_regio", ("regio_code", "regio_soort", "naam"), order="regio_code")
    names: dict[str, str] = {row["regio_code"]: row["naam"] for row in rows if row["regio_soort"] == "gemeente"}
    asked = wanted.strip().casefold()
    found = [code for code, name in names.items() if asked in (code.casefold(), name.casefold())]
    # A name may have gone to another municipality: the one with a page is the one of now.
    found = [code for code in found if f"{_FOLDER}/{code}.html" in release.manifest.files] or found
    if len(found) == 1:
        return found[0]
    if found:
        raise ReportError(f"{wanted!r} can be {' or '.join(found)}: name the code")
    raise ReportError(
        f"Release {release.release_id} has no municipality {wanted!r}.{did_you_mean(wanted, [*names.values(), *names])}"
    )


def _beside(address: str) -> str:
    """The path within the release of what a page of ``gemeente/`` names by ``address``."""
    return posixpath.normpath(posixpath.join(_FOLDER, address))
