"""Where an endpoint lives: parsing and the rule that only TLS leaves this computer."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

import httpx

from companion_app.sharing.errors import BadAddress, InsecureAddress

_MAX_ADDRESS_CHARACTERS = 300
_DEFAULT_PORTS = {"https": 443, "http": 80}
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
# Cards and questions show an address: what begins a line, turns the reading direction or reads back as another address
# once it was decoded could make them say something else.
_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~!$&'()*+,;=:@-]*)*")


@dataclass(frozen=True)
class Address:
    """A URL taken apart once; `host` in ASCII (punycode) shows look-alike letters; `path` has no slash at its end."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def recipient(self) -> str:
        """The host as a person reads it, with the port only where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address in one spelling."""
        return f"{self.scheme}://{self.recipient}{self.path}"

    @property
    def loopback(self) -> bool:
        """True when the address names this computer itself."""
        return self.host == "localhost" or is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """True for an IP literal of 127.0.0.0/8 or ::1; names are never looked up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def parse(text: str) -> Address:
    """Take `text` apart. Raises BadAddress; InsecureAddress for http to another computer."""
    # An address is shown, recorded and sent; one with a password in it is not even quoted in an error.
    shown = "(not shown)" if "@" in text else text[:_MAX_ADDRESS_CHARACTERS]
    url = _split(text, shown)
    if url.scheme not in _DEFAULT_PORTS:
        raise BadAddress(address=shown, reason="not https")
    if url.userinfo:
        raise BadAddress(address=shown, reason="holds a user name or password")
    if url.query or url.fragment:
        raise BadAddress(address=shown, reason="holds a query or fragment")
    host = url.raw_host.decode("ascii").rstrip(".").lower()
    port = url.port or _DEFAULT_PORTS[url.scheme]
    if not _HOST.fullmatch(host) or not 0 < port < 65536:
        raise BadAddress(address=shown, reason="no such host")
    path = url.path.rstrip("/")
    if not _PATH.fullmatch(path):
        raise BadAddress(address=shown, reason="holds characters that no address needs")
    address = Address(url.scheme, host, port, path)
    if address.scheme == "http" and not address.loopback:
        raise InsecureAddress(address=shown, reason="plain http to another computer")
    return address


def _split(text: str, shown: str) -> httpx.URL:
    if len(text) > _MAX_ADDRESS_CHARACTERS:
        raise BadAddress(address=shown, reason="too long")
    try:
        return httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise BadAddress(address=shown, reason="not a URL") from error
