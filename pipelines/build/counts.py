"""What a run counts: checks, and figures that changed since the release before; with the keys of the public manifest.

What does not belong here: the checks and revisions themselves, which are tables of a release.
"""

from pydantic import BaseModel, ConfigDict, Field


class ManifestPart(BaseModel):
    """A part of ``manifest.json``: English names here, Dutch keys in the file."""

    model_config = ConfigDict(frozen=True, validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)


class CheckCounts(ManifestPart):
    """How many checks there were, and the names of those that failed and warn, or failed and were accepted."""

    total: int = Field(alias="aantal")
    warnings: list[str] = Field(alias="waarschuwingen")
    # Releases made before findings could be accepted do not name any.
    accepted: list[str] = Field(default_factory=list, alias="aanvaard")


class RevisionCount(ManifestPart):
    """Figures in `origineel` that changed: by value, status or reason; new and gone ones.

    ``definitive``: of the values those that were definitive before and after. ``municipalities``: how many have any
    such figure (None over several tables, since a municipality may be in more than one of them).
    """

    values: int = Field(0, alias="waarden")
    statuses: int = Field(0, alias="statussen")
    reasons: int = Field(0, alias="redenen")
    definitive: int = Field(0, alias="definitief")
    new: int = Field(0, alias="nieuw")
    gone: int = Field(0, alias="vervallen")
    municipalities: int | None = Field(None, alias="gemeenten")


class RevisionCounts(ManifestPart):
    """What changed since the release ``previous`` (None: there was none), in all and by CBS table."""

    previous: str | None = Field(None, alias="vorige")
    same_division: bool = Field(default=True, alias="zelfde_indeling")
    total: RevisionCount = Field(default_factory=RevisionCount, alias="totaal")
    tables: dict[str, RevisionCount] = Field(default_factory=dict, alias="tabellen")
