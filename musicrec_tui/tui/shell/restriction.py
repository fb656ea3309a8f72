"""What `--restricted` allows: the commands that say so, and nothing else.

A restricted program is for guests (`musicrec-tui serve` starts nothing else). They look, search, train and tune; they
neither read nor write files of this machine, ask no SQL, and stop or delete nothing that they have not begun. A command
is theirs where it is declared with `guest=True`: all others are in no footer, palette or help, and no key, click or
link runs them. Behind them the work itself checks once more (`need_freedom`, `may_stop`).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual import actions
from textual.dom import DOMNode

from musicrec_tui.tui.common.commands import bare
from musicrec_tui.tui.common.notifying import tell
from musicrec_tui.tui.shell.guests import SENTENCE
from musicrec_tui.tui.shell.tables import TabularApp

if TYPE_CHECKING:
    from musicrec_tui.tui.shell.session import Session

_INDIRECT = "twice"
"""Runs the action of a command (see `commands.Command.twice`), which is looked at then."""


class RestrictedApp(TabularApp[int]):
    """An app that refuses what guests may not do where its session is restricted."""

    session: "Session"

    @property
    def for_guests(self) -> bool:
        """Whether only commands with `guest=True` can be given."""
        return self.session.restricted

    @property
    def on_this_machine(self) -> bool:
        """Guests do not."""
        return not self.session.restricted

    async def run_action(
        self, action: Any, default_namespace: DOMNode | None = None, namespaces: Mapping[str, DOMNode] | None = None
    ) -> bool:
        """Every key, palette entry and click comes through here; `action` is as Textual has it."""
        if self.for_guests:
            destination, name, _ = action if isinstance(action, tuple) else actions.parse(action)
            named = {"app": self, "screen": self.screen, "focused": self.focused, **(namespaces or {})}
            node = named.get(destination) or default_namespace or self
            if not guests_may(node, name):
                tell(self, SENTENCE, group="restricted", severity="warning")
                return True
        return await super().run_action(action, default_namespace, namespaces)


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
