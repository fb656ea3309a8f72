"""Who may talk to the server: only pages that it has served itself.

Any page in a browser can send requests to 127.0.0.1. Two headers that no page can forge distinguish it from ours:
`Host` is the name that the browser looked up (a name of the attacker's that resolves to 127.0.0.1 is DNS rebinding),
and `Origin` is where the page came from (WebSockets are not held to the same-origin rule, so the server has to look).
"""

import ipaddress
import re
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Middleware

WEBSOCKET = "/ws"
_HOST = re.compile(r"(?:\[(?P<number>[0-9a-fA-F:.]+)\]|(?P<name>[0-9A-Za-z._-]+))(?::\d{1,5})?")
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_loopback(host: str) -> bool:
    """Whether what is bound to this host can be reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def host_refusal(host: str | None, bound: str) -> str:
    """Why a `Host` header is refused; empty: it is not.

    Numbers are always right: rebinding needs a name. The port may be another one, since `ssh -L` changes it.

    Args:
        host: the header.
        bound: the host that the server is bound to, the only name besides localhost.
    """
    written = _HOST.fullmatch(host or "")
    name = (written["number"] or written["name"]).lower() if written else ""
    if name in ("localhost", bound.lower()) or _is_number(name):
        return ""
    return f"This server accepts only IP addresses, localhost and {bound} as its host name."


def _is_number(name: str) -> bool:
    """Whether this is an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def origin_refusal(origin: str | None, host: str | None, *, needed: bool) -> str:
    """Why an `Origin` header is refused; empty: it is not.

    Args:
        origin: the header; browsers omit it where a page is opened, never where a WebSocket is.
        host: the `Host` header, which the page must have come from.
        needed: whether it may not be missing.
    """
    if origin is None:
        return "A WebSocket needs an Origin header." if needed else ""
    scheme, separator, place = origin.partition("://")
    ours = separator and scheme in ("http", "https") and host is not None and place.lower() == host.lower()
    return "" if ours else "Only this server's own page may connect to it."


def guard(bound: str) -> Middleware:
    """The middleware that answers 403 to all others; `bound` as in `host_refusal`."""

    @web.middleware
    async def refuse_others(request: web.Request, handler: _Handler) -> web.StreamResponse:
        host, origin = request.headers.get("Host"), request.headers.get("Origin")
        refusal = host_refusal(host, bound) or origin_refusal(origin, host, needed=request.path == WEBSOCKET)
        return web.Response(status=403, text=refusal + "\n") if refusal else await handler(request)

    return refuse_others


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Have the browser load nothing from elsewhere, and to show the page in no other page's frame."""
    response.headers.update(
        {
            "Content-Security-Policy": (
                "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
                f"img-src 'self' data:; connect-src 'self' ws://{request.host} wss://{request.host}; "
                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ),
            "X-Frame-Options": "DENY",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-cache",
        }
    )
