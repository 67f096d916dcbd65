"""The settings of the monitor: one object, read from the environment, every field with a default."""

import re
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipelines.common.readers import Readers

PROJECT = Path(__file__).resolve().parents[2]
RECORDING = PROJECT / "warehouse" / "recording" / "statline"
DBT_PROJECT = PROJECT / "dbt_project"
EXPECTATIONS = PROJECT / "expectations"
# What analysts read of the monitor, in Dutch: guide and methods, which every release carries, and the ten questions.
GUIDE_TEXTS = PROJECT / "docs" / "nl"
# Without the driver SQLAlchemy would look for another one than dagster-postgres brings along.
POSTGRES_SCHEME = "postgresql+psycopg2://"


class Settings(BaseSettings):
    """Settings from the environment; the names there are those of the fields, in capitals."""

    # The value that is wrong may be a secret.
    model_config = SettingsConfigDict(hide_input_in_errors=True)

    statline_url: str = Field(
        "", description="Base URL of a StatLine OData v3 service; empty starts the recording server"
    )
    statline_url_dataderden: str = Field("", description="Host of third-party and Iv3 tables; empty: as statline_url")
    monitor_warehouse: Path = Field(Path("warehouse"), description="Folder of raw/, observations/, build/, releases/")
    monitor_readers_group: str = Field(
        "", description="Name or number of the group that may read releases; empty: everybody"
    )
    monitor_keep_releases: int = Field(10, ge=1, description="How many releases stay on disk")
    monitor_keep_runs_days: int = Field(90, ge=1, description="How many days Dagster keeps what it knows of a run")
    monitor_public_url: str = Field(
        "", description="Where analysts find the warehouse over http(s), as https://host/map; empty: nowhere"
    )
    monitor_publisher: str = Field("", description="Organisation that publishes the releases; empty: not stated")
    monitor_publisher_uri: str = Field("", description="Its URI in a register of organisations, such as TOOI or ROR")
    monitor_contact: str = Field("", description="E-mail or web address for questions about the releases")
    # Both are secrets: who knows them can post, or read and change the administration. They are never printed.
    monitor_webhook_url: SecretStr = Field(SecretStr(""), description="Where a JSON message goes when something fails")
    monitor_dagster_postgres: SecretStr = Field(SecretStr(""), description="URL of Dagster's database; empty: SQLite")

    @field_validator("monitor_readers_group")
    @classmethod
    def _is_a_group(cls, name: str) -> str:
        try:
            Readers.named(name)
        except ValueError as error:
            raise ValueError(
                f"MONITOR_READERS_GROUP should be a group that may read what is published; {error}"
            ) from None
        return name.strip()

    @field_validator("monitor_dagster_postgres")
    @classmethod
    def _names_the_driver(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value() and not url.get_secret_value().startswith(POSTGRES_SCHEME):
            raise ValueError(
                f"MONITOR_DAGSTER_POSTGRES should be {POSTGRES_SCHEME}user:password@host:5432/database, also its scheme"
            )
        return url

    @field_validator("monitor_public_url")
    @classmethod
    def _is_a_web_address(cls, url: str) -> str:
        if url and not url.startswith(("https://", "http://")):
            raise ValueError(
                "MONITOR_PUBLIC_URL should be the web address at which a file server shows the warehouse, "
                "as https://host/map, or empty"
            )
        return url.rstrip("/")

    @field_validator("monitor_publisher_uri")
    @classmethod
    def _is_a_uri(cls, uri: str) -> str:
        if uri and not uri.startswith(("https://", "http://")):
            raise ValueError(
                "MONITOR_PUBLISHER_URI should be the https:// URI of the organisation in a register, or empty"
            )
        return uri

    @field_validator("monitor_contact")
    @classmethod
    def _can_be_reached(cls, contact: str) -> str:
        if contact and not re.fullmatch(r"https?://\S+|[^@\s]+@[^@\s]+", contact):
            raise ValueError("MONITOR_CONTACT should be an e-mail address or a web address (https://...), or empty")
        return contact

    @model_validator(mode="after")
    def _warehouse_is_absolute(self) -> Self:
        """A subprocess (dbt, the audit worker) may have another working directory."""
        self.monitor_warehouse = self.monitor_warehouse.expanduser().absolute()
        return self

    @property
    def readers(self) -> Readers:
        """Who may read what is published."""
        return Readers.named(self.monitor_readers_group)

    @property
    def uses_recording(self) -> bool:
        """Whether the built-in recording server must be started for this run."""
        return not self.statline_url
