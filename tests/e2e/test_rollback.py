"""A release that was put aside does not come back by night, and does as soon as someone lifts the hold."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipelines.build.inputs import Inputs
from pipelines.refresh import decide
from pipelines.releases.store import Release, Releases
from pipelines.releases.warehouse import Warehouse
from tests.support.administration import administration_of
from tests.support.altered_recording import AlteredRecording
from tests.support.place import Place
from tests.support.warehouses import files, query

ZWOLLE = "select waarde from fct_indicator where indicator_id = 'jeugdzorg_jongeren' and regio_code = 'GM0193'"
PUBLISHED, REVISED = 3610.0, 3695.0
REASON = "Zwolle kan niet kloppen"

Run = subprocess.CompletedProcess[str]


@dataclass
class House:
    """A warehouse in which a second release, with another figure for Zwolle, followed the first."""

    place: Place
    url: str

    @property
    def warehouse(self) -> Path:
        return self.place.warehouse

    def run(self, *arguments: str) -> Run:
        return self.place.run(*arguments, url=self.url)

    @property
    def current(self) -> Release:
        found = Releases(self.warehouse).current()
        assert found is not None
        return found

    @property
    def releases(self) -> list[str]:
        return [release.release_id for release in Releases(self.warehouse).all()]

    def runs(self) -> list[str]:
        with administration_of(self.warehouse) as instance:
            return [run.run_id for run in instance.get_runs()]

    def told_of_release(self) -> dict[str, Any]:
        """What the UI shows of the newest release."""
        with administration_of(self.warehouse) as instance:
            event = instance.get_latest_materialization_event(dg.AssetKey("uitgave"))
        assert event is not None
        assert event.asset_materialization is not None
        return {name: value.value for name, value in event.asset_materialization.metadata.items()}


@pytest.fixture(scope="module")
def house(small_house: Place, small_recording: AlteredRecording) -> Iterator[House]:
    small_recording.cell("85335NED", "TotaalJongerenMetJeugdzorgInNatura_1", f"{REVISED:8.0f}", Wijken="GM0193")
    with small_recording.served() as service:
        house = House(small_house, service.url)
        run = house.run("refresh")
        assert "Released: " in run.stdout, run.stdout
        assert query(house.warehouse, ZWOLLE) == [(REVISED,)]
        yield house


@pytest.fixture(scope="module")
def left(house: House) -> Release:
    """The second release, after it was left for the first."""
    second = house.current
    run = house.run("rollback", "--reason", REASON)
    assert run.returncode == 0, run.stdout
    assert f"instead of {second.release_id}" in run.stdout
    assert f"`monitor unhold {second.release_id} --reason ...` lifts it" in run.stdout
    return second


@pytest.fixture(scope="module")
def night(house: House, left: Release) -> Run:
    """The refresh after the rollback, of the same inputs that made the release that was left."""
    return house.run("refresh")


def test_a_rollback_gives_analysts_the_earlier_figure_back(house: House, left: Release) -> None:
    assert query(house.warehouse, ZWOLLE) == [(PUBLISHED,)]
    assert house.current.release_id == house.releases[1]
    assert house.run("verify", "--all").returncode == 0


def test_a_rollback_shows_on_the_asset_in_the_ui(house: House, left: Release) -> None:
    metadata = house.told_of_release()
    assert metadata["teruggedraaid van"] == left.release_id
    assert metadata["uitgave"] == house.current.release_id
    assert metadata["reden"] == REASON


def test_the_next_night_skips_what_is_held_and_says_so(house: House, left: Release, night: Run) -> None:
    assert night.returncode == 0, night.stdout
    assert f"release {left.release_id} is held since " in night.stdout
    assert REASON in night.stdout
    assert f"The release stays: {house.current.release_id}." in night.stdout
    assert query(house.warehouse, ZWOLLE) == [(PUBLISHED,)]
    assert len(house.releases) == 2


def test_that_night_needs_no_run_and_shows_the_hold_in_the_ui(house: House, night: Run) -> None:
    metadata = house.told_of_release()
    assert metadata["uitkomst"].startswith("Vastgehouden: deze invoer geeft uitgave ")
    assert metadata["uitgave"] == house.current.release_id
    assert len(house.runs()) == 1, "the run that made the second release"


def test_status_and_releases_name_the_hold_and_the_rollback(house: House, left: Release, night: Run) -> None:
    status = house.run("status").stdout
    assert "This is not the newest release: " in status
    assert f"went back to it from {left.release_id} at " in status
    assert f"Held: release {left.release_id} is held since " in status
    newest, current = (line for line in house.run("releases").stdout.splitlines() if "Z-" in line)
    assert left.release_id in newest
    assert REASON in newest
    assert current.split()[0] == "*"


def test_lifting_the_hold_lets_the_next_night_make_it_again(house: House, left: Release, night: Run) -> None:
    before = files(left.folder)
    current = house.current
    inputs, journal = Inputs(fingerprint=left.manifest.inputs, parts={}), Warehouse(house.warehouse).journal
    assert decide(current, inputs, journal).stands == current.release_id
    assert house.run("unhold", left.release_id, "--reason", "CBS bevestigt het").returncode == 0
    assert decide(current, inputs, journal).stands is None, "a night with these inputs builds"
    assert "Held: " not in house.run("status").stdout
    assert files(left.folder) == before
