"""A person chooses datasets and years: one run fetches exactly those, all else is reused, and one release follows."""

import re
from collections.abc import Iterator

import pytest

from tests.support.altered_recording import AlteredRecording
from tests.support.place import Place
from tests.support.statline_service import Service
from tests.support.warehouses import files, query

YOUNG, SHARES, WMO = "85335NED", "85098NED", "83262NED"
pytestmark = pytest.mark.slow

FIGURES = """
    select indicator_id, waarde from fct_indicator
    where regio_code = 'GM0193' and jaar = 2022 and indicator_id like 'jeugd%' order by 1
"""


@pytest.fixture(scope="module")
def cbs(small_recording: AlteredRecording) -> Iterator[Service]:
    """A service that changed a figure in each of two tables of 2022 since the last night."""
    small_recording.cell(YOUNG, "TotaalJongerenMetJeugdzorgInNatura_1", "    3695", Wijken="GM0193")
    small_recording.cell(SHARES, "JongerenMetJeugdhulpInNatura_1", "    12.5", RegioS="GM0193")
    with small_recording.served() as running:
        yield running


def asked_tables(cbs: Service) -> set[str]:
    return {found for request in cbs.requests for found in re.findall(r"/(\d{5}(?:NED|ned))/", request)}


def test_only_the_chosen_tables_are_fetched_and_one_release_follows(small_house: Place, cbs: Service) -> None:
    warehouse = small_house.warehouse
    before = dict(query(warehouse, FIGURES))
    releases = set((warehouse / "releases").iterdir())
    choice = ("--dataset", "jeugdzorg_wijken", "--dataset", "wmo_regio", "--years", "2019-2022", "--force")
    run = small_house.run("refresh", *choice, url=cbs.url)
    assert run.returncode == 0, run.stdout
    assert "Tables: 2 fetched, 0 unchanged, 0 failed." in run.stdout
    assert asked_tables(cbs) == {YOUNG, WMO}
    assert len(set((warehouse / "releases").iterdir()) - releases) == 1
    assert dict(query(warehouse, FIGURES)) == before | {"jeugdzorg_jongeren": 3_695}


def test_a_choice_that_cannot_be_made_changes_nothing(small_house: Place) -> None:
    before = files(small_house.warehouse / "releases")
    run = small_house.run("refresh", "--dataset", "jeugdzorg_wijk")
    assert run.returncode == 1
    assert run.stdout.startswith("NO RELEASE: There is no dataset 'jeugdzorg_wijk'. Did you mean jeugdzorg_wijken")
    assert files(small_house.warehouse / "releases") == before
