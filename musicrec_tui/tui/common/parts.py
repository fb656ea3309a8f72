"""Parts of a screen or app: objects that run some of its commands, each with what it needs in its constructor."""

from typing import ClassVar

from textual.dom import DOMNode

from musicrec_tui.tui.common.commands import Command, bare


class Part:
    """Some commands of a node, and a method for each: `action_love` for the one whose action is "love".

    The node lists `COMMANDS` among its own and hands its parts to `Parts`.
    """

    COMMANDS: ClassVar[tuple[Command, ...]] = ()

    def can(self, action: str) -> bool:
        """Whether an action (a bare name) can be run now."""
        return True


class Parts:
    """Has the actions of parts run as a node's own."""

    def __init__(self, node: DOMNode) -> None:
        self._node = node
        self._by_action: dict[str, Part] = {}

    def add(self, *parts: Part) -> None:
        """Bind the methods of these parts to the node, where Textual looks for them."""
        for part in parts:
            for command in part.COMMANDS:
                action = bare(command.action)
                self._by_action[action] = part
                setattr(self._node, f"action_{action}", getattr(part, f"action_{action}"))

    def can(self, action: str) -> bool | None:
        """What the action's part says of it; None where it is no part's."""
        part = self._by_action.get(action)
        return None if part is None else part.can(action)
