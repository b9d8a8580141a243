"""Which URLs may be fetched, by their spelling. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, quote, urlsplit

from rag.config_fetch import Fetch
from rag.errors import FetchError

MAX_LENGTH = 4096

_PORTS = {"http": 80, "https": 443}
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f\\]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_SAFE = "/%:@!$&'()*+,;=~-._?"


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart. ``host`` is lower-case ASCII, ``path`` has the query with it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as a request names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole, normalised; no fragment."""
        return f"{self.scheme}://{self.authority}{self.path}"


def is_url(text: str) -> bool:
    """Whether ``text`` is written as a URL of whatever scheme, rather than as a path."""
    return bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text))


def checked(url: str, settings: Fetch) -> Target:
    """``url`` as it is to be asked for. Raises FetchError, naming what about it is refused."""
    if len(url) > MAX_LENGTH or _UNPRINTABLE.search(url):
        raise FetchError(url[:100], "is no URL: it is too long, or holds blanks or backslashes")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise FetchError(url, f"is no URL: {error}") from error
    if parts.scheme not in _PORTS:
        raise FetchError(url, f"is of the scheme {parts.scheme!r}: only http and https are fetched")
    if "@" in parts.netloc:
        raise FetchError(_without_login(parts), "holds a name or a password: leave it out")
    port = _PORTS[parts.scheme] if port is None else port
    if port not in settings.ports:
        allowed = ", ".join(map(str, settings.ports))
        raise FetchError(url, f"names port {port}: only {allowed} may be ([fetch] ports)")
    path = quote(parts.path or "/", _SAFE) + (f"?{quote(parts.query, _SAFE)}" * bool(parts.query))
    return Target(parts.scheme, _host(url, host), port, path)


def _host(url: str, host: str) -> str:
    """The host's name in ASCII, or its address in the one spelling that every reader agrees on.

    "0x7f.1", "2130706433" and "0177.0.0.1" are 127.0.0.1 to some resolvers: they are refused,
    not interpreted. Full-width digits become plain ones first.
    """
    if ":" in host:
        try:
            address = IPv6Address(host)
        except ValueError as error:
            raise FetchError(url, f"has a host that is no address: {host!r}") from error
        if address.scope_id:
            raise FetchError(url, f"has an address of one machine's network card: {host!r}")
        return str(address)
    try:
        name = host.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError as error:
        raise FetchError(url, f"has no host that can be looked up: {host!r}") from error
    labels = name.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise FetchError(url, f"has no host that can be looked up: {host!r}")
    if _NUMBER.fullmatch(labels[-1]):
        try:
            return str(IPv4Address(name))
        except ValueError as error:
            reason = f"has an address in an unusual spelling: {host!r}; write four numbers"
            raise FetchError(url, reason) from error
    return name


def _without_login(parts: SplitResult) -> str:
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
