"""The files of a release as its metadata describe them: what each is, for which tool, how large and with which hash."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.common.files import sha256_of
from pipelines.publish.files import boundaries, csv_files, workbook
from pipelines.publish.files import parquet_files as parquet
from pipelines.releases.store import DATABASE, GUIDE, INDICATORS, NOTES, REPORT

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
class Offered:
    """One file of a release; ``path`` is relative to its folder."""

    path: str
    kind: Kind
    size: int
    sha256: str

    @property
    def table(self) -> str:
        """The table that the file holds, or nothing."""
        return Path(self.path).stem if Path(self.path).parent.name in (csv_files.FOLDER, parquet.FOLDER) else ""


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
    workbook.FILE: WORKBOOK_KIND,
    boundaries.GEOJSON: GEOJSON_KIND,
    boundaries.GEOPARQUET: GEOPARQUET_KIND,
    REPORT: Kind("Kwaliteitsrapport", "browser", _PAGE_TYPE, "HTML"),
    INDICATORS: Kind("Wat elke indicator betekent", "browser", _PAGE_TYPE, "HTML"),
    GUIDE: Kind("Handleiding: verbinden, vragen, begrippen, citeren, methoden", "browser", _PAGE_TYPE, "HTML"),
    NOTES: Kind("Wat er in deze uitgave veranderde", "tekstverwerker, browser", "text/markdown", "TXT"),
}
_BY_FOLDER: Final = {csv_files.FOLDER: CSV_KIND, parquet.FOLDER: PARQUET_KIND}


def offered(folder: Path) -> list[Offered]:
    """The files of the release in ``folder`` that hold figures or explain them, in alphabetical order."""
    return list(_offered(folder))


def _offered(folder: Path) -> Iterator[Offered]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        kind = _BY_PATH.get(name) or _BY_FOLDER.get(path.parent.name)
        if kind is not None:
            yield Offered(name, kind, path.stat().st_size, sha256_of(path))
