"""Vim's `gg`: a command that wants its key twice in a row."""

from textual import events
from textual.dom import DOMNode


class TwoKeys(DOMNode):
    """A widget that remembers the last two keys which came to it; commands with `twice` wait for the second.

    Any other key in between, or the focus elsewhere, begins anew. There is no timer: nothing happens by itself.
    """

    _last_keys: tuple[str, str] = ("", "")

    def on_key(self, event: events.Key) -> None:
        """Remember a key. Bindings are looked at after this, when the key has come up to the app."""
        self._last_keys = (self._last_keys[1], event.key)

    def on_blur(self) -> None:
        """The next key comes from somebody who looked elsewhere meanwhile."""
        self._last_keys = ("", "")

    async def action_twice(self, action: str) -> None:
        """Run an action where its key is the second of two."""
        before, last = self._last_keys
        if last and before == last:
            self._last_keys = ("", "")
            await self.app.run_action(action, self)
