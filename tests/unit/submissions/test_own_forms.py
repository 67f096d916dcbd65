"""Ready-made forms: each is refused while it is empty, and right once it is filled in."""

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.submissions.blank_forms import form_titles, write_form
from pipelines.submissions.figures import known_places
from pipelines.submissions.intake import check_folder

TODAY = date(2026, 11, 29)
# What is right in a column of a kind, whatever it is called.
FILLED = {"ceo_wmo_respondenten": "100", "zelfredzaamheid_gemeten": "12", "wmo_regio": "Regio Oost"}


def fill(folder: Path, name: str) -> None:
    """Fill in a form as a person does: owner and day, and one row."""
    yml, csv = folder / f"{name}.yml", folder / f"{name}.csv"
    text = yml.read_text(encoding="utf-8").replace("eigenaar:\n", "eigenaar: Gemeente Aa en Hunze\n")
    yml.write_text(text.replace("datum:\n", "datum: 2026-03-01\n"), encoding="utf-8")
    header = csv.read_text(encoding="utf-8-sig").strip().split(";")
    cells = {
        "gm_code": "GM1680",
        "jaar": "2024",
        "onderwerp": "Jeugd",
        "indicator_id": "jeugdzorg_jongeren",
        "tekst": "Zo.",
    }
    row = ";".join((cells | FILLED).get(column, "50" if column.endswith("_pct") else "3") for column in header)
    csv.write_text(f"\ufeff{';'.join(header)}\r\n{row}\r\n", encoding="utf-8", newline="")


def test_there_is_a_form_for_what_no_open_source_has() -> None:
    assert form_titles().keys() == {
        "buig",
        "clientervaring_wmo",
        "fonds_tekortgemeenten",
        "toelichting",
        "wmo_regio",
        "zelfredzaamheid",
    }


@pytest.mark.parametrize("name", sorted(form_titles()))
def test_a_form_is_refused_while_it_is_empty_and_right_once_filled_in(tmp_path: Path, name: str) -> None:
    write_form(name, tmp_path)
    (empty,) = check_folder(tmp_path, known_places(), TODAY).problems
    assert [sentence.split(": ")[1] for sentence in empty.sentences] == ["eigenaar", "datum"]
    fill(tmp_path, name)
    taken = check_folder(tmp_path, known_places(), TODAY)
    assert taken.problems == ()
    assert [each.yml.status for each in taken.submissions] == ["onbevestigd" if name == "wmo_regio" else "opgegeven"]


def test_a_form_overwrites_nothing(tmp_path: Path) -> None:
    runner = CliRunner()
    written = runner.invoke(app, ["own-form", "buig", "--to", str(tmp_path)])
    assert (written.exit_code, sorted(path.name for path in tmp_path.iterdir())) == (0, ["buig.csv", "buig.yml"])
    fill(tmp_path, "buig")
    before = (tmp_path / "buig.csv").read_bytes()
    again = runner.invoke(app, ["own-form", "buig", "--to", str(tmp_path)])
    assert (again.exit_code, (tmp_path / "buig.csv").read_bytes()) == (1, before)
    assert "exists already, so nothing was written" in again.stdout
    unknown = runner.invoke(app, ["own-form", "buigg", "--to", str(tmp_path)])
    assert unknown.exit_code == 1
    assert "There is no form 'buigg'" in unknown.stdout


def test_own_check_tells_every_mistake_and_ends_with_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_form("buig", tmp_path)
    fill(tmp_path, "buig")
    monkeypatch.setenv("MONITOR_EIGEN_GEGEVENS", str(tmp_path))
    runner = CliRunner()
    right = runner.invoke(app, ["own-check"])
    assert right.exit_code == 0
    assert "buig.csv: 3 figures and 0 notes of Gemeente Aa en Hunze, 2026-03-01" in right.stdout
    csv = tmp_path / "buig.csv"
    csv.write_text(csv.read_text(encoding="utf-8").replace(";3;3;3", ";drie;3;vijf"), encoding="utf-8")
    wrong = runner.invoke(app, ["own-check", str(tmp_path)])
    assert wrong.exit_code == 1
    assert wrong.stdout.count("correct that cell.") == 2
    assert "0 files are right, 1 have mistakes" in wrong.stdout
    assert runner.invoke(app, ["own-check", str(tmp_path / "nergens")]).exit_code == 1
    monkeypatch.delenv("MONITOR_EIGEN_GEGEVENS")
    assert "MONITOR_EIGEN_GEGEVENS is empty" in runner.invoke(app, ["own-check"]).stdout
