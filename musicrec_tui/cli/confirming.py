"""The question before what cannot be taken back: deleting for good, serving to others."""

import sys

import typer

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.text import printable


def confirm(question: str) -> None:
    """Ask whether to go on.

    Args:
        question: what is to be done, without a question mark; may be raw.

    Raises:
        UserError: nobody can be asked.
        Cancelled: the answer is no.
    """
    clean = printable(question, None)
    if not sys.stdin.isatty():
        raise UserError(f"{clean}? Nobody can be asked here: add --yes to do it.")
    try:
        if typer.confirm(f"{clean}?", err=True):
            return
    except typer.Abort:
        pass
    raise Cancelled
