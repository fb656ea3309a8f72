"""`serve`: the screen in a browser."""

import importlib.util
from pathlib import Path
from typing import Annotated

import typer

from musicrec_tui import installation
from musicrec_tui.cli import options, outcome, output, preflight
from musicrec_tui.cli.place import Place
from musicrec_tui.errors import UserError


def serve(
    host: Annotated[str, typer.Option(metavar="HOST", help="Host name or address to bind to.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to bind to.")] = 8000,
    yes: Annotated[bool, typer.Option("--yes", help="Bind to a public address without confirmation.")] = False,
    data: options.Data = None,
    layout: options.Format = "",
    home: options.HomeFolder = None,
) -> None:
    """Show the screen in a browser, until Ctrl-C (needs the extra `web`).

    Each open page has its own program, started with --restricted: it trains and recommends, but imports nothing, writes
    no files, has no SQL line, and deletes or cancels only jobs that it started. There is no password and no encryption:
    on 127.0.0.1 every user of this machine can open it. From another machine, use `ssh -L 8000:127.0.0.1:8000 MACHINE`.
    """
    _need_extra()
    from musicrec_tui.web import guard, program, server

    place = Place(data, home, layout)
    preflight.need_data(place.log)
    preflight.need_writable(place.home)
    if not guard.is_loopback(host):
        _warn(host, yes=yes)

    def announce() -> None:
        shown = f"[{host}]" if ":" in host else host
        outcome.say(f"Open http://{shown}:{port}/ in a browser. Ctrl-C stops the server.")

    server.run(program.command_line(words(data, layout, home)), host, port, announce)


def words(data: list[str] | None, layout: str, home: Path | None) -> list[str]:
    """The arguments of the pages' programs: those of this command; the rest they find as this command does."""
    return [
        "--restricted",
        *([f"--home={home}"] if home is not None else []),
        *([f"--format={layout}"] if layout else []),
        *(f"--data={path}" for path in data or ()),
    ]


def _need_extra() -> None:
    """Refuse if textual-serve is not installed.

    Raises:
        UserError: the sentence says how to install it.
    """
    if importlib.util.find_spec("textual_serve") is None:
        raise UserError(
            f"`serve` needs the extra `web`, which is not installed. Install it with: {installation.command_for('web')}"
        )


def _warn(host: str, *, yes: bool) -> None:
    """Warn about binding to an address that others can reach, and continue only after confirmation.

    Raises:
        UserError: there is no terminal to ask on.
        Cancelled: the answer is no.
    """
    outcome.say(
        f"Warning: on {host}, all who can reach this machine over the network see this log, its users and the "
        "imported profiles, and can train models on this machine. There is no encryption and no password."
    )
    if not yes:
        output.confirm(f"Serve on {host} anyway")
