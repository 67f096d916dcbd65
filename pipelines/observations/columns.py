"""Find the column of a measure by the full path of its titles and its unit.

Never by key: the number at the end of a topic key is its position in that one table (WmoClienten_86, _89 and _93 are
the same topic in different years), and the title alone is not unique ("Code" stands under many groups).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipelines.common.sentences import ToldError
from pipelines.common.suggestions import closest
from pipelines.statline.metadata import GROUP, TOPIC, read_properties
from pipelines.statline.transport import Row

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
) -> Topic:
    """The one topic of ``candidates`` with exactly one of these paths of titles and one of these units.

    ``history`` tells in a sentence what an earlier version of the table had under a path and unit, if anything.

    Raises:
        SchemaDriftError: if none or more than one fits; names table, measure, expected columns and the nearest ones.
    """
    wanted = [tuple(part.strip() for part in path) for path in paths]
    found = [topic for topic in candidates if topic.path in wanted and topic.unit in units]
    if len(found) == 1:
        return found[0]
    expected = " or ".join(f"'{PATH_SEPARATOR.join(path)}'" for path in wanted) + f" ({' or '.join(units)})"
    told = [sentence for path in wanted for unit in units if (sentence := history(path, unit))]
    raise SchemaDriftError(
        f"Table {table}, measure {measure}: expected exactly one column {expected}, found {len(found)}. "
        + "".join(f"{sentence} " for sentence in dict.fromkeys(told))
        + f"Nearest in the table: {_nearest(candidates, wanted)}. Correct 'kolom' or 'eenheid' of this measure in the "
        "yml of the dataset, or take this year out of its 'jaren'.",
        "Een kolom waarvan cijfers worden gelezen staat niet meer precies één keer in de tabel.",
    )


def _nearest(candidates: Sequence[Topic], wanted: Sequence[tuple[str, ...]]) -> str:
    """The likeliest columns for any of these paths, at most three."""
    by_path = {topic.full_path: topic for topic in candidates}
    near = [path for target in wanted for path in closest(PATH_SEPARATOR.join(target), by_path, cutoff=0.4)]
    last = {target[-1] for target in wanted}
    # A topic that moved to another group keeps its title; that is the likeliest rename, so it goes first.
    same_title = [path for path, topic in by_path.items() if topic.path[-1] in last and path not in near]
    chosen = list(dict.fromkeys([*same_title[:3], *near]))[:3]
    return ", ".join(f"'{path}' ({by_path[path].unit})" for path in chosen) or "none"
