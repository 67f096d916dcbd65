"""The files of a release as its metadata describe them: what each is, for which tool, how large and with which hash."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.publish.files import boundaries
from pipelines.publish.files.tables import CSV, PARQUET
from pipelines.releases.store import DATABASE, GUIDE, HOME, INDICATORS, NOTES, REPORT, WORKBOOK

_EU_FILE_TYPE: Final = "http://publications.europa.eu/resource/authority/file-type/"
_PARQUET_TYPE: Final = "application/vnd.apache.parquet"


@dataclass(frozen=True)
class Kind:
    """A kind of file: its title and use (Dutch), its media type (IANA) and its file type (EU authority list)."""

    title: str
    use: str
    media_type: str
    eu_type: str
    standard: str = ""

    @property
    def eu_file_type(self) -> str:
        """The file type as an IRI."""
        return _EU_FILE_TYPE + self.eu_type


@dataclass(frozen=True)
class ReleaseFile:
    """One file of a release; ``path`` is relative to its folder."""

    path: str
    kind: Kind
    size: int
    sha256: str

    @property
    def table(self) -> str:
        """The table that the file holds, or nothing."""
        return Path(self.path).stem if Path(self.path).parent.name in (CSV, PARQUET) else ""


DATABASE_KIND: Final = Kind(
    "DuckDB-database met alle tabellen",
    "DuckDB, R, Python, Tableau, Metabase, Superset",
    "application/octet-stream",
    "BIN",
)
WORKBOOK_KIND: Final = Kind(
    "Excel-werkmap met de cijfers per gemeente",
    "Excel, LibreOffice",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "XLSX",
)
CSV_KIND: Final = Kind("CSV, een bestand per tabel", "Excel, elk ander programma", "text/csv", "CSV")
PARQUET_KIND: Final = Kind(
    "Parquet, een bestand per tabel", "Power BI, Excel, pandas, polars", _PARQUET_TYPE, "PARQUET"
)
GEOJSON_KIND: Final = Kind(
    "Gemeentegrenzen als GeoJSON",
    "kaarten in de browser, Superset, Tableau",
    "application/geo+json",
    "GEOJSON",
    "https://www.rfc-editor.org/rfc/rfc7946",
)
GEOPARQUET_KIND: Final = Kind(
    "Gemeentegrenzen als GeoParquet",
    "QGIS, geopandas, DuckDB",
    _PARQUET_TYPE,
    "PARQUET",
    "https://geoparquet.org/releases/v1.1.0/",
)
_PAGE_TYPE: Final = "text/html"
_BY_PATH: Final = {
    DATABASE: DATABASE_KIND,
    WORKBOOK: WORKBOOK_KIND,
    boundaries.GEOJSON: GEOJSON_KIND,
    boundaries.GEOPARQUET: GEOPARQUET_KIND,
    HOME: Kind("De website: begin hier met lezen, zonder netwerk", "browser", _PAGE_TYPE, "HTML"),
    REPORT: Kind("Kwaliteitsrapport", "browser", _PAGE_TYPE, "HTML"),
    INDICATORS: Kind("Wat elke indicator betekent", "browser", _PAGE_TYPE, "HTML"),
    GUIDE: Kind("Handleiding: verbinden, vragen, begrippen, citeren, methoden", "browser", _PAGE_TYPE, "HTML"),
    NOTES: Kind("Wat er in deze uitgave veranderde", "tekstverwerker, browser", "text/markdown", "TXT"),
}
_BY_FOLDER: Final = {CSV: CSV_KIND, PARQUET: PARQUET_KIND}


def list_files(folder: Path, hashes: Mapping[str, str]) -> list[ReleaseFile]:
    """The files of the release in ``folder`` that hold figures or explain them, in alphabetical order.

    ``hashes`` is the SHA-256 of every file by its relative path.
    """
    return list(_listed(folder, hashes))


def _listed(folder: Path, hashes: Mapping[str, str]) -> Iterator[ReleaseFile]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        kind = _BY_PATH.get(name) or _BY_FOLDER.get(path.parent.name)
        if kind is not None:
            yield ReleaseFile(name, kind, path.stat().st_size, hashes[name])
