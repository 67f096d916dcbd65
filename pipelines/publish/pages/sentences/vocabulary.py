"""The words of the sentences: which may be used, what the difficult ones mean, and how a reason is told.

What does not belong here: sentences (``wording``), and what a reason means for an analyst (the seed ``reden``).
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from pipelines.common.located_yaml import Mistake, load_model

FILE: Final = Path(__file__).parent / "woorden.yml"
# Letters with what may stand within a word; figures are no words.
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
# Most sentences leave so many words for a reason.
_LONGEST_REASON: Final = 6


class UnknownReasonError(Exception):
    """A reason for which there are no words yet; the message says where to write them."""


class Vocabulary(BaseModel):
    """The file: words that may be used, explained terms, forbidden words, and the words of every reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    begrippen: dict[str, str]
    verboden: frozenset[str]
    redenen: dict[str, str]
    woorden: frozenset[str]

    def unknown(self, text: str) -> list[str]:
        """The words of ``text`` that may not be used, as they stand there."""
        return [word for word in _WORD.findall(text) if word.lower() not in self._allowed]

    @property
    def _allowed(self) -> frozenset[str]:
        return _allowed_words(self)


@cache
def the_words() -> Vocabulary:
    """The words; `YamlError` with file and line for what cannot be right in them."""
    return load_vocabulary(FILE)


def load_vocabulary(path: Path) -> Vocabulary:
    """Read words from ``path``; as `the_words`."""
    return load_model(path, Vocabulary, rules=_contradictions)


def reason_text(code: str) -> str:
    """Why something is missing or not said: a clause of at most six words, without a capital and a full stop.

    Args:
        code: any reason of a release (``reden_ontbreekt``, ``grens_reden``, ``reden_geen_richting`` and so on).

    Raises:
        UnknownReasonError: woorden.yml has no words for it.
    """
    try:
        return the_words().redenen[code]
    except KeyError:
        raise UnknownReasonError(
            f"woorden.yml has no words for the reason '{code}', expected one of its 'redenen'. Add a clause there."
        ) from None


def explanations() -> Mapping[str, str]:
    """What the difficult words mean: a sentence by term, in the order in which they are explained."""
    return the_words().begrippen


def _allowed_words(words: Vocabulary) -> frozenset[str]:
    terms = {part.lower() for term in words.begrippen for part in _WORD.findall(term)}
    return words.woorden | terms


def _contradictions(file: Vocabulary) -> Iterator[Mistake]:
    for word in sorted(_allowed_words(file) & file.verboden):
        yield ("verboden",), f"'{word}' is forbidden and allowed; keep one"
    for name, text in file.redenen.items():
        if len(text.split()) > _LONGEST_REASON:
            yield ("redenen", name), f"a reason has at most {_LONGEST_REASON} words, found {len(text.split())}"
    for kind, texts in (("redenen", file.redenen), ("begrippen", file.begrippen)):
        for name, text in texts.items():
            for word in file.unknown(text):
                yield (kind, name), f"the word '{word}' is not in 'woorden'; use another, or add it"
