"""``monitor compare``: figures in the words of CBS's pages, held against the service or what a release was made of."""

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.common.settings import RECORDING
from pipelines.recording import serve_recording
from tests.support.place import Place
from tests.support.statline_service import Reply, Service, unused_url

COLUMNS = ("tabel", "url", "periode", "status_teken", "regio", "dimensies", "onderwerp", "eenheid", "waarde")
COUNT, SHARE = "Totaal jongeren met jeugdzorg in natura", "Jongeren met jeugdhulp in natura"
YOUTH = f"Jongeren met jeugdzorg in natura|{COUNT}"


@pytest.fixture(scope="module")
def recording_url() -> Iterator[str]:
    with serve_recording(RECORDING) as url:
        yield url


def figure(table: str, period: str, region: str, topic: str, value: str, **more: str) -> dict[str, str]:
    """A line as somebody types it over from the page of a table; all of these are in the recording but for ``more``."""
    line = {"tabel": table, "periode": period, "regio": region, "onderwerp": topic, "eenheid": "aantal"}
    return {**dict.fromkeys(COLUMNS, ""), **line, "waarde": value, **more}


# Each typed from a recorded file by hand.
RIGHT = [
    figure("85098NED", "2022", "Nederland", SHARE, "13.2", eenheid="% (zie toelichting)", status_teken="*"),
    figure("85098NED", "2022", "Aa en Hunze", "Jongeren met jeugdreclassering", ".", eenheid="% (zie toelichting)"),
    figure("83262NED", "2016", "Nederland", "Wmo-cliënten", "1053505", dimensies="TypeMaatwerkarrangement=Totaal"),
    figure("83262NED", "2016", "NL01", "Wmo-cliënten", "1053505", dimensies="alle totalen"),
    figure("84721NED", "2020", "Arnhem", "Lokaliseringen van gemeenten|Jeugdregio's|Naam", "Arnhem", eenheid="naam"),
]


def written(folder: Path, lines: Sequence[dict[str, str]], columns: Sequence[str] = COLUMNS) -> Path:
    path = folder / "figures.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(lines)
    return path


def compared(url: str, path: Path, *more: str) -> Result:
    environment = {"STATLINE_URL": url, "STATLINE_URL_DATADERDEN": ""}
    return CliRunner().invoke(app, ["compare", str(path), *more], env=environment)


def verdicts(url: str, folder: Path, *lines: dict[str, str]) -> list[dict[str, Any]]:
    done = compared(url, written(folder, lines), "--json")
    found: list[dict[str, Any]] = json.loads(done.output)["figures"]
    return found


def one(url: str, folder: Path, line: dict[str, str]) -> tuple[str, str]:
    (found,) = verdicts(url, folder, line)
    return found["verdict"], found["note"]


def test_figures_that_are_right_are_equal(recording_url: str, tmp_path: Path) -> None:
    done = compared(recording_url, written(tmp_path, RIGHT))
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1] == "5 figures: 5 equal."
    assert done.output.splitlines()[0].split() == [
        *("verdict", "line", "table", "period", "region", "topic", "typed", "found")
    ]


def test_a_figure_that_differs_is_shown_beside_what_was_found(recording_url: str, tmp_path: Path) -> None:
    wrong = figure("85098NED", "2022", "Nederland", SHARE, "10.7", eenheid="% (zie toelichting)", status_teken="**")
    done = compared(recording_url, written(tmp_path, [*RIGHT, wrong]))
    assert done.exit_code == 1
    (line,) = (line for line in done.output.splitlines() if line.startswith("different"))
    assert line.split()[-2:] == ["10.7", "13.2"]
    assert "Line 7: It was typed as **, provisional; CBS now says Voorlopig of its period." in done.output
    assert done.output.splitlines()[-1] == "6 figures: 5 equal, 1 different."


def test_json_holds_every_figure(recording_url: str, tmp_path: Path) -> None:
    lost = figure("83262NED", "2016", "Nergenshuizen", "Wmo-cliënten", "5")
    done = compared(recording_url, written(tmp_path, [RIGHT[2], lost]), "--json")
    assert done.exit_code == 2
    said = json.loads(done.output)
    assert said["counts"] == {"equal": 1, "different": 0, "not found": 1, "not asked": 0}
    assert said["figures"][0] == {
        "verdict": "equal",
        "line": 2,
        "table": "83262NED",
        "period": "2016",
        "region": "Nederland",
        "dimensions": "TypeMaatwerkarrangement=Totaal",
        "topic": "Wmo-cliënten",
        "unit": "aantal",
        "typed": "1053505",
        "found": "1053505",
        "note": "",
    }
    assert said["figures"][1]["found"] is None


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (figure("70072NED", "2020", "Assen", "x", "1"), "There is no table '70072NED' in the catalogue of "),
        (figure("83262NED", "1999", "Nederland", "x", "1"), "Table 83262NED: expected one period '1999', found none"),
        (
            figure("85098NED", "2022", "Asssen", "x", "1"),
            "expected a region 'Asssen', found none; nearest: GM0106 'Assen'",
        ),
        (figure("84799NED", "2019", "Assen", "x", "1"), "Table 84799NED: expected a table of 2019, found one without "),
        (
            figure("83262NED", "2016", "Nederland", "Wmo-cliënten", "1", dimensies="Geslacht=Manen"),
            "expected one code 'Manen' of dimension Geslacht, found none; nearest: 3000 'Mannen'",
        ),
        (
            figure("83262NED", "2016", "Nederland", "Wmo-cliënten", "1", dimensies="Kleur=rood"),
            "expected a dimension 'Kleur', found Geslacht, KenmerkenVanPersonen, TypeMaatwerkarrangement.",
        ),
        (
            figure("83262NED", "2016", "Nederland", "Wmo-cliënten", "1", eenheid="stuks"),
            "expected one column 'Wmo-cliënten (stuks)', found 0; nearest: Wmo-cliënten (aantal).",
        ),
        (
            figure("45038NED", "Begroting", "Assen", "1e plaatsing", "1", eenheid="1 000 euro"),
            "expected a code of dimension TaakveldBalanspost, found none given and 0 totals; write TaakveldBal",
        ),
    ],
    ids=["table", "period", "region", "year of the table", "code", "dimension", "unit", "no total"],
)
def test_a_figure_whose_cell_is_not_there_is_told_what_is(
    recording_url: str, tmp_path: Path, line: dict[str, str], says: str
) -> None:
    verdict, note = one(recording_url, tmp_path, line)
    assert verdict == "not found"
    assert says in note


