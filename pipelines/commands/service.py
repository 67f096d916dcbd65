"""The service that a command asks: CBS where the settings say so, else the recording, for as long as it takes.

What does not belong here: a command, and what a refresh asks (``refresh``).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.common.settings import Settings
from pipelines.recording import serve_recording
from pipelines.statline.client import StatlineClient, checked_base_url


@contextmanager
def base_urls(settings: Settings) -> Iterator[tuple[str, str]]:
    """Where the tables of CBS and of third parties are; the recording runs as long as the block when it is both.

    Raises:
        RecordingServerError: the recording cannot be served.
        SettingsError: a base URL is none.
    """
    if settings.uses_recording:
        with serve_recording(settings.recording) as url:
            yield url, settings.statline_url_dataderden or url
        return
    url = checked_base_url(settings.statline_url, "STATLINE_URL")
    yield url, checked_base_url(settings.statline_url_dataderden or url, "STATLINE_URL_DATADERDEN")


@contextmanager
def statline_client(settings: Settings) -> Iterator[StatlineClient]:
    """A client of that service, which asks one question at a time; raises as `base_urls` does."""
    with base_urls(settings) as (cbs, third_parties), StatlineClient(cbs, third_parties) as client:
        yield client
