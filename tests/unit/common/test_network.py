"""What the environment says of the network goes for other machines only, and what it says wrongly is one sentence."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from pipelines.common import network
from pipelines.common.network import (
    Network,
    NetworkSettingError,
    certificates_for,
    is_loopback,
    proxy_for,
    require_usable,
)
from pipelines.common.settings import RECORDING
from pipelines.recording import serve_recording

LIVE = "https://opendata.cbs.nl/ODataFeed"
LOCAL = (
    "http://127.0.0.1:8099",
    "http://localhost:8099",
    "http://[::1]:8099",
    "http://127.9.9.9",
    "https://a.localhost",
)
NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy")
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that says nothing of the network."""
    for name in (*NAMES, *CERTIFICATES, "SSLKEYLOGFILE"):
        monkeypatch.delenv(name, raising=False)
    network._ssl_context.cache_clear()
    return monkeypatch


@pytest.fixture(scope="module")
def recording_url() -> Iterator[str]:
    with serve_recording(RECORDING) as url:
        yield url


WRONG = {
    "ALL_PROXY": "socks5://127.0.0.1:1080",
    "all_proxy": "socks5://127.0.0.1:1080",
    "HTTP_PROXY": "ftp://proxy:1",
    "http_proxy": "http://proxy:port",
    "https_proxy": "http://proxy:99999",
    "HTTPS_PROXY": "http://",
    "NO_PROXY": "[::1],fe80::/10,:::,[,]:1",
    "no_proxy": "[::1",
    "SSL_CERT_FILE": "/missing",
    "SSL_CERT_DIR": "/missing",
    "REQUESTS_CA_BUNDLE": "/missing",
    "CURL_CA_BUNDLE": "/missing",
    "SSLKEYLOGFILE": "/missing/keys",
}


@pytest.mark.parametrize("name", WRONG)
def test_our_own_machine_is_asked_whatever_the_environment_says(
    environment: pytest.MonkeyPatch, recording_url: str, name: str
) -> None:
    environment.setenv(name, WRONG[name])
    with httpx.Client(transport=Network(), trust_env=False) as client:
        assert client.get(f"{recording_url}/ODataCatalog/Tables?$format=json").is_success


@pytest.mark.parametrize("url", LOCAL)
def test_our_own_machine_has_no_proxy_and_no_certificates(environment: pytest.MonkeyPatch, url: str) -> None:
    for name, text in WRONG.items():
        environment.setenv(name, text)
    assert is_loopback(url)
    assert proxy_for(url) is None
    assert certificates_for(url) is None


@pytest.mark.parametrize(
    "url", [LIVE, "http://10.0.0.1", "http://[fe80::1]", "http://localhost.example.nl", "http://128.0.0.1"]
)
def test_another_machine_is_not_ours(url: str) -> None:
    assert not is_loopback(url)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("ALL_PROXY", "socks5://u:geheim@10.0.0.1:1080", r"'socks5://\.\.\.@10\.0\.0\.1:1080' \(a SOCKS proxy needs"),
        ("all_proxy", "socks5h://10.0.0.1:1080", "a SOCKS proxy needs the package socksio, which is not installed"),
        ("HTTPS_PROXY", "socks4://10.0.0.1:1080", "'socks4' is no kind of proxy"),
        ("https_proxy", "ftp://proxy:21", "'ftp' is no kind of proxy"),
        ("HTTPS_PROXY", "http://proxy:99999", "Port out of range"),
        ("HTTPS_PROXY", "http://proxy:poort", "Invalid port"),
        ("HTTPS_PROXY", "http://", "it names no host"),
        ("HTTPS_PROXY", "http://[::1", "found 'http://"),
        ("SSL_CERT_FILE", "/missing.pem", "which does not exist"),
        ("SSL_CERT_DIR", "/missing", "which does not exist"),
        ("REQUESTS_CA_BUNDLE", "/missing.pem", "which does not exist"),
        ("CURL_CA_BUNDLE", __file__, "no certificate|NO_CERTIFICATE"),
        ("SSLKEYLOGFILE", "/missing/keys", "a file that can be written"),
    ],
)
def test_what_cannot_be_used_for_the_live_service_is_one_sentence_that_names_it(
    environment: pytest.MonkeyPatch, name: str, text: str, says: str
) -> None:
    environment.setenv(name, text)
    with pytest.raises(NetworkSettingError, match=rf"(?s)^{name} should (?=.*{says})") as refused:
        require_usable(LIVE)
    assert "\n" not in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_an_unreadable_certificate_is_named(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\nonzin\n", encoding="utf-8")
    environment.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with pytest.raises(NetworkSettingError, match=r"SSL_CERT_FILE should name a file of trusted certificates \(PEM\)"):
        require_usable(LIVE)


@pytest.mark.parametrize(
    ("set_to", "url", "variable", "proxy"),
    [
        ({}, LIVE, None, None),
        ({"HTTPS_PROXY": "http://proxy:3128"}, LIVE, "HTTPS_PROXY", "http://proxy:3128"),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "http://cbs.nl", None, None),
        ({"https_proxy": "proxy:3128", "HTTPS_PROXY": "other:1"}, LIVE, "https_proxy", "http://proxy:3128"),
        ({"ALL_PROXY": "http://proxy:3128", "HTTPS_PROXY": ""}, LIVE, "ALL_PROXY", "http://proxy:3128"),
        ({"ALL_PROXY": "socks5://proxy:1080", "HTTPS_PROXY": "http://p:1"}, LIVE, "HTTPS_PROXY", "http://p:1"),
    ],
)
def test_the_live_service_is_asked_through_the_proxy_of_the_environment(
    environment: pytest.MonkeyPatch, set_to: dict[str, str], url: str, variable: str | None, proxy: str | None
) -> None:
    for name, text in set_to.items():
        environment.setenv(name, text)
    given = proxy_for(url)
    assert (given and given.variable, given and given.value) == (variable, proxy)


