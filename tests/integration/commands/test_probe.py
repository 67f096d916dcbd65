"""``monitor probe``: what a service has of what the yml ask, by its catalogue and metadata alone."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.common.settings import RECORDING
from pipelines.recording import serve_recording
from tests.support.altered_recording import AlteredRecording, Row, Rows
from tests.support.recorded_datasets import recorded_datasets
from tests.support.statline_service import Reply, Service, unused_url

YOUTH, NEW = "85335NED", "99001NED"


@pytest.fixture(autouse=True)
def _only_recorded_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """The yml lists tables that the recording lacks; what is shown here is of those that it has."""
    monkeypatch.setattr("pipelines.commands.probe.load_datasets", recorded_datasets)


@pytest.fixture(scope="module")
def recording_url() -> Iterator[str]:
    with serve_recording(RECORDING) as url:
        yield url


@pytest.fixture
def altered(tmp_path: Path) -> AlteredRecording:
    return AlteredRecording(tmp_path / "opname")


def probed(url: str, *words: str) -> Result:
    return CliRunner().invoke(app, ["probe", *words], env={"STATLINE_URL": url, "STATLINE_URL_DATADERDEN": ""})


def said(recording: AlteredRecording, dataset: str, code: int) -> dict[str, Any]:
    with recording.served() as service:
        done = probed(service.url, dataset, "--json")
    assert done.exit_code == code, done.output
    found: dict[str, Any] = json.loads(done.output)
    return found


def table_of(answer: dict[str, Any], table: str) -> dict[str, Any]:
    (found,) = (each for each in answer["tables"] if each["table"] == table)
    return dict(found)


def measure_of(answer: dict[str, Any], table: str, measure: str) -> dict[str, Any]:
    (found,) = (each for each in table_of(answer, table)["measures"] if each["measure"] == measure)
    return dict(found)


def test_of_the_recording_everything_is_found_and_no_row_is_asked_for(service: Service, tmp_path: Path) -> None:
    settings = {"STATLINE_URL": service.url, "MONITOR_WAREHOUSE": str(tmp_path / "nergens")}
    done = CliRunner().invoke(app, ["probe", "--json"], env=settings)
    assert done.exit_code == 0, done.output
    answer = json.loads(done.output)
    datasets = recorded_datasets()
    listed = [(name, table.tabel) for name, dataset in datasets.items() for table in dataset.tabellen]
    assert [(table["dataset"], table["table"]) for table in answer["tables"]] == listed
    asked = sum(len(each.measures_of(table)) for each in datasets.values() for table in each.tabellen)
    assert answer["counts"] == {
        "tables": len(listed),
        "gone": 0,
        "stopped": 0,
        "not_read": 0,
        "measures": asked,
        "not_found": 0,
        "found": 0,
        "passed_over": 0,
    }
    assert asked > 300
    assert [request for request in service.requests if "DataSet" in request] == []
    assert sum("ODataCatalog" in request for request in service.requests) == 1
    assert len(service.requests) == len(set(service.requests))
    assert not (tmp_path / "nergens").exists()


def test_a_measure_tells_by_which_column_and_codes_it_was_found(recording_url: str) -> None:
    answer = json.loads(probed(recording_url, "jeugdzorg_wijken", "wmo_regio", "--json").output)
    assert measure_of(answer, YOUTH, "trajecten_huisarts") == {
        "measure": "trajecten_huisarts",
        "years": [2022],
        "absent_years": [],
        "found": True,
        "columns": [{"path": "Trajecten in natura > Verwijzer > Huisarts", "unit": "aantal"}],
        "codes": {"VormenVanJeugdzorg": "T001203"},
        "problem": None,
    }
    # The recording ends half-way 2020.
    clients = measure_of(answer, "83262NED", "wmo_clienten")
    assert (clients["years"], clients["absent_years"]) == ([2015, 2016, 2017, 2018, 2019], [2020])


def test_the_variant_that_a_table_has_is_the_one_that_is_told(altered: AlteredRecording) -> None:
    def rename(rows: Rows) -> None:
        next(row for row in rows if row["Title"] == "Trajecten in natura")["Title"] = "Jeugdzorgtrajecten in natura"

    altered.entity(YOUTH, "DataProperties", rename)
    with altered.served() as service:
        done = probed(service.url, "jeugdzorg_wijken")
    assert done.exit_code == 0
    new = "trajecten_huisarts is 'Jeugdzorgtrajecten in natura > Verwijzer > Huisarts' (aantal)"
    old = "trajecten_huisarts is 'Trajecten in natura > Verwijzer > Huisarts' (aantal)"
    lines = [line.strip() for line in done.output.splitlines()]
    assert [line for line in lines if line in (new, old)] == [old, new]


def test_a_dimension_and_a_code_that_go_by_other_names_are_told(altered: AlteredRecording) -> None:
    def rename(rows: Rows) -> None:
        next(row for row in rows if row["Type"] == "Dimension")["Key"] = "Vormen"

    def renumber(rows: Rows) -> None:
        rows[0] |= {"Key": "T999999", "Title": "Totaal alle jeugdzorg in natura"}

    altered.entity(YOUTH, "DataProperties", rename)
    altered.entity(YOUTH, "VormenVanJeugdzorg", renumber)
    folder = altered.folder / YOUTH
    (folder / "VormenVanJeugdzorg.json").rename(folder / "Vormen.json")
    answer = said(altered, "jeugdzorg_wijken", 0)
    assert table_of(answer, YOUTH)["names"] == {"VormenVanJeugdzorg": "Vormen"}
    assert measure_of(answer, YOUTH, "jeugdzorg_jongeren")["codes"] == {"Vormen": "T999999"}
    with altered.served() as service:
        done = probed(service.url, "jeugdzorg_wijken")
    assert "            VormenVanJeugdzorg is called Vormen\n" in done.output
    assert "            of Vormen T999999 is taken, for jeugdzorg_jongeren, " in done.output


def test_a_renamed_column_costs_only_its_measure_and_the_nearest_is_told(altered: AlteredRecording) -> None:
    def rename(rows: Rows) -> None:
        next(row for row in rows if row["Title"] == "Huisarts")["Title"] = "Huisartsen"

    altered.entity(YOUTH, "DataProperties", rename)
    answer = said(altered, "jeugdzorg_wijken", 2)
    missing = [each for each in table_of(answer, YOUTH)["measures"] if not each["found"]]
    assert [each["measure"] for each in missing] == ["trajecten_huisarts"]
    assert f"Table {YOUTH}, measure trajecten_huisarts: expected exactly one column" in missing[0]["problem"]
    assert "'Trajecten in natura > Verwijzer > Huisartsen' (aantal)" in missing[0]["problem"]
    assert answer["counts"]["not_found"] == 1
    with altered.served() as service:
        done = probed(service.url, "jeugdzorg_wijken")
    assert "            16 of 17 measures found\n" in done.output
    assert (
        "            NOT FOUND trajecten_huisarts: Table 85335NED, measure trajecten_huisarts: expected" in done.output
    )


def test_a_dimension_that_is_not_there_is_one_problem_of_all_measures(altered: AlteredRecording) -> None:
    def rename(rows: Rows) -> None:
        next(row for row in rows if row["Type"] == "Dimension")["Key"] = "Soorten"

    altered.entity(YOUTH, "DataProperties", rename)
    folder = altered.folder / YOUTH
    (folder / "VormenVanJeugdzorg.json").rename(folder / "Soorten.json")
    with altered.served() as service:
        done = probed(service.url, "jeugdzorg_wijken")
    assert done.exit_code == 2
    (told,) = (line for line in done.output.splitlines() if "NOT FOUND" in line)
    assert "not selected by the yml: ['Soorten']" in told
    assert told.count("jeugdzorg_jongeren,") == told.count("trajecten_onbekend:") == 1


def test_a_table_that_is_gone_is_told_and_one_that_was_marked_as_stopped_is_no_news(altered: AlteredRecording) -> None:
    path = altered.folder / "catalog" / "Tables.json"
    rows: list[Row] = json.loads(path.read_bytes())
    path.write_text(json.dumps([row for row in rows if row["Identifier"] not in (YOUTH, "83262NED")]), "utf-8")
    gone = table_of(said(altered, "jeugdzorg_wijken", 2), YOUTH)
    assert (gone["state"], gone["measures"]) == ("gone", [])
    assert re.match(
        rf"Table {YOUTH} is not in the catalogue at \S+; check its id in jeugdzorg_wijken.yml", gone["problem"]
    )
    assert table_of(said(altered, "wmo_regio", 0), "83262NED")["state"] == "stopped"


def test_a_table_that_a_series_finds_is_probed_as_a_refresh_reads_it(altered: AlteredRecording) -> None:
    title = "Jongeren met jeugdzorg en trajecten in natura; wijken, {}"
    altered.copy_table(YOUTH, NEW, Title=title.format(2023))
    altered.entity(NEW, "Perioden", lambda rows: rows[0].update(Key="2023JJ00", Title="2023"))
    # A second one of a year, another language, almost the title, another subject, and the same words without a year.
    altered.copy_table(YOUTH, "99002NED", Title=title.format(2022))
    altered.copy_table(YOUTH, "99003ENG", Title=title.format(2023), Language="en")
    altered.copy_table(YOUTH, "99004NED", Title=title.format(2023).replace(";", ","))
    altered.copy_table(YOUTH, "99005NED", Title=title.format(2023).replace("jeugdzorg en trajecten", "een uitkering"))
    altered.copy_table(YOUTH, "99006NED", Title=title.format("regio"))
    answer = said(altered, "jeugdzorg_wijken", 0)
    rules = {table["table"]: table["rule"] for table in answer["tables"] if table["rule"]}
    assert rules == {NEW: "only table with this title"}
    assert (table_of(answer, NEW)["years"], table_of(answer, NEW)["state"]) == ([2023], "found")
    assert measure_of(answer, NEW, "jeugdzorg_jongeren")["years"] == [2023]
    why = {each["table"]: each["why"] for each in answer["passed_over"]}
    assert why.keys() == {"99002NED", "99003ENG", "99004NED"}
    assert why["99002NED"].startswith(f"{YOUTH} leads 2022; if this one should, write `- {{tabel:")
    assert why["99003ENG"] == "its language is en, expected nl"
    assert why["99004NED"].startswith("its title is almost that of the series, expected ")
    assert (answer["counts"]["found"], answer["counts"]["passed_over"]) == (1, 3)
    with altered.served() as service:
        done = probed(service.url, "jeugdzorg_wijken")
    assert "            found by its title, listed nowhere (only table with this title)\n" in done.output
    assert f"  passed    99003ENG  {title.format(2023)}: its language is en, expected nl\n" in done.output


def test_a_year_before_those_that_are_taken_is_told_and_of_open_years_only_a_gap(altered: AlteredRecording) -> None:
    def other_years(rows: Rows) -> None:
        rows += [{**rows[0], "Key": f"{year}JJ00", "Title": str(year)} for year in (2019, 2023)]

    altered.entity("85098NED", "Perioden", other_years)
    answer = said(altered, "jeugdzorg_indicatoren", 0)
    assert table_of(answer, "85098NED")["other_years"] == [2019]
    found = answer["tables"][0]["measures"][0]
    assert (found["years"], found["absent_years"]) == ([2022, 2023], [2021])


def test_a_table_that_gives_no_answer_costs_the_others_nothing(service: Service) -> None:
    service.fail(f"{YOUTH}/DataProperties", Reply(400, b"nee"))
    done = probed(service.url, "jeugdzorg_wijken")
    assert done.exit_code == 1
    assert f"  not read  {YOUTH} 2022\n            Page 1 of DataProperties of table {YOUTH}: " in done.output
    assert "            17 of 17 measures found\n" in done.output
    assert done.output.splitlines()[-1].startswith(
        "2 tables, 0 of them found by a series: 17 measures found, 0 not; 0 tables gone, 1 not read, 0 passed over. "
    )


def test_an_unknown_dataset_is_one_sentence_and_nothing_is_asked(service: Service) -> None:
    done = probed(service.url, "wmo_regios")
    assert done.exit_code == 1
    assert done.output.startswith("There is no dataset 'wmo_regios'. Did you mean wmo_regio")
    assert done.output.count("\n") == 1
    assert service.requests == []


def test_a_service_that_is_not_there_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.statline.limits.RetryPolicy.wait", lambda *_: 0.0)
    done = probed(unused_url())
    assert done.exit_code == 1
    assert done.output.count("could not be reached") == 1
    listed = sum(len(dataset.tabellen) for dataset in recorded_datasets().values())
    assert done.output.splitlines()[-1].startswith(
        f"{listed} tables, 0 of them found by a series: 0 measures found, 0 not; 0 tables gone, {listed} not read, "
    )
