"""The address of a service: what may be asked there, and whether a token may go there."""

import ipaddress
from typing import NamedTuple
from urllib.parse import urlsplit

from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

_PORTS = {"http": 80, "https": 443}


class Server(NamedTuple):
    """A server of a service.

    Attributes:
        url: its address, without a slash at the end.
        scheme, host, port: the parts that decide whether another address is of the same server.
        path: of the API below it, empty or beginning with a slash.
    """

    url: str
    scheme: str
    host: str
    port: int
    path: str

    @property
    def loopback(self) -> bool:
        """Whether it is this machine."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def private(self) -> bool:
        """Whether others on the way cannot read what is sent: it is encrypted, or stays on this machine."""
        return self.scheme == "https" or self.loopback

    def same_host(self, other: "Server") -> bool:
        """Whether another address is of this server; the encrypted one of the same name is."""
        upgraded = (self.scheme, self.port, other.scheme, other.port) == ("http", 80, "https", 443)
        return self.host == other.host and (upgraded or (self.scheme, self.port) == (other.scheme, other.port))


def parse_server(address: str) -> Server:
    """The server of an address.

    Raises:
        UserError: it is no http or https address, or holds a name, password or query.
    """
    shown = printable(address, 100)
    try:
        parts = urlsplit(address.strip())
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise UserError(f"{shown!r} is no address; write one such as https://api.listenbrainz.org.") from None
    if parts.username is not None or parts.password is not None:
        raise UserError("The address of a server may hold no name and password. Tokens come by environment or file.")
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in _PORTS or not host or parts.query or parts.fragment:
        raise UserError(f"{shown!r} is no address; write one such as https://api.listenbrainz.org.")
    path = parts.path.rstrip("/")
    return Server(f"{parts.scheme}://{parts.netloc}{path}", parts.scheme, host, port, path)
