"""What `--restricted` allows: the commands that say so, and nothing else.

A restricted program is for guests (`musicrec-tui serve` starts nothing else). They look, search, train and tune; they
neither read nor write files of this machine, ask no SQL, and stop or delete nothing that they have not begun. A command
is theirs where it is declared with `guest=True`: all others are in no footer, palette or help, and no key, click or
link runs them. Behind them the work itself checks once more (`need_freedom`, `may_stop`).
"""

from collections.abc import Mapping
from typing import Any

from textual import actions
from textual.app import App
from textual.dom import DOMNode

from musicrec_tui.tui.common.commands import bare
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.shell.guests import SENTENCE

_INDIRECT = "twice"
"""Runs the action of a command (see `commands.Command.twice`), which is looked at then."""


Action = str | tuple[str, str, tuple[Any, ...]]
"""An action as Textual has it: a text, or what that is parsed into."""


def refuses(app: App[Any], action: Action, node: DOMNode, namespaces: Mapping[str, DOMNode]) -> bool:
    """Whether guests may not run an action, which a notification then says.

    Args:
        app: a restricted one.
        action: every key, palette entry and click asks for one.
        node: where it is run if the action does not say.
        namespaces: others that it may name, beside Textual's.
    """
    destination, name, _ = action if isinstance(action, tuple) else actions.parse(action)
    named = {"app": app, "screen": app.screen, "focused": app.focused, **namespaces}
    if guests_may(named.get(destination) or node, name):
        return False
    notify_latest(app, SENTENCE, group="restricted", severity="warning")
    return True


def guests_may(node: DOMNode, action: str) -> bool:
    """Whether a guest may run this action (a bare name) of a node.

    Where its class or a base lists commands for it, they decide. Else Textual's own actions are allowed (moving in an
    input, scrolling), and ours are refused.
    """
    kinds = type(node).__mro__
    listed = [one for kind in kinds for one in vars(kind).get("OWN_COMMANDS", ()) if bare(one.action) == action]
    if listed:
        return all(command.guest for command in listed)
    names = {f"action_{action}", f"_action_{action}"}
    return action == _INDIRECT or any(
        kind.__module__.startswith("textual.") and names & vars(kind).keys() for kind in kinds
    )
