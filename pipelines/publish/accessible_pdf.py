"""A page as a PDF that a screen reader can read (PDF/UA), by WeasyPrint.

WeasyPrint is an extra of this project (``pdf``) and loads Pango, a library of the system: who makes no PDF needs
neither. It gives a chart only the style that stands within it, so each gets its rules there, with their colours on
paper; and it tells a reader the title of a chart. What does not belong here: what the page says.
"""

import importlib
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

_FOR_PAPER: Final = ("at-rule", "media", "print")
_LIBRARIES: Final = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
_SHEET: Final = """
@page {
  size: A4; margin: 12mm 10mm 15mm;
  @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; }
}
html { font-family: "DejaVu Sans", "Liberation Sans", sans-serif; }
.skip { display: none; }
"""


class PdfError(Exception):
    """No PDF could be made; the message says what is needed for it."""


class ChartStyles:
    """The rules of style sheets for what stands within charts, as they are on paper."""

    def __init__(self, sheets: Sequence[str]) -> None:
        rules = [rule for sheet in sheets for rule in _rules(sheet)]
        self._variables = {
            name: value.strip()
            for selector, content in rules
            if selector == ":root"
            for name, value in re.findall(r"(--[\w-]+)\s*:\s*([^;]+)", content)
        }
        self._rules = [(selector, self._filled_in(content)) for selector, content in rules if "." in selector]

    def _filled_in(self, content: str) -> str:
        return re.sub(r"var\((--[\w-]+)\)", lambda found: self._variables.get(found[1], found[0]), content)

    def of(self, chart: str) -> str:
        """The rules for charts of this class."""
        ours = re.compile(rf"(?:^|,)\s*(?:svg)?\.{re.escape(chart)}(?![\w-])")
        return "".join(f"{selector}{{{content}}}" for selector, content in self._rules if ours.search(selector))

    def beginning(self, attributes: Mapping[str, str | None]) -> str:
        """What a chart with these attributes begins with: its title and its style."""
        classes = (attributes.get("class") or "").split()
        title = attributes.get("aria-label")
        style = self.of(classes[0]) if classes else ""
        return (f"<title>{escape(title)}</title>" if title else "") + (f"<style>{style}</style>" if style else "")


def as_pdf(page: str) -> bytes:
    """The PDF/UA of a page that needs no other file; the same page gives the same bytes.

    Raises:
        PdfError: WeasyPrint or a library that it needs is not installed.
    """
    weasyprint = _weasyprint()
    document = weasyprint.HTML(string=page, url_fetcher=weasyprint.URLFetcher(allowed_protocols={"data"}))
    written: bytes = document.write_pdf(stylesheets=[weasyprint.CSS(string=_SHEET)], pdf_variant="pdf/ua-1")
    return written


def require_pdf() -> None:
    """Check that a PDF can be made here.

    Raises:
        PdfError: as `as_pdf`.
    """
    _weasyprint()


def _weasyprint() -> Any:
    try:
        found = importlib.import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise PdfError(
            f"A PDF needs WeasyPrint and the library Pango ({str(error).splitlines()[0]}): install the extra `pdf` of "
            f"this project (`pip install '.[pdf]'`) and, on Debian and Ubuntu, `apt-get install {_LIBRARIES}`; without "
            "--pdf the report is a page for a browser, which prints it"
        ) from error
    # It tells of each rule that is for a browser alone.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    return found


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selector and content of each rule that holds on paper, those for paper alone last."""
    tinycss2: Any = importlib.import_module("tinycss2")
    for_paper = []
    for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule":
            yield tinycss2.serialize(rule.prelude).strip(), tinycss2.serialize(rule.content)
        elif (rule.type, rule.lower_at_keyword, tinycss2.serialize(rule.prelude).strip()) == _FOR_PAPER:
            for_paper.append(tinycss2.serialize(rule.content))
    for content in for_paper:
        yield from _rules(content)
