"""``dcat.jsonld``: the release described by DCAT-AP-NL 3.0, for data.overheid.nl once the settings name who offers it.

The data set keeps one address over all releases (``huidig/``); what can be downloaded is at that of this release, which
never changes, so that size and checksum go on holding. Without a public address all of them are relative.

The profile asks for a publisher, a maker and a contact; without settings these are left out rather than made up.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pipelines.publish.files import datapackage
from pipelines.publish.files.boundaries import ATTRIBUTION, GEOJSON
from pipelines.publish.files.listing import CSV_KIND, PARQUET_KIND, Kind, ReleaseFile
from pipelines.publish.files.read_me import READ_ME
from pipelines.publish.publication import Publication
from pipelines.publish.source_tables import sources_of
from pipelines.releases.reader import ReleaseHeader, ReleaseReader
from pipelines.releases.store import COMPARISON, COUNTRY, CURRENT, GUIDE, HOME, INDICATORS, NOTES, REGIONS, REPORT

FILE: Final = "dcat.jsonld"

_EU: Final = "http://publications.europa.eu/resource/authority"
_IANA: Final = "https://www.iana.org/assignments/media-types/"
# As data.overheid.nl lists it.
_LICENCE: Final = "http://creativecommons.org/licenses/by/4.0/deed.nl"
_PROFILE: Final = "https://docs.geostandaarden.nl/dcat/dcat-ap-nl30/"
_DATA_PACKAGE: Final = "https://datapackage.org/standard/data-package/"
_CONTEXT: Final = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_TITLE: Final = "Overall monitor sociaal domein"
_KEYWORDS: Final = ("jeugdhulp", "jeugdzorg", "Wmo 2015", "bijstand", "Participatiewet", "gemeenten", "sociaal domein")
# Everything else of the kind is found through the data package.
_SINGLE_CSV: Final = "csv/mart_gemeente_jaar.csv"
_FOLDERS: Final = (CSV_KIND, PARQUET_KIND)
_PAGES: Final = (HOME, COUNTRY, REGIONS, COMPARISON, READ_ME, REPORT, INDICATORS, GUIDE, NOTES)


def write_dcat(release: ReleaseReader, folder: Path, files: Sequence[ReleaseFile], publication: Publication) -> None:
    """Describe the release in ``folder``, which offers ``files`` and explains itself in the pages that are there."""
    graph = _Described(folder, release, files, publication).catalogue()
    text = json.dumps({"@context": _CONTEXT, **graph}, ensure_ascii=False, indent=1)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


class _Described:
    """The parts of the description of one release."""

    def __init__(
        self, folder: Path, release: ReleaseReader, files: Sequence[ReleaseFile], publication: Publication
    ) -> None:
        self._header: ReleaseHeader = release.header
        self._sources = sources_of(release)
        self._files = files
        self._pages = [name for name in _PAGES if (folder / name).exists()]
        self._period = self._years(release)
        self._publication = publication
        self._current = f"{publication.url}/{CURRENT}/" if publication.url else ""
        self._fixed = f"{publication.url}/releases/{self._header.release_id}/" if publication.url else ""

    def catalogue(self) -> dict[str, Any]:
        """The catalogue that data.overheid.nl harvests, with the one data set in it."""
        return {
            "@id": f"{self._current}{FILE}#catalogus",
            "@type": "dcat:Catalog",
            "dct:title": _dutch(f"Catalogus van de {_TITLE.lower()}"),
            "dct:description": _dutch(f"De gegevens van de {_TITLE.lower()}."),
            "dct:language": _language(),
            "dct:license": _licence(),
            "dct:modified": self._made,
            **self._people(),
            "dcat:dataset": self._data_set(),
        }

    def _data_set(self) -> dict[str, Any]:
        address = f"{self._current}{FILE}#dataset"
        return {
            "@id": address,
            "@type": "dcat:Dataset",
            "dct:identifier": address if self._current else "overall-monitor-sociaal-domein",
            "dct:title": _dutch(_TITLE),
            "dct:description": _dutch(self._description()),
            "dcat:keyword": [_dutch(keyword) for keyword in _KEYWORDS],
            "dcat:theme": _concept(f"{_EU}/data-theme/SOCI", "Bevolking en samenleving"),
            "dct:accessRights": {"@id": f"{_EU}/access-right/PUBLIC", "@type": "dct:RightsStatement"},
            "dct:accrualPeriodicity": {"@id": f"{_EU}/frequency/IRREG", "@type": "dct:Frequency"},
            "dct:conformsTo": _standard(_DATA_PACKAGE),
            "dct:language": _language(),
            "dct:spatial": {"@id": f"{_EU}/country/NLD", "@type": "dct:Location"},
            **self._period,
            "dct:modified": self._made,
            "dcat:version": self._header.release_id,
            "adms:versionNotes": _dutch(f"Contract {self._header.contract_version}. {self._header.explanation}"),
            "dct:provenance": {"@type": "dct:ProvenanceStatement", "rdfs:label": _dutch(self._provenance())},
            "dcat:landingPage": self._page(HOME if HOME in self._pages else READ_ME),
            "foaf:page": [self._page(name) for name in self._pages],
            **self._people(),
            "dcat:distribution": [*self._single_files(), *self._folders()],
        }

    @property
    def _made(self) -> dict[str, str]:
        return {"@type": "xsd:dateTime", "@value": f"{self._header.made:%Y-%m-%dT%H:%M:%S}Z"}

    def _description(self) -> str:
        return (
            "Cijfers over jeugdzorg, maatschappelijke ondersteuning (Wmo), bijstand en de uitgaven daaraan, "
            "vergelijkbaar per gemeente, regio en jaar, met bij elke lege cel de reden. Berekend uit openbare tabellen "
            f"van CBS. {self._header.explanation}"
        )

    def _provenance(self) -> str:
        tables = ", ".join(f"{source.table} ({source.title})" for source in self._sources)
        return (
            f"Bron: CBS. Tabellen: {tables}. Bewerkt: samengevoegd, omgerekend naar de gemeentelijke indeling van "
            f"{self._header.division_year}, en tot verhoudingen berekend."
        )

    def _people(self) -> dict[str, Any]:
        """Publisher, maker and contact, as far as someone has set them."""
        found: dict[str, Any] = {}
        if self._publication.publisher:
            agent: dict[str, Any] = {"@type": "foaf:Agent", "foaf:name": _dutch(self._publication.publisher)}
            if self._publication.publisher_uri:
                agent["@id"] = self._publication.publisher_uri
            found |= {"dct:publisher": agent, "dct:creator": agent}
        if self._publication.contact:
            contact = self._publication.contact
            by_web = contact.startswith(("https://", "http://"))
            found["dcat:contactPoint"] = {
                "@type": "vcard:Kind",
                "vcard:fn": _dutch(self._publication.publisher or contact),
                "vcard:hasURL" if by_web else "vcard:hasEmail": {"@id": contact if by_web else f"mailto:{contact}"},
            }
        return found

    def _years(self, release: ReleaseReader) -> dict[str, Any]:
        """The period that the figures are about; nothing for a release that does not say."""
        if not release.has("dim_periode"):
            return {}
        first, last = release.query("select min(begin), max(einde) from dim_periode").row(0)
        dates = {"dcat:startDate": first, "dcat:endDate": last}
        typed = {name: {"@type": "xsd:date", "@value": f"{date:%Y-%m-%d}"} for name, date in dates.items()}
        return {"dct:temporal": {"@type": "dct:PeriodOfTime", **typed}}

    def _single_files(self) -> list[dict[str, Any]]:
        """A distribution per file that stands on its own."""
        return [self._single(file) for file in self._files if file.path == _SINGLE_CSV or self._stands_alone(file)]

    @staticmethod
    def _stands_alone(file: ReleaseFile) -> bool:
        return file.kind not in _FOLDERS and file.path not in _PAGES

    def _single(self, file: ReleaseFile) -> dict[str, Any]:
        title = "Cijfers per gemeente en jaar als CSV" if file.path == _SINGLE_CSV else file.kind.title
        schema = file.kind.standard or self._current + datapackage.FILE
        return {
            **self._distribution(title, file.kind, file.path),
            "dcat:downloadURL": {"@id": self._fixed + file.path},
            "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(file.size)},
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm"},
                "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": file.sha256},
            },
            "dct:conformsTo": _standard(schema),
        }

    def _folders(self) -> list[dict[str, Any]]:
        """A distribution per kind of which there is a file per table: the data package names them all, with sums."""
        found: list[dict[str, Any]] = []
        for kind in _FOLDERS:
            size = sum(file.size for file in self._files if file.kind is kind)
            if size:
                found.append(
                    {
                        **self._distribution(kind.title, kind, datapackage.FILE, part=kind.eu_type.lower()),
                        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(size)},
                        "dct:conformsTo": _standard(_DATA_PACKAGE),
                    }
                )
        return found

    def _distribution(self, title: str, kind: Kind, path: str, part: str = "") -> dict[str, Any]:
        name = part or path.replace("/", "-").replace(".", "-")
        return {
            "@id": f"{self._current}{FILE}#{name}",
            "@type": "dcat:Distribution",
            "dct:title": _dutch(title),
            "dct:description": _dutch(f"{title}. Voor: {kind.use}. {self._header.explanation}"),
            "dcat:accessURL": {"@id": self._current + path},
            "dcat:mediaType": {"@id": _IANA + kind.media_type, "@type": "dct:MediaType"},
            "dct:format": {"@id": kind.eu_file_type, "@type": "dct:MediaTypeOrExtent"},
            "dct:license": _licence(),
            "dct:rights": {"@type": "dct:RightsStatement", "rdfs:label": _dutch(_attribution(path))},
            "dct:language": _language(),
            "dct:issued": self._made,
            "dct:modified": self._made,
        }

    def _page(self, name: str) -> dict[str, str]:
        return {"@id": self._current + name, "@type": "foaf:Document"}


def _attribution(path: str) -> str:
    return ATTRIBUTION if path.startswith(Path(GEOJSON).parent.as_posix()) else "Bron: CBS"


def _dutch(text: str) -> dict[str, str]:
    return {"@language": "nl", "@value": text}


def _language() -> dict[str, str]:
    return {"@id": f"{_EU}/language/NLD", "@type": "dct:LinguisticSystem"}


def _licence() -> dict[str, Any]:
    return {
        "@id": _LICENCE,
        "@type": "dct:LicenseDocument",
        "skos:exactMatch": {"@id": f"{_EU}/licence/CC_BY_4_0"},
    }


def _standard(iri: str) -> dict[str, str]:
    return {"@id": iri, "@type": "dct:Standard"}


def _concept(iri: str, label: str) -> dict[str, Any]:
    return {"@id": iri, "@type": "skos:Concept", "skos:prefLabel": _dutch(label)}
