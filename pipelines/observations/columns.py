"""Find the column of a measure by the full path of its titles and its unit.

Never by key: the number at the end of a topic key is its position in that one table (WmoClienten_86, _89 and _93 are
the same topic in different years), and the title alone is not unique ("Code" stands under many groups).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.common.sentences import ToldError
from pipelines.common.suggestions import closest

PATH_SEPARATOR = " > "


class SchemaDriftError(ToldError):
    """A table no longer is as its yml says, or cannot be read as such; the message says what differs and what to do.

    ``dutch`` is the short sentence for the kind of difference.
    """

    dutch = "De tabel heeft niet meer de vorm die de monitor kent."

    def __init__(self, message: str, dutch: str = dutch) -> None:
        super().__init__(message)
        self.dutch = dutch


@dataclass(frozen=True)
class Topic:
    """A column with figures or text: ``path`` holds the stripped titles from outer group to topic."""

    key: str
    path: tuple[str, ...]
    unit: str
    datatype: str
    decimals: int
    description: str

    @property
    def is_text(self) -> bool:
        """Whether the cells are text (names, codes) instead of numbers."""
        return self.datatype == "String"

    @property
    def full_path(self) -> str:
        """The path as one readable string."""
        return PATH_SEPARATOR.join(self.path)


def topics(data_properties: Sequence[dict[str, Any]]) -> list[Topic]:
    """The topics of a table, from the rows of its ``DataProperties`` entity set."""
    groups = {row["ID"]: row for row in data_properties if row["Type"] == "TopicGroup"}
    return [
        Topic(
            key=row["Key"],
            path=(*_group_titles(row["ParentID"], groups), row["Title"].strip()),
            unit=(row.get("Unit") or "").strip(),
            datatype=row["Datatype"],
            decimals=row.get("Decimals") or 0,
            description=(row.get("Description") or "").strip(),
        )
        for row in data_properties
        if row["Type"] == "Topic"
    ]


def dimensions(data_properties: Sequence[dict[str, Any]]) -> list[str]:
    """Keys of the dimensions of a table (region and period included), from its ``DataProperties``."""
    return [row["Key"] for row in data_properties if row["Type"] not in ("Topic", "TopicGroup")]


def resolve(
    candidates: Sequence[Topic],
    path: Sequence[str],
    unit: str,
    *,
    table: str,
    measure: str,
    history: Callable[[tuple[str, ...], str], str] = lambda _path, _unit: "",
) -> Topic:
    """The one topic of ``candidates`` with exactly this path of titles and this unit.

    ``history`` tells in a sentence what an earlier version of the table had under this path and unit, if anything.

    Raises:
        SchemaDriftError: if none or more than one fits; names table, measure, expected column and the nearest ones.
    """
    wanted = tuple(part.strip() for part in path)
    found = [topic for topic in candidates if topic.path == wanted and topic.unit == unit]
    if len(found) == 1:
        return found[0]
    expected = f"'{PATH_SEPARATOR.join(wanted)}' ({unit})"
    near = _nearest(candidates, wanted)
    was = history(wanted, unit)
    raise SchemaDriftError(
        f"Table {table}, measure {measure}: expected exactly one column {expected}, found {len(found)}. "
        f"{was}{' ' if was else ''}"
        f"Nearest in the table: {near}. Correct 'kolom' or 'eenheid' of this measure in the yml of the dataset, "
        "or take this year out of its 'jaren'.",
        "Een kolom waarvan cijfers worden gelezen staat niet meer precies één keer in de tabel.",
    )


def _nearest(candidates: Sequence[Topic], wanted: tuple[str, ...]) -> str:
    by_path = {topic.full_path: topic for topic in candidates}
    target = PATH_SEPARATOR.join(wanted)
    near = closest(target, by_path, cutoff=0.4)
    # A topic that moved to another group keeps its title; that is the likeliest rename, so it goes first.
    same_title = [path for path, topic in by_path.items() if topic.path[-1] == wanted[-1] and path not in near]
    chosen = [*same_title[:3], *near][:3]
    return ", ".join(f"'{path}' ({by_path[path].unit})" for path in chosen) or "none"


def _group_titles(parent: int | None, groups: dict[int, dict[str, Any]]) -> tuple[str, ...]:
    if parent is None or parent not in groups:
        return ()
    group = groups[parent]
    return (*_group_titles(group["ParentID"], groups), group["Title"].strip())
