"""The server: one page, the files that it needs, and a WebSocket that starts a program."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import textual_serve
from aiohttp import web

from musicrec_tui.errors import UserError
from musicrec_tui.web.guard import WEBSOCKET, add_headers, guard
from musicrec_tui.web.program import Program, cells

MOST_PROGRAMS = 8
"""Each page that is open is a process of some 100 MB."""
_PAGE = Path(__file__).parent / "page"
_TEXTUAL = Path(textual_serve.__file__).parent / "static"
_OPEN = web.AppKey("open", set[Program])


def application(command: str, bound: str) -> web.Application:
    """The web application.

    Args:
        command: what each page starts (see `program.command_line`).
        bound: the host that it will be bound to (see `guard.guard`).
    """
    app = web.Application(middlewares=[guard(bound)])
    app[_OPEN] = set()
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(_stop_all)

    async def index(request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_PAGE / "index.html")

    async def socket(request: web.Request) -> web.StreamResponse:
        return await _show(request, command)

    async def download(request: web.Request) -> web.StreamResponse:
        return await _deliver(request)

    app.add_routes(
        [
            web.get("/", index),
            web.get("/download/{key}", download),
            web.get(WEBSOCKET, socket),
            web.static("/page", _PAGE),
            web.static("/textual", _TEXTUAL),
        ]
    )
    return app


async def _show(request: web.Request, command: str) -> web.StreamResponse:
    """Start a program and show it for as long as the page is open."""
    opened = request.app[_OPEN]
    if len(opened) >= MOST_PROGRAMS:
        return web.Response(status=503, text=f"{MOST_PROGRAMS} pages are open already; close one of them.\n")
    socket = web.WebSocketResponse(heartbeat=15)
    program = Program(command, socket)
    opened.add(program)
    try:
        await socket.prepare(request)
        await program.start(cells(request.query.get("width"), 80), cells(request.query.get("height"), 24))
        await program.hear()
    finally:
        stopping = program.stopping()
        # Whatever happened, a page that is gone takes no place; `_stop_all` waits for a program that is about to end.
        stopping.add_done_callback(lambda _: opened.discard(program))
        await asyncio.shield(stopping)
    return socket


async def _deliver(request: web.Request) -> web.StreamResponse:
    """Hand over a file that a program has for its page: the key is a secret of the two."""
    key = request.match_info["key"]
    opened = request.app[_OPEN]
    for program in tuple(opened):
        if (file := await program.download(key)) is not None:
            break
    else:
        return web.Response(status=404, text="There is no such file.\n")
    response = web.StreamResponse(
        headers={
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.file_name, safe='')}",
        }
    )
    await response.prepare(request)
    async for chunk in program.chunks(key):
        await response.write(chunk)
    await response.write_eof()
    return response


async def _stop_all(app: web.Application) -> None:
    """The server ends, and so do its programs."""
    await asyncio.gather(*(program.stopping() for program in app[_OPEN]), return_exceptions=True)


def run(command: str, host: str, port: int, announce: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM.

    Args:
        command: see `application`.
        host: a name or an address of this machine.
        port: 1 to 65535.
        announce: called once the server answers.

    Raises:
        UserError: the address cannot be bound to.
    """
    try:
        web.run_app(
            application(command, host), host=host, port=port, access_log=None, shutdown_timeout=1,
            print=lambda *_: announce(),
        )  # fmt: skip
    except OSError as error:
        raise UserError(
            f"Cannot serve on {host} port {port}: {error.strerror or error}. Try another --port or --host.", exit_code=1
        ) from error
