"""Which sentence holds: the templates of ``kernzinnen.yml``, chosen by the conditions that hold.

What does not belong here: which conditions hold (``situations``) and which words may be used (``vocabulary``).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from pipelines.common.located_yaml import Location, Mistake, load_model
from pipelines.publish.pages.sentences.vocabulary import FILE as WORDS_FILE
from pipelines.publish.pages.sentences.vocabulary import the_words

FILE: Final = Path(__file__).parent / "kernzinnen.yml"
_GAP: Final = re.compile(r"\{([a-z_0-9]+)\}")


class SentenceError(Exception):
    """A template asks for something that is not known of a municipality; the message names both."""


@dataclass(frozen=True)
class Situation:
    """What is known of a municipality in one subject: ``conditions`` that hold, and words for the gaps."""

    conditions: frozenset[str]
    words: Mapping[str, str]
    indicator_id: str | None = None
    year: int | None = None


class Template(BaseModel):
    """A text with gaps, and the conditions that must all hold for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    als: tuple[str, ...] = ()
    tekst: str

    @property
    def gaps(self) -> list[str]:
        """The names between braces."""
        return _GAP.findall(self.tekst)


class Subject(BaseModel):
    """One subject: its sentences in order of preference, and the note about its place if it has one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    onderwerp: str
    titel: str
    naam: str
    zinnen: tuple[Template, ...]
    plaats: str | None = None


class Wording(BaseModel):
    """The file as a whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    voorwaarden: dict[str, str]
    delen: dict[str, tuple[Template, ...]]
    onderwerpen: tuple[Subject, ...]

    def subject(self, name: str) -> Subject:
        """The subject of this name."""
        return next(subject for subject in self.onderwerpen if subject.onderwerp == name)

    def part(self, name: str, situation: Situation) -> str:
        """The text of a part in a situation."""
        return self._filled(_first(self.delen[name], situation).tekst, situation, f"delen.{name}")

    def sentence(self, subject: Subject, situation: Situation) -> str:
        """The sentence of a subject in a situation.

        Raises:
            SentenceError: the template has a gap for which nothing is known.
        """
        return self._filled(_first(subject.zinnen, situation).tekst, situation, subject.onderwerp)

    def place(self, subject: Subject, situation: Situation) -> str | None:
        """The note about the place of a municipality, or why there is none; None of a subject without places."""
        return None if subject.plaats is None else self._filled(subject.plaats, situation, subject.onderwerp)

    def _filled(self, text: str, situation: Situation, where: str) -> str:
        return _GAP.sub(lambda gap: self._word(gap[1], situation, where), text)

    def _word(self, name: str, situation: Situation, where: str) -> str:
        # A word that is known goes before a part of the same name.
        if name in situation.words:
            return situation.words[name]
        if name in self.delen:
            return self.part(name, situation)
        raise SentenceError(
            f"{FILE.name}: {where} asks for {{{name}}}, which is not known when these conditions hold: "
            f"{', '.join(sorted(situation.conditions)) or 'none'}. Give it in situations.py, or ask for a condition."
        )


def _first(templates: Sequence[Template], situation: Situation) -> Template:
    """The first template of which all conditions hold; the last one has none."""
    return next(template for template in templates if situation.conditions.issuperset(template.als))


@cache
def the_wording() -> Wording:
    """The templates; `YamlError` with file and line for what cannot be right in them."""
    return load_wording(FILE)


def load_wording(path: Path) -> Wording:
    """Read templates from ``path``; as `the_wording`."""
    return load_model(path, Wording, rules=_contradictions)


def _contradictions(file: Wording) -> Iterator[Mistake]:
    for place, templates in _lists(file):
        yield from _unreachable(place, templates)
        for number, template in enumerate(templates):
            for name in template.als:
                if name not in file.voorwaarden:
                    yield (*place, number, "als"), f"condition '{name}' is not one of 'voorwaarden'"
            for word in the_words().unknown(_GAP.sub(" ", template.tekst)):
                yield (
                    (*place, number, "tekst"),
                    f"the word '{word}' is not in {WORDS_FILE.name}; use another, or add it",
                )
    asked = {name for _, templates in _lists(file) for template in templates for name in template.als}
    for name in sorted(file.voorwaarden.keys() - asked):
        yield ("voorwaarden", name), "no template asks for this condition"


def _unreachable(place: Location, templates: Sequence[Template]) -> Iterator[Mistake]:
    if not templates or templates[-1].als:
        yield place, "the last template may have no condition, so that there always is a text"
    for number, template in enumerate(templates[:-1]):
        if any(set(earlier.als) <= set(template.als) for earlier in templates[:number]) or not template.als:
            yield (*place, number), "this template or those after it can never hold; change a condition or the order"


def _lists(file: Wording) -> Iterator[tuple[Location, tuple[Template, ...]]]:
    for name, templates in file.delen.items():
        yield ("delen", name), templates
    for number, subject in enumerate(file.onderwerpen):
        yield ("onderwerpen", number, "zinnen"), subject.zinnen
