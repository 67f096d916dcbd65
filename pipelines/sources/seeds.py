"""What the code reads of the seeds of the dbt project: the municipalities there are, and the words for what is missing.

What does not belong here: the seeds that decide figures; those are read where figures are computed or explained.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal

from pipelines.common.files import read_csv
from pipelines.common.settings import DBT_PROJECT

_SEEDS = DBT_PROJECT / "seeds"
_MUNICIPALITIES, _REASONS = "referentie/gemeenten_per_jaar.csv", "indicatoren/reden.csv"


@cache
def municipality_names() -> Mapping[str, str]:
    """The newest name of every municipality since 2010, by code (``GM0363``); empty in a project without that seed."""
    rows = sorted(_rows(_MUNICIPALITIES), key=lambda row: row["jaar"])
    return MappingProxyType({row["gm_code"]: row["gm_naam"] for row in rows})


@cache
def reason_words(words: Literal["betekenis", "kort"]) -> Mapping[str, str]:
    """Why a figure may be missing: Dutch words by reason, in the order of the seed; empty in a project without it.

    Args:
        words: ``betekenis``, a sentence for a page; ``kort``, a clause for a terminal.

    """
    return MappingProxyType({row["reden"]: row[words] for row in _rows(_REASONS)})


def _rows(seed: str) -> Iterator[dict[str, str]]:
    path = _SEEDS / seed
    if path.exists():
        yield from read_csv(path)
