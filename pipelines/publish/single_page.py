"""A page of the website as one file that needs no other: its style stands in it, and it runs nothing.

What does not belong here: which page, and what it says.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator
from html import escape
from html.parser import HTMLParser
from typing import Final

_POLICY: Final = "default-src 'none'; style-src {hashes}; img-src data:; base-uri 'none'; form-action 'none'"

Attributes = list[tuple[str, str | None]]


class SinglePage(HTMLParser):
    """Reads a page and writes it again, tag by tag, as ``text``: what is not changed stays as it was, byte for byte.

    Args:
        page: the page of the website.
        style_at: the style sheet at an address, as the page has it.
        address_of: where another page is found, by its address in the page; None: nowhere, and only its words stay.
        into_charts: what each chart begins with, by the attributes of its ``svg``.

    """

    def __init__(
        self,
        page: str,
        style_at: Callable[[str], str],
        address_of: Callable[[str], str | None],
        into_charts: Callable[[dict[str, str | None]], str] = lambda _: "",
    ) -> None:
        super().__init__(convert_charrefs=False)
        self.styles: list[str] = []
        self._style_at, self._address_of, self._into_charts = style_at, address_of, into_charts
        self._parts: list[str] = []
        self._policy: int | None = None
        # The element that is left out now, and how deep in elements of its name; whether each link that is open stays.
        self._left_out, self._depth = "", 0
        self._links: list[bool] = []
        self.feed(page)
        self.close()

    @property
    def text(self) -> str:
        """The page."""
        parts = [*self._parts]
        if self._policy is not None:
            hashes = " ".join(f"'sha256-{_digest(style)}'" for style in self.styles) or "'none'"
            parts[self._policy] = (
                f'<meta http-equiv="Content-Security-Policy" content="{_POLICY.format(hashes=hashes)}">'
            )
        return "".join(parts)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Write a tag, or what comes in its place."""
        if self._left_out:
            self._depth += tag == self._left_out
            return
        found = dict(attrs)
        if tag == "script" or (tag, found.get("class")) == ("nav", "site") or "data-keuzes" in found:
            self._left_out, self._depth = tag, 1
            return
        self._parts += self._written(tag, found)

    def _written(self, tag: str, found: dict[str, str | None]) -> Iterator[str]:
        as_it_was = self.get_starttag_text() or ""
        if tag == "link" and found.get("rel") == "stylesheet":
            self.styles.append(self._style_at(found.get("href") or ""))
            yield f"<style>{self.styles[-1]}</style>"
        elif tag == "meta" and (found.get("http-equiv") or "").lower() == "content-security-policy":
            # Its place: which styles there are is known at the end.
            self._policy = len(self._parts)
            yield as_it_was
        elif tag == "a":
            yield self._link(found, as_it_was)
        elif tag == "details" and "open" not in found:
            yield "<details open" + as_it_was[len("<details") :]
        else:
            yield as_it_was
            if tag == "svg":
                yield self._into_charts(found)

    def _link(self, found: dict[str, str | None], as_it_was: str) -> str:
        address = found.get("href") or ""
        within = address.startswith(("#", "https:", "http:", "mailto:"))
        leads_to = address if within else self._address_of(address)
        self._links.append(leads_to is not None)
        if within or leads_to is None:
            return as_it_was if within else ""
        return f'<a href="{escape(leads_to)}">'

    def handle_endtag(self, tag: str) -> None:
        """Close a tag, if it was written."""
        if self._left_out:
            self._depth -= tag == self._left_out
            if not self._depth:
                self._left_out = ""
        elif tag != "a" or (self._links and self._links.pop()):
            self._write(f"</{tag}>")

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """Write a tag that closes itself."""
        if not self._left_out:
            self._parts += self._written(tag, dict(attrs))

    def handle_decl(self, decl: str) -> None:
        """Write what kind of document it is."""
        self._write(f"<!{decl}>")

    def handle_data(self, data: str) -> None:
        """Write text."""
        self._write(data)

    def handle_entityref(self, name: str) -> None:
        """Write a character by its name."""
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Write a character by its number."""
        self._write(f"&#{name};")

    def _write(self, text: str) -> None:
        if not self._left_out:
            self._parts.append(text)


def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
