"""Where a release is offered, and by whom: what its metadata can say only if someone has set it; and when that
fails."""

from dataclasses import dataclass
from typing import Self

from pipelines.common.settings import Settings


class ExportError(Exception):
    """A file cannot be made so that it says what the database says; the message names table and column."""


@dataclass(frozen=True)
class Publication:
    """``url``: where a file server shows the warehouse; ``publisher`` with its ``publisher_uri`` and ``contact``.

    ``contact`` is an e-mail address or a web address. Everything may be empty: nothing is made up then.
    """

    url: str = ""
    publisher: str = ""
    publisher_uri: str = ""
    contact: str = ""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The publication that the settings describe."""
        return cls(
            settings.monitor_public_url,
            settings.monitor_publisher,
            settings.monitor_publisher_uri,
            settings.monitor_contact,
        )

    @property
    def lacking(self) -> list[str]:
        """The settings without which the metadata of a release are not ready for a national catalogue."""
        wanted = {
            "MONITOR_PUBLIC_URL": self.url,
            "MONITOR_PUBLISHER": self.publisher,
            "MONITOR_PUBLISHER_URI": self.publisher_uri,
            "MONITOR_CONTACT": self.contact,
        }
        return [name for name, value in wanted.items() if not value]
