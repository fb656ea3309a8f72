"""`serve`: the screen in a browser."""

import importlib.util
from pathlib import Path
from typing import Annotated

import typer

from musicrec_tui.cli import options, outcome, output, preflight
from musicrec_tui.errors import UserError


def serve(
    host: Annotated[str, typer.Option(metavar="HOST", help="The name or address to bind to.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to bind to.")] = 8000,
    yes: Annotated[bool, typer.Option("--yes", help="Bind where others reach it, without a question.")] = False,
    data: options.Data = None,
    layout: options.Format = "",
    home: options.HomeFolder = None,
) -> None:
    """Show the screen in a browser, until Ctrl-C (needs the extra `web`).

    Each page that is opened has a program of its own, started with --restricted: it trains and recommends, but imports
    nothing, writes no files, has no SQL line, and deletes or cancels nothing that it has not begun. There is no
    password and no encryption: on 127.0.0.1 whoever can log in on this machine can open it. From elsewhere, use
    `ssh -L 8000:127.0.0.1:8000 MACHINE`.
    """
    _need_extra()
    from musicrec_tui.web import guard, program, server

    place = options.Place(data, home, layout)
    preflight.need_data(place.log)
    preflight.need_writable(place.home)
    if not guard.is_loopback(host):
        _warn(host, yes=yes)

    def announce() -> None:
        shown = f"[{host}]" if ":" in host else host
        outcome.say(f"http://{shown}:{port}/ shows the screen to a browser; Ctrl-C ends it.")

    server.run(program.command_line(words(data, layout, home)), host, port, announce)


def words(data: list[Path] | None, layout: str, home: Path | None) -> list[str]:
    """The arguments of the programs: what was given here; all else they find where this command finds it."""
    return [
        "--restricted",
        *([f"--home={home}"] if home is not None else []),
        *([f"--format={layout}"] if layout else []),
        *(f"--data={path}" for path in data or ()),
    ]


def _need_extra() -> None:
    """Refuse where textual-serve is not installed.

    Raises:
        UserError: the sentence says how to install it.
    """
    if importlib.util.find_spec("textual_serve") is None:
        raise UserError(
            "`serve` needs the extra `web`, which is not installed: pip install 'textual-serve>=1.1,<2' in the "
            "environment of musicrec-tui (with pipx: pipx inject musicrec-tui textual-serve)."
        )


def _warn(host: str, *, yes: bool) -> None:
    """Say what it means to bind to an address that others reach, and go on only where that is wanted.

    Raises:
        UserError: nobody can be asked.
        Cancelled: it is not wanted.
    """
    outcome.say(
        f"Warning: on {host}, everybody who reaches this machine over the network sees this log, its users and the "
        "profiles that were imported, and can train models on this machine. Nothing is encrypted, and no password is "
        "asked for."
    )
    if not yes:
        output.confirm(f"Serve on {host} all the same")
