"""What the screen needs before it opens: a log, a terminal, a writable home."""

import codecs
import difflib
import os
import sys
import tempfile

from musicrec_tui.cli.argv import COMMANDS
from musicrec_tui.dataset.log import Log
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home


def need_data(log: Log) -> None:
    """Refuse a log that does not exist, and an unknown layout.

    Raises:
        UserError: the sentence names the path, and a command where one may have been meant.
    """
    if log.layout:
        from musicrec_tui.dataset.sources import read_options
        from musicrec_tui.dataset.sources.recognise import need_name

        if layout := read_options.parse(log.layout).layout:
            need_name(layout)
    try:
        log.need()
    except UserError as error:
        meant = [name for path in log.paths for name in difflib.get_close_matches(path.name, COMMANDS, 1, cutoff=0.75)]
        raise UserError(f"{error} Did you mean the command {meant[0]}?" if meant else str(error)) from error


def need_terminal() -> None:
    """Refuse where a screen cannot be drawn. Where a server gives the driver (see `web`), a browser draws it.

    Raises:
        UserError: no terminal, a dumb one, or one that has no UTF-8.
    """
    if "TEXTUAL_DRIVER" in os.environ:
        return
    commands = "the commands work without one: see `musicrec-tui --help`"
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UserError(f"The screen needs a terminal, not a pipe or a file; {commands}.")
    if os.environ.get("TERM", "") in ("dumb", "unknown"):
        raise UserError(f"TERM={os.environ['TERM']} cannot draw a screen; {commands}.")
    encoding = sys.stdout.encoding or "ascii"
    if codecs.lookup(encoding).name != "utf-8":
        raise UserError(f"The screen needs UTF-8, but this terminal uses {encoding}; try LANG=C.UTF-8.")


def need_writable(home: Home) -> None:
    """Refuse a home that runs and indexes cannot be written into.

    Raises:
        UserError: with exit code 1.
    """
    for folder in (home.root, home.cache):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            sentence = f"The home folder {folder} cannot be written to ({error.strerror}); choose another with --home."
            raise UserError(sentence, exit_code=1) from error
