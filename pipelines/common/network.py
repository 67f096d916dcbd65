"""How HTTP leaves this machine: which proxy and which certificates of the environment go with an address.

One reading of `HTTPS_PROXY`, `NO_PROXY`, `SSL_CERT_FILE` and the like for all that we ask over HTTP, since each library
reads others of them, and breaks on what it cannot read. Our own machine gets none of it: a proxy cannot reach its
loopback. What does not belong here: what is asked, and what becomes of the answer.
"""

import os
import re
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

import httpx

_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")
_FILES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
_FOLDER = "SSL_CERT_DIR"
_ASIDE = "or leave the hosts that need none out with NO_PROXY"
_LEAVE_EMPTY = "correct it, or leave it empty for the usual ones"


class NetworkSettingError(Exception):
    """A variable of the environment about the network cannot be used; one sentence that names it."""


@dataclass(frozen=True)
class FromEnvironment:
    """What a variable of the environment says: the address of a proxy, or a path of certificates."""

    variable: str
    value: str


def is_loopback(url: str) -> bool:
    """Whether ``url`` is on this machine."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    address = _address(host)
    if address is None:
        return host == "localhost" or host.endswith(".localhost")
    plain = getattr(address, "ipv4_mapped", None) or address
    # What is sent to "no address" arrives here too.
    return plain.is_loopback or plain.is_unspecified


def proxy_for(url: str) -> FromEnvironment | None:
    """The proxy through which the environment has ``url`` asked; None where it is asked directly.

    Raises:
        NetworkSettingError: a variable names a proxy that cannot be one.
    """
    if is_loopback(url) or _goes_direct(url):
        return None
    # As curl has it: the variable of the scheme goes before that of all, small letters before capitals.
    names = (f"{urlsplit(url).scheme}_proxy", "all_proxy")
    given = next(_given(spelled for name in names for spelled in (name, name.upper())), None)
    if given is None:
        return None
    value = given.value if "://" in given.value else f"http://{given.value}"
    return _usable_proxy(FromEnvironment(given.variable, value))


def certificates_for(url: str) -> FromEnvironment | None:
    """The file or folder of trusted certificates that the environment names for ``url``; None for the usual ones.

    Raises:
        NetworkSettingError: a variable names what is not there.
    """
    if is_loopback(url):
        return None
    given = next(_given((*_FILES, _FOLDER)), None)
    if given is not None and not Path(given.value).exists():
        raise NetworkSettingError(
            f"{given.variable} should name a file of trusted certificates (PEM), found {given.value!r}, which does not "
            f"exist; {_LEAVE_EMPTY}"
        )
    return given


def require_usable(url: str) -> None:
    """Try what the environment says for ``url``, before anything is asked.

    Raises:
        NetworkSettingError: a proxy or certificates that cannot be used.
    """
    proxy_for(url)
    if urlsplit(url).scheme == "https":
        _ssl_context(certificates_for(url))


class Network(httpx.BaseTransport):
    """Sends each request on the way of its address; safe to share between threads. Give it to an ``httpx.Client``.

    Raises (on a request):
        NetworkSettingError: a proxy or certificates that cannot be used.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._ways: dict[tuple[str | None, ssl.SSLContext], httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request`` and return what comes back."""
        return self._way(str(request.url)).handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        for way in self._ways.values():
            way.close()

    def _way(self, url: str) -> httpx.HTTPTransport:
        proxy = proxy_for(url)
        is_encrypted = "https" in (urlsplit(url).scheme, urlsplit(proxy.value).scheme if proxy else "")
        context = _ssl_context(certificates_for(url)) if is_encrypted else _no_certificates()
        key = (proxy.value if proxy else None, context)
        with self._lock:
            if key not in self._ways:
                through = httpx.Proxy(proxy.value, ssl_context=_ssl_context_of(proxy, context)) if proxy else None
                self._ways[key] = httpx.HTTPTransport(verify=context, trust_env=False, proxy=through)
            return self._ways[key]


def _ssl_context_of(proxy: FromEnvironment, context: ssl.SSLContext) -> ssl.SSLContext | None:
    return context if urlsplit(proxy.value).scheme == "https" else None


@cache
def _no_certificates() -> ssl.SSLContext:
    """For what is not encrypted: trusts nothing, and takes no 50 ms to load."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@cache
def _ssl_context(given: FromEnvironment | None) -> ssl.SSLContext:
    """The certificates to trust; loading them takes 50 ms, once per process."""
    if given is None:
        return _usual_certificates()
    # Not ssl.create_default_context(), which would also write the keys of what is read where a variable says.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    is_folder = Path(given.value).is_dir()
    try:
        context.load_verify_locations(**{"capath" if is_folder else "cafile": given.value})
    except (OSError, ValueError) as error:
        raise NetworkSettingError(
            f"{given.variable} should name a file of trusted certificates (PEM), found {given.value!r} "
            f"({getattr(error, 'strerror', None) or error}); {_LEAVE_EMPTY}"
        ) from error
    return context


def _usual_certificates() -> ssl.SSLContext:
    try:
        return httpx.create_ssl_context(trust_env=False)
    except OSError as error:
        # All else that it opens came with the packages.
        raise NetworkSettingError(
            f"SSLKEYLOGFILE should name a file that can be written, found {os.environ.get('SSLKEYLOGFILE')!r} "
            f"({error.strerror or error}); correct it or leave it empty"
        ) from error


def _usable_proxy(given: FromEnvironment) -> FromEnvironment:
    shown = re.sub(r"//[^/@]*@", "//...@", given.value)
    about = f"{given.variable} should be the address of a proxy, such as http://proxy.example:3128, found {shown!r}"
    try:
        url, _ = httpx.URL(given.value), urlsplit(given.value).port
    except (httpx.InvalidURL, ValueError) as error:
        raise NetworkSettingError(f"{about} ({error}); correct it, {_ASIDE}") from None
    if url.scheme not in _PROXY_SCHEMES or not url.host:
        what = f"'{url.scheme}' is no kind of proxy" if url.host else "it names no host"
        raise NetworkSettingError(f"{about} ({what}); correct it, {_ASIDE}")
    if url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise NetworkSettingError(
            f"{about} (a SOCKS proxy needs the package socksio, which is not installed); name an HTTP proxy, {_ASIDE}"
        )
    return given


def _goes_direct(url: str) -> bool:
    """Whether `NO_PROXY` names the host of ``url``: a name, the end of one, an address or a network; or everything."""
    parts = urlsplit(url)
    host, port = (parts.hostname or "").rstrip("."), parts.port
    listed = next(_given(("no_proxy", "NO_PROXY")), None)
    for entry in listed.value.split(",") if listed else ():
        name, _, number = entry.strip().lower().rpartition(":")
        if number.isdigit() and "/" not in number and (":" not in name or name.endswith("]")):
            if int(number) == port and _is_named(host, name):
                return True
        elif _is_named(host, entry.strip().lower()):
            return True
    return False


def _is_named(host: str, entry: str) -> bool:
    address = _address(host)
    plain = entry.strip("[]")
    if entry == "*":
        return True
    if address is not None:
        try:
            return address in ip_network(plain, strict=False)
        except ValueError:
            # Of no network: what cannot be read names nobody.
            return False
    name = plain.removeprefix("*").removeprefix(".").rstrip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _given(names: Iterable[str]) -> Iterator[FromEnvironment]:
    """Those of the variables that say something."""
    return (FromEnvironment(name, os.environ[name].strip()) for name in names if os.environ.get(name, "").strip())