def test_a_request_goes_the_way_that_the_environment_says(environment: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Proxy) as server, httpx.Client(transport=Network(), trust_env=False) as client:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        own = f"http://127.0.0.1:{server.server_port}"
        environment.setenv("HTTP_PROXY", own)
        client.get("http://opendata.example.nl/a")
        client.get(f"{own}/b")
        server.shutdown()
    assert asked == ["http://opendata.example.nl/a", "/b"]


@pytest.mark.parametrize(
    ("listed", "url", "direct"),
    [
        ("*", LIVE, True),
        ("opendata.cbs.nl", LIVE, True),
        (".cbs.nl", LIVE, True),
        ("*.cbs.nl", LIVE, True),
        ("CBS.NL", LIVE, True),
        ("s.nl", LIVE, False),
        ("localhost, cbs.nl ,", LIVE, True),
        ("opendata.cbs.nl:443", "https://opendata.cbs.nl:443", True),
        ("opendata.cbs.nl:8443", LIVE, False),
        ("10.0.0.0/8", "http://10.1.2.3:8080", True),
        ("10.0.0.0/8", "http://11.1.2.3", False),
        ("10.1.2.3", "http://10.1.2.3:8080", True),
        ("10.1.2.3:8080", "http://10.1.2.3:8080", True),
        ("fe80::/10", "http://[fe80::1]:80", True),
        ("[fe80::1]", "http://[fe80::1]", True),
        ("[fe80::1]:80", "http://[fe80::1]:80", True),
        ("[::1], ::1, [::, ]:x, :, 300.0.0.0/8, 10.0.0.0/99", LIVE, False),
        ("[::1], ::1, [::, ]:x, :, 300.0.0.0/8, 10.0.0.0/99", "http://10.1.2.3", False),
    ],
)
def test_no_proxy_names_hosts_addresses_and_networks_and_what_cannot_be_read_breaks_nothing(
    environment: pytest.MonkeyPatch, listed: str, url: str, direct: bool
) -> None:
    environment.setenv("ALL_PROXY", "http://proxy:3128")
    for name in ("NO_PROXY", "no_proxy"):
        environment.setenv(name, listed)
        assert (proxy_for(url) is None) == direct
        environment.delenv(name)


@pytest.mark.parametrize("name", CERTIFICATES)
def test_the_certificates_of_the_environment_are_trusted(
    environment: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    usual = ssl.get_default_verify_paths()
    given = tmp_path if name == "SSL_CERT_DIR" else Path(usual.cafile or usual.openssl_cafile)
    if not given.exists():
        pytest.skip("this machine has no file of certificates")
    environment.setenv(name, str(given))
    require_usable(LIVE)
    certificates = certificates_for(LIVE)
    assert certificates is not None
    assert (certificates.variable, certificates.value) == (name, str(given))
