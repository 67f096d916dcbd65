"""The municipalities that the monitor knows: the seed with the official list of every year."""

import csv
from functools import cache

from pipelines.common.settings import DBT_PROJECT

_LIST = DBT_PROJECT / "seeds" / "referentie" / "gemeenten_per_jaar.csv"


@cache
def municipality_names() -> dict[str, str]:
    """The newest name of every municipality since 2010, by code (``GM0363``); empty in a project without that seed."""
    if not _LIST.exists():
        return {}
    with _LIST.open(encoding="utf-8", newline="") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: row["jaar"])
    return {row["gm_code"]: row["gm_naam"] for row in rows}
