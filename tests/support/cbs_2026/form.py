"""The form in which CBS publishes a table: topics under groups, dimensions with their codes, rows of text.

Keys are made as CBS makes them (seen in all 121 keys of 86165NED): the title without accents, every word with a
capital, nothing but letters and digits, ``k_`` before a digit, and the running number of the topic. Titles of topics
end after 40 characters.
"""

import gzip
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import product
from typing import Any

UNKNOWN, IMPOSSIBLE = ".", ""
MADE_UP = "Verzonnen cijfers, gemaakt voor tests. Geen cijfers van CBS."
TITLE_LENGTH = 40
_WIDER = {"Wijken": 10, "WijkenEnBuurten": 10, "Gemeenten": 9, "Categorie": 8, "TaakveldBalanspost": 6}

Value = int | float | str
Path = tuple[str, ...]


def key_of(title: str) -> str:
    """The key that CBS makes of a title, without its number: ``0 tot 15 jaar`` gives ``k_0Tot15Jaar``."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    # An apostrophe parts words too: Personenauto's gives PersonenautoS.
    words = re.findall(r"[A-Za-z0-9]+", plain)
    joined = "".join(word[0].upper() + word[1:] for word in words)
    return f"k_{joined}" if joined[0].isdigit() else joined


@dataclass(frozen=True)
class Topic:
    """A column: its titles from the group down; ``number`` where it is not the next one; ``width`` of its text."""

    path: Path
    unit: str = "aantal"
    datatype: str = "Long"
    decimals: int = 0
    width: int = 8
    default: str = "Missing"
    number: int | None = None
    presentation: str | None = None

    @property
    def title(self) -> str:
        return self.path[-1][:TITLE_LENGTH]

    @property
    def is_text(self) -> bool:
        return self.datatype == "String"

    def presented(self) -> str | None:
        if self.is_text:
            return None
        return self.presentation or ("Absolute" if self.unit.startswith("aantal") else "Relative")


@dataclass(frozen=True)
class Code:
    """A code of a dimension, its key without padding; ``fields`` are those beside Key and Title."""

    key: str
    title: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Dimension:
    """``kind`` as CBS names it; ``says`` whether it is the region, the period or something else."""

    key: str
    title: str
    codes: tuple[Code, ...]
    kind: str = "Dimension"
    says: str = "other"
    map_year: str = ""

    @cached_property
    def width(self) -> int:
        """CBS pads the codes of a list to its longest."""
        return max(len(code.key) for code in self.codes)

    @property
    def wide(self) -> int:
        """As wide as in the recording, where it is wider than the codes made here: wijken without buurten, and Iv3."""
        return max(self.width, _WIDER.get(self.key, 0))

    def rows(self) -> list[dict[str, Any]]:
        empty: dict[str, Any] = {
            "GeoDetail": {"Description": None, "Municipality": "", "DetailRegionCode": ""},
            "TimeDimension": {"Description": "", "Status": None},
        }.get(self.kind, {"Description": None, "CategoryGroupID": None})
        return [{"Key": c.key.ljust(self.wide), "Title": c.title} | empty | dict(c.fields) for c in self.codes]


@dataclass(frozen=True)
class Column:
    """A topic with the key it has in its table."""

    key: str
    topic: Topic


@dataclass(frozen=True)
class Table:
    """A made table. ``cells`` gives the values of a row for its codes (without padding, in the order of dimensions).

    ``combinations`` gives the codes of the rows where they are not all combinations; ``trap`` says in a sentence what a
    careless reader gets wrong here; ``year`` is that of the title, None for a table with periods of several years.
    ``renamed`` holds titles that differ from the paths by which figures are asked.
    """

    id: str
    title: str
    dimensions: tuple[Dimension, ...]
    topics: tuple[Topic, ...]
    cells: Callable[..., Sequence[Value]]
    year: int | None = None
    trap: str = ""
    period: str = ""
    frequency: str = "Perjaar"
    catalog: str = "CBS"
    language: str = "nl"
    status: str = "Regulier"
    modified: str = "2026-07-17T02:00:00"
    combinations: Callable[[], Iterator[tuple[str, ...]]] | None = None
    renamed: Mapping[Path, str] = field(default_factory=dict)

    def published(self, topic: Topic) -> Topic:
        """The topic under the title it is published with."""
        new = self.renamed.get(topic.path)
        return topic if new is None else replace(topic, path=(*topic.path[:-1], new))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The topics with the keys of this table."""
        found = []
        for index, topic in enumerate(map(self.published, self.topics), start=1):
            found.append(Column(f"{key_of(topic.title)}_{topic.number or index}", topic))
        return tuple(found)

    def codes(self) -> Iterator[tuple[str, ...]]:
        """The codes of every row, the last dimension fastest."""
        if self.combinations is not None:
            return self.combinations()
        return product(*([code.key for code in dimension.codes] for dimension in self.dimensions))

    @cached_property
    def record_count(self) -> int:
        """How many rows it has."""
        return sum(1 for _ in self.codes())

    @property
    def cell_count(self) -> int:
        """How many figures it has, symbols and texts among them."""
        return self.record_count * len(self.topics)

    @property
    def column_count(self) -> int:
        """What CBS says: dimensions and topics."""
        return len(self.dimensions) + len(self.topics)

    def properties(self) -> list[dict[str, Any]]:
        """DataProperties: dimensions, then every topic after the groups that it is the first of."""
        rows = [self._dimension(index, dimension) for index, dimension in enumerate(self.dimensions)]
        groups: dict[Path, int] = {}
        for position, column in enumerate(self.columns, start=len(self.dimensions)):
            path = column.topic.path
            for depth in range(1, len(path)):
                if path[:depth] not in groups:
                    groups[path[:depth]] = len(rows)
                    rows.append(_group(len(rows), groups.get(path[: depth - 1]), path[depth - 1]))
            rows.append(_topic(len(rows), position, groups.get(path[:-1]), column))
        return rows

    @staticmethod
    def _dimension(index: int, dimension: Dimension) -> dict[str, Any]:
        row: dict[str, Any] = {
            "odata.type": f"Cbs.OData.{dimension.kind}",
            "ID": index,
            "Position": index,
            "ParentID": None,
            "Type": dimension.kind,
            "Key": dimension.key,
            "Title": dimension.title,
            "Description": MADE_UP,
        }
        if dimension.kind.startswith("Geo"):
            row["MapYear"] = dimension.map_year
        if dimension.kind == "TimeDimension":
            row["ReleasePolicy"] = True
        return row

    def rows(self) -> Iterator[str]:
        """The rows of UntypedDataSet, each as JSON."""
        texts = [column.topic for column in self.columns]
        writers = [_writer(topic) for topic in texts]
        heads = [f',"{column.key}":"' for column in self.columns]
        keys = [{code.key: f',"{d.key}":"{code.key.ljust(d.wide)}"' for code in d.codes} for d in self.dimensions]
        for number, codes in enumerate(self.codes()):
            begin = "".join([written[code] for written, code in zip(keys, codes, strict=True)])
            cells = self.cells(*codes)
            figures = "".join(
                [f'{head}{write(value)}"' for head, write, value in zip(heads, writers, cells, strict=True)]
            )
            yield f'{{"ID":{number}{begin}{figures}}}'

    def packed(self) -> bytes:
        """UntypedDataSet as a recording keeps it."""
        return gzip.compress(("[\n" + ",\n".join(self.rows()) + "\n]").encode(), compresslevel=1, mtime=0)


