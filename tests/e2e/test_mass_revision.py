"""A revision of a whole series is refused, accepted with a reason, rehearsed, and released; nothing else passes."""

import subprocess
from collections.abc import Iterator

import pytest

from tests.support.altered_recording import AlteredRecording, Rows
from tests.support.place import Place
from tests.support.statline_service import Service
from tests.support.warehouses import files, query

YOUNG, COLUMN = "85335NED", "TotaalJongerenMetJeugdzorgInNatura_1"
CHECK = "fct_indicator.totaal_niet_verschoven"
TOTAL = "select sum(waarde) from fct_indicator where indicator_id = 'jeugdzorg_jongeren' and regio_soort = 'gemeente'"

# Three nights; that such a revision is refused, and what is said of it, is also shown in test_failures.py.
pytestmark = pytest.mark.slow

Run = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def cbs(small_recording: AlteredRecording) -> Iterator[Service]:
    """A service in which every municipality has a tenth more young people in care."""

    def revise(rows: Rows) -> None:
        for row in rows:
            if row["Wijken"].startswith("GM") and row[COLUMN].strip().isdigit():
                row[COLUMN] = str(round(int(row[COLUMN]) * 1.1))

    small_recording.rows(YOUNG, revise)
    with small_recording.served() as running:
        yield running


@pytest.fixture(scope="module")
def refused(small_house: Place, cbs: Service) -> Run:
    """The night on which the revision comes in."""
    return small_house.run("refresh", url=cbs.url)


@pytest.fixture(scope="module")
def rehearsed(small_house: Place, cbs: Service, refused: Run) -> tuple[Run, dict[str, bytes]]:
    """A dry run after the revision was accepted, and the releases as they were before it."""
    before = files(small_house.warehouse / "releases")
    accepted = small_house.run("accept", CHECK, "--reason", "CBS-bericht 12")
    assert accepted.returncode == 0, accepted.stdout
    assert "could not be told" not in accepted.stdout
    return small_house.run("refresh", "--dry-run", url=cbs.url), before


def test_it_is_refused_and_the_message_says_what_was_found_and_how_to_accept_it(
    small_house: Place, refused: Run
) -> None:
    assert refused.returncode == 1, refused.stdout
    assert f"{CHECK}: expected 5 % verschil in het totaal; found 1 afwijkende rij" in refused.stdout
    assert "indicator_id=jeugdzorg_jongeren, jaar=2022, tabel_id=85335NED, vorige=461955, nu=50" in refused.stdout
    assert f'`monitor accept {CHECK} --reason "..."`' in refused.stdout
    assert query(small_house.warehouse, TOTAL) == [(461_955,)]


def test_a_dry_run_says_what_would_be_released_and_leaves_nothing_in_releases(
    small_house: Place, rehearsed: tuple[Run, dict[str, bytes]]
) -> None:
    run, before = rehearsed
    assert run.returncode == 0, run.stdout
    assert "jeugdzorg_jongeren 2022      345        0        0" in run.stdout
    assert "Revisions since " in run.stdout
    assert f"accepted: {CHECK}." in run.stdout
    assert "DRY RUN: it would be released; the release stays: " in run.stdout
    assert files(small_house.warehouse / "releases") == before
    assert not list((small_house.warehouse / "releases").glob(".*"))
    (notes,) = (small_house.warehouse / "build").glob("*/uitgave.md")
    assert f"Release notes it would have: {notes}" in run.stdout
    assert "Dit is aanvaard door " in notes.read_text(encoding="utf-8")


def test_the_refresh_after_it_releases_and_tells_what_changed(
    small_house: Place, cbs: Service, rehearsed: tuple[Run, dict[str, bytes]]
) -> None:
    run = small_house.run("refresh", url=cbs.url)
    assert run.returncode == 0, run.stdout
    assert "Released: " in run.stdout
    assert "345 values (0 of them definitive), 0 statuses, 0 reasons; 0 figures new, 0 gone." in run.stdout
    assert "by CBS table: 85335NED 345" in run.stdout
    ((total,),) = query(small_house.warehouse, TOTAL)
    assert total > 500_000
    told = (
        "select geslaagd, ernst, aanvaard like 'aanvaard door % op 2%: CBS-bericht 12' from kwaliteit where controle = "
    )
    assert query(small_house.warehouse, f"{told}'{CHECK}'") == [(False, "kritiek", True)]
    notes = (small_house.warehouse / "monitor.duckdb").resolve().with_name("uitgave.md").read_text(encoding="utf-8")
    assert "opname, niet live" in notes
    assert "| 85335NED | Jongeren met jeugdzorg en trajecten in natura; wijken, 2022 | 345 | 0 |" in notes
    assert f"- `{CHECK}`: verwacht 5 % verschil in het totaal; gevonden 1 afwijkende rij" in notes
    assert small_house.run("verify").returncode == 0
