"""All files of the folder of a municipality: which are right, and what is in use instead of those that are not.

A file with a mistake is not taken in at all. Its last good version stays in use, or it is absent; the others go on.
What does not belong here: what a single file may hold (``description``, ``table``, ``figures``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from pipelines.common.sentences import Sentence
from pipelines.common.troubles import unreadable
from pipelines.submissions.description import SubmissionYml, read_description
from pipelines.submissions.figures import FileContent, KnownPlaces, read_content
from pipelines.submissions.objections import Objection, SubmissionError, in_short, sentences_of
from pipelines.submissions.store import NAME, GivenFile, SubmissionStore

MOST_BYTES: Final = 5_000_000
_CSV, _YML = ".csv", ".yml"
# What people make where they mean a CSV or its yml; anything else in the folder is theirs.
_MISTAKEN: Final = {".yaml": _YML, ".xlsx": _CSV, ".xls": _CSV, ".ods": _CSV, ".tsv": _CSV}


@dataclass(frozen=True)
class Submission:
    """A file that is right: what was given, its yml, and the figures and notes in it."""

    given: GivenFile
    yml: SubmissionYml
    content: FileContent

    @property
    def file(self) -> str:
        """The name of the CSV file, as the release tells it."""
        return f"{self.given.name}{_CSV}"


@dataclass(frozen=True)
class SubmissionProblem:
    """A file that was not taken in: why, each mistake in a sentence, and which version is in use (None: none)."""

    file: str
    sentences: tuple[str, ...]
    version: str | None

    @property
    def problem(self) -> Sentence:
        """The same for whoever runs the monitor, and for a release."""
        instead = "Its last good version stays in use." if self.version else "It has no figures in the release."
        count = f"{len(self.sentences)} fouten" if len(self.sentences) > 1 else "een fout"
        dutch = "de vorige goede versie blijft in gebruik" if self.version else "het telt niet mee in deze uitgave"
        return Sentence(
            f"{in_short(list(self.sentences))} {instead}",
            f"Het eigen bestand {self.file} heeft {count} en is niet overgenomen; {dutch}.",
        )


@dataclass(frozen=True)
class TakenIn:
    """What a folder came to: the files in use, by name, and those with a mistake."""

    submissions: tuple[Submission, ...] = ()
    problems: tuple[SubmissionProblem, ...] = ()

    @property
    def versions(self) -> dict[str, str]:
        """The version of each file in use."""
        return {each.given.name: each.given.version for each in self.submissions}


def take_in(folder: Path | None, store: SubmissionStore, known: KnownPlaces, today: date) -> TakenIn:
    """Read every file in ``folder`` (None: there are none), keep what is right, and say what is wrong.

    A file that is no longer in the folder is no longer in use. Where the folder itself cannot be read all last good
    versions are.
    """
    if folder is None:
        return TakenIn()
    reader = _FileReader(known, today)
    try:
        found = _files_in(folder)
    except OSError as error:
        return _without_folder(folder, unreadable(folder, error), store, reader)
    for name in set(store.names()) - found.keys():
        store.withdraw(name)
    taken = _Intake(store, reader)
    # First what is in use already: who gives the same figure later is the one that must change it.
    for files in sorted(found.values(), key=lambda each: (not _is_in_use(each, store), each.name)):
        taken.add(files)
    return taken.result()


def versions_if_unchanged(folder: Path | None, store: SubmissionStore) -> dict[str, str] | None:
    """The version of each file in use, if the folder holds exactly those; None where anything differs or is wrong."""
    if folder is None:
        return {}
    try:
        found = _files_in(folder)
    except OSError:
        return None
    if store.names() != sorted(found) or not all(_is_in_use(files, store) for files in found.values()):
        return None
    return {name: version for name in found if (version := store.version(name)) is not None}


def check_folder(folder: Path, known: KnownPlaces, today: date) -> TakenIn:
    """As ``take_in``, but nothing is kept, and there is no earlier version to fall back on.

    Raises:
        OSError: the folder cannot be read.
    """
    taken = _Intake(None, _FileReader(known, today))
    for _, files in sorted(_files_in(folder).items()):
        taken.add(files)
    return taken.result()


@dataclass
class _Files:
    """The files of one name in the folder; ``wrong`` are names that no file may have, with what was meant."""

    name: str
    folder: Path
    suffixes: dict[str, str] = field(default_factory=dict)

    def given(self) -> GivenFile:
        """Both files as bytes; `SubmissionError` where there are not two that can be read."""
        sentences = list(self._mistaken())
        paths = {suffix: self.folder / f"{self.name}{self.suffixes.get(suffix, suffix)}" for suffix in (_CSV, _YML)}
        if not sentences:
            for suffix, other in ((_CSV, _YML), (_YML, _CSV)):
                if suffix not in self.suffixes:
                    sentences.append(
                        f"{paths[other]}:1: the file: expected {paths[suffix].name} beside it, found none; add it, or "
                        "move this one away."
                    )
        if sentences:
            raise SubmissionError(sentences)
        return GivenFile(self.name, paths[_CSV], paths[_YML], _bytes_of(paths[_CSV]), _bytes_of(paths[_YML]))

    def _mistaken(self) -> Iterator[str]:
        path = self.folder / f"{self.name}{self.suffixes.get(_CSV) or next(iter(self.suffixes.values()))}"
        if not NAME.fullmatch(self.name):
            yield (
                f"{path}:1: the file: expected a name of small letters, digits, - and _, found '{path.name}'; rename "
                "it and the file beside it."
            )
        for suffix, written in self.suffixes.items():
            if suffix in _MISTAKEN and _MISTAKEN[suffix] not in self.suffixes:
                meant = "CSV UTF-8" if _MISTAKEN[suffix] == _CSV else "a .yml"
                yield (
                    f"{self.folder / self.name}{written}:1: the file: expected {self.name}{_MISTAKEN[suffix]}, found "
                    f"{self.name}{written}; save it as {meant} and move this one away."
                )


def _bytes_of(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            expected = f"expected at most {MOST_BYTES:,} bytes, found {size:,}"
            raise SubmissionError([f"{path}:1: the file: {expected}; split it into more files."])
        return path.read_bytes()
    except OSError as error:
        raise SubmissionError([f"{unreadable(path, error)}."]) from error


def _files_in(folder: Path) -> dict[str, _Files]:
    """The files of each name; what a program left (``~$``, a dot in front) and what is no data is left out."""
    found: dict[str, _Files] = {}
    for path in sorted(folder.iterdir()):
        suffix = path.suffix.lower()
        if path.name.startswith((".", "~")) or suffix not in (_CSV, _YML, *_MISTAKEN) or path.is_dir():
            continue
        found.setdefault(path.stem, _Files(path.stem, folder)).suffixes[suffix] = path.suffix
    return found


def _is_in_use(files: _Files, store: SubmissionStore) -> bool:
    try:
        given = files.given()
    except SubmissionError:
        return False
    current = store.current(files.name)
    return current is not None and current.version == given.version


class _FileReader:
    """Reads a file by the rules of today."""

    def __init__(self, known: KnownPlaces, today: date) -> None:
        self._known = known
        self._today = today

    def read(self, given: GivenFile) -> Submission:
        """The file, if it is right; `SubmissionError` with each mistake where it is not."""
        yml = read_description(given.yml_path, given.yml, self._known.indicators, self._today)
        content = read_content(given.csv, yml, self._known)
        if content.objections:
            raise SubmissionError(sentences_of(given.csv_path, content.objections))
        return Submission(given, yml, content)


class _Intake:
    """Takes in one file after the other; ``store`` is None where nothing is kept."""

    def __init__(self, store: SubmissionStore | None, reader: _FileReader) -> None:
        self._store = store
        self._reader = reader
        self._taken: list[Submission] = []
        self._problems: list[SubmissionProblem] = []

    def add(self, files: _Files) -> None:
        """Take in a file, or its last good version."""
        try:
            submission = self._fitting(files.given())
        except SubmissionError as error:
            self.add_last_good(files.name, error.sentences)
            return
        self._taken.append(submission)
        if self._store is not None:
            self._store.keep(submission.given)

    def add_last_good(self, name: str, sentences: Sequence[str]) -> None:
        """Take in what was good before, and note what is wrong now."""
        last = None if self._store is None or not NAME.fullmatch(name) else self._store.current(name)
        version = None
        if last is not None:
            try:
                self._taken.append(self._fitting(last))
                version = last.version
            except SubmissionError:
                # What was right by the rules of then is not by those of now, or another file says the same.
                version = None
        self._problems.append(SubmissionProblem(f"{name}{_CSV}", tuple(sentences), version))

    def _fitting(self, given: GivenFile) -> Submission:
        submission = self._reader.read(given)
        if sentences := sentences_of(given.csv_path, _clashes(submission, self._taken)):
            raise SubmissionError(sentences)
        return submission

    def result(self) -> TakenIn:
        """What came of all files, in order of name."""
        return TakenIn(
            tuple(sorted(self._taken, key=lambda each: each.given.name)),
            tuple(sorted(self._problems, key=lambda each: each.file)),
        )


def _clashes(submission: Submission, others: Sequence[Submission]) -> Iterator[Objection]:
    """Where a file says what another one says already, or gives a column of the same name another meaning."""
    for other in others:
        for name, column in submission.yml.kolommen.items():
            theirs = other.yml.kolommen.get(name)
            if theirs is not None and theirs != column:
                expected = f"'{theirs.naam}' ({theirs.eenheid}), as {other.file} has it"
                yield Objection(
                    1, name, expected, f"'{column.naam}' ({column.eenheid})", "give it another name in the yml"
                )
        yield from _repeated(submission, other)


def _repeated(submission: Submission, other: Submission) -> Iterator[Objection]:
    figures: Mapping[tuple[str, str, int], int] = {
        (each.column, each.code, each.year): each.line for each in other.content.figures
    }
    for each in submission.content.figures:
        line = figures.get((each.column, each.code, each.year))
        if line is not None:
            found = f"{each.code} {each.year} also on line {line} of {other.file}"
            yield Objection(each.line, each.column, "each figure in one file", found, "keep one of the two")
    notes = {(each.code, each.year, each.subject): each.line for each in other.content.notes}
    for note in submission.content.notes:
        line = notes.get((note.code, note.year, note.subject))
        if line is not None:
            found = f"{note.code} {note.year} '{note.subject}' also on line {line} of {other.file}"
            yield Objection(note.line, "onderwerp", "each note in one file", found, "keep one of the two")


def _without_folder(folder: Path, reason: str, store: SubmissionStore, reader: _FileReader) -> TakenIn:
    taken = _Intake(store, reader)
    sentence = f"{reason}: correct MONITOR_EIGEN_GEGEVENS, or make that folder readable."
    for name in store.names():
        taken.add_last_good(name, [sentence])
    result = taken.result()
    return TakenIn(result.submissions, result.problems or (SubmissionProblem(folder.name, (sentence,), None),))
