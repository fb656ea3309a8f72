"""The check before work that is not allowed for guests (see `restriction`)."""

from textual.dom import DOMNode

from musicrec_tui.errors import UserError

SENTENCE = "This program was started with --restricted: no files, no SQL, and nothing of others is deleted."


def need_freedom(node: DOMNode) -> None:
    """Raise if the program is restricted.

    Raises:
        UserError: it is.
    """
    session = getattr(node.app, "session", None)
    if session is not None and session.restricted:
        raise UserError(SENTENCE)
