"""The service that a command asks: CBS where the settings say so, else the recording, for as long as it takes.

What does not belong here: a command, and what a refresh asks (``refresh``).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.common.settings import Settings
from pipelines.recording import recorded_base, serve_recording
from pipelines.statline.client import StatlineClient, checked_base_url
from pipelines.statline.description import THIRD_PARTIES, Service
from pipelines.statline.errors import SettingsError


@contextmanager
def services(settings: Settings) -> Iterator[tuple[Service, Service]]:
    """Where the tables of CBS and of third parties are; the recording runs as long as the block when it is both.

    Raises:
        RecordingServerError: the recording cannot be served.
        SettingsError: a base URL is none.
    """
    api, third_party_api = settings.statline_api, settings.statline_api_dataderden
    if settings.uses_recording:
        with serve_recording(settings.recording) as url:
            third_parties = settings.statline_url_dataderden or recorded_base(url, third_party_api)
            yield Service(recorded_base(url, api), api), Service(third_parties, third_party_api, THIRD_PARTIES)
        return
    url = checked_base_url(settings.statline_url, "STATLINE_URL")
    third_parties = checked_base_url(settings.statline_url_dataderden or url, "STATLINE_URL_DATADERDEN")
    yield Service(url, api), Service(third_parties, third_party_api, THIRD_PARTIES)


@contextmanager
def statline_client(settings: Settings) -> Iterator[StatlineClient]:
    """A client of that service, which asks one question at a time, for commands that read OData v3 only.

    Raises:
        SettingsError: the settings name the other protocol; and as `services` does.
    """
    if "v4" in (settings.statline_api, settings.statline_api_dataderden):
        raise SettingsError(
            "This command reads OData v3: set STATLINE_API and STATLINE_API_DATADERDEN to v3, and STATLINE_URL to a "
            "service that speaks it"
        )
    with services(settings) as (cbs, third_parties), StatlineClient(cbs.base_url, third_parties.base_url) as client:
        yield client
