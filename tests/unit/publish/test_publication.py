"""Who offers a release is set by someone or left out; a setting that cannot be right is refused at the start."""

import pytest

from pipelines.common.settings import ConfigurationError, Settings
from pipelines.publish.publication import Publication


def test_what_is_set_is_what_the_metadata_get() -> None:
    settings = Settings(
        monitor_public_url="https://voorbeeld.nl/monitor/",
        monitor_publisher="Gemeente Voorbeeld",
        monitor_publisher_uri="https://identifier.overheid.nl/tooi/id/gemeente/gm0000",
        monitor_contact="data@voorbeeld.nl",
    )
    publication = Publication.of(settings)
    assert publication == Publication(
        "https://voorbeeld.nl/monitor",
        "Gemeente Voorbeeld",
        "https://identifier.overheid.nl/tooi/id/gemeente/gm0000",
        "data@voorbeeld.nl",
    )
    assert publication.lacking == []


def test_what_is_not_set_is_named() -> None:
    assert Publication.of(Settings()).lacking == [
        *("MONITOR_PUBLIC_URL", "MONITOR_PUBLISHER", "MONITOR_PUBLISHER_URI", "MONITOR_CONTACT")
    ]
    assert Publication(url="https://x.nl", contact="https://x.nl/vragen").lacking == [
        *("MONITOR_PUBLISHER", "MONITOR_PUBLISHER_URI")
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [("monitor_publisher_uri", "gm0000"), ("monitor_contact", "bel maar"), ("monitor_contact", "a b@voorbeeld.nl")],
)
def test_a_value_that_cannot_be_right_is_refused(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name.upper()):
        Settings(**{name: value})
