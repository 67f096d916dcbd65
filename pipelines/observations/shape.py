"""The shape of a table: everything about it that could change its meaning without a figure changing.

It is stored with every version of the observations, so that the next version can be compared with the one that was
last understood. What does not belong here: reading it from a table (``shape_reading``), comparing
(``drift``), and any figure.
"""

import hashlib
import json

from pydantic import BaseModel, ConfigDict

from pipelines.observations.columns import Topic


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Part):
    """A topic: path of titles, unit and datatype. ``sleutel`` is where it stands, and no part of its meaning."""

    sleutel: str
    pad: tuple[str, ...]
    eenheid: str
    datatype: str

    @classmethod
    def of(cls, topic: Topic) -> "Column":
        """The column of a topic."""
        return cls(sleutel=topic.key, pad=topic.path, eenheid=topic.unit, datatype=topic.datatype)

    @property
    def identity(self) -> tuple[tuple[str, ...], str]:
        """What a measure finds it by."""
        return self.pad, self.eenheid


class CodeList(_Part):
    """The code list of a dimension: titles by trimmed code (not of regions and periods), and the width of the codes."""

    codes: dict[str, str]
    breedte: int


class Shape(_Part):
    """The shape of one version of a table.

    ``onbekende_codes`` holds per dimension what stands in the rows and not in the code list; ``regiosoorten`` the kinds
    of region in the rows, ``regiovormen`` names by code of what is of no known kind, ``gemeenten`` the names of the
    municipalities with a figure by code, ``statuswoorden`` the words for the status of a period, ``kolomtelling`` what
    the catalogue counts.
    """

    kolommen: tuple[Column, ...]
    codelijsten: dict[str, CodeList]
    onbekende_codes: dict[str, tuple[str, ...]]
    regiosoorten: tuple[str, ...]
    regiovormen: dict[str, str]
    gemeenten: dict[str, str]
    statuswoorden: tuple[str, ...]
    kolomtelling: int | None

    @property
    def digest(self) -> str:
        """Hash of the shape: what a person accepts. Not over the numbers in the keys of columns, which are followed."""
        content = self.model_dump(mode="json", exclude={"kolommen": {"__all__": {"sleutel"}}})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
