"""Markdown of ours as HTML of a page: each heading has an address, tables and code scroll within themselves."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mistune
from markupsafe import Markup
from mistune.toc import add_toc_hook
from mistune.util import striptags

_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)")


@dataclass(frozen=True)
class Surroundings:
    """What lies about a text on its page: what the addresses of its headings begin with, and where its links lead.

    ``address`` gives None where the reader has nothing to follow a link to; ``files`` lie beside the page.
    """

    prefix: str
    address: Callable[[str], str | None]
    files: frozenset[str]


@dataclass(frozen=True)
class Heading:
    """A heading as it stands in the Markdown: its level there, its address on the page, and its words as HTML."""

    level: int
    anchor: str
    words: Markup


@dataclass(frozen=True)
class HtmlText:
    """A text as HTML, and its headings in order."""

    html: Markup
    headings: tuple[Heading, ...]


def to_html(markdown: str, around: Surroundings) -> HtmlText:
    """A text for a page that has a first heading of its own: every heading goes down a level.

    After the prefix, addresses of headings are those that readers of Markdown give them. HTML in the Markdown is shown,
    not followed.
    """
    reader = mistune.create_markdown(renderer=_Renderer(around), plugins=["table"])
    add_toc_hook(reader, max_level=6, heading_id=_addresses(around.prefix))
    html, state = reader.parse(markdown)
    headings = (Heading(level, anchor, Markup(words)) for level, anchor, words in state.env["toc_items"])  # noqa: S704
    return HtmlText(Markup(html), tuple(headings))  # noqa: S704 - the renderer escapes


def _addresses(prefix: str) -> Callable[[dict[str, Any], int], str]:
    """Gives each heading of a text its address; one of the same words as another gets a number."""
    seen: Counter[str] = Counter()

    def address(heading: dict[str, Any], _place: int) -> str:
        name = re.sub(r"[^\w\- ]", "", heading["text"].lower()).replace(" ", "-")
        seen[name] += 1
        return f"{prefix}-{name}" if seen[name] == 1 else f"{prefix}-{name}-{seen[name] - 1}"

    return address


class _Renderer(mistune.HTMLRenderer):
    """As mistune does it, but for what a page must have: it loads nothing, and its style is in one place."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__(escape=True)
        self._around = around
        self._heading = ""
        self._named: Counter[str] = Counter()
        self._tables = 0

    def text(self, text: str) -> str:
        """Text in which no number is broken between its thousands."""
        return super().text(_THOUSANDS.sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), text))

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        self._heading = striptags(text)
        return super().heading(text, min(level + 1, 6), **attrs)

    def link(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002 - only a mouse shows a title
        address = self._around.address(url)
        return text if address is None else f"<a{self.render_attrs({'href': address})}>{text}</a>"

    def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002 - a page loads nothing
        return text

    def linebreak(self) -> str:
        return "<br>\n"

    def thematic_break(self) -> str:
        return "<hr>\n"

    def codespan(self, text: str) -> str:
        """A file that lies beside the page is a link where it is named."""
        code = super().codespan(text)
        return f'<a href="{text}">{code}</a>' if text in self._around.files else code

    def block_code(self, code: str, info: str | None = None) -> str:  # noqa: ARG002 - no language has colours
        label = self.escape_attribute(self._name("Code"))
        return f'<pre role="group" aria-label="{label}" tabindex="0"><code>{mistune.escape(code)}</code></pre>\n'

    def table(self, text: str) -> str:
        """A table in a region, as on the other pages; its caption is for who does not see the heading above it."""
        self._tables += 1
        label = f"{self._around.prefix}--tabel-{self._tables}"
        caption = f'<caption class="quiet"><span class="sr" id="{label}">{self._name("Tabel")}</span></caption>'
        region = f'<div class="roll" role="region" aria-labelledby="{label}" tabindex="0">'
        return f"{region}\n<table>\n{caption}\n{text}</table>\n</div>\n"

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        shade = ' class="num"' if align == "right" else ""
        return f'<th scope="col"{shade}>{text}</th>\n' if head else f"<td{shade}>{text}</td>\n"

    def _name(self, kind: str) -> str:
        """What a table or piece of code is called: after its heading, and numbered from the second."""
        name = f"{kind} bij {self._heading}"
        self._named[name] += 1
        return name if self._named[name] == 1 else f"{name} ({self._named[name]})"
