"""What a service is to the rest: its address, and its listens page by page, as lines of a file."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

import msgspec

from musicrec_tui.services.http_client import Access, HttpClient
from musicrec_tui.services.servers import Server


class Cursor(msgspec.Struct, frozen=True):
    """Where a page begins.

    Attributes:
        before: only listens before this time (seconds since 1970); None: from the latest on.
        page: the number of the page among those, from 1.
    """

    before: int | None = None
    page: int = 1


class Listen(NamedTuple):
    """A listen of a page.

    Attributes:
        at: its time in seconds since 1970; None where it says none.
        line: as the service's file has it, without its line break.
        same: equal for two that are one listen.
    """

    at: int | None
    line: bytes
    same: bytes


class Page(NamedTuple):
    """Some listens, the latest first.

    Attributes:
        listens: they may repeat the last second of the page before.
        following: where the next page begins; None: this is the last one.
        span: the first and the last time of the whole history, where the server says it.
        share: how much of all pages is done with this one, where the server says it.
    """

    listens: list[Listen]
    following: Cursor | None
    span: tuple[int, int] | None = None
    share: float | None = None


class ReadPage(Protocol):
    """Asks a service for a page."""

    def __call__(self, client: HttpClient, user: str, cursor: Cursor, since: int | None) -> Page:
        """The page of a user that begins at a cursor; `since`: earlier listens are not needed.

        Raises:
            UserError: there is no such user, they are not to be read, or the server cannot be used.
            Cancelled: the user cancelled.
        """


class Api(NamedTuple):
    """A service's API.

    Attributes:
        title: of the service, for people.
        address: of its own server.
        pause: the seconds between two requests that it asks for.
        access: what requests carry, given the token.
        api_server: the server of an address as the API's paths want it.
        read_page: asks for a page.
        suffix, header: of a file of its listens: the ending of its name, and its first line.
    """

    title: str
    address: str
    pause: float
    access: Callable[[str | None], Access]
    api_server: Callable[[Server], Server]
    read_page: ReadPage
    suffix: str
    header: bytes = b""
