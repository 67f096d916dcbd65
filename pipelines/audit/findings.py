"""What a check found, as a Dutch sentence for the table ``kwaliteit`` and the quality report."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pipelines.audit.view import Frame

MAX_EXAMPLES = 5
MAX_ERROR = 400
# A column of a query for what a violation rests on: no one reads it, and another content is another finding.
FINGERPRINT = "vingerafdruk"


def one_line(text: str) -> str:
    """An error as one line, cut off where it no longer fits a table."""
    return " ".join(text.split())[:MAX_ERROR]


def counted(number: int) -> str:
    """A whole number the Dutch way: 71429 is 71.429."""
    return f"{number:,}".replace(",", ".")


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
        return f"{plain:.10g}".replace(".", ",")
    if isinstance(plain, datetime | date):
        return plain.isoformat()
    return str(plain)


def examples(frame: Frame, rows: Sequence[int], columns: Sequence[str]) -> str:
    """Up to five rows of ``frame`` by position, each as ``kolom=waarde``; empty when there are none."""
    chosen = frame[list(columns)].iloc[list(rows[:MAX_EXAMPLES])]
    # NULL reaches pandas as None, NaN, NaT or NA, depending on the type of the column.
    records = chosen.astype(object).where(chosen.notna(), None).to_dict("records")
    lines = [", ".join(f"{name}={shown(value)}" for name, value in record.items()) for record in records]
    return f", bijvoorbeeld: {'; '.join(lines)}" if lines else ""


def digest(frame: Frame) -> str:
    """SHA-256 over all rows of ``frame``, whatever their order.

    Numbers as they are shown: DuckDB adds in parallel, so the last bits of the same sum differ from run to run.
    """
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    lines = sorted(json.dumps({name: shown(value) for name, value in record.items()}) for record in records)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def violating_rows(total: int, violating: int) -> str:
    """How many of the judged rows deviate, with the share when there are any."""
    share = f" ({100 * violating / total:.3g} %)".replace(".", ",") if violating and total else ""
    verb = "wijkt" if violating == 1 else "wijken"
    return f"{counted(violating)} van {counted(total)} getoetste rijen {verb} af{share}"


def returned_rows(number: int) -> str:
    """How many violations a query returned."""
    return f"{counted(number)} afwijkende {'rij' if number == 1 else 'rijen'}"


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
