"""Tables that CBS stops, replaces or removes: how that is recognised, what is said of it, and what to edit.

A table dies in steps: its catalogue row says so, its text names a successor, and years later it is gone. None of that
touches figures that were fetched before. What does not belong here: fetching, and what becomes of a table that could
not be fetched (``ingest``).
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pipelines.common import dutch
from pipelines.common.located_yaml import LocatedYaml, YamlError
from pipelines.common.sentences import Sentence
from pipelines.sources.datasets import SOURCES, Dataset
from pipelines.statline.transport import Row

_STOPPED_STATUSES: Final = ("Gediscontinueerd", "Vervallen")
_STOPPED: Final = "Stopgezet"
_TEXTS: Final = ("Title", "ShortDescription", "Description", "ExplanatoryText", "Summary")

_ID = r"\b(?:\d{5}|\d{8})[A-Za-z]{3}\b"
# "Opvolger van" names the table before this one.
_FORWARD = re.compile(r"opgevolgd door|vervangen door|voortgezet (?:in|als|onder)|opvolger(?! van)|overgegaan in", re.I)
_BACKWARD = re.compile(rf"({_ID})[^.]{{0,120}}?\b(?:vervangt|is de opvolger van|is opvolger van) deze tabel", re.I)
_ENDED = re.compile(r"stopgezet|beëindigd|vervallen|niet meer (?:bijgewerkt|geactualiseerd|aangevuld)", re.I)
_SEE = re.compile(r"\b(?:zie|raadpleeg)\b", re.I)
# A full stop within an address is followed by no white space.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\r?\n\s*\r?\n")


def stop_marks(row: Row) -> list[str]:
    """What a row of the catalogue, or of TableInfos, says about the end of the table; empty while it lives."""
    found = []
    if row.get("OutputStatus") in _STOPPED_STATUSES:
        found.append(f"OutputStatus {row['OutputStatus']}")
    return found + [f"{field} {_STOPPED}" for field in ("Frequency", "ReasonDelivery") if row.get(field) == _STOPPED]


def successors(infos: Row, *, ended: bool) -> list[str]:
    """Ids of the tables that the texts of TableInfos name as those after this one.

    While a table lives (``ended`` is False) only a sentence about "deze tabel" counts: columns and figures are replaced
    by others all the time.
    """
    found: list[str] = []
    for text in (str(infos.get(field) or "") for field in _TEXTS):
        sentences = [sentence for sentence in _SENTENCE_END.split(text) if sentence.strip()]
        for before, sentence in zip(["", *sentences], sentences, strict=False):
            if ended or "deze tabel" in sentence.lower():
                found += _named(before, sentence)
    own = str(infos.get("Identifier", "")).lower()
    return [table for table in dict.fromkeys(found) if table.lower() != own]


def _named(before: str, sentence: str) -> list[str]:
    """The successors that one sentence names; ``before`` is the sentence before it."""
    if match := _BACKWARD.search(sentence):
        return [match[1]]
    if match := _FORWARD.search(sentence):
        return re.findall(_ID, sentence[match.end() :])
    if (match := _SEE.search(sentence)) and _ENDED.search(before + sentence):
        return re.findall(_ID, sentence[match.end() :])
    return []


def future_warning(dataset: Dataset, table: str, row: Row, infos: Row) -> Sentence | None:
    """What to do about a table in use that CBS stopped or replaces; None when nothing.

    Args:
        dataset: that the table belongs to.
        table: its id.
        row: what the catalogue says of it.
        infos: its TableInfos.

    """
    marks = stop_marks(row)
    listed = {known.tabel for known in dataset.tabellen}
    named = successors(infos, ended=bool(marks))
    is_normal = is_marked(dataset, table) or (_is_one_of_a_series(dataset, table) and not set(named) - listed)
    if is_normal or not (marks or set(named) - listed):
        return None
    if marks:
        what = f"Table {table} of {dataset.name} was stopped by CBS ({', '.join(marks)}); its figures stay in use"
        told = "CBS heeft deze tabel gestopt; haar cijfers blijven in gebruik."
    else:
        what = f"Table {table} of {dataset.name} is being replaced by CBS; it is still kept up to date"
        told = "CBS gaat deze tabel vervangen; tot dan wordt zij bijgewerkt."
    after = f" Als opvolger noemt CBS {dutch.listed(named)}." if named else ""
    return Sentence(f"{what}. {_what_to_edit(dataset, table, infos, ended=bool(marks))}", told + after)


def removal_advice(dataset: Dataset, table: str, infos: Row | None) -> str:
    """What to edit when CBS removed a table for good; ``infos`` are those of its last snapshot, if there is one."""
    if infos is not None:
        return f"If it was removed for good: {_what_to_edit(dataset, table, infos, ended=True)}".rstrip(".")
    years = _and(str(known.jaren) for known in dataset.tabellen if known.tabel == table)
    return (
        f"If it was removed for good, take it out of {_place(dataset, table)}: there is no snapshot of it to fall back "
        f"on, so {dataset.name} has no table for {years} then"
    )


def _what_to_edit(dataset: Dataset, table: str, infos: Row, *, ended: bool) -> str:
    """The sentences that say which line of which yml to write, and which years have no table from now on."""
    listed = {known.tabel for known in dataset.tabellen}
    after = successors(infos, ended=ended)
    known, new = [t for t in after if t in listed], [t for t in after if t not in listed]
    own = [reference for reference in dataset.tabellen if reference.tabel == table]
    last = max((reference.jaren.last for reference in own), default=0)
    covered = last + 1 in dataset.years or any(reference.jaren.is_open for reference in own)
    told = [f"Its text names {_and(new)} as what comes after it." if new else ""]
    told += [f"What comes after it, {_and(known)}, is in the yml already." if known else ""]
    told += ["" if covered or not own else f"From {last + 1} on no table of {dataset.name} is listed."]
    marked = [f"`- {{tabel: {table}, jaren: {reference.jaren}, gestopt: true}}`" for reference in own]
    added = [f"`- {{tabel: {found}, jaren: {'<its years>' if covered else last + 1}}}`" for found in new]
    told += [f"In {_place(dataset, table)} write {_and(marked)}{f' and add {_and(added)}' if added else ''}."]
    return " ".join(sentence for sentence in told if sentence)


def is_marked(dataset: Dataset, table: str) -> bool:
    """Whether the yml says that CBS stopped the table."""
    return any(reference.gestopt for reference in dataset.tabellen if reference.tabel == table)


def _is_one_of_a_series(dataset: Dataset, table: str) -> bool:
    """Whether it is the table of one year: that CBS stops it is no news, and the next year is found by its title."""
    years = dataset.reference(table).jaren
    return dataset.reeks is not None and years.first == years.last


def _place(dataset: Dataset, table: str) -> str:
    """The file and line where the yml lists the table."""
    path = SOURCES / f"{dataset.name}.yml"
    name = Path(*path.parts[-3:]).as_posix()
    try:
        source = LocatedYaml(path)
    except YamlError:
        return name
    ids = [entry.get("tabel") for entry in source.data.get("tabellen", [])]
    return f"{name}:{source.line(['tabellen', ids.index(table)])}" if table in ids else name


def _and(names: Iterable[str]) -> str:
    *first, last = [*names, ""][:-1] or [""]
    return f"{', '.join(first)} and {last}" if first else last
