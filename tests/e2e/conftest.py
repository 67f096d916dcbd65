"""What the end-to-end tests share: a recording to alter, and a warehouse to refresh again.

A full refresh takes most of a minute, so most tests start from a copy of the miniature's warehouse: then only what the
test alters is fetched and built again.
"""

from pathlib import Path

import pytest

from tests.support.altered_recording import AlteredRecording
from tests.support.miniature import make_recording
from tests.support.place import Place
from tests.support.warehouses import copy_warehouse


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> AlteredRecording:
    """A recording that the tests of one module may alter."""
    return AlteredRecording(tmp_path_factory.mktemp("recording") / "statline")


@pytest.fixture(scope="module")
def small_recording(miniature: Place, tmp_path_factory: pytest.TempPathFactory) -> AlteredRecording:
    """The recording of the miniature, which the tests of one module may alter."""
    folder = tmp_path_factory.mktemp("small_recording") / "statline"
    make_recording(folder)
    return AlteredRecording(folder)


@pytest.fixture
def small(miniature: Place, tmp_path: Path) -> Place:
    """The miniature with a warehouse that only this test has."""
    return miniature.with_warehouse(copy_warehouse(miniature.warehouse, tmp_path / "small"))


@pytest.fixture(scope="module")
def small_house(miniature: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The miniature with a warehouse that only this module has."""
    return miniature.with_warehouse(copy_warehouse(miniature.warehouse, tmp_path_factory.mktemp("small") / "house"))
