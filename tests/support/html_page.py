"""What a page of HTML is made of, read by a parser that knows no browser: enough to check what every page must have."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

# After these a reader hears a pause, and the text of a page has a space.
BLOCKS = {"p", "li", "dt", "dd", "h1", "h2", "h3", "h4", "td", "th", "caption", "summary", "blockquote", "div", "title"}
VOID = {"meta", "link", "br", "img", "input", "hr", "col", "base"}
# Attributes by which a browser fetches something by itself; those of a link (a href) only when a person follows it.
LOADING = {"src", "srcset", "data", "poster", "background", "action", "formaction", "ping", "manifest"}


@dataclass
class Table:
    """A table: its caption, its header cells, and each row of cells as (tag, class, text)."""

    caption: str = ""
    headers: list[dict[str, str | None]] = field(default_factory=list)
    rows: list[list[tuple[str, str, str]]] = field(default_factory=list)


class Page(HTMLParser):
    """A page that was read; ``open_tags`` is empty when every tag was closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.source = text
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[Table] = []
        self.headings: list[tuple[int, str]] = []
        self.text = ""
        self.open_tags: list[str] = []
        self._open_tables: list[Table] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        assert len(found) == len(attrs), f"<{tag}> has an attribute twice"
        self.tags[tag] += 1
        self.attributes.append((tag, found))
        if tag not in VOID:
            self.open_tags.append(tag)
        if tag == "table":
            self._open_tables.append(Table())
            self.tables.append(self._open_tables[-1])
        elif tag == "tr":
            self._open_tables[-1].rows.append([])
        elif tag in ("td", "th"):
            self._open_tables[-1].rows[-1].append((tag, found.get("class") or "", ""))
            if tag == "th":
                self._open_tables[-1].headers.append(found)
        elif re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open_tags.pop() == tag, f"</{tag}> closes another tag"
        self.text += " " if tag in BLOCKS else ""
        if tag == "table":
            self._open_tables.pop()

    def handle_data(self, data: str) -> None:
        if "style" in self.open_tags:
            return
        self.text += data
        if {"td", "th"} & set(self.open_tags):
            tag, shade, text = self._open_tables[-1].rows[-1][-1]
            self._open_tables[-1].rows[-1][-1] = (tag, shade, text + data)
        elif "caption" in self.open_tags:
            self._open_tables[-1].caption += data
        if any(re.fullmatch("h[1-6]", tag) for tag in self.open_tags):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)

    @property
    def ids(self) -> list[str]:
        return [str(found["id"]) for _, found in self.attributes if "id" in found]

    @property
    def links(self) -> list[str]:
        return [str(found["href"]) for tag, found in self.attributes if tag == "a"]

    @property
    def loads(self) -> list[str]:
        """Everything by which a browser would fetch or run something without being asked."""
        found = [f"{tag} {name}" for tag, names in self.attributes for name in names if name in LOADING]
        found += [f"{tag} {name}" for tag, names in self.attributes for name in names if name.startswith("on")]
        found += [tag for tag in ("script", "link", "iframe", "object", "embed", "base", "img") if self.tags[tag]]
        found += [f"{tag} style" for tag, names in self.attributes if "style" in names]
        style = "".join(re.findall(r"<style>(.*?)</style>", self.source, re.DOTALL))
        return found + re.findall(r"url\(|@import|image-set", style)


def read_page(path: Path) -> Page:
    """The page in a file."""
    return Page(path.read_text(encoding="utf-8"))


def flaws(page: Page, others: dict[str, Page]) -> list[str]:
    """What a page lacks for whoever reads it with a screen reader or without a network; ``others`` by file name."""
    found = [f"loads {what}" for what in page.loads]
    found += [f"id {name!r} is there {count} times" for name, count in Counter(page.ids).items() if count > 1]
    for link in page.links:
        file, _, name = link.partition("#")
        target = page if not file else others.get(file)
        if target is None and not link.startswith("https://"):
            found.append(f"link {link!r} leads nowhere")
        if target is not None and name and name not in target.ids:
            found.append(f"link {link!r} has no target")
    for table in page.tables:
        found += [f"a table has no caption: {table.rows[:1]}"] if not table.caption.strip() else []
        found += [f"a header of {table.caption!r} has no scope" for head in table.headers if not head.get("scope")]
    levels = [level for level, _ in page.headings]
    steps = enumerate(pairwise(levels), start=1)
    found += [f"heading {page.headings[place]} skips a level" for place, (one, after) in steps if after > one + 1]
    named = set(page.ids)
    for tag, names in page.attributes:
        label = names.get("aria-labelledby")
        found += [f"<{tag}> is labelled by {label!r}, which is not there"] if label and label not in named else []
        if tag == "div" and names.get("class") == "roll" and not (names.get("tabindex") == "0" and label):
            found.append("a region that scrolls cannot be reached or has no name")
    found += [f"{levels.count(1)} first headings"] if levels.count(1) != 1 else []
    found += [f"<{tag}> is open at the end" for tag in page.open_tags]
    return found
