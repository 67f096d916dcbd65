"""``LEESMIJ.md`` and ``LICENTIE.txt``: what a release is, and how to use and cite it, for who finds the folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined

from pipelines.publish.files import boundaries, csv_files
from pipelines.publish.files import parquet_files as parquet
from pipelines.publish.files.listing import Offered
from pipelines.publish.files.provenance import sources_of
from pipelines.publish.publication import Publication
from pipelines.releases.reader import open_folder
from pipelines.releases.store import GUIDE

READ_ME: Final = "LEESMIJ.md"
LICENCE: Final = "LICENTIE.txt"
_FOLDERS: Final = (csv_files.FOLDER, parquet.FOLDER)


def write_read_me(folder: Path, files: Sequence[Offered], publication: Publication) -> None:
    """Write both texts for the release in ``folder``, which offers ``files``."""
    texts = Environment(  # noqa: S701 - plain text and Markdown, of our own tables
        loader=PackageLoader("pipelines.publish.files"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    with open_folder(folder) as release:
        header, sources = release.header, sources_of(release)
    has_map = (folder / boundaries.GEOJSON).exists()
    read_me = texts.get_template(f"{READ_ME}.j2").render(
        kop=header,
        bestanden=_rows(files),
        handleiding=(folder / GUIDE).exists(),
        kaart=has_map,
        zonder_grens=_without_boundary(folder) if has_map else "",
        tabellen=", ".join(source.table for source in sources),
        ontbreekt=", ".join(f"`{setting}`" for setting in publication.lacking),
        zonder_adres=not publication.url,
    )
    licence = texts.get_template(f"{LICENCE}.j2").render(kop=header, kaart=has_map, tabellen=sources)
    (folder / READ_ME).write_text(read_me + "\n", encoding="utf-8")
    (folder / LICENCE).write_text(licence + "\n", encoding="utf-8")


def _rows(files: Sequence[Offered]) -> list[dict[str, str]]:
    """One row per file, but one for all files of a folder."""
    rows: dict[str, dict[str, str]] = {}
    for file in files:
        place = Path(file.path)
        name = f"{place.parent}/<tabel>{place.suffix}" if place.parent.name in _FOLDERS else file.path
        rows[name] = {"naam": name, "titel": file.kind.title, "voor": file.kind.use}
    return list(rows.values())


def _without_boundary(folder: Path) -> str:
    about: dict[str, Any] = orjson.loads((folder / boundaries.GEOJSON).read_bytes())
    return ", ".join(f"{each['naam']} ({each['gm_code']})" for each in about["zonder_grens"])
