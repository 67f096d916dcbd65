"""The sentences of every municipality of a release.

What does not belong here: how they are chosen (``wording``) and on what grounds (``situations``).
"""

from dataclasses import dataclass

from pipelines.publish.pages.sentences.evidence import TABLES, Evidence, read_evidence
from pipelines.publish.pages.sentences.situations import (
    account_situation,
    change_situation,
    gaps_situation,
    spending_situation,
    use_situation,
)
from pipelines.publish.pages.sentences.wording import Situation, Wording, the_wording
from pipelines.releases.reader import ReleaseReader


@dataclass(frozen=True)
class KeySentence:
    """One sentence about a municipality.

    ``subject`` and ``title`` say what it is about; ``indicator_id`` and ``year`` of what figure, for a link (None: of
    many). ``place`` is a note beside it: the place of the municipality, or why there is none (None: the subject has no
    places). Both texts are plain, with a space that does not break within a number.
    """

    subject: str
    title: str
    text: str
    place: str | None = None
    indicator_id: str | None = None
    year: int | None = None


def key_sentences(release: ReleaseReader) -> dict[str, list[KeySentence]]:
    """The sentences of every municipality of now, by code: for all the same subjects in the same order.

    A release that lacks one of the tables they are made of has none, and gives an empty dictionary.

    Raises:
        SentenceError: a template asks for what is not known.
        UnknownReasonError: the release has a reason without words.
        YamlError: the templates or the words cannot be used.
    """
    if not TABLES.issubset(release.tables):
        return {}
    evidence, templates = read_evidence(release), the_wording()
    return {gm_code: _sentences(evidence, gm_code, templates) for gm_code in evidence.municipalities}


def _sentences(evidence: Evidence, gm_code: str, templates: Wording) -> list[KeySentence]:
    situations = {name: use_situation(evidence, gm_code, name) for name in ("jeugd", "wmo", "bijstand")}
    situations["lasten"] = spending_situation(evidence, gm_code)
    situations["verandering"] = change_situation(evidence, gm_code, templates)
    situations["begroting"] = account_situation(evidence, gm_code)
    lacking = [templates.subject(name).naam for name, found in situations.items() if "geen_cijfer" in found.conditions]
    situations["ontbreekt"] = gaps_situation(evidence, gm_code, lacking)
    return [_said(templates, subject.onderwerp, situations[subject.onderwerp]) for subject in templates.onderwerpen]


def _said(templates: Wording, name: str, situation: Situation) -> KeySentence:
    subject = templates.subject(name)
    known = Situation(
        situation.conditions, {"naam": subject.naam, **situation.words}, situation.indicator_id, situation.year
    )
    return KeySentence(
        subject=name,
        title=subject.titel,
        text=templates.sentence(subject, known),
        place=templates.place(subject, known),
        indicator_id=known.indicator_id,
        year=known.year,
    )
