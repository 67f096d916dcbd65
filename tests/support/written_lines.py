"""The lines of yml that a message tells to write, written into a copy of the yml: what proves the message."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_SUBJECT = re.compile(r"Table (?P<table>\w+), measure (?P<measure>\w+): ")
_COLUMN = re.compile(r"write for this measure in (?P<file>\w+\.yml) (?P<lines>`[^`]+`(?: and `[^`]+`)*)")
_KEY = re.compile(r"\s*(\w+):")


@dataclass(frozen=True)
class WrittenLines:
    """What a message says to write under ``measure`` in ``file``, each of ``lines`` a line of yml."""

    table: str
    measure: str
    file: str
    lines: tuple[str, ...]


def told_lines(text: str) -> list[WrittenLines]:
    """What ``text``, a message or all that a command printed, says to write; each measure of a table once."""
    subjects = [*_SUBJECT.finditer(text)]
    ends = [subject.start() for subject in subjects[1:]]
    found: dict[tuple[str, str], WrittenLines] = {}
    for subject, end in zip(subjects, [*ends, len(text)], strict=False):
        if advice := _COLUMN.search(text, subject.end(), end):
            lines = tuple(re.findall(r"`([^`]+)`", advice["lines"]))
            told = WrittenLines(subject["table"], subject["measure"], advice["file"], lines)
            found[told.table, told.measure] = told
    return [*found.values()]


def write_lines(folder: Path, told: Iterable[WrittenLines]) -> None:
    """Write them into the yml in ``folder``, each in place of what stands under its measure with the same key."""
    for each in told:
        path = folder / each.file
        text = path.read_text(encoding="utf-8")
        path.write_text(_with_lines(text, each), encoding="utf-8")


def _with_lines(text: str, told: WrittenLines) -> str:
    keys = {_key(line) for line in told.lines}
    kept: list[str] = []
    inside = leaving_out = False
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip())
        if line == f"  {told.measure}:":
            inside = True
            kept += [line, *(f"    {new}" for new in told.lines)]
            continue
        if inside and line.strip() and depth <= 4:
            inside, leaving_out = depth == 4, depth == 4 and _key(line) in keys
        if not (inside and leaving_out):
            kept.append(line)
    assert len(kept) != len(text.splitlines()) or kept != text.splitlines(), f"{told.file} has no {told.measure}"
    return "\n".join([*kept, ""])


def _key(line: str) -> str:
    found = _KEY.match(line)
    return found[1] if found else ""
