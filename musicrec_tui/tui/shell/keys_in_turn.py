"""Keys that are typed in a burst: each waits until the one before has had its effect.

Textual looks for a key's command when the key has come up from the focused widget to the app. Until then it has sent
the next keys to the same widget: letters typed right behind a key that opens a dialog would be commands below it.
"""

from collections import deque
from typing import Any

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.message import Message

_PATIENCE_SECONDS = 0.5
"""A key whose widget went with its effect is not waited for any longer."""


class KeyHandled(Message):
    """Follows a key from widget to widget up to the app: the key is done when this has arrived."""


class KeysInTurn:
    """Holds keys back while one is on its way through the widgets."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._held: deque[events.Key] = deque()
        self._on_its_way: KeyHandled | None = None

    def hold(self, key: events.Key) -> bool:
        """Whether a key has to wait; it is sent later."""
        if self._on_its_way is None:
            return False
        if not self._held:
            self._app.set_timer(_PATIENCE_SECONDS, self._give_up_on(self._on_its_way))
        self._held.append(key)
        return True

    def sent(self, target: DOMNode) -> None:
        """A key was sent to this widget: send the mark that follows it."""
        mark = KeyHandled()
        self._on_its_way = mark if target.post_message(mark) else None

    async def arrived(self, mark: KeyHandled) -> None:
        """The mark has arrived: send the next key."""
        if mark is self._on_its_way:
            self._on_its_way = None
            if self._held:
                await self._app.on_event(self._held.popleft())
                if self._on_its_way is None:  # it was sent to nobody
                    await self._rest()

    async def _rest(self) -> None:
        """Send the keys that are left."""
        while self._held and self._on_its_way is None:
            await self._app.on_event(self._held.popleft())

    def _give_up_on(self, mark: KeyHandled) -> Any:
        """What to do when a mark may be lost: go on without it."""

        async def give_up() -> None:
            await self.arrived(mark)

        return give_up
