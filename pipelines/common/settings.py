"""The settings of the monitor: one object, read from the environment, every field with a default.

A value that cannot be used is refused in one sentence with the name of its setting, before anything is touched. What
does not belong here: whether a folder can be written in (``places``).
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipelines.common.places import fit_for_sqlite, free_way, local_folder, nearest_folder, outside_warehouses
from pipelines.common.readers import Readers
from pipelines.common.suggestions import did_you_mean

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

PROJECT = Path(__file__).resolve().parents[2]
RECORDING = PROJECT / "warehouse" / "recording" / "statline"
DBT_PROJECT = PROJECT / "dbt_project"
EXPECTATIONS = PROJECT / "expectations"
# What analysts read of the monitor, in Dutch: guide and methods, which every release carries, and the ten questions.
GUIDE_TEXTS = PROJECT / "docs" / "nl"
# Without the driver SQLAlchemy would look for another one than dagster-postgres brings along.
POSTGRES_SCHEME = "postgresql+psycopg2://"
# Of a name that begins like this and is none of ours, somebody thinks that it does something.
_OURS: Final = ("MONITOR_", "STATLINE_")
# How alike a name of another beginning must be: one letter of a short one.
_SLIP: Final = 0.9
_HOME: Final = "DAGSTER_HOME"
# A hundred years: more days than that no date can go back.
_MOST_DAYS, _MOST_RELEASES = 36_500, 100_000


class ConfigurationError(ValueError):
    """A setting cannot be used; the message is one sentence per setting: its name, what it should be, what was found.

    What is secret is not in it.
    """


def _web_address(url: str) -> str:
    """``url`` without its last slashes; nothing in it may be left to the guess of whoever opens it."""
    if not url:
        return url
    try:
        parts = urlsplit(url)
        # Reading the port converts it, so that a wrong one is found here.
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r"[\s\x00-\x1f\x7f]", url):
        raise ValueError("it is no web address")
    return url.rstrip("/")


def _base_address(url: str) -> str:
    if "?" in url or "#" in url:
        raise ValueError("it has more than a host and a path")
    return _web_address(url)


def _uri(uri: str) -> str:
    # Unlike an address it is a name, of which every character counts.
    _web_address(uri)
    return uri


def _secret_web_address(url: SecretStr) -> SecretStr:
    text = url.get_secret_value()
    _web_address(text)
    return url


def _one_line(name: str) -> str:
    if len(name.splitlines()) > 1:
        raise ValueError("it has several")
    return name


def _reachable(contact: str) -> str:
    if contact and not re.fullmatch(r"https?://\S+|[^@\s]+@[^@\s]+", contact):
        raise ValueError("it is neither an e-mail address nor a web address")
    return contact


def _readers_group(name: str) -> str:
    Readers.named(name)
    return name


def _recorded(folder: str) -> str:
    """The folder of a recording as an absolute path; it is only read, so it may be anywhere."""
    if not folder:
        return folder
    path = local_folder(folder)
    try:
        is_recording = (path / "catalog" / "Tables.json").is_file()
    except OSError as error:
        raise ValueError(f"it cannot be looked at ({error.strerror or error})") from None
    if not is_recording:
        raise ValueError("it has no catalog/Tables.json")
    return str(path)


def _given(folder: str) -> str:
    """A folder that somebody else fills, as an absolute path: whether it is there is told of each of its files."""
    return str(local_folder(folder)) if folder else folder


def _with_driver(url: SecretStr) -> SecretStr:
    text = url.get_secret_value()
    if text and (not text.startswith(POSTGRES_SCHEME) or len(text) == len(POSTGRES_SCHEME) or re.search(r"\s", text)):
        raise ValueError("it is no such URL")
    return url


def _whole_number(text: Any) -> Any:
    """Python and pydantic take more for a number than a person means: ``1_000``, digits of other scripts."""
    if isinstance(text, str) and not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError("it is no whole number")
    return text


_Count = Annotated[int, BeforeValidator(_whole_number)]
_Address = Annotated[str, AfterValidator(_web_address)]
_BaseAddress = Annotated[str, AfterValidator(_base_address)]
_Folder = Annotated[Path, BeforeValidator(local_folder), AfterValidator(free_way), AfterValidator(outside_warehouses)]

# What each setting should be, for the sentence that refuses another value.
_SHOULD_BE: Final[Mapping[str, str]] = {
    "statline_url": "a base URL such as https://opendata.cbs.nl, or empty for the recording",
    "statline_url_dataderden": "a base URL such as https://dataderden.cbs.nl, or empty for that of STATLINE_URL",
    "monitor_recording": "the folder of a recording, as `monitor record` makes it, or empty for that of the project",
    "monitor_only_live": "true or false, or empty for false",
    "statline_api": "v3 or v4, the protocol of OData that STATLINE_URL speaks, or empty for v3",
    "statline_api_dataderden": "v3 or v4, the protocol of OData that STATLINE_URL_DATADERDEN speaks, or empty for v3",
    "monitor_warehouse": "a folder that the monitor may write in, or empty for `warehouse`",
    "monitor_eigen_gegevens": "the folder of the files that municipalities gave themselves, or empty for none",
    "monitor_readers_group": "a group of this machine that may read what is published, or empty for everybody",
    "monitor_keep_releases": f"a whole number from 1 to {_MOST_RELEASES:,}, or empty for 10",
    "monitor_keep_runs_days": f"a whole number of days from 1 to {_MOST_DAYS:,}, or empty for 90",
    "monitor_public_url": "the web address at which a file server shows the warehouse, as https://host/map, or empty",
    "monitor_publisher": "the name of an organisation on one line, or empty",
    "monitor_publisher_uri": "the https:// URI of the organisation in a register, or empty",
    "monitor_contact": "an e-mail address or a web address (https://...), or empty",
    "monitor_webhook_url": "the web address (https://...) that takes a JSON message, or empty",
    "monitor_dagster_postgres": f"{POSTGRES_SCHEME}user:password@host:5432/database, also its scheme, or empty",
    "dagster_home": "a folder in which Dagster may keep its administration, or empty for `dagster` in the warehouse",
}


class Settings(BaseSettings):
    """Settings from the environment; the names there are those of the fields, in capitals.

    Spaces around a value do not count, and an empty value is none. Folders are absolute, with ``~`` filled in.

    Raises:
        ConfigurationError: a setting cannot be used.
    """

    # The value that is wrong may be a secret.
    model_config = SettingsConfigDict(hide_input_in_errors=True, validate_default=True)

    statline_url: _BaseAddress = Field(
        "", description="Base URL of a StatLine OData service; empty starts the recording server"
    )
    statline_url_dataderden: _BaseAddress = Field(
        "", description="Host of third-party and Iv3 tables; empty: as statline_url"
    )
    monitor_recording: Annotated[str, AfterValidator(_recorded)] = Field(
        "", description="Folder of the recording that is served without statline_url; empty: the project's own"
    )
    statline_api: Literal["v3", "v4"] = Field("v3", description="Protocol of OData that statline_url speaks")
    # CBS has no third-party tables on v4, so this one does not follow the other.
    statline_api_dataderden: Literal["v3", "v4"] = Field(
        "v3", description="Protocol of OData that statline_url_dataderden speaks"
    )
    monitor_warehouse: _Folder = Field(
        Path("warehouse"), description="Folder of raw/, observations/, build/, releases/"
    )
    monitor_only_live: bool = Field(
        False, description="Whether figures of the recording may stand beside live ones: true forbids it"
    )
    monitor_eigen_gegevens: Annotated[str, AfterValidator(_given)] = Field(
        "",
        description="Folder with CSV files of municipalities themselves, a yml beside each; empty: none",
    )
    monitor_readers_group: Annotated[str, AfterValidator(_readers_group)] = Field(
        "", description="Name or number of the group that may read releases; empty: everybody"
    )
    monitor_keep_releases: _Count = Field(10, ge=1, le=_MOST_RELEASES, description="How many releases stay on disk")
    monitor_keep_runs_days: _Count = Field(
        90, ge=1, le=_MOST_DAYS, description="How many days Dagster keeps what it knows of a run"
    )
    monitor_public_url: _Address = Field(
        "", description="Where analysts find the warehouse over http(s), as https://host/map; empty: nowhere"
    )
    monitor_publisher: Annotated[str, AfterValidator(_one_line)] = Field(
        "", description="Organisation that publishes the releases; empty: not stated"
    )
    monitor_publisher_uri: Annotated[str, AfterValidator(_uri)] = Field(
        "", description="Its URI in a register of organisations, such as TOOI or ROR"
    )
    monitor_contact: Annotated[str, AfterValidator(_reachable)] = Field(
        "", description="E-mail or web address for questions about the releases"
    )
    # Both are secrets: who knows them can post, or read and change the administration. They are never printed.
    monitor_webhook_url: Annotated[SecretStr, AfterValidator(_secret_web_address)] = Field(
        SecretStr(""), description="Where a JSON message goes when something fails"
    )
    monitor_dagster_postgres: Annotated[SecretStr, AfterValidator(_with_driver)] = Field(
        SecretStr(""), description="URL of Dagster's database; empty: SQLite"
    )
    _dagster_home: Path = PrivateAttr()

    def __init__(self, **values: Any) -> None:
        """Read the environment; ``values`` go before it."""
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise ConfigurationError("\n".join(_sentence(each, os.environ) for each in error.errors())) from None
        self._require_own_address()
        self._dagster_home = _home_of_dagster(os.environ, self.monitor_warehouse)

    def _require_own_address(self) -> None:
        """Two protocols are never spoken at one address."""
        shared = self.statline_url and not self.statline_url_dataderden
        if shared and self.statline_api != self.statline_api_dataderden:
            reason = (
                f"STATLINE_URL speaks {self.statline_api} by STATLINE_API, and STATLINE_API_DATADERDEN says "
                f"{self.statline_api_dataderden}"
            )
            raise ConfigurationError(_refusal("statline_url_dataderden", self.statline_url_dataderden, reason))

    @model_validator(mode="before")
    @classmethod
    def _without_what_is_empty(cls, values: dict[str, Any]) -> dict[str, Any]:
        trimmed = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
        return {name: value for name, value in trimmed.items() if value != ""}

    @property
    def dagster_home(self) -> Path:
        """Where Dagster keeps its administration: the setting ``DAGSTER_HOME``, which Dagster knows too."""
        return self._dagster_home

    @property
    def readers(self) -> Readers:
        """Who may read what is published."""
        return Readers.named(self.monitor_readers_group)

    @property
    def uses_recording(self) -> bool:
        """Whether the built-in recording server must be started for this run."""
        return not self.statline_url

    @property
    def recording(self) -> Path:
        """The folder of the recording that is served then."""
        return Path(self.monitor_recording) if self.monitor_recording else RECORDING

    @property
    def own_files(self) -> Path | None:
        """The folder of the files that municipalities gave themselves; None where there is none."""
        return Path(self.monitor_eigen_gegevens) if self.monitor_eigen_gegevens else None

    def require_writable_warehouse(self) -> None:
        """Check that the warehouse is there to write in, or can be made.

        Raises:
            ConfigurationError: this user may not.
        """
        self._require_writable("monitor_warehouse", self.monitor_warehouse)

    def require_writable_home(self) -> None:
        """Check that Dagster's administration can be written; raises as `require_writable_warehouse`.

        Not at once: who goes back to an earlier release must not be kept from it by Dagster's administration.
        """
        self._require_writable("dagster_home", self.dagster_home)

    def _require_writable(self, name: str, folder: Path) -> None:
        try:
            place = nearest_folder(free_way(folder))
        except ValueError as error:
            raise ConfigurationError(_refusal(name, str(folder), str(error))) from None
        if not os.access(place, os.W_OK | os.X_OK):
            raise ConfigurationError(_refusal(name, str(folder), f"this user may not write in {place}"))


def unknown_settings(environment: Mapping[str, str]) -> list[str]:
    """A sentence about each variable that somebody may take for a setting and that does nothing."""
    known = [*(name.upper() for name in Settings.model_fields), _HOME]
    sentences = []
    for name in sorted(environment):
        if name.upper() in known:
            continue
        is_ours = name.upper().startswith(_OURS)
        # What begins otherwise is only told when it is one of ours but for a slip.
        meant = did_you_mean(name, known, limit=1, cutoff=0.75 if is_ours else _SLIP)
        if is_ours or meant:
            sentences.append(f"There is no setting {name}, so it does nothing.{meant}")
    return sentences


def _home_of_dagster(environment: Mapping[str, str], warehouse: Path) -> Path:
    """Dagster reads its own variable and takes only an absolute path, so it is no field but treated as one."""
    found = environment.get(_HOME, "").strip() or str(warehouse / "dagster")
    try:
        return fit_for_sqlite(outside_warehouses(local_folder(found)))
    except ValueError as error:
        raise ConfigurationError(_refusal("dagster_home", found, str(error))) from None


def _sentence(error: "ErrorDetails", environment: Mapping[str, str]) -> str:
    name = str(error["loc"][0])
    given = {key.upper(): value for key, value in environment.items()}.get(name.upper(), "").strip()
    # Unset it is the default that cannot be used: the folder in which the monitor was started has such a name.
    found = str(error["input"]) if isinstance(error["input"], str) else given
    found = found or str(Path(Settings.model_fields[name].default).absolute())
    reason = error.get("ctx", {}).get("error")
    return _refusal(name, found, str(reason) if reason else "")


def _refusal(name: str, found: str, reason: str) -> str:
    field = Settings.model_fields.get(name)
    is_secret = field is not None and field.annotation is SecretStr
    # Neither what is secret, nor a password in an address; and on any terminal, on one line.
    shown = repr(re.sub(r"//[^/]*@", "//...@", found).encode("utf-8", "backslashreplace").decode())
    told = "something else, which is not shown" if is_secret else shown
    return f"{name.upper()} should be {_SHOULD_BE[name]}; found {told}{': ' + reason if reason else ''}."
