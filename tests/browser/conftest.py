"""The pages of the shared release in a browser: one browser for all tests of a process."""

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser

from tests.support.browser import chromium, plain_server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What lies here needs programs beside Python, so `make test` and `make test-all` leave it out."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of the system."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest) -> Path:
    """The folder of the shared release, as an analyst has it; or that of ``SITE``, to try pages before a release."""
    if wanted := os.environ.get("SITE", ""):
        return Path(wanted).resolve(strict=True)
    warehouse: Path = request.getfixturevalue("warehouse")
    return (warehouse / "huidig").resolve()


@pytest.fixture(scope="session")
def release_of_site(site: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database of the release that the pages are of; with ``SITE``, that of ``SITE_DATABASE``."""
    database = Path(os.environ.get("SITE_DATABASE", site / "monitor.duckdb"))
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    """The same folder on a plain web server."""
    with plain_server(site) as address:
        yield address
