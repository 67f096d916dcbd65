"""What a check found, as a Dutch sentence for the table ``kwaliteit`` and the quality report.

Nothing an engine says in English may stand in it: that is for the log of the run. What does not belong here: deciding
whether a check passes (``judge``), and how Dutch writes numbers (``pipelines.common.dutch``).
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import duckdb

from pipelines.audit.view import Frame
from pipelines.common.dutch import dotted, significant

MAX_EXAMPLES = 5
# What the engine names in its message; a name is ours, also where the sentence around it is not.
_MISSING = {
    "kolom": re.compile(r'(?:Referenced column|column named) "(\w+)'),
    "tabel": re.compile(r'(?:Table with name |Referenced table "|Catalog ")(\w+)'),
    "functie": re.compile(r'[Ff]unction with name "?(\w+)'),
}
_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (duckdb.ParserException, "dit is geen geldige SQL"),
    (duckdb.ConversionException, "een waarde past niet in het type waarin zij wordt omgezet"),
    (duckdb.OutOfRangeException, "een uitkomst is groter dan haar type toelaat"),
    (duckdb.OutOfMemoryException, "er is te weinig geheugen"),
    (duckdb.IOException, "een bestand is niet te lezen"),
    (duckdb.BinderException, "een naam of type past niet bij de tabellen"),
    (duckdb.CatalogException, "een naam is onbekend"),
)
# A column of a query for what a violation rests on: no one reads it, and another content is another finding.
FINGERPRINT = "vingerafdruk"


def shown(value: Any) -> str:
    """One value as an analyst reads it: a comma for the decimals, ``leeg`` for NULL."""
    if isinstance(value, list | tuple | set):
        return ", ".join(shown(part) for part in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {shown(part)}" for key, part in value.items())
    plain = value.item() if hasattr(value, "item") else value
    if plain is None or (isinstance(plain, float) and math.isnan(plain)):
        return "leeg"
    if isinstance(plain, bool):
        return "ja" if plain else "nee"
    if isinstance(plain, float):
        return significant(plain)
    if isinstance(plain, datetime | date):
        return plain.isoformat()
    return str(plain)


def examples(frame: Frame, rows: Sequence[int], columns: Sequence[str]) -> str:
    """Up to five rows of ``frame`` by position, each as ``kolom=waarde``; empty when there are none."""
    if not rows:
        return ""
    chosen = frame[list(columns)].iloc[list(rows[:MAX_EXAMPLES])]
    # NULL reaches pandas as None, NaN, NaT or NA, depending on the type of the column.
    records = chosen.astype(object).where(chosen.notna(), None).to_dict("records")
    lines = [", ".join(f"{name}={shown(value)}" for name, value in record.items()) for record in records]
    return f", bijvoorbeeld: {'; '.join(lines)}"


def digest(frame: Frame) -> str:
    """SHA-256 over all rows of ``frame``, whatever their order.

    Numbers as they are shown: DuckDB adds in parallel, so the last bits of the same sum differ from run to run.
    """
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    lines = sorted(json.dumps({name: shown(value) for name, value in record.items()}) for record in records)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def violating_rows(total: int, violating: int) -> str:
    """How many of the judged rows deviate, with the share when there are any."""
    share = f" ({significant(100 * violating / total, 3)} %)" if violating and total else ""
    verb = "wijkt" if violating == 1 else "wijken"
    return f"{dotted(violating)} van {dotted(total)} getoetste rijen {verb} af{share}"


def returned_rows(number: int) -> str:
    """How many violations a query returned."""
    return f"{dotted(number)} afwijkende {'rij' if number == 1 else 'rijen'}"


def observed(result: Mapping[str, Any], *, passed: bool) -> str:
    """The aggregate that Great Expectations saw, or what is missing from and unexpected in a set."""
    parts = [f"gevonden: {shown(result['observed_value'])}"] if result.get("observed_value") is not None else []
    mismatched = (result.get("details") or {}).get("mismatched") or {}
    missing = result.get("partial_missing_list") or mismatched.get("missing")
    unexpected = result.get("partial_unexpected_list") or mismatched.get("unexpected")
    if missing:
        parts.append(f"ontbreekt: {shown(missing)}")
    if unexpected:
        parts.append(f"staat niet in de lijst: {shown(unexpected[:MAX_EXAMPLES])}")
    return "; ".join(parts) or ("in orde" if passed else "geen waarde gevonden")


def query_failure(error: Exception) -> str:
    """Why a query could not be carried out, with the column, table or function that does not exist."""
    if isinstance(error, duckdb.BinderException | duckdb.CatalogException):
        for kind, pattern in _MISSING.items():
            if named := pattern.search(str(error)):
                return f"de query faalt: {kind} {named[1]} bestaat niet"
    why = next((sentence for kind, sentence in _KINDS if isinstance(error, kind)), "de gegevens zijn niet op te halen")
    return f"de query faalt: {why}"


def unknown_expectation(kind: str) -> str:
    """That there is no such expectation."""
    return f"de verwachting kan niet worden getoetst: Great Expectations kent geen {kind}"


def wrong_arguments(kind: str, names: Sequence[str]) -> str:
    """That an expectation cannot be made with what the yml gives it."""
    which = f" ({', '.join(names)})" if names else ""
    return f"de verwachting kan niet worden getoetst: de argumenten van {kind} kloppen niet{which}"


def failed_judgement(kind: str, columns: Sequence[str]) -> str:
    """That an expectation broke off on the data."""
    where = f" van kolom {', '.join(columns)}" if columns else ""
    return f"de verwachting kan niet worden getoetst: {kind} breekt af op de gegevens{where}"
