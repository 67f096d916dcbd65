"""One table's trouble never costs another table or the last good release, and each cause is told in one sentence."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.altered_recording import AlteredRecording, Rows
from tests.support.miniature import make_recording
from tests.support.place import Place
from tests.support.statline_service import Reply, unused_url
from tests.support.warehouses import copy_warehouse, files, query

RELEASED, NO_RELEASE, RELEASED_WITH_FAILURES = 0, 1, 2
UTRECHT = "GM0344"
# All Wmo clients of the country in 2019, as CBS published them and as a test revises them.
ALL_CLIENTS = {
    "RegioS": "NL01",
    "Perioden": "2019JJ00",
    "TypeMaatwerkarrangement": "T001024",
    "KenmerkenVanPersonen": "T009002",
}
PUBLISHED, REVISED = 1_166_485, 1_166_490

Run = subprocess.CompletedProcess[str]


def told(run: Run, start: str) -> list[str]:
    """The lines of what was printed that begin with ``start``."""
    return [line for line in run.stdout.splitlines() if line.startswith(start)]


def small_copy(folder: Path) -> AlteredRecording:
    """A recording of the miniature for one day."""
    make_recording(folder)
    return AlteredRecording(folder)


def rename_total(properties: Rows) -> None:
    (topic,) = (row for row in properties if row["Title"] == "Totaal jongeren met jeugdzorg in natura")
    topic["Title"] = "Totaal aantal jongeren met jeugdzorg in natura"


def a_tenth_more(rows: Rows) -> None:
    """Revise every known count of young people of a municipality."""
    column = "TotaalJongerenMetJeugdzorgInNatura_1"
    for row in rows:
        if row["Wijken"].startswith("GM") and row[column].strip().isdigit():
            row[column] = str(round(int(row[column]) * 1.1))


@pytest.fixture(scope="module")
def troubled(miniature: Place, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    """A warehouse after a bad day at CBS, and what was said: a column renamed, a table gone, a figure revised."""
    day = tmp_path_factory.mktemp("troubled")
    recording = small_copy(day / "statline")
    recording.entity("85335NED", "DataProperties", rename_total)
    recording.lose("85098NED")
    recording.cell("83262NED", "WmoClienten_1", f"{REVISED:8}", **ALL_CLIENTS)
    place = miniature.with_warehouse(copy_warehouse(miniature.warehouse, day / "warehouse"))
    with recording.served() as service:
        return place.warehouse, place.run("refresh", url=service.url)


def figures(warehouse: Path, indicator: str, year: int) -> list[tuple[Any, ...]]:
    return query(
        warehouse,
        "select regio_code, indeling, waarde, reden_ontbreekt, tabel_id, tabel_gewijzigd from fct_indicator "
        f"where indicator_id = '{indicator}' and jaar = {year} order by all",
    )


def test_a_release_with_failed_tables_ends_with_2_and_counts_each_table_once(troubled: tuple[Path, Run]) -> None:
    _, run = troubled
    assert run.returncode == RELEASED_WITH_FAILURES, run.stdout
    assert "Tables: 1 fetched, 0 unchanged, 2 failed." in run.stdout
    assert len(told(run, "FAILED ")) == 2
    assert len(told(run, "Released: ")) == 1


def test_a_column_that_cannot_be_resolved_is_told_with_table_expected_column_and_nearest(
    troubled: tuple[Path, Run],
) -> None:
    (sentence,) = told(troubled[1], "FAILED Table 85335NED")
    assert "measure jeugdzorg_jongeren:" in sentence
    wanted = "'Jongeren met jeugdzorg in natura > Totaal jongeren met jeugdzorg in natura' or "
    assert wanted in sentence
    assert "(aantal), found 0" in sentence
    nearest = sentence.partition("Nearest in the table: ")[2]
    assert nearest.startswith("'Jongeren met jeugdzorg in natura > Totaal aantal jongeren met jeugdzorg in natura' (")


def test_a_table_that_the_catalogue_lists_but_answers_404_is_told_with_what_is_used_instead(
    troubled: tuple[Path, Run],
) -> None:
    (sentence,) = told(troubled[1], "FAILED Table 85098NED of jeugdzorg_indicatoren")
    assert "does not exist at http://127.0.0.1" in sentence
    assert "(status 404)" in sentence
    assert "the snapshot fetched on" in sentence


def test_a_figure_that_became_text_is_told_with_column_row_and_what_stands_there(small: Place, tmp_path: Path) -> None:
    recording = small_copy(tmp_path / "statline")
    recording.cell("85098NED", "JongerenMetJeugdhulpInNatura_1", "ca. 13,5", RegioS=UTRECHT)
    with recording.served() as service:
        run = small.run("refresh", url=service.url)
    assert run.returncode == RELEASED_WITH_FAILURES, run.stdout
    (sentence,) = told(run, "FAILED Table 85098NED")
    assert "JongerenMetJeugdhulpInNatura_1): expected a number, '.' or blank, found 'ca. 13,5' in row" in sentence
    assert "(1 such cells)" in sentence
    assert "Nothing changed, so the release stays: " in run.stdout


@pytest.mark.parametrize(
    ("indicator", "year", "tabel"),
    [("jeugdzorg_jongeren", 2022, "85335NED"), ("jeugdhulp_pct_tot_18", 2022, "85098NED")],
)
def test_the_figures_of_a_failed_table_stay_those_of_its_last_good_version(
    miniature: Place, troubled: tuple[Path, Run], indicator: str, year: int, tabel: str
) -> None:
    before = figures(miniature.warehouse, indicator, year)
    assert tabel in {row[4] for row in before}
    assert figures(troubled[0], indicator, year) == before


def test_the_tables_that_did_not_fail_go_on(miniature: Place, troubled: tuple[Path, Run]) -> None:
    clients = (
        "select waarde from fct_indicator where indicator_id = 'wmo_clienten' and jaar = 2019 and regio_code = 'NL'"
        " and indeling = 'origineel'"
    )
    assert query(miniature.warehouse, clients) == [(PUBLISHED,)]
    assert query(troubled[0], clients) == [(REVISED,)]


def test_the_release_itself_says_which_tables_were_not_brought_up_to_date(troubled: tuple[Path, Run]) -> None:
    warned = query(
        troubled[0], "select tabel, gevonden from kwaliteit where controle like 'ophalen.%' and not geslaagd order by 1"
    )
    assert [tabel for tabel, _ in warned] == ["85098NED", "85335NED"]
    told_of = dict(warned)
    assert told_of["85335NED"].startswith("Een kolom waarvan cijfers worden gelezen staat niet precies één keer")
    assert re.fullmatch(
        r"CBS kent deze tabel niet, of niet meer; de versie van \d+ [a-z]+ \d{4} blijft in gebruik\.",
        told_of["85098NED"],
    )
    notes = (troubled[0] / "monitor.duckdb").resolve().with_name("uitgave.md").read_text(encoding="utf-8")
    line = rf"^- 85098NED \(voor het laatst goed .* geleden\): {re.escape(told_of['85098NED'])}$"
    assert re.search(line, notes, re.M)
    assert "does not exist" not in notes


def test_a_table_that_was_never_fetched_is_named_and_the_release_without_its_figures_is_judged(
    small: Place, small_recording: AlteredRecording
) -> None:
    (small.warehouse / "monitor.duckdb").unlink()
    for folder in ("releases", "raw/83262NED", "observations/83262NED"):
        shutil.rmtree(small.warehouse / folder)
    with small_recording.served() as service:
        service.fail("/83262NED/", Reply(404))
        run = small.run("refresh", url=service.url)
    assert run.returncode == NO_RELEASE, run.stdout
    # The three indicators of the miniature are all that it has, and one of them is only in this table.
    (refused,) = told(run, "- fct_indicator.alle_indicatoren ")
    assert refused.endswith("found ontbreekt: wmo_clienten")
    (sentence,) = told(run, "FAILED Table 83262NED")
    assert sentence.endswith("there is no earlier snapshot, so its figures are missing.")
    assert not os.path.lexists(small.warehouse / "monitor.duckdb")


def test_an_unreachable_server_is_one_sentence_and_leaves_the_release_as_it_is(small: Place) -> None:
    before, link = files(small.warehouse / "releases"), (small.warehouse / "monitor.duckdb").resolve()
    url = unused_url()
    run = small.run("refresh", url=url)
    assert run.returncode == RELEASED_WITH_FAILURES, run.stdout
    (sentence,) = told(run, "FAILED ")
    assert sentence.startswith("FAILED 3 tables. Page 1 of the catalogue: " + url)
    assert sentence.endswith(
        "check STATLINE_URL and the network (tried 4 times). Their last good versions stay in use."
    )
    assert "Nothing changed, so the release stays: " in run.stdout
    assert files(small.warehouse / "releases") == before
    assert (small.warehouse / "monitor.duckdb").resolve() == link


@pytest.mark.slow
def test_an_unreachable_server_and_an_empty_warehouse_leave_no_release(miniature: Place, tmp_path: Path) -> None:
    run = miniature.with_warehouse(tmp_path).run("refresh", url=unused_url())
    assert run.returncode == NO_RELEASE, run.stdout
    (sentence,) = told(run, "FAILED ")
    assert sentence.endswith("(tried 4 times). There is no earlier version of any of them.")
    assert not os.path.lexists(tmp_path / "monitor.duckdb")
    assert run.stdout.count("could not be reached") == 1


def test_a_setting_that_is_no_address_is_one_sentence(miniature: Place, tmp_path: Path) -> None:
    run = miniature.with_warehouse(tmp_path).run("refresh", url="opendata")
    assert run.returncode == NO_RELEASE
    should_be = "STATLINE_URL should be a base URL such as https://opendata.cbs.nl, or empty for the recording"
    assert run.stdout == f"{should_be}; found 'opendata': it is no web address.\n"


@pytest.fixture(scope="module")
def refused(small_house: Place, small_recording: AlteredRecording) -> Run:
    """A night on which CBS publishes an impossible percentage and revises a whole series, so that the audit fails."""
    small_recording.cell("85098NED", "JongerenMetJeugdhulpInNatura_1", "   512.5", RegioS=UTRECHT)
    small_recording.rows("85335NED", a_tenth_more)
    with small_recording.served() as service:
        return small_house.run("refresh", url=service.url)


def test_a_critical_check_that_fails_leaves_no_release_and_says_expected_and_found(refused: Run) -> None:
    assert refused.returncode == NO_RELEASE, refused.stdout
    assert "Tables: 2 fetched, 1 unchanged, 0 failed." in refused.stdout
    (sentence,) = told(refused, "- fct_indicator.percentage_hooguit_100 ")
    assert "(column waarde): expected tussen 0 en 100; found " in sentence
    assert "waarde=512,5" in sentence
    assert "indicator_id=jeugdhulp_pct_tot_18" in sentence
    assert UTRECHT in sentence


def test_a_revision_of_a_whole_series_is_refused_and_says_what_was_found_and_how_to_accept_it(refused: Run) -> None:
    check = "fct_indicator.totaal_niet_verschoven"
    (sentence,) = told(refused, f"- {check}")
    assert "expected 5 % verschil in het totaal; found 2 afwijkende rijen" in sentence
    assert "indicator_id=jeugdzorg_jongeren, jaar=2022, tabel_id=85335NED, vorige=461955, nu=50" in sentence
    assert f'`monitor accept {check} --reason "..."`' in refused.stdout


def test_the_last_good_release_stands_when_the_audit_fails(miniature: Place, small_house: Place, refused: Run) -> None:
    assert files(small_house.warehouse / "releases") == files(miniature.warehouse / "releases")
    (release,) = (path.name for path in (miniature.warehouse / "releases").iterdir())
    assert told(refused, "The last good release stands: ") == [f"The last good release stands: {release}"]
    assert (small_house.warehouse / "monitor.duckdb").resolve() == (
        small_house.warehouse / "releases" / release / "monitor.duckdb"
    ).resolve()
