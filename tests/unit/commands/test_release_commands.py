"""The commands about releases: what they say, and the exit code by which a script knows."""

from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.commands import releases as release_commands
from pipelines.releases.journal import Journal
from pipelines.releases.store import Release, Releases
from tests.support.made_up_releases import stored_release


@pytest.fixture(autouse=True)
def in_this_warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    monkeypatch.setattr(release_commands.console, "_width", 200)


@pytest.fixture
def two(tmp_path: Path) -> tuple[Release, Release]:
    change = "update fct_indicator set waarde = 300 where regio_code = 'GM0197' and jaar = 2021"
    return stored_release(tmp_path, 1, "a"), stored_release(tmp_path, 2, "b", change)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def events(home: Path) -> list[dg.AssetMaterialization]:
    with dg.DagsterInstance.from_config(str(home)) as instance:
        found = instance.fetch_materializations(dg.AssetKey("uitgave"), limit=5).records
    return [record.asset_materialization for record in found if record.asset_materialization]


def test_a_rollback_is_told_and_shows_in_dagster(tmp_path: Path, two: tuple[Release, Release]) -> None:
    old, new = two
    done = run("rollback", "--reason", "klopt niet")
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"Analysts now read {old.release_id} instead of {new.release_id}.")
    assert f"`monitor unhold {new.release_id} --reason ...` lifts it" in done.output
    (event,) = events(tmp_path / "dagster")
    assert event.metadata["uitgave"].value == old.release_id
    assert event.metadata["teruggedraaid van"].value == new.release_id
    assert event.metadata["reden"].value == "klopt niet"


def test_a_rollback_stands_also_when_dagster_cannot_be_told(tmp_path: Path, two: tuple[Release, Release]) -> None:
    (tmp_path / "dagster").write_text("geen map", encoding="utf-8")
    done = run("rollback", "--reason", "klopt niet")
    assert done.exit_code == 0, done.output
    assert "Dagster could not be told, so its UI does not show this: " in done.output
    current = Releases(tmp_path).current()
    assert current is not None
    assert current.release_id == two[0].release_id


def test_a_rollback_without_reason_or_without_a_way_back_is_refused(two: tuple[Release, Release]) -> None:
    assert run("rollback").exit_code == 2
    assert run("rollback", "--reason", "een").exit_code == 0
    again = run("rollback", "--reason", "twee")
    assert again.exit_code == 1
    assert again.output == f"There is no good release before {two[0].release_id} to go back to.\n"


def test_hold_and_unhold_are_written_down(tmp_path: Path, two: tuple[Release, Release]) -> None:
    assert run("hold", two[0].release_id, "--reason", "dubbel").exit_code == 0
    assert "dubbel" in run("releases").output
    done = run("unhold", two[0].release_id, "--reason", "hersteld")
    assert (done.exit_code, done.output.partition(" (")[0]) == (0, f"Release {two[0].release_id} is no longer held")
    assert [(act.act, act.reason) for act in Journal(tmp_path).entries()] == [
        ("vasthouden", "dubbel"),
        ("vrijgeven", "hersteld"),
    ]
    assert run("unhold", two[0].release_id, "--reason", "nog eens").exit_code == 1


def test_status_names_a_rollback_that_was_cut_short(tmp_path: Path, two: tuple[Release, Release]) -> None:
    assert "held" not in run("status").output
    Journal(tmp_path).append("terugdraaien", two[1].release_id, "x", inputs="b" * 64, to=two[0].release_id)
    assert "a rollback was cut short. Run `monitor rollback --reason ...` again." in run("status").output


def test_status_leads_to_the_quality_report_of_a_release_that_has_one(two: tuple[Release, Release]) -> None:
    assert "Quality report" not in run("status").output
    report = two[1].folder / "kwaliteit.html"
    report.touch()
    assert f"Quality report: {report}\n" in run("status").output


def test_status_of_a_damaged_release_is_a_sentence(two: tuple[Release, Release]) -> None:
    (two[1].folder / "manifest.json").write_text("{", encoding="utf-8")
    done = run("status")
    assert done.exit_code == 1
    assert done.output == f"Release {two[1].release_id} is damaged: `monitor verify` says how.\n"


def test_verify_says_in_order_or_what_is_wrong(two: tuple[Release, Release]) -> None:
    assert run("verify").output == f"In order: {two[1].release_id}.\n"
    two[0].database.unlink()
    assert run("verify").exit_code == 0
    for arguments in (["--all"], [two[0].release_id]):
        done = run("verify", *arguments)
        assert done.exit_code == 1
        assert done.output.startswith(f"Release {two[0].release_id}: monitor.duckdb cannot be read")
    assert run("verify", "iets").exit_code == 1


def test_verify_all_names_each_release_once(two: tuple[Release, Release]) -> None:
    assert run("verify", "--all").output == f"In order: {two[1].release_id}, {two[0].release_id}.\n"


def test_diff_compares_the_current_release_with_the_one_before(two: tuple[Release, Release]) -> None:
    done = run("diff")
    assert done.exit_code == 0
    assert done.output.startswith(f"From {two[0].release_id} to {two[1].release_id}\n")
    assert run("diff", two[1].release_id, two[0].release_id).output.startswith(f"From {two[1].release_id} to ")
    rows = run("diff", "--table", "fct_indicator").output
    assert rows.endswith("indeling=origineel | waarde: 290.0 -> 300.0\n")


def test_without_releases_each_command_says_so(tmp_path: Path) -> None:
    for arguments in (["diff"], ["verify"], ["status"], ["rollback", "--reason", "x"]):
        done = run(*arguments)
        assert done.exit_code == 1, arguments
        assert done.output.strip()
        assert "Traceback" not in done.output


def test_a_journal_that_cannot_be_read_is_a_sentence(tmp_path: Path, two: tuple[Release, Release]) -> None:
    (tmp_path / "journaal.ndjson").write_text("onzin\n", encoding="utf-8")
    for arguments in (["status"], ["releases"], ["rollback", "--reason", "x"]):
        done = run(*arguments)
        assert done.exit_code == 1, arguments
        assert "Line 1 of " in done.output


@pytest.mark.parametrize("command", ["status", "freshness", "health", "division", "refresh", "accept-drift"])
def test_a_list_of_found_tables_that_cannot_be_read_is_a_sentence(
    command: str, tmp_path: Path, two: tuple[Release, Release]
) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "reeksen.json").write_text("{", encoding="utf-8")
    done = run(command, *(["85335NED", "--reason", "x"] if command == "accept-drift" else []))
    assert done.exit_code != 0
    assert isinstance(done.exception, SystemExit)
    assert "reeksen.json cannot be read" in done.output
    assert "put back the one of your backup, or remove it" in " ".join(done.output.split())
