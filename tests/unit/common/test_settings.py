"""Every setting: empty is unset, ``~`` is filled in, and a wrong value is one sentence before anything is touched."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.common.settings import ConfigurationError, Settings, unknown_settings

NAMES = [name.upper() for name in Settings.model_fields]
COMMANDS = [
    ["refresh"],
    ["status"],
    ["releases"],
    ["health"],
    ["freshness"],
    ["verify"],
    ["diff"],
    ["rollback", "--reason", "x"],
    ["hold", "x", "--reason", "x"],
    ["unhold", "x", "--reason", "x"],
    ["accept", "x", "--reason", "x"],
    ["accept-drift", "x", "--reason", "x"],
    ["explain", "inwoners", "GM0363", "2020"],
    ["describe", "85335NED"],
    ["probe"],
    ["draft", "proef", "85335NED"],
    ["record", "85335NED", "--to", "opname"],
    ["compare", "figures.csv"],
]
WRONG = [
    ("STATLINE_URL", "opendata.cbs.nl"),
    ("STATLINE_URL", "https://"),
    ("STATLINE_URL", "https://opendata.cbs.nl:port"),
    ("STATLINE_URL", "https://opendata.cbs.nl/?a=b"),
    ("STATLINE_URL_DATADERDEN", "ftp://dataderden.cbs.nl"),
    *((name, text) for name in ("STATLINE_API", "STATLINE_API_DATADERDEN") for text in ("v5", "4", "V4", "odata4")),
    *(("MONITOR_KEEP_RELEASES", text) for text in ("0", "-1", "10.0", "1e3", "ten", "1_000", "٣", "9" * 5000)),
    *(("MONITOR_KEEP_RUNS_DAYS", text) for text in ("0", "3.5", "999999999", "one")),
    ("MONITOR_PUBLIC_URL", "www.voorbeeld.nl"),
    ("MONITOR_PUBLISHER", "twee\nregels"),
    ("MONITOR_PUBLISHER_URI", "gm0000"),
    ("MONITOR_CONTACT", "bel maar"),
    ("MONITOR_RECORDING", "/nowhere/recording"),
    ("MONITOR_RECORDING", "/tmp/" + "x" * 300),
    ("MONITOR_RECORDING", "~nobody-is-called-so/recording"),
    ("MONITOR_ONLY_LIVE", "misschien"),
    ("MONITOR_WAREHOUSE", "/"),
    ("MONITOR_WAREHOUSE", "/tmp/.."),
    ("MONITOR_WAREHOUSE", "/dev/null"),
    ("MONITOR_WAREHOUSE", "/dev/null/warehouse"),
    ("MONITOR_WAREHOUSE", "~nobody-is-called-so/warehouse"),
    ("MONITOR_WAREHOUSE", "/tmp/" + "x" * 300),
    ("MONITOR_WAREHOUSE", "/tmp/what?"),
    ("MONITOR_WAREHOUSE", "/tmp/back\\slash [1]"),
    ("MONITOR_WAREHOUSE", "/tmp/two\nlines"),
    ("MONITOR_WAREHOUSE", "/tmp/\udce9"),
    ("DAGSTER_HOME", "/tmp/what?"),
    ("DAGSTER_HOME", "/tmp/a%41"),
    ("DAGSTER_HOME", "~nobody-is-called-so/dagster"),
]
SECRET = [
    ("MONITOR_WEBHOOK_URL", "geheim"),
    ("MONITOR_WEBHOOK_URL", "ftp://geheim"),
    ("MONITOR_WEBHOOK_URL", "http://:x/geheim"),
    ("MONITOR_DAGSTER_POSTGRES", "postgresql://monitor:geheim@127.0.0.1/dagster"),
    ("MONITOR_DAGSTER_POSTGRES", "geheim"),
]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, without any setting."""
    for name in os.environ:
        if name.upper() in [*NAMES, "DAGSTER_HOME"]:
            monkeypatch.delenv(name)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "here"


@pytest.mark.parametrize(("name", "value"), [*WRONG, *SECRET])
def test_a_wrong_value_is_one_sentence_with_the_name_and_what_is_allowed(
    here: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, ["refresh"])
    assert done.exit_code == 1
    assert done.output.startswith(f"{name} should be ")
    assert "; found " in done.output
    assert done.output.count("\n") == 1
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(("name", "value"), SECRET)
def test_what_is_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as refused:
        Settings()
    assert "geheim" not in str(refused.value)


