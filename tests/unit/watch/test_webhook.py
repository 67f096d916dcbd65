"""A message is posted as documented; what cannot be delivered is logged without the address, and breaks nothing."""

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.common.settings import Settings
from pipelines.watch.webhook import ATTEMPTS, Message, post, tell
from tests.support.made_up_releases import stored_release
from tests.support.webhook_receiver import SECRET, Receiver, receiver

LATE = Message("versheid", "waarschuwing", "1 table(s) no longer fresh: A", "Table A of d was last checked ...",
               tables=["A"])  # fmt: skip


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Receiver]:
    with receiver() as running:
        monkeypatch.setenv("MONITOR_WEBHOOK_URL", running.url)
        monkeypatch.setenv("MONITOR_WAREHOUSE", str(tmp_path))
        yield running


def test_a_message_has_the_documented_fields(inbox: Receiver, tmp_path: Path) -> None:
    release = stored_release(tmp_path, 1, "a")
    assert post(Settings(), Message("run_mislukt", "kritiek", "Titel", "Zin een.\nZin twee.", "run-1", "audit", ["A"]))
    (message,) = inbox.messages
    assert message.pop("tijd").endswith("+00:00")
    assert message == {
        "schema": 1,
        "soort": "run_mislukt",
        "ernst": "kritiek",
        "titel": "Titel",
        "bericht": "Zin een.\nZin twee.",
        "machine": socket.gethostname(),
        "warehouse": str(tmp_path),
        "uitgave": release.release_id,
        "run": "run-1",
        "stap": "audit",
        "tabellen": ["A"],
        "text": "Titel\nZin een.\nZin twee.",
    }


def test_without_a_release_and_of_no_run_the_fields_are_there_and_empty(inbox: Receiver) -> None:
    assert post(Settings(), LATE)
    (message,) = inbox.messages
    assert (message["uitgave"], message["run"], message["stap"]) == (None, None, None)


def test_a_long_message_is_cut(inbox: Receiver) -> None:
    post(Settings(), Message("gezondheid", "kritiek", "Titel", "woord " * 2000))
    (message,) = inbox.messages
    assert len(message["bericht"]) < 3010
    assert message["bericht"].endswith("woord ...")


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_receiver_that_is_busy_is_asked_again(inbox: Receiver, status: int) -> None:
    inbox.answers = [status, status]
    assert post(Settings(), LATE, wait=0.01)
    assert len(inbox.messages) == ATTEMPTS == 3


@pytest.mark.parametrize(
    ("answers", "asked", "said"),
    [([404], 1, "it answered with status 404"), ([302], 1, "status 302"), ([500] * 9, 3, "status 500, 3 times")],
)
def test_what_cannot_be_delivered_is_logged_without_the_address(
    inbox: Receiver, caplog: pytest.LogCaptureFixture, answers: list[int], asked: int, said: str
) -> None:
    caplog.set_level(logging.DEBUG)
    inbox.answers = answers
    assert not post(Settings(), LATE, wait=0.01)
    assert len(inbox.messages) == asked
    assert said in caplog.text
    assert SECRET not in caplog.text


# What is no web address is refused with the other settings.
@pytest.mark.parametrize("url", ["http://127.0.0.1:1/geheim-pad", "http://-/geheim-pad"])
def test_an_address_that_leads_nowhere_breaks_nothing_and_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture, url: str
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("MONITOR_WEBHOOK_URL", url)
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(tmp_path))
    settings = Settings()
    assert not post(settings, LATE, wait=0.01)
    assert "could not be posted to MONITOR_WEBHOOK_URL: " in caplog.text
    assert "geheim-pad" not in caplog.text + repr(settings)


def test_without_an_address_it_is_only_logged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("MONITOR_WEBHOOK_URL", raising=False)
    monkeypatch.setenv("MONITOR_WAREHOUSE", str(tmp_path))
    assert tell(Settings(), LATE, logging.getLogger("toets"))
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert record.message == f"{LATE.title}\n{LATE.text}"


def test_a_proxy_that_cannot_be_used_is_named_and_the_address_is_not(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("https_proxy", "socks4://10.0.0.1:1")
    settings = Settings(monitor_webhook_url=f"https://chat.example.nl/{SECRET}")
    assert not post(settings, Message("versheid", "waarschuwing", "titel", "tekst"), wait=0.0)
    assert "https_proxy should be the address of a proxy" in caplog.text
    assert "chat.example.nl" not in caplog.text


@pytest.mark.parametrize(
    ("name", "text"), [("ALL_PROXY", "socks5://127.0.0.1:1"), ("NO_PROXY", "[::1]"), ("SSL_CERT_FILE", "/missing")]
)
def test_a_receiver_on_our_own_machine_needs_nothing_of_the_environment(
    inbox: Receiver, monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    monkeypatch.setenv(name, text)
    assert post(Settings(), Message("versheid", "waarschuwing", "titel", "tekst"), wait=0.0)
