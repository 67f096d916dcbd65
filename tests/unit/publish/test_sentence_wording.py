"""The templates: the first that holds is chosen, there always is one, and none can grow too long."""

from pathlib import Path

import pytest

from pipelines.common.located_yaml import YamlError
from pipelines.publish.pages.sentences.evidence import USE_DOMAINS
from pipelines.publish.pages.sentences.wording import (
    FILE,
    SentenceError,
    Situation,
    Subject,
    Template,
    Wording,
    load_wording,
    the_wording,
)

WORDING = the_wording()
# What a gap holds at most, in words; every other one holds a single figure, year or name.
LONGEST = {"reden": 6, "reden_geen_plaats": 6, "wat": 2, "eerder_waarde": 4}
SMALL = """\
voorwaarden:
  geen_cijfer: Het cijfer ontbreekt.
delen:
  lasten:
    - als: [geen_cijfer]
      tekst: "geen cijfer"
    - tekst: "{waarde} euro"
onderwerpen:
  - onderwerp: lasten
    titel: Lasten
    naam: de lasten
    zinnen:
      - tekst: "{lasten} per inwoner"
"""


def loaded(tmp_path: Path, text: str) -> Wording:
    path = tmp_path / "kernzinnen.yml"
    path.write_text(text, encoding="utf-8")
    return load_wording(path)


def texts(template: Template, subject: Subject) -> list[str]:
    """All that a template can become, with as many words in every gap as it can hold."""
    found = [template.tekst]
    for gap in template.gaps:
        found = [text.replace(f"{{{gap}}}", held, 1) for text in found for held in contents(gap, subject)]
    return found


def contents(gap: str, subject: Subject) -> list[str]:
    if gap == "naam":
        return [subject.naam]
    if gap == "opsomming":
        changes = [text for template in WORDING.delen["verandering"] for text in texts(template, subject)]
        # Four subjects of one word, each with a change of its own.
        return ["; ".join([f"jeugdzorg: {max(changes, key=word_count)}"] * 4)]
    parts = [part for part in WORDING.delen.get(gap, ()) if can_be(part, subject)]
    return [text for part in parts for text in texts(part, subject)] or [" ".join(["x"] * LONGEST.get(gap, 1))]


def can_be(part: Template, subject: Subject) -> bool:
    """Of an earlier figure only the sentences about use tell."""
    return "eerder_cijfer" not in part.als or subject.onderwerp in USE_DOMAINS


def word_count(text: str) -> int:
    return len(text.split(" "))


CASES = [
    (subject, number, template) for subject in WORDING.onderwerpen for number, template in enumerate(subject.zinnen)
]


@pytest.mark.parametrize(
    ("subject", "template"),
    [(subject, template) for subject, _, template in CASES],
    ids=[f"{subject.onderwerp}-{number}" for subject, number, _ in CASES],
)
def test_no_sentence_can_have_more_than_20_words(subject: Subject, template: Template) -> None:
    assert [text for text in texts(template, subject) if word_count(text) > 20] == []


def test_there_are_seven_subjects_in_the_order_that_was_promised() -> None:
    assert [subject.onderwerp for subject in WORDING.onderwerpen] == [
        *("jeugd", "wmo", "bijstand", "lasten", "verandering", "begroting", "ontbreekt")
    ]


def test_every_sentence_names_its_year_or_years() -> None:
    """A figure without its year is no figure; those of which there is none at all have no year."""
    years = {"jaar", "jaren", "tot", "opsomming"}
    for subject, number, template in CASES:
        parts = [part for gap in template.gaps for part in WORDING.delen.get(gap, ()) if "nergens" not in part.als]
        named = {gap for one in (template, *parts) for gap in one.gaps}
        assert named & years or "nergens" in template.als, f"{subject.onderwerp} {number}"


def test_the_first_template_of_which_all_conditions_hold_is_chosen(tmp_path: Path) -> None:
    wording = loaded(tmp_path, SMALL)
    known = {"waarde": "915"}
    assert wording.sentence(wording.subject("lasten"), Situation(frozenset(), known)) == "915 euro per inwoner"
    none = Situation(frozenset({"geen_cijfer"}), known)
    assert wording.sentence(wording.subject("lasten"), none) == "geen cijfer per inwoner"


def test_a_gap_for_which_nothing_is_known_is_told(tmp_path: Path) -> None:
    wording = loaded(tmp_path, SMALL)
    with pytest.raises(SentenceError, match=r"delen\.lasten asks for \{waarde\}, which is not known .* none"):
        wording.sentence(wording.subject("lasten"), Situation(frozenset(), {}))


def test_a_subject_without_places_has_no_note(tmp_path: Path) -> None:
    wording = loaded(tmp_path, SMALL)
    assert wording.place(wording.subject("lasten"), Situation(frozenset(), {})) is None


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("als: [geen_cijfer]", "als: [verzonnen]", ":5: delen.lasten.0.als: condition 'verzonnen' is not one of"),
        ("{waarde} euro", "{waarde} norm", ":7: delen.lasten.1.tekst: the word 'norm' is not in woorden.yml"),
        ('    - tekst: "{waarde} euro"\n', "", ":4: delen.lasten: the last template may have no condition"),
        (
            '    - als: [geen_cijfer]\n      tekst: "geen cijfer"',
            '    - tekst: "geen cijfer"\n    - als: [geen_cijfer]\n      tekst: "geen"',
            ":5: delen.lasten.0: this template or those after it can never hold",
        ),
        ("  geen_cijfer: Het", "  twijfel: Het\n  geen_cijfer: Het", ":2: voorwaarden.twijfel: no template asks for"),
        ("titel: Lasten", "kop: Lasten", "onderwerpen.0.titel: field required"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, before: str, after: str, said: str) -> None:
    with pytest.raises(YamlError) as raised:
        loaded(tmp_path, SMALL.replace(before, after))
    assert said in str(raised.value)


def test_the_file_says_what_every_condition_means() -> None:
    assert all(meaning.endswith(".") for meaning in WORDING.voorwaarden.values())
    assert FILE.name == "kernzinnen.yml"