def test_a_password_in_an_address_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATLINE_URL", "https://monitor:geheim@cbs.nl/?a")
    with pytest.raises(ConfigurationError) as refused:
        Settings()
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_every_command_begins_with_it(here: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.setenv("MONITOR_KEEP_RELEASES", "ten")
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert done.output.startswith("MONITOR_KEEP_RELEASES should be a whole number from 1 to 100,000, or empty for 10;")
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("nothing", ["", "  ", "\t"])
@pytest.mark.parametrize("name", [*NAMES, "DAGSTER_HOME"])
def test_an_empty_value_is_none(monkeypatch: pytest.MonkeyPatch, name: str, nothing: str) -> None:
    unset = Settings()
    monkeypatch.setenv(name, nothing)
    assert (Settings(), Settings().dagster_home) == (unset, unset.dagster_home)


@pytest.mark.parametrize(("api", "third_parties"), [("v4", ""), ("v4", "v3"), ("v3", "v4")])
def test_two_protocols_at_one_address_are_refused_with_the_setting_to_write(
    monkeypatch: pytest.MonkeyPatch, api: str, third_parties: str
) -> None:
    monkeypatch.setenv("STATLINE_API", api)
    monkeypatch.setenv("STATLINE_API_DATADERDEN", third_parties)
    # The recording has both.
    assert (Settings().statline_api, Settings().statline_api_dataderden) == (api, third_parties or "v3")
    monkeypatch.setenv("STATLINE_URL", "https://datasets.cbs.nl/odata/v1")
    with pytest.raises(ConfigurationError) as refused:
        Settings()
    assert str(refused.value) == (
        "STATLINE_URL_DATADERDEN should be a base URL such as https://dataderden.cbs.nl, or empty for that of "
        f"STATLINE_URL; found '': STATLINE_URL speaks {api} by STATLINE_API, and STATLINE_API_DATADERDEN says "
        f"{third_parties or 'v3'}."
    )
    monkeypatch.setenv("STATLINE_URL_DATADERDEN", "https://dataderden.cbs.nl")
    assert Settings().statline_url_dataderden == "https://dataderden.cbs.nl"


def test_spaces_around_a_value_do_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MONITOR_KEEP_RELEASES", " 3 ")
    monkeypatch.setenv("STATLINE_URL", " https://opendata.cbs.nl/ ")
    monkeypatch.setenv("MONITOR_WAREHOUSE", f" {tmp_path} ")
    found = Settings()
    assert found.monitor_keep_releases == 3
    assert found.statline_url == "https://opendata.cbs.nl"
    assert found.monitor_warehouse == tmp_path


@pytest.mark.parametrize("name", ["MONITOR_WAREHOUSE", "DAGSTER_HOME"])
@pytest.mark.parametrize(
    ("value", "expected"),
    [("~/x", "home/x"), ("x", "here/x"), ("./~/x/", "here/~/x"), ("x/../y/", "here/y"), ("-x", "here/-x")],
)
def test_a_folder_becomes_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(name, value)
    found = Settings()
    assert (found.monitor_warehouse if name == "MONITOR_WAREHOUSE" else found.dagster_home) == tmp_path / expected


def test_a_link_to_a_disk_that_is_not_there_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "link").symlink_to("/not-mounted/warehouse")
    monkeypatch.setenv("MONITOR_WAREHOUSE", "link/inside")
    with pytest.raises(ConfigurationError, match="is a link to /not-mounted/warehouse, which is not there"):
        Settings()


@pytest.mark.parametrize("inside", ["releases", "releases/x", "huidig", "build/x", "raw"])
def test_a_warehouse_does_not_lie_in_what_another_keeps(
    here: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    (here / "one" / "releases" / "x").mkdir(parents=True)
    (here / "one" / ".schrijver.lock").touch()
    (here / "one" / "huidig").symlink_to("releases/x")
    monkeypatch.setenv("MONITOR_WAREHOUSE", f"one/{inside}")
    with pytest.raises(ConfigurationError, match=f"it lies in [a-z]+/ of the warehouse {here / 'one'}"):
        Settings()


def test_a_folder_that_may_not_be_written_in_is_told_to_who_writes(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda _, mode, **__: not mode & os.W_OK)
    for command in [each for each in COMMANDS if {"refresh", "--reason"} & set(each)]:
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 1
        assert done.output.startswith("MONITOR_WAREHOUSE should be a folder that the monitor may write in")
        assert done.output.endswith(f"this user may not write in {here}.\n")
    assert CliRunner().invoke(app, ["releases"]).exit_code == 0
    assert list(here.iterdir()) == []


def test_the_folder_in_which_it_was_started_may_have_a_name_that_does_not_do(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "what?").mkdir()
    monkeypatch.chdir(here / "what?")
    with pytest.raises(ConfigurationError) as refused:
        Settings()
    assert f"found '{here}/what?/warehouse'" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("MONITOR_KEEP_RELEASE", "MONITOR_KEEP_RELEASES"),
        ("MONITOR_WAREHOUS", "MONITOR_WAREHOUSE"),
        ("MONTOR_WAREHOUSE", "MONITOR_WAREHOUSE"),
        ("STATLINE_URI", "STATLINE_URL"),
        ("DAGSTER_HOM", "DAGSTER_HOME"),
    ],
)
def test_a_mistyped_name_is_told(name: str, meant: str) -> None:
    assert unknown_settings({name: "x", "PATH": "y", meant: "z"}) == [
        f"There is no setting {name}, so it does nothing. Did you mean {meant}?"
    ]


def test_who_reads_what_a_command_prints_does_not_read_the_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_KEEP_RELEASE", "3")
    done = CliRunner().invoke(app, ["releases"])
    assert done.exit_code == 0
    assert "MONITOR_KEEP_RELEASE," in done.stderr
    assert "MONITOR_KEEP_RELEASE," not in done.stdout
