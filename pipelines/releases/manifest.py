"""``manifest.json`` of a release: what it was made of, what it holds, and what its checks and revisions came to.

The file is public, so its keys are Dutch; here each has its English name. What does not belong here: the rows of the
checks and revisions themselves, which are tables of the release.
"""

from typing import Any

from pydantic import ConfigDict, Field

from pipelines.build.counts import CheckCounts, ManifestPart, RevisionCounts


class ReleaseManifest(ManifestPart):
    """The manifest of a release.

    ``made`` is UTC, ISO 8601; ``files`` and ``tables`` are SHA-256 by relative path and by table; ``inputs`` is the
    hash over ``parts``, the hash of each part that went in.
    """

    model_config = ConfigDict(extra="allow")

    release_id: str
    made: str = Field(alias="gemaakt")
    previous: str | None = Field(None, alias="vorige")
    contract_version: str = Field("", alias="contract_versie")
    division_year: int | None = Field(None, alias="indeling_jaar")
    source: str = Field(alias="bron")
    explanation: str = Field(alias="toelichting")
    git_commit: str | None = None
    versions: dict[str, str] = Field(default_factory=dict, alias="versies")
    inputs: str = Field(alias="invoer")
    files: dict[str, str] = Field(default_factory=dict, alias="bestanden")
    tables: dict[str, str] = Field(default_factory=dict, alias="tabellen")
    checks: CheckCounts = Field(alias="controles")
    revisions: RevisionCounts = Field(default_factory=RevisionCounts, alias="revisies")
    parts: dict[str, str] = Field(default_factory=dict, alias="invoer_delen")

    def as_row(self) -> dict[str, Any]:
        """The content of the file."""
        content: dict[str, Any] = self.model_dump(mode="json", by_alias=True)
        for count in (content["revisies"]["totaal"], *content["revisies"]["tabellen"].values()):
            if count["gemeenten"] is None:
                del count["gemeenten"]
        return content
