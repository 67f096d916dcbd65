"""``LEESMIJ.md`` and ``LICENTIE.txt``: what a release is, and how to use and cite it, for who finds the folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from pipelines.publish.files import boundaries
from pipelines.publish.files.listing import ReleaseFile
from pipelines.publish.files.tables import CSV, PARQUET
from pipelines.publish.publication import Publication
from pipelines.publish.source_tables import sources_of
from pipelines.publish.templates import render_text
from pipelines.releases.reader import ReleaseReader
from pipelines.releases.store import GUIDE

READ_ME: Final = "LEESMIJ.md"
LICENCE: Final = "LICENTIE.txt"
_FOLDERS: Final = (CSV, PARQUET)


def write_read_me(release: ReleaseReader, folder: Path, files: Sequence[ReleaseFile], publication: Publication) -> None:
    """Write both texts of a release into ``folder``, in which its ``files`` are."""
    has_map = (folder / boundaries.GEOJSON).exists()
    shared = {
        "header": release.header,
        "sources": sources_of(release),
        "has_map": has_map,
        "has_distribution": release.has("mart_verdeling"),
    }
    read_me = render_text(
        "LEESMIJ.md.jinja",
        files=_rows(files),
        has_guide=(folder / GUIDE).exists(),
        without_boundary=_without_boundary(folder) if has_map else "",
        lacking=", ".join(f"`{setting}`" for setting in publication.lacking),
        without_address=not publication.url,
        **shared,
    )
    (folder / READ_ME).write_text(read_me, encoding="utf-8")
    licence = render_text("LICENTIE.txt.jinja", owners=_owners(release), **shared)
    (folder / LICENCE).write_text(licence, encoding="utf-8")


def _owners(release: ReleaseReader) -> list[str]:
    """Who gave figures or notes of their own, which are not those of CBS."""
    rows = [row for table in ("eigen_opgave", "eigen_toelichting") for row in release.select(table, ("eigenaar",))]
    return sorted({row["eigenaar"] for row in rows})


def _rows(files: Sequence[ReleaseFile]) -> list[dict[str, str]]:
    """One row per file, but one for all files of a folder."""
    rows: dict[str, dict[str, str]] = {}
    for file in files:
        place = Path(file.path)
        name = f"{place.parent}/<tabel>{place.suffix}" if place.parent.name in _FOLDERS else file.path
        rows[name] = {"name": name, "title": file.kind.title, "use": file.kind.use}
    return list(rows.values())


def _without_boundary(folder: Path) -> str:
    about: dict[str, Any] = orjson.loads((folder / boundaries.GEOJSON).read_bytes())
    return ", ".join(f"{each['naam']} ({each['gm_code']})" for each in about["zonder_grens"])
