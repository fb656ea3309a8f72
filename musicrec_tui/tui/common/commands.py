"""One declaration for one command: its key, its palette entry, its footer text and its help row."""

from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from textual.binding import Binding, BindingType
from textual.command import DiscoveryHit, Hit, Provider
from textual.dom import DOMNode
from textual.fuzzy import Matcher
from textual.keys import REPLACED_KEYS, key_to_character
from textual.screen import Screen

from musicrec_tui.tui.common.verbs import NO_KEY, Verb


@dataclass(frozen=True)
class Command:
    """Something that the user can have done.

    A node (app, screen or widget) lists its commands in `OWN_COMMANDS` and makes its `BINDINGS` of them with
    `bindings(OWN_COMMANDS)`. All else (footer, palette, help) reads the list.
    """

    id: str
    """Names the binding, so that a keymap can move it to another key: "explore.search"."""
    action: str
    """The Textual action, in the namespace of the node that lists the command."""
    verb: Verb
    """Its meaning in the key table, from which it has its keys."""
    title: str
    """The palette entry."""
    help: str
    """A sentence for the help screen, the palette and the footer's tooltip."""
    footer: str = ""
    """A word or two for the footer; empty: it is not shown there."""
    shown: str = ""
    """How the footer and the help write the key; empty: as Textual does."""
    palette: bool = True
    """Whether the palette lists it (moving a cursor makes no sense there)."""
    priority: bool = False
    """Whether the key counts before the focused widget sees it: keys typed right behind it go where it leads."""
    twice: bool = False
    """Whether the key has to be pressed twice in a row, as vim's `gg`; the node is a `two_keys.TwoKeys`."""
    guest: bool = False
    """Whether guests of `serve` may give it: not what touches files, or what others have made (`shell.restriction`)."""
    also: str = ""
    """Other words by which the palette finds it: "dark light colours"."""
    own_keys: str = ""
    """Keys with commas between, as Textual names them: some of the verb's, or the user's; empty: all."""

    @property
    def keys(self) -> str:
        """Its keys with commas between, as Textual names them."""
        return self.own_keys or self.verb.keys

    def binding(self) -> Binding:
        """The command as a key binding."""
        action = f"twice({self.action!r})" if self.twice else self.action
        return Binding(
            self.keys, action, self.footer or self.title, show=bool(self.footer),
            key_display=self.shown or None, tooltip=self.help, id=self.id, priority=self.priority,
        )  # fmt: skip

    @property
    def key_text(self) -> str:
        """The key as people write it."""
        return self.shown or self.every_key

    @property
    def every_key(self) -> str:
        """All of its keys as people write them, also those that the footer leaves out."""
        told = (key_text(key) for key in self.keys.split(",") if key != NO_KEY)
        return " ".join(f"{key} {key}" if self.twice else key for key in told)

    def moved(self, keymap: Mapping[str, str]) -> "Command":
        """The command with the keys that the user gave it."""
        keys = keymap.get(self.id)
        return replace(self, own_keys=keys, shown="") if keys else self


_NEAR = 0.5
"""Letters that are found scattered over a title score less than this share of what a word scores."""

_KEY_TEXT = {
    "up": "↑", "down": "↓", "left": "←", "right": "→", "escape": "esc", "enter": "↵", "space": "space",
    "pageup": "pgup", "pagedown": "pgdn", "shift+tab": "⇧tab",
}  # fmt: skip
SIGNS = frozenset(_KEY_TEXT.values())
"""What stands for a key that writes nothing."""


def key_text(key: str) -> str:
    """A key of Textual's as people write it: "/" for "slash", "^f" for "ctrl+f"."""
    character = key_to_character(REPLACED_KEYS.get(key, key))
    printable = character if character is not None and character.isprintable() else ""
    return _KEY_TEXT.get(key) or printable or key.replace("ctrl+", "^")


def keymap_of(node: DOMNode) -> Mapping[str, str]:
    """The user's keys, by the commands' ids."""
    keymap: Mapping[str, str] = getattr(node.app, "moved_keys", {})
    return keymap


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """What a node's `BINDINGS` are made of."""
    return [command.binding() for command in commands]


def own(node: DOMNode) -> tuple[Command, ...]:
    """The commands that a node lists itself."""
    return getattr(node, "OWN_COMMANDS", ())


def reachable(screen: Screen[object]) -> Iterator[tuple[DOMNode, Command]]:
    """Commands that can be given right now: the focused widget's and its ancestors', the screen's, the app's."""
    start: DOMNode = screen.focused or screen
    keymap = keymap_of(screen)
    guests = for_guests(screen)
    seen: set[str] = set()
    for node in start.ancestors_with_self:
        for command in own(node):
            allowed = command.guest or not guests
            if allowed and command.id not in seen and node.check_action(bare(command.action), ()):
                seen.add(command.id)
                yield node, command.moved(keymap)


def everywhere(screen: Screen[object]) -> Iterator[Command]:
    """All commands of a screen, of each of its widgets and of the app: the help's rows, each once."""
    keymap = keymap_of(screen)
    guests = for_guests(screen)
    seen: set[str] = set()
    for node in (screen, *screen.query("*"), screen.app):
        for command in own(node):
            if command.id not in seen and (command.guest or not guests):
                seen.add(command.id)
                yield command.moved(keymap)


def for_guests(node: DOMNode) -> bool:
    """Whether the program is restricted to commands with `guest=True`."""
    return bool(getattr(node.app, "for_guests", False))


def bare(action: str) -> str:
    """An action's name without its parameters."""
    return action.partition("(")[0]


def _score(matcher: Matcher, query: str, command: Command) -> float:
    """How well a query finds a command: by its title, or by the beginning of one of its other words."""
    wanted = query.strip().casefold()
    found = bool(wanted) and any(word.startswith(wanted) for word in command.also.split())
    return max(matcher.match(command.title), 1.0 if found else 0.0)


class CommandProvider(Provider):
    """Puts the commands that can be given into the palette."""

    async def discover(self) -> AsyncIterator[DiscoveryHit]:
        """All of them, before anything is typed."""
        for node, command in self._offered():
            yield DiscoveryHit(self._entry(command), self._run(node, command), help=command.help)

    async def search(self, query: str) -> AsyncIterator[Hit]:
        """Those that match what is typed, without those that match far worse than the best."""
        matcher = self.matcher(query)
        scores = [(_score(matcher, query, command), node, command) for node, command in self._offered()]
        best = max((score for score, _, _ in scores), default=0.0)
        for score, node, command in scores:
            if score > 0 and score >= _NEAR * best:
                shown = matcher.highlight(command.title) + self._entry(command).removeprefix(command.title)
                yield Hit(score, shown, self._run(node, command), help=command.help)

    def _offered(self) -> list[tuple[DOMNode, Command]]:
        """What can be given on the screen beneath the palette."""
        return [(node, command) for node, command in reachable(self.screen) if command.palette]

    @staticmethod
    def _entry(command: Command) -> str:
        """The title with its key, if it has one."""
        return f"{command.title}  ({command.key_text})" if command.key_text else command.title

    def _run(self, node: DOMNode, command: Command) -> partial[Coroutine[None, None, bool]]:
        """What choosing the entry does."""
        return partial(self.app.run_action, command.action, node)
