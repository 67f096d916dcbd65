"""The metadata of a release describe its files: to programs, to catalogues, and to people."""

import json
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import rdflib
from frictionless import Package, Report, system
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF

from pipelines.publish.files import write_files
from pipelines.publish.publication import Publication
from pipelines.releases.reader import open_folder
from pipelines.releases.store import GUIDE
from tests.support.made_up_releases import RELEASE_ID, release_to_export

VCARD = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
VERSION = rdflib.URIRef("http://www.w3.org/ns/dcat#version")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
NOWHERE = Publication()
URL = "https://voorbeeld.nl/monitor"
EVERYTHING = Publication(
    URL, "Gemeente Voorbeeld", "https://identifier.overheid.nl/tooi/id/gemeente/gm0000", "a@voorbeeld.nl"
)
# DCAT-AP-NL 3.0 and DCAT-AP 3.0: obligatory, and recommended as far as they can be known.
OF_CATALOGUE = (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.contactPoint, DCAT.dataset, DCTERMS.creator)
OF_DATA_SET = (
    *(DCTERMS.title, DCTERMS.description, DCTERMS.identifier, DCTERMS.accessRights, DCTERMS.creator, DCTERMS.publisher),
    *(DCAT.contactPoint, DCAT.theme, DCAT.distribution),
    *(DCTERMS.conformsTo, FOAF.page, DCAT.landingPage, DCTERMS.language, DCAT.keyword, DCTERMS.spatial),
    *(DCTERMS.temporal, DCTERMS.accrualPeriodicity, DCTERMS.modified, VERSION, DCTERMS.provenance),
)
OF_DISTRIBUTION = (
    *(DCAT.accessURL, DCTERMS.license, DCTERMS.title, DCTERMS.description, DCTERMS["format"], DCAT.mediaType),
    *(DCAT.byteSize, DCTERMS.language, DCTERMS.conformsTo, DCTERMS.rights),
)
AT_MOST_ONCE = (DCAT.contactPoint, DCTERMS.identifier, DCTERMS.publisher, DCTERMS.accessRights, VERSION)


def exported(folder: Path, *statements: str, publication: Publication = NOWHERE, source: str = "opname") -> Path:
    write(release_to_export(folder, *statements, source=source), publication)
    return folder


def write(folder: Path, publication: Publication) -> None:
    with open_folder(folder) as release:
        write_files(release, folder, publication)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(tmp_path_factory.mktemp("uitgave"))


