"""What the code reads of the seeds of the dbt project: the municipalities there are, and the words for what is missing.

What does not belong here: the seeds that decide figures; those are read where figures are computed or explained.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

from pipelines.common.files import read_csv
from pipelines.common.settings import DBT_PROJECT

_SEEDS = DBT_PROJECT / "seeds"
_MUNICIPALITIES, _REASONS = "referentie/gemeenten_per_jaar.csv", "indicatoren/reden.csv"
_INDICATORS = "indicatoren/indicator.csv"
# As a person who is to edit them finds them.
MUNICIPALITIES_FILE: Final = f"dbt_project/seeds/{_MUNICIPALITIES}"
MERGERS_FILE: Final = "dbt_project/seeds/referentie/herindelingen.csv"
# Its tables are the official lists of municipalities, one a year: the seeds are made of them.
LIST_DATASET: Final = "gebieden_in_nederland"


@cache
def municipality_names() -> Mapping[str, str]:
    """The newest name of every municipality since 2010, by code (``GM0363``); empty in a project without that seed."""
    rows = sorted(_rows(_MUNICIPALITIES), key=lambda row: row["jaar"])
    return MappingProxyType({row["gm_code"]: row["gm_naam"] for row in rows})


@cache
def municipal_lists() -> Mapping[int, Mapping[str, str]]:
    """The official list of municipalities of every year, names by code; empty in a project without that seed."""
    lists: dict[int, dict[str, str]] = {}
    for row in _rows(_MUNICIPALITIES):
        lists.setdefault(int(row["jaar"]), {})[row["gm_code"]] = row["gm_naam"]
    return MappingProxyType(lists)


@cache
def reason_words(words: Literal["betekenis", "kort"]) -> Mapping[str, str]:
    """Why a figure may be missing: Dutch words by reason, in the order of the seed; empty in a project without it.

    Args:
        words: ``betekenis``, a sentence for a page; ``kort``, a clause for a terminal.

    """
    return MappingProxyType({row["reden"]: row[words] for row in _rows(_REASONS)})


@cache
def indicator_ids() -> frozenset[str]:
    """The ids of all indicators, public or not; empty in a project without that seed."""
    return frozenset(row["indicator_id"] for row in _rows(_INDICATORS))


@cache
def public_indicator_ids() -> frozenset[str]:
    """The ids of the public indicators; empty in a project without that seed."""
    return frozenset(row["indicator_id"] for row in _rows(_INDICATORS) if row["publiek"] == "true")


def _rows(seed: str) -> Iterator[dict[str, str]]:
    path = _SEEDS / seed
    if path.exists():
        yield from read_csv(path)
