"""Where tokens come from: the environment, or a file that only the user can read. Never a command's arguments."""

import contextlib
import os
import stat
import tomllib
from collections.abc import Mapping
from typing import Literal

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home, abbreviated
from musicrec_tui.services.servers import Server, parse_server
from musicrec_tui.text import printable

Service = Literal["listenbrainz", "lastfm"]

VARIABLES: Mapping[Service, str] = {"listenbrainz": "LISTENBRAINZ_TOKEN", "lastfm": "LASTFM_API_KEY"}
"""The environment variable of each service's token."""

_LARGEST = 64 * 1024
_LONGEST = 512


def find_token(home: Home, service: Service, server: Server, *, usual: bool) -> str | None:
    """The token for a server; None where there is none.

    The environment's is for the server that the command names. In the file a token stands under the service's name,
    which is for the service itself only, or under the address of another server.

    Args:
        home: whose file.
        service: the API.
        server: who would get the token.
        usual: whether that is the service itself.

    Raises:
        UserError: others can read the file, or it or the token cannot be used.
    """
    if given := os.environ.get(VARIABLES[service], "").strip():
        return _checked(given, VARIABLES[service])
    stored = _stored(home)
    if usual:
        found = stored.get(service)
    else:
        found = next((token for name, token in stored.items() if "://" in name and _is_of(name, server)), None)
    return None if found is None else _checked(found.strip(), place(home))


def place(home: Home) -> str:
    """The path of the file, for people."""
    return printable(abbreviated(str(home.tokens)), None)


def _is_of(address: str, server: Server) -> bool:
    """Whether an address of the file is that of a server."""
    with contextlib.suppress(UserError):
        other = parse_server(address)
        return (other.scheme, other.host, other.port) == (server.scheme, server.host, server.port)
    return False


def _stored(home: Home) -> dict[str, str]:
    """The tokens of the file, by the names there; none where there is no file."""
    try:
        descriptor = files.open_regular(home.tokens)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise UserError(f"Cannot read the tokens in {place(home)}: {error.strerror}.") from error
    with os.fdopen(descriptor, "rb") as file:
        if stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077:
            raise UserError(f"Others can read the tokens in {place(home)}. Run: chmod 600 {place(home)}")
        content = file.read(_LARGEST)
    try:
        found = tomllib.loads(content.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        raise UserError(
            f'The tokens in {place(home)} cannot be used: it is not TOML. Write a line such as listenbrainz = "…".'
        ) from None  # what TOML says would quote the line
    if wrong := [name for name, value in found.items() if not isinstance(value, str)]:
        raise UserError(f"The tokens in {place(home)} cannot be used: {printable(wrong[0], 60)} is no text in quotes.")
    return found


def _checked(token: str, where: str) -> str | None:
    """A token that a header can hold; None where it is empty."""
    if len(token) > _LONGEST or not token.isascii() or not token.isprintable() or " " in token:
        raise UserError(f"The token in {where} is none: it has spaces, strange characters or is too long.")
    return token or None
