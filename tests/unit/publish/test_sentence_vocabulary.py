"""The words of the sentences: which may be used, what they mean, and a clause for every reason."""

from pathlib import Path

import pytest

from pipelines.common.located_yaml import YamlError
from pipelines.publish.pages.sentences import explanations, reason_text
from pipelines.publish.pages.sentences.vocabulary import UnknownReasonError, load_vocabulary, the_words
from pipelines.sources.seeds import reason_words

GOOD = """\
begrippen:
  lasten: Wat het kost.
verboden: [norm]
redenen:
  geheim: het is geheim
woorden: [wat, het, kost, is, geheim]
"""


def loaded(tmp_path: Path, text: str) -> str:
    """What is said of a file of words; empty if nothing is wrong."""
    path = tmp_path / "woorden.yml"
    path.write_text(text, encoding="utf-8")
    try:
        load_vocabulary(path)
    except YamlError as error:
        return str(error)
    return ""


def test_every_reason_for_a_missing_figure_has_words() -> None:
    assert {reason: bool(reason_text(reason)) for reason in reason_words("kort")} == dict.fromkeys(
        reason_words("kort"), True
    )


def test_a_reason_without_words_says_where_they_belong() -> None:
    with pytest.raises(UnknownReasonError, match=r"woorden\.yml has no words for the reason 'raadsel'.*Add a clause"):
        reason_text("raadsel")


def test_explanations_are_sentences_of_at_most_20_words() -> None:
    for term, text in explanations().items():
        assert len(text.split(" ")) <= 20, term
        assert text[0].isupper() or text.startswith("CBS"), term
        assert text.endswith("."), term


def test_judging_words_may_not_be_used() -> None:
    for word in ("goed", "slecht", "beter", "norm", "tekort", "overschot", "significant", "mediaan", "NULL"):
        assert the_words().unknown(f"dit is {word}") == [word]


def test_words_are_told_apart_from_figures_and_signs() -> None:
    assert the_words().unknown("Per 1\N{NO-BREAK SPACE}000 inwoners: 8,6 % (2021), Wmo-maatwerk.") == []
    assert the_words().unknown("de Raadsnota's") == ["Raadsnota's"]


def test_a_file_that_is_right_says_nothing(tmp_path: Path) -> None:
    assert loaded(tmp_path, GOOD) == ""


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("Wat het kost.", "Wat dat kost.", "woorden.yml:2: begrippen.lasten: the word 'dat' is not in 'woorden'"),
        ("het is geheim", "het is zo", "woorden.yml:5: redenen.geheim: the word 'zo' is not in 'woorden'"),
        ("het is geheim", "het is het is het is het", "woorden.yml:5: redenen.geheim: a reason has at most 6 words"),
        ("[norm]", "[kost]", "woorden.yml:3: verboden: 'kost' is forbidden and allowed"),
        ("redenen:", "oorzaken:", "woorden.yml:4: oorzaken: extra inputs are not permitted"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert said in loaded(tmp_path, GOOD.replace(before, after))
