"""``monitor draft``: a yml that a refresh can read, made from what a service says of tables, with its choices told."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from click.testing import Result
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.common.settings import RECORDING
from pipelines.observations.columns import topics
from pipelines.observations.drift import Known
from pipelines.observations.observer import Observer
from pipelines.observations.store import CELLS, ObservationStore
from pipelines.recording import serve_recording
from pipelines.snapshots.ingest import TableJob, ingest_table
from pipelines.snapshots.store import SnapshotStore
from pipelines.sources.datasets import Dataset, load_datasets
from tests.support.altered_recording import AlteredRecording, Rows
from tests.support.cbs_2026 import MadeCbs, shared_cbs_2026
from tests.support.miniature import make_project
from tests.support.place import Place
from tests.support.statline_service import Service, quick_client, recorded_rows, unused_url
from tests.support.warehouses import query

TABLES = sorted(path.parent.name for path in RECORDING.glob("*/DataProperties.json"))


@pytest.fixture(scope="module")
def recording_url() -> Iterator[str]:
    with serve_recording(RECORDING) as url:
        yield url


def drafted(url: str, *words: str) -> Result:
    return CliRunner().invoke(app, ["draft", *words], env={"STATLINE_URL": url, "STATLINE_URL_DATADERDEN": ""})


def in_folder(url: str, folder: Path, *tables: str, name: str = "proef") -> Dataset:
    done = drafted(url, name, *tables, "--to", str(folder), "--force")
    assert done.exit_code == 0, done.output
    return load_datasets(folder)[name]


def properties(table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((RECORDING / table / "DataProperties.json").read_bytes())
    return found


@pytest.mark.parametrize("table", TABLES)
def test_of_every_recorded_table_all_topics_and_dimensions_are_in_the_yml(
    table: str, recording_url: str, tmp_path: Path
) -> None:
    dataset = in_folder(recording_url, tmp_path, table)
    assert [(tuple(measure.kolom[0]), measure.eenheid[0]) for measure in dataset.maten.values()] == [
        (topic.path, topic.unit) for topic in topics(properties(table))
    ]
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in dataset.maten)
    dimensions = [row["Key"] for row in properties(table) if row["Type"] not in ("Topic", "TopicGroup")]
    assert {dataset.regio, dataset.periode, *dataset.dimensies} - {None} == set(dimensions)
    known = next(each for each in load_datasets().values() if table in {one.tabel for one in each.tabellen})
    assert (dataset.regio, dataset.periode, dataset.catalogus) == (known.regio, known.periode, known.catalogus)


def test_a_draft_is_fetched_and_read_as_any_dataset(recording_url: str, tmp_path: Path) -> None:
    dataset = in_folder(recording_url, tmp_path / "sources", "83262NED")
    snapshots, observations = SnapshotStore(tmp_path), ObservationStore(tmp_path)
    with quick_client(recording_url) as client:
        ingested = ingest_table(TableJob(dataset, "83262NED", tuple(dataset.years), client, snapshots, force=False))
    assert ingested.result == "fetched", ingested.problem
    observer = Observer(snapshots, observations, Known(dict, lambda _: False))
    outcome = observer.observe(dataset, dataset.tabellen[0])
    assert outcome.result == "read", outcome.problem
    folder = observations.current("83262NED")
    assert folder is not None
    cells = pl.read_parquet(folder / CELLS / "*.parquet").filter(pl.col("maat") == "wmo_clienten")
    found = dict(cells.filter(pl.col("regio") == "NL01").select(pl.col("jaar").cast(int), "waarde").iter_rows())
    expected = {
        int(row["Perioden"][:4]): float(row["WmoClienten_1"])
        for row in recorded_rows("83262NED")
        if row["RegioS"].strip() == "NL01"
        and row["Perioden"].endswith("JJ00")
        and row["TypeMaatwerkarrangement"].strip() == "T001024"
        and row["WmoClienten_1"].strip() != "."
    }
    assert len(expected) > 2
    assert {year: figure for year, figure in found.items() if figure is not None} == expected


def test_the_total_of_a_dimension_is_taken_and_the_other_codes_are_told(recording_url: str) -> None:
    done = drafted(recording_url, "wmo", "83262NED")
    assert done.exit_code == 0
    assert yaml.safe_load(done.stdout)["dimensies"] == {
        "Geslacht": "T001038",
        "KenmerkenVanPersonen": "T009002",
        "TypeMaatwerkarrangement": "T001024",
    }
    told = "Of Geslacht T001038 'Totaal mannen en vrouwen' is taken; there are also 3000 'Mannen', 4000 'Vrouwen'."
    assert told in done.stderr.splitlines()
    assert f"  # {told}\n  Geslacht: T001038\n" in done.stdout
    assert (
        "Table 83262NED: of the periods JJ00 is read, and HJ01, HJ02 are not (`periode` of a measure or "
        "`binnen_het_jaar` reads parts of a year beside it)." in done.stderr
    )


def test_a_dimension_without_a_total_is_left_to_a_person_in_so_many_words(recording_url: str) -> None:
    done = drafted(recording_url, "lasten", "45038NED")
    assert done.exit_code == 0
    dataset = yaml.safe_load(done.stdout)
    assert dataset["dimensies"] == {"TaakveldBalanspost": "6.1", "Categorie": "LTOTAAL"}
    assert "CHOOSE: of TaakveldBalanspost no title begins with Totaal, so its first code 6.1 '6.1 " in done.stderr
    assert "  # CHOOSE: of TaakveldBalanspost no title begins with Totaal" in done.stdout
    assert {measure["periode"] for measure in dataset["maten"].values()} == {"X005"}


def test_what_was_chosen_is_no_part_of_the_yml_that_is_printed(recording_url: str, tmp_path: Path) -> None:
    done = drafted(recording_url, "wmo", "84751NED")
    (tmp_path / "wmo.yml").write_text(done.stdout, encoding="utf-8")
    assert set(load_datasets(tmp_path)) == {"wmo"}
    assert done.stderr.splitlines()[-1] == (
        "NOTE: table 84751NED is read by dataset wmo_maatwerkarrangement already, and one dataset reads a table: leave "
        "it out of one of the two."
    )


def test_tables_of_several_years_are_one_dataset_in_the_order_of_their_years(
    recording_url: str, tmp_path: Path
) -> None:
    dataset = in_folder(recording_url, tmp_path, "84908NED", "84751NED", "84752NED")
    assert [(table.tabel, str(table.jaren)) for table in dataset.tabellen] == [
        ("84751NED", "2017"),
        ("84752NED", "2018"),
        ("84908NED", "2020"),
    ]
    assert {measure.jaren.first for measure in dataset.maten.values()} == {2017}


def test_what_cbs_calls_otherwise_in_another_year_is_found_in_both(tmp_path: Path) -> None:
    recording = AlteredRecording(tmp_path / "opname")
    new = recording.folder / "84752NED" / "TypeMaatwerkvoorziening.json"
    (recording.folder / "84752NED" / "TypeMaatwerkarrangement.json").rename(new)

    def rename(rows: Rows) -> None:
        for row in rows:
            if row.get("Key") == "TypeMaatwerkarrangement":
                row["Key"] = "TypeMaatwerkvoorziening"

    def total(rows: Rows) -> None:
        rows[0]["Title"] = "Totaal van alle voorzieningen"
        assert rows[0]["Key"].strip() == "T001024"

    def unit(rows: Rows) -> None:
        next(row for row in rows if row["Title"] == "Wmo-cliënten")["Unit"] = "aantal personen"

    recording.entity("84752NED", "DataProperties", rename)
    recording.entity("84752NED", "DataProperties", unit)
    recording.entity("84752NED", "TypeMaatwerkvoorziening", total)
    with recording.served() as service:
        dataset = in_folder(service.url, tmp_path / "sources", "84751NED", "84752NED")
    assert dataset.andere_namen == {"TypeMaatwerkvoorziening": ["TypeMaatwerkarrangement"]}
    assert str(dataset.dimensies["TypeMaatwerkvoorziening"]) == (
        "T001024 or 'Totaal' or 'Totaal van alle voorzieningen'"
    )
    # A column with another unit is another measure: whether it is the same figure is for a person to say.
    years = {name: str(measure.jaren) for name, measure in dataset.maten.items() if name.startswith("wmo_clienten_aa")}
    assert years == {"wmo_clienten_aantal": "2017", "wmo_clienten_aantal_personen": "2018-"}


def test_tables_that_hold_the_same_years_are_refused(recording_url: str) -> None:
    done = drafted(recording_url, "wmo", "84751NED", "83765NED")
    assert done.exit_code == 1
    assert done.output == (
        "Tables 84751NED (2017) and 83765NED (2017) hold the same years, and one table leads a year: draft them as two "
        "datasets, or leave one out.\n"
    )


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        (("84583NED", "85335NED"), "Table 85335NED has periods (Perioden) and table 84583NED has none: draft them as"),
        (("84751NED", "85335NED"), "Table 85335NED has the dimension VormenVanJeugdzorg, and table 84751NED none like"),
        (("84751NED", "45042NED"), "The tables stand in the catalogues CBS and IV3, and a dataset is of one: draft "),
    ],
)
def test_tables_of_different_kinds_are_refused(recording_url: str, tables: tuple[str, ...], says: str) -> None:
    done = drafted(recording_url, "samen", *tables)
    assert done.exit_code == 1
    assert done.output.startswith(says)


def test_a_table_without_regions_or_a_year_is_refused(service: Service) -> None:
    def without_regions(answer: dict[str, Any]) -> None:
        answer["value"] = [row for row in answer["value"] if row["Key"] != "RegioS"]

    service.edit("85098NED/DataProperties", without_regions)
    done = drafted(service.url, "proef", "85098NED")
    assert done.exit_code == 1
    assert done.output == (
        "Table 85098NED: expected one dimension of regions, found none among Perioden; the monitor reads figures of "
        "regions.\n"
    )
    service.mend()

    def without_year(answer: dict[str, Any]) -> None:
        for row in answer["value"]:
            row |= {"Title": "Kerncijfers", "Period": ""}

    service.edit("ODataCatalog/Tables|84583NED/TableInfos", without_year)
    done = drafted(service.url, "proef", "84583NED")
    assert done.exit_code == 1
    assert done.output.startswith("Table 84583NED 'Kerncijfers': expected its years in a dimension of periods or its")


def test_columns_that_nothing_tells_apart_are_told_and_left_out(service: Service) -> None:
    def double(answer: dict[str, Any]) -> None:
        last = next(row for row in reversed(answer["value"]) if row["Type"] == "Topic")
        answer["value"].append({**last, "ID": 999, "Position": 999, "Key": "Nogmaals_6"})

    service.edit("85098NED/DataProperties", double)
    done = drafted(service.url, "proef", "85098NED")
    assert done.exit_code == 0
    assert "Table 85098NED has 2 columns 'Jongeren met jeugdreclassering' (% (zie toelichting)), which " in done.stderr
    assert "jongeren_met_jeugdreclassering" not in yaml.safe_load(done.stdout)["maten"]


def test_an_existing_yml_stays_unless_told(recording_url: str, service: Service, tmp_path: Path) -> None:
    path = tmp_path / "proef.yml"
    path.write_text("van mij", encoding="utf-8")
    done = drafted(service.url, "proef", "85098NED", "--to", str(tmp_path))
    assert done.exit_code == 1
    assert done.output == f"{path} is there already, so nothing was asked; --force replaces it.\n"
    assert (path.read_text(encoding="utf-8"), service.requests) == ("van mij", [])
    assert drafted(recording_url, "proef", "85098NED", "--to", str(tmp_path), "--force").exit_code == 0
    assert load_datasets(tmp_path)["proef"].tabellen[0].tabel == "85098NED"


def test_a_name_that_no_dataset_can_have_is_refused_before_anything_is_asked(service: Service) -> None:
    done = drafted(service.url, "Wmo-proef", "85098NED")
    assert done.exit_code == 1
    assert done.output.startswith("'Wmo-proef' cannot be the name of a dataset: expected a small letter")
    assert service.requests == []


def test_a_table_that_is_not_there_is_one_sentence(recording_url: str) -> None:
    done = drafted(recording_url, "proef", "70072NED")
    assert done.exit_code == 1
    assert done.output.startswith(f"There is no table '70072NED' in the catalogue of {recording_url}; the nearest ids")
    assert done.output.count("\n") == 1


def test_a_service_that_is_not_there_is_one_sentence_of_a_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.statline.limits.RetryPolicy.wait", lambda *_: 0.0)
    done = drafted(unused_url(), "proef", "85098NED")
    assert done.exit_code == 1
    assert "could not be reached" in done.output
    assert done.output.count("\n") == 1


@pytest.fixture(scope="module")
def cbs(pytestconfig: pytest.Config) -> MadeCbs:
    return shared_cbs_2026(pytestconfig.cache.mkdir("cbs_2026"))


@pytest.mark.slow
def test_every_table_of_a_made_cbs_is_described_and_drafted(cbs: MadeCbs) -> None:
    with cbs.served() as service:
        env = {"STATLINE_URL": service.url, "STATLINE_URL_DATADERDEN": ""}
        for table in cbs.tables:
            for words in (["describe", table, "--json"], ["draft", "proef", table]):
                done = CliRunner().invoke(app, words, env=env)
                assert done.exit_code == 0, (words, done.output)
                assert table in done.output


@pytest.mark.slow
def test_a_whole_refresh_releases_the_figures_of_a_drafted_yml(cbs: MadeCbs, tmp_path: Path) -> None:
    project, indicator = make_project(tmp_path / "project"), "bijstand_tot_de_aow_leeftijd"
    sources, room = project / "pipelines" / "sources", project / "dbt_project" / "seeds" / "indicator.csv"
    for source in sources.glob("*.yml"):
        source.unlink()
    room.write_text(f"indicator_id,naam,eenheid\n{indicator},Bijstand,aantal\n", encoding="utf-8")
    suite = project / "expectations" / "fct_indicator.yml"
    text = suite.read_text(encoding="utf-8")
    suite.write_text(re.sub(r"value_set: \[[^]]*\]", f"value_set: [{indicator}]", text), encoding="utf-8")
    place = Place(project, tmp_path / "warehouse")
    with cbs.served() as service:
        in_folder(service.url, sources, "80794ned", name="uitkeringen")
        done = place.run_anew("refresh", url=service.url)
    assert done.returncode == 0, done.stdout
    found = query(place.warehouse, "select regio_code, jaar, waarde from fct_indicator where waarde is not null")
    made = {
        (figure.region[:2] if figure.region.startswith("NL") else figure.region, int(figure.period[:4])): figure.value
        for figure in cbs.figures.of("80794ned")
        # Months only, so the draft takes the last one of a year.
        if figure.path[-1] == "Bijstand tot de AOW-leeftijd"
        and figure.period.endswith("MM12")
        and figure.region[:2] in ("GM", "NL")
        and isinstance(figure.value, int | float)
    }
    assert {(region, year): value for region, year, value in found} == made
    assert len(made) > 1000
