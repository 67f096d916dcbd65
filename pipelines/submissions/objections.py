"""What is wrong with a file that a municipality gave, one sentence per mistake, for whoever must mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# More would bury the first; `monitor own-check` tells all of them.
MOST_TOLD: Final = 20


@dataclass(frozen=True, order=True)
class Objection:
    """One mistake: the ``line`` (from 1) and ``column`` of the file, and what was expected, found, and to do.

    A number of persons that is too small to publish is never in it.
    """

    line: int
    column: str
    expected: str
    found: str
    remedy: str

    def sentence(self, path: Path) -> str:
        """The mistake in one sentence (English)."""
        return f"{path}:{self.line}: {self.column}: expected {self.expected}, found {self.found}; {self.remedy}."


class SubmissionError(Exception):
    """A file cannot be taken in; ``sentences`` has one for each mistake (English)."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = list(sentences)
        super().__init__("\n".join(self.sentences))


def sentences_of(path: Path, objections: Iterable[Objection]) -> list[str]:
    """A sentence per place, in order of line: of two about one cell the first says enough."""
    first: dict[tuple[int, str], Objection] = {}
    for each in objections:
        first.setdefault((each.line, each.column), each)
    return [first[place].sentence(path) for place in sorted(first)]


def in_short(sentences: list[str]) -> str:
    """The first of them, and how many more there are."""
    more = len(sentences) - MOST_TOLD
    return " ".join(sentences[:MOST_TOLD]) + (
        f" There are {more} mistakes more: `monitor own-check` tells all." if more > 0 else ""
    )
