"""Commands whose key is pressed twice in a row, as vim's `gg`."""

from textual import events
from textual.dom import DOMNode


class TwoKeys(DOMNode):
    """A widget that remembers its last two keys; commands with `twice` run on the second of two equal ones.

    Another key in between, or losing the focus, starts over. There is no timer.
    """

    _last_keys: tuple[str, str] = ("", "")

    def on_key(self, event: events.Key) -> None:
        """Remember a key. Bindings are looked at after this, when the key has come up to the app."""
        self._last_keys = (self._last_keys[1], event.key)

    def on_blur(self) -> None:
        """Forget the keys when the focus leaves."""
        self._last_keys = ("", "")

    async def action_twice(self, action: str) -> None:
        """Run an action if its key was pressed twice in a row."""
        before, last = self._last_keys
        if last and before == last:
            self._last_keys = ("", "")
            await self.app.run_action(action, self)
