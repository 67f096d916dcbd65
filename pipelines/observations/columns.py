"""Find the column of a measure by the full path of its titles and its unit.

Never by key: the number at the end of a topic key is its position in that one table (WmoClienten_86, _89 and _93 are
the same topic in different years), and the title alone is not unique ("Code" stands under many groups).
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import yaml

from pipelines.common.sentences import ToldError
from pipelines.statline.metadata import GROUP, TOPIC, read_properties
from pipelines.statline.transport import Row

PATH_SEPARATOR = " > "
# More columns, or less alike ones, would bury the likely ones.
_SHOWN, _ALIKE = 3, 0.4


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


def topics(data_properties: Sequence[Row], table: str = "") -> list[Topic]:
    """The topics of ``table``, from the rows of its ``DataProperties`` entity set.

    Raises:
        InvalidFieldError: a field of them is not what it should be.
    """
    return [
        Topic(
            key=row.key,
            path=(*row.groups, row.title.strip()),
            unit=row.unit.strip(),
            datatype=row.datatype,
            decimals=row.decimals,
            description=row.description.strip(),
        )
        for row in read_properties(data_properties, table)
        if row.kind == TOPIC
    ]


def dimensions(data_properties: Sequence[Row], table: str = "") -> list[str]:
    """Keys of the dimensions of ``table`` (region and period included), from its ``DataProperties``; as `topics`."""
    return [row.key for row in read_properties(data_properties, table) if row.kind not in (TOPIC, GROUP)]


def resolve(
    candidates: Sequence[Topic],
    paths: Sequence[Sequence[str]],
    units: Sequence[str],
    *,
    table: str,
    measure: str,
    history: Callable[[tuple[str, ...], str], str] = lambda _path, _unit: "",
    taken: Collection[str] = (),
    line: str = "kolom",
    file: str = "the yml of the dataset",
) -> Topic:
    """The one topic of ``candidates`` with exactly one of these paths of titles and one of these units.

    ``history`` tells in a sentence what an earlier version of the table had under a path and unit, if anything;
    ``taken`` are keys of columns that hold something else for sure; ``line`` and ``file`` are where the paths stand:
    ``kolom`` or ``anders``, and the yml.

    Raises:
        SchemaDriftError: if none or more than one fits; names table, measure, expected columns, the nearest ones and
            the line of the yml to write.
    """
    wanted = [tuple(part.strip() for part in path) for path in paths]
    found = [topic for topic in candidates if topic.path in wanted and topic.unit in units]
    if len(found) == 1:
        return found[0]
    expected = " or ".join(f"'{PATH_SEPARATOR.join(path)}'" for path in wanted) + f" ({' or '.join(units)})"
    told = [sentence for path in wanted for unit in units if (sentence := history(path, unit))]
    near = [] if found else _nearest(candidates, wanted, units, taken)
    raise SchemaDriftError(
        f"Table {table}, measure {measure}: expected exactly one column {expected}, found {len(found)}. "
        + "".join(f"{sentence} " for sentence in dict.fromkeys(told))
        + f"Nearest in the table: {', '.join(map(_shown, near)) or 'none'}. "
        + (_advice(near[0], wanted, units, line, file) if near else f"Correct '{line}' or 'eenheid' of it in {file}")
        + ", or take this year out of its 'jaren'.",
        "Een kolom waarvan cijfers worden gelezen staat niet precies één keer in de tabel.",
    )


def _shown(topic: Topic) -> str:
    return f"'{topic.full_path}' ({topic.unit})"


def _advice(topic: Topic, paths: Sequence[tuple[str, ...]], units: Sequence[str], line: str, file: str) -> str:
    """The lines of the yml by which ``topic`` is found, beside what was found by them until now."""
    written: dict[str, Any] = {}
    if topic.path not in paths:
        written[line] = [list(path) for path in (*paths, topic.path)]
    if topic.unit not in units:
        written["eenheid"] = [*units, topic.unit]
    lines = " and ".join(f"`{flow({key: value})}`" for key, value in written.items())
    return f"If the first of these is it, write for this measure in {file} {lines}"


def flow(content: dict[str, Any]) -> str:
    """Keys and values as one line of yml."""
    written = yaml.safe_dump(content, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000)
    return written.strip().removeprefix("{").removesuffix("}")


def _nearest(
    candidates: Sequence[Topic], wanted: Sequence[tuple[str, ...]], units: Sequence[str], taken: Collection[str]
) -> list[Topic]:
    """The likeliest columns for any of these paths, at most three; of several units under one path a known one.

    The first of them is what a person is told to write, so a column that is something else for sure comes last.
    """
    by_path = {topic.full_path: topic for topic in candidates}
    by_path |= {topic.full_path: topic for topic in candidates if topic.unit in units}
    known = Counter(word for topic in by_path.values() for word in _words(topic.path))
    titles = Counter(topic.path[-1] for topic in by_path.values())
    last = {path[-1] for path in wanted}

    def is_moved(topic: Topic) -> bool:
        # A topic that went to another group keeps its title; where many have it ("Code"), that says nothing.
        return topic.path[-1] in last and titles[topic.path[-1]] == 1

    likeness = {path: max(_likeness(topic.path, target, known) for target in wanted) for path, topic in by_path.items()}
    alike = [topic for path, topic in by_path.items() if likeness[path] > 0 or is_moved(topic)]
    alike.sort(key=lambda topic: (topic.key in taken, not is_moved(topic), -likeness[topic.full_path]))
    # A count is no rate, however alike their titles.
    return sorted(alike[:_SHOWN], key=lambda topic: (topic.key in taken, topic.unit not in units))


def _likeness(path: tuple[str, ...], wanted: tuple[str, ...], known: Counter[str]) -> float:
    """How alike two paths of titles are, as text and by their words; 0 where they have hardly a letter in common.

    A word weighs less the more columns of the table have it (``known``): of age groups, the ages decide. One that only
    this column has is what it was renamed to, and says nothing against it.
    """
    as_text = SequenceMatcher(None, PATH_SEPARATOR.join(wanted), PATH_SEPARATOR.join(path)).ratio()
    if as_text < _ALIKE:
        return 0.0
    here, there = _words(path), _words(wanted)
    other = {word for word in here - there if known[word] > 1}
    return as_text + _weight(here & there, known) / _weight(there | other, known)


def _words(path: tuple[str, ...]) -> set[str]:
    return set(re.findall(r"\w+", " ".join(path).casefold()))


def _weight(words: Iterable[str], known: Counter[str]) -> float:
    return sum(1 / max(1, known[word]) for word in words)
