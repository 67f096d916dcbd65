"""A person chooses datasets and years: one run fetches exactly those, all else is reused, and one release follows."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import refresh
from tests.e2e.conftest import AlteredRecording, copy_warehouse, files, query
from tests.statline_service import Service

CHANGED, ALSO_CHANGED = "85075NED", "85335NED"
TOTAL = "TotaalJongerenMetJeugdzorgInNatur_1"
YOUNG_PEOPLE = """
    select jaar, waarde from fct_indicator
    where indicator_id = 'jeugdzorg_jongeren' and regio_code = 'GM0193' and jaar > 2020 and indeling = 'origineel'
    order by jaar
"""


@pytest.fixture(scope="module")
def cbs(recording: AlteredRecording) -> Iterator[Service]:
    """A service that changed one figure of 2021 and one of 2022 since the last night, by little: the audit looks on."""
    for tabel in (CHANGED, ALSO_CHANGED):
        recording.cell(tabel, column_of(recording, tabel), "    3695", Wijken="GM0193")
    with recording.served() as running:
        yield running


def column_of(recording: AlteredRecording, tabel: str) -> str:
    text = (recording.folder / tabel / "DataProperties.json").read_text(encoding="utf-8")
    (found,) = set(re.findall(r'"(TotaalJongerenMetJeugdzorgInNat\w*)"', text))
    return found


@pytest.fixture(scope="module")
def own_warehouse(warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_warehouse(warehouse, tmp_path_factory.mktemp("backfill") / "warehouse")


def asked_tables(cbs: Service) -> set[str]:
    return {found for request in cbs.requests for found in re.findall(r"/(\d{5}(?:NED|ned))/", request)}


def test_only_the_chosen_tables_are_fetched_and_one_release_follows(own_warehouse: Path, cbs: Service) -> None:
    before = dict(query(own_warehouse, YOUNG_PEOPLE))
    releases = set((own_warehouse / "releases").iterdir())
    run = refresh(own_warehouse, "--dataset", "jeugdzorg_wijken", "--years", "2021", "--force", STATLINE_URL=cbs.url)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Tables: 1 fetched, 0 unchanged, 0 failed." in run.stdout
    assert asked_tables(cbs) == {CHANGED}
    assert len(set((own_warehouse / "releases").iterdir()) - releases) == 1
    assert dict(query(own_warehouse, YOUNG_PEOPLE)) == {2021: 3_695, 2022: before[2022]}


def test_a_choice_that_cannot_be_made_changes_nothing(own_warehouse: Path) -> None:
    before = files(own_warehouse / "releases")
    run = refresh(own_warehouse, "--dataset", "jeugdzorg_wijk")
    assert run.returncode == 1
    assert run.stdout.startswith("NO RELEASE: There is no dataset 'jeugdzorg_wijk'. Did you mean jeugdzorg_wijken")
    assert files(own_warehouse / "releases") == before
