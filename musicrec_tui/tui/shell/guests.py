"""The check before work that is not allowed for guests (see `restriction`)."""

from textual.dom import DOMNode

from musicrec_tui.errors import UserError

SENTENCE = "Not allowed: this program was started with --restricted (no files, no SQL, no deleting)."


def need_freedom(node: DOMNode) -> None:
    """Raise if the program is restricted.

    Raises:
        UserError: it is.
    """
    session = getattr(node.app, "session", None)
    if session is not None and session.restricted:
        raise UserError(SENTENCE)