@pytest.fixture(scope="module")
def offered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same release, of which is known where and by whom it is offered."""
    return exported(tmp_path_factory.mktemp("aangeboden"), publication=EVERYTHING)


def validated(folder: Path) -> Report:
    with system.use_context(trusted=True):
        return Package(folder / "datapackage.json").validate()


def test_frictionless_finds_the_data_package_in_order(release: Path) -> None:
    report = validated(release)
    assert report.flatten(["name", "message"]) == []
    package = json.loads((release / "datapackage.json").read_bytes())
    paths = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    assert {resource["path"] for resource in package["resources"]} == {
        path for path in paths if path.startswith(("csv/", "parquet/", "kaart/", "monitor."))
    }
    assert len(report.tasks) == len(package["resources"])
    assert (package["version"], package["created"], package["id"]) == ("1.2.0", "2026-01-02T03:00:00Z", RELEASE_ID)
    assert package["sources"] == [
        {
            "title": "CBS-tabel 70072ned, Regionale kerncijfers",
            "version": "2026-01-01T02:00:00Z",
            "path": "https://opendata.cbs.nl/statline/#/CBS/nl/dataset/70072ned",
        }
    ]


@pytest.mark.parametrize(
    ("table", "old", "new", "kinds"),
    [
        ("soorten", "0,1", "0.1", {"type-error", "hash-count"}),
        ("soorten", "nee", "false", {"type-error", "hash-count", "byte-count"}),
        ("soorten", "twee", "drie", {"constraint-error", "hash-count"}),
        ("mart_gemeente_jaar", "GM0034", "GM9999", {"foreign-key", "hash-count"}),
        ("dim_indicator", "jeugdzorg_pct", "inwoners", {"primary-key", "hash-count", "byte-count"}),
    ],
)
def test_frictionless_finds_what_is_wrong_in_a_table(
    release: Path, tmp_path: Path, table: str, old: str, new: str, kinds: set[str]
) -> None:
    """So that an empty list of errors means something."""
    damaged = shutil.copytree(release, tmp_path / "kopie")
    path = damaged / "csv" / f"{table}.csv"
    path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))
    (task,) = (task for task in validated(damaged).tasks if task.name == table)
    assert {error.type for error in task.errors} >= kinds


def test_a_file_that_is_no_table_is_guarded_by_its_hash(release: Path, tmp_path: Path) -> None:
    damaged = shutil.copytree(release, tmp_path / "kopie")
    with (damaged / "kaart" / "gemeenten.geojson").open("ab") as file:
        file.write(b" ")
    found = {task.name: {error.type for error in task.errors} for task in validated(damaged).tasks if task.errors}
    assert found == {"kaart-gemeenten.geojson": {"hash-count", "byte-count"}}


def test_the_schema_says_what_each_column_holds(release: Path) -> None:
    package = json.loads((release / "datapackage.json").read_bytes())
    tables = {resource["name"]: resource for resource in package["resources"] if "schema" in resource}
    fields = {field["name"]: field for field in tables["soorten"]["schema"]["fields"]}
    assert [fields[name]["type"] for name in ("tekst", "keuze", "ja", "klein", "groot", "getal", "dag", "moment")] == [
        *("string", "string", "boolean", "integer", "integer", "number", "date", "datetime")
    ]
    assert fields["tekst"]["constraints"] == {"required": True}
    assert fields["keuze"]["constraints"] == {"enum": ["een", "twee"]}
    assert (fields["ja"]["trueValues"], fields["ja"]["falseValues"]) == (["ja"], ["nee"])
    assert fields["getal"]["decimalChar"] == ","
    assert tables["soorten"]["description"] == "Tabel soorten."
    assert fields["dag"]["description"] == "Kolom dag."
    keys = tables["mart_indicator_actueel"]["schema"]["foreignKeys"]
    assert {(tuple(key["fields"]), key["reference"]["resource"]) for key in keys} == {
        (("indicator_id",), "dim_indicator"),
        (("jaar",), "dim_periode"),
        (("regio_code",), "dim_regio"),
        (("tabel_id",), "herkomst"),
    }
    assert tables["mart_gemeente_jaar"]["schema"]["primaryKey"] == ["gm_code", "jaar"]


def graph_of(folder: Path, base: str = "https://elders.nl/map/dcat.jsonld") -> rdflib.Graph:
    return rdflib.Graph().parse(folder / "dcat.jsonld", format="json-ld", publicID=base)


def one(graph: rdflib.Graph, kind: rdflib.URIRef) -> rdflib.term.Node:
    (found,) = graph.subjects(RDF.type, kind)
    return found


def lacking(graph: rdflib.Graph) -> Iterator[tuple[str, rdflib.URIRef]]:
    """What the profile asks of each thing and is not there."""
    asked = {DCAT.Catalog: OF_CATALOGUE, DCAT.Dataset: OF_DATA_SET, DCAT.Distribution: OF_DISTRIBUTION}
    for kind, properties in asked.items():
        things = list(graph.subjects(RDF.type, kind))
        assert things
        yield from ((str(kind), name) for thing in things for name in properties if (thing, name, None) not in graph)


def test_a_catalogue_finds_all_that_its_profile_asks(offered: Path) -> None:
    graph = graph_of(offered)
    assert list(lacking(graph)) == []
    data_set = one(graph, DCAT.Dataset)
    assert [name for name in AT_MOST_ONCE if len(list(graph.objects(data_set, name))) != 1] == []
    (contact,) = graph.objects(data_set, DCAT.contactPoint)
    assert graph.value(contact, VCARD.hasEmail) == rdflib.URIRef("mailto:a@voorbeeld.nl")
    agent = graph.value(data_set, DCTERMS.publisher)
    assert agent == rdflib.URIRef(EVERYTHING.publisher_uri)
    assert (agent, RDF.type, FOAF.Agent) in graph
    assert str(graph.value(agent, FOAF.name)) == "Gemeente Voorbeeld"


def test_every_address_is_absolute_and_leads_to_a_file_with_that_sum(offered: Path) -> None:
    graph = graph_of(offered)
    for thing, address in graph.subject_objects(DCAT.downloadURL):
        path = offered / str(address).removeprefix(f"{URL}/releases/{RELEASE_ID}/")
        checksum = graph.value(graph.value(thing, SPDX.checksum), SPDX.checksumValue)
        assert str(checksum).lower() == sha256(path.read_bytes()).hexdigest()
        assert int(str(graph.value(thing, DCAT.byteSize))) == path.stat().st_size
    for address in graph.objects(None, DCAT.accessURL):
        assert (offered / str(address).removeprefix(f"{URL}/huidig/")).is_file()
    assert len(set(graph.objects(None, DCAT.downloadURL))) == 5
    assert "elders.nl" not in graph.serialize(format="nt")


def test_without_settings_nothing_is_made_up_and_addresses_are_relative(release: Path) -> None:
    graph = graph_of(release)
    unset = {DCTERMS.publisher, DCTERMS.creator, DCAT.contactPoint}
    assert {name for _, name in lacking(graph)} == unset
    assert not list(graph.subjects(RDF.type, FOAF.Agent))
    addresses = set(graph.objects(None, DCAT.accessURL))
    assert rdflib.URIRef("https://elders.nl/map/monitor.duckdb") in addresses
    assert {str(address).removeprefix("https://elders.nl/map/").split("/")[0] for address in addresses} == {
        *("csv", "datapackage.json", "kaart", "monitor.duckdb", "monitor.xlsx")
    }
    assert "`MONITOR_PUBLIC_URL`, `MONITOR_PUBLISHER`" in (release / "LEESMIJ.md").read_text(encoding="utf-8")


def test_a_contact_may_be_a_web_address(tmp_path: Path) -> None:
    graph = graph_of(exported(tmp_path, publication=Publication(contact="https://voorbeeld.nl/vragen")))
    (contact,) = graph.objects(one(graph, DCAT.Dataset), DCAT.contactPoint)
    assert graph.value(contact, VCARD.hasURL) == rdflib.URIRef("https://voorbeeld.nl/vragen")


def test_the_texts_say_what_it_is_how_to_cite_it_and_what_was_changed(release: Path, offered: Path) -> None:
    read_me = (release / "LEESMIJ.md").read_text(encoding="utf-8")
    assert "OPNAME, NIET LIVE" in read_me
    assert (
        f"> Bron: CBS, tabellen 70072ned, bewerkt in de overall monitor sociaal domein, uitgave {RELEASE_ID}" in read_me
    )
    assert "(2026-01-02); opname, niet live. Licentie: CC BY 4.0." in read_me
    for name in ("csv/<tabel>.csv", "parquet/<tabel>.parquet", "monitor.xlsx", "kaart/gemeenten.geojson", "SHA256SUMS"):
        assert f"`{name}`" in read_me
    assert "Nog niet gereed" not in (offered / "LEESMIJ.md").read_text(encoding="utf-8")
    licence = (release / "LICENTIE.txt").read_text(encoding="utf-8").splitlines()
    assert "Bron: CBS, 70072ned, Regionale kerncijfers (gewijzigd 2026-01-01), CC BY 4.0" in licence
    assert "Bron van de gemeentegrenzen (kaart/): CBS gebiedsindelingen, via PDOK" in licence
    assert "WAT ER IS GEWIJZIGD" in licence
    assert any(line.endswith("https://creativecommons.org/licenses/by/4.0/legalcode.nl") for line in licence)


def test_a_guide_in_the_release_is_told_of(tmp_path: Path, release: Path) -> None:
    made = release_to_export(tmp_path)
    (made / GUIDE).write_text("<!DOCTYPE html>", encoding="utf-8")
    write(made, NOWHERE)
    graph = graph_of(made)
    pages = {str(page) for page in graph.objects(one(graph, DCAT.Dataset), FOAF.page)}
    assert f"https://elders.nl/map/{GUIDE}" in pages
    read_me = (made / "LEESMIJ.md").read_text(encoding="utf-8")
    assert f"| `{GUIDE}` | Handleiding" in read_me
    assert f"staat in `{GUIDE}`." in read_me
    assert GUIDE not in (release / "LEESMIJ.md").read_text(encoding="utf-8")


def test_live_figures_are_not_called_a_recording(tmp_path: Path) -> None:
    folder = exported(tmp_path, source="live")
    for name in ("LEESMIJ.md", "LICENTIE.txt", "dcat.jsonld", "datapackage.json"):
        assert "pname" not in (folder / name).read_text(encoding="utf-8"), name


def test_a_municipality_without_boundary_is_named_in_the_read_me(tmp_path: Path) -> None:
    folder = exported(tmp_path, "insert into dim_gemeente values ('GM9999', 'Nieuwstad', '2025-01-01', null)")
    read_me = (folder / "LEESMIJ.md").read_text(encoding="utf-8")
    assert "de indeling van 2026: Nieuwstad (GM9999)." in read_me


def test_a_release_with_hardly_any_table_has_all_metadata(tmp_path: Path) -> None:
    tables = ("herkomst", "dim_periode", "dim_gemeente", "mart_gemeente_jaar", "dim_regio")
    folder = exported(tmp_path, *(f"drop table {table}" for table in tables))
    assert validated(folder).valid
    assert len(graph_of(folder)) > 50
    assert (
        "tabellen"
        not in (folder / "LEESMIJ.md").read_text(encoding="utf-8").split("## Bronvermelding")[1].split("Licentie")[0]
    )