def _group(number: int, parent: int | None, title: str) -> dict[str, Any]:
    return {
        "odata.type": "Cbs.OData.TopicGroup",
        "ID": number,
        "Position": None,
        "ParentID": parent,
        "Type": "TopicGroup",
        "Key": "",
        "Title": title,
        "Description": MADE_UP,
    }


def _topic(number: int, position: int, parent: int | None, column: Column) -> dict[str, Any]:
    topic = column.topic
    row: dict[str, Any] = {
        "odata.type": "Cbs.OData.Topic",
        "ID": number,
        "Position": position,
        "ParentID": parent,
        "Type": "Topic",
        "Key": column.key,
        "Title": topic.title,
        "Description": MADE_UP,
        "Datatype": topic.datatype,
        "Unit": topic.unit,
        "Decimals": topic.decimals,
        "Default": topic.default,
    }
    presented = topic.presented()
    return row if presented is None else row | {"PresentationType": presented}


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _writer(topic: Topic) -> Callable[[Value], str]:
    """What writes a value as CBS does: numbers to the right of eight places, text to the left of the column's width."""
    width, decimals = topic.width, topic.decimals
    if topic.is_text:
        # A text that is missing keeps its dot, at the right end.
        return cache(lambda value: UNKNOWN.rjust(width) if value == UNKNOWN else _escaped(str(value).ljust(width)))
    number = f"%{width}.{decimals}f" if decimals else f"%{width}d"
    symbols = {UNKNOWN: UNKNOWN.rjust(width), IMPOSSIBLE: ""}
    return lambda value: symbols[value] if isinstance(value, str) else number % value