def test_words_of_a_page_that_are_alike_are_taken_and_told(recording_url: str, tmp_path: Path) -> None:
    words = {"onderwerp": "Cliënten|Wmo-cliënten", "dimensies": "KenmerkenPersonen=migratieachtergrond: westers"}
    line = figure("83262NED", "2016 1e halfjaar**", "Nederland", "", "45000") | words
    (found,) = verdicts(recording_url, tmp_path, line)
    assert (found["verdict"], found["found"]) == ("different", ".")
    assert found["note"] == (
        "Dimension KenmerkenVanPersonen was taken for KenmerkenPersonen. Column 'Wmo-cliënten' was taken for "
        "'Cliënten > Wmo-cliënten'."
    )


def test_each_figure_is_one_question_and_a_table_is_described_once(service: Service, tmp_path: Path) -> None:
    done = compared(service.url, written(tmp_path, [RIGHT[0], RIGHT[1]]))
    assert done.exit_code == 0, done.output
    asked = [request.split("?")[0].rsplit("/", 1)[-1] for request in service.requests]
    assert asked.count("UntypedDataSet") == 2
    assert asked.count("DataProperties") == asked.count("Tables") == 1


def test_a_table_that_cannot_be_asked_costs_only_its_own_figures(service: Service, tmp_path: Path) -> None:
    service.fail("83262NED", Reply(400, b"nee"))
    done = compared(service.url, written(tmp_path, RIGHT))
    assert done.exit_code == 1
    assert done.output.splitlines()[-1] == "5 figures: 3 equal, 2 not asked."
    assert "Lines 4, 5: Page 1 of root of table 83262NED: " in done.output


def test_a_service_that_is_not_there_is_told_per_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.statline.limits.RetryPolicy.wait", lambda *_: 0.0)
    done = compared(unused_url(), written(tmp_path, RIGHT))
    assert done.exit_code == 1
    assert done.output.splitlines()[-1] == "5 figures: 5 not asked."
    assert done.output.count("could not be reached") == 1


@pytest.mark.parametrize(
    ("columns", "lines", "says"),
    [
        (COLUMNS[:-1], RIGHT, "waarde is not there."),
        (("table", *COLUMNS[1:]), RIGHT, "expected the columns tabel, periode, regio, dimensies, onderwerp, eenheid, "),
        (COLUMNS, [], "holds no figures: expected a line with tabel, "),
        (COLUMNS, [RIGHT[0] | {"waarde": " "}], "figure 1: expected waarde to be filled, found nothing."),
    ],
    ids=["no figure", "another name", "empty", "blank"],
)
def test_a_file_of_another_form_is_one_sentence(
    service: Service, tmp_path: Path, columns: Sequence[str], lines: Sequence[dict[str, str]], says: str
) -> None:
    path = written(tmp_path, lines, columns)
    done = compared(service.url, path)
    assert done.exit_code == 1
    assert done.output.startswith(str(path))
    assert says in done.output
    assert done.output.count("\n") == 1
    assert service.requests == []


def test_a_file_that_is_not_there_or_no_text_is_one_sentence(service: Service, tmp_path: Path) -> None:
    done = compared(service.url, tmp_path / "weg.csv")
    assert done.exit_code == 1
    assert done.output.count("\n") == 1
    (tmp_path / "beeld.csv").write_bytes(b"\xff\xfe\x00\x01")
    done = compared(service.url, tmp_path / "beeld.csv")
    assert done.exit_code == 1
    assert "can't be read as CSV in UTF-8" in done.output


def test_figures_are_held_against_what_the_release_was_made_of(miniature: Place, tmp_path: Path) -> None:
    wrong = figure("85335NED", "2022", "Assen", YOUTH, "5")
    path = written(tmp_path, [*RIGHT, wrong])
    done = miniature.run("compare", str(path), "--release", "huidig", "--json", url=unused_url())
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert [each["verdict"] for each in said["figures"]] == ["equal"] * 4 + ["not found", "different"]
    assert said["figures"][4]["note"].endswith(" was not made of table 84721NED.")
    assert said["figures"][5]["found"].isdigit()


def test_a_release_that_is_not_there_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(tmp_path / "leeg"))
    path = written(tmp_path, RIGHT)
    assert compared("", path, "--release", "huidig").output == "There is no release yet: run `monitor refresh`.\n"
    done = compared("", path, "--release", "20260101")
    assert done.exit_code == 1
    assert done.output.startswith("There is no release '20260101'.")
