"""The shape of a table: everything about it that could change its meaning without a figure changing.

It is stored with every version of the observations, so that the next version can be compared with the one that was
last understood. What does not belong here: reading it from a table (``shape_builder``), comparing (``drift``), and any
figure.
"""

import hashlib
import json

from pydantic import BaseModel, ConfigDict, Field

from pipelines.observations.columns import Topic


class StoredPart(BaseModel):
    """Part of ``vorm.json`` or ``afgewezen.json``, of which the keys on the disk are Dutch and do not change."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class Column(StoredPart):
    """A topic: path of titles, unit and datatype. ``key`` is where it stands, and no part of its meaning."""

    key: str = Field(alias="sleutel")
    path: tuple[str, ...] = Field(alias="pad")
    unit: str = Field(alias="eenheid")
    datatype: str

    @classmethod
    def of(cls, topic: Topic) -> "Column":
        """The column of a topic."""
        return cls(key=topic.key, path=topic.path, unit=topic.unit, datatype=topic.datatype)

    @property
    def identity(self) -> tuple[tuple[str, ...], str]:
        """What a measure finds it by."""
        return self.path, self.unit


class CodeList(StoredPart):
    """The code list of a dimension: titles by trimmed code (not of regions and periods), and the width of the codes."""

    codes: dict[str, str]
    width: int = Field(alias="breedte")


class Lacking(StoredPart):
    """A measure that a table was to give and that was not understood: the years without it, and why not.

    ``message`` says what was expected, what stands there and which line to write (English); ``dutch`` is its kind.
    """

    measure: str = Field(alias="maat")
    years: tuple[int, ...] = Field(alias="jaren")
    message: str = Field(alias="melding")
    dutch: str = Field(alias="melding_nl")


class Shape(StoredPart):
    """The shape of one version of a table.

    ``unlisted_codes`` holds per dimension what stands in the rows and not in the code list; ``region_kinds`` the kinds
    of region in the rows, ``strange_regions`` names by code of what is of no known kind, ``municipalities`` the names
    by code of the municipalities with a figure (of a year that has a list of them), ``status_words`` the words for the
    status of a period, ``column_count`` what the catalogue counts.
    """

    columns: tuple[Column, ...] = Field(alias="kolommen")
    code_lists: dict[str, CodeList] = Field(alias="codelijsten")
    unlisted_codes: dict[str, tuple[str, ...]] = Field(alias="onbekende_codes")
    region_kinds: tuple[str, ...] = Field(alias="regiosoorten")
    strange_regions: dict[str, str] = Field(alias="regiovormen")
    municipalities: dict[str, str] = Field(alias="gemeenten")
    status_words: tuple[str, ...] = Field(alias="statuswoorden")
    column_count: int | None = Field(alias="kolomtelling")

    @property
    def digest(self) -> str:
        """Hash of the shape: what a person accepts. Not over the numbers in the keys of columns, which are followed."""
        content = self.model_dump(mode="json", exclude={"columns": {"__all__": {"key"}}})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
