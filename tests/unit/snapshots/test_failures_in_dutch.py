"""Each kind of failure on the way from CBS to a snapshot has a short Dutch sentence of its own."""

import re

import pytest

from pipelines.common.sentences import Sentence, ToldError
from pipelines.recording import RecordingServerError
from pipelines.snapshots.ingest import ChangedMeanwhileError
from pipelines.snapshots.records import SnapshotError
from pipelines.statline.errors import StatlineError, TableNotFoundError


def kinds(kind: type[ToldError]) -> list[type[ToldError]]:
    """The kind and everything below it."""
    return [kind, *(below for child in kind.__subclasses__() for below in kinds(child))]


KINDS = [*kinds(StatlineError), *kinds(SnapshotError), RecordingServerError]
ENGLISH = re.compile(r"\b(the|was not|table|fetch|again|snapshot|status|rows)\b", re.IGNORECASE)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_kind_of_failure_is_one_short_dutch_sentence(kind: type[ToldError]) -> None:
    assert "dutch" in vars(kind)
    assert re.fullmatch(r"[A-Z][^.]{10,90}\.", kind.dutch)
    assert not ENGLISH.search(kind.dutch)


def test_no_two_kinds_say_the_same() -> None:
    assert ChangedMeanwhileError in KINDS
    assert len({kind.dutch for kind in KINDS}) == len(KINDS) == 14


def test_the_english_of_a_failure_is_its_message_word_for_word() -> None:
    said = Sentence.of(TableNotFoundError("Table X does not exist at http://a.nl (status 404)"))
    assert said == Sentence(
        "Table X does not exist at http://a.nl (status 404)", "CBS kent deze tabel niet, of niet meer."
    )
