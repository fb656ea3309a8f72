"""Pictures of screens: a state at every size and, for a screen's main state, in every theme.

After a change on purpose `make pictures` draws them anew, and deletes those that no test asks for. Then look at them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from musicrec_tui.tui.app import MusicrecApp
from tests.tui.support import clean, settled
from tests.tui.train.train_support import START

SIZES = ((80, 24), (120, 40), (200, 60))
THEMES = ("light", "high-contrast", "ansi")

Steps = Callable[[Pilot[Any]], Awaitable[None]]
_ASKING = ("question", "label")
"""Workers that wait for the answer to a dialog: with the dialog on the screen nothing more comes from them."""

_TRIES, _PAUSE = 12, 0.2
"""How often a picture is taken before it counts as different, and the seconds between."""


class Album:
    """Takes pictures, and holds them to those that were looked at.

    One app makes all pictures of a state. The terminal grows and the theme changes under it, which costs half of
    starting it each time, and holds the screens to being laid out and coloured anew.
    """

    def __init__(self, known: SnapshotAssertion, folder: Path) -> None:
        self._known, self._folder = known, folder
        self._different: list[str] = []

    async def sizes(self, app: MusicrecApp, steps: Steps, *, but_the_largest: bool = False) -> None:
        """A state at every size; `but_the_largest`: there it looks as another state does."""
        async with app.run_test(size=SIZES[0]) as pilot:
            await steps(pilot)
            for width, height in SIZES[:-1] if but_the_largest else SIZES:
                if pilot.app.size != (width, height):
                    await pilot.resize_terminal(width, height)
                await self._take(pilot, f"{width}x{height}")
        self._check()

    async def themes(self, app: MusicrecApp, steps: Steps) -> None:
        """A state in every theme."""
        async with app.run_test(size=SIZES[1]) as pilot:
            await steps(pilot)
            for theme in THEMES:
                app.theme = theme
                await self._take(pilot, theme)
        self._check()

    async def colourless(self, app: MusicrecApp, steps: Steps) -> None:
        """A state under NO_COLOR, which an app reads when it is made."""
        assert app.no_color
        async with app.run_test(size=SIZES[0]) as pilot:
            await steps(pilot)
            await self._take(pilot, "no-color")
        self._check()

    async def _take(self, pilot: Pilot[Any], name: str) -> None:
        """Take one when the app is at rest; keep it beside the test's other files where it is not as it was.

        On a busy machine an answer may be late, so a picture that is not as it was is taken again for a while.
        """
        for _ in range(_TRIES):
            picture = await self._taken(pilot)
            if self._known(name=name) == picture:
                clean(pilot.app)
                return
            await asyncio.sleep(_PAUSE)
        path = self._folder / f"{name}.svg"
        path.write_text(picture, encoding="utf-8")
        self._different.append(str(path))

    async def _taken(self, pilot: Pilot[Any]) -> str:
        """The screen when it is at rest."""
        await settled(pilot, but=_ASKING)
        return pilot.app.export_screenshot(title=pilot.app.title, simplify=True)

    def _check(self) -> None:
        """All of a test's pictures are told of at once."""
        if self._different:
            pytest.fail("It looks different now, see " + ", ".join(self._different), pytrace=False)


def press(*keys: str) -> Steps:
    """Wait, press the keys one by one, and wait after each for the work that it begins; "do:…" is an action."""

    async def run(pilot: Pilot[Any]) -> None:
        await settled(pilot, but=_ASKING)
        for key in keys:
            if key.startswith("do:"):
                await pilot.app.run_action(key.removeprefix("do:"), pilot.app.screen)
                await settled(pilot, but=_ASKING)  # what it shows must be there before the next key means it
            else:
                await pilot.press(key)
            while any(not worker.is_finished for worker in pilot.app.workers if worker.group not in _ASKING):
                await pilot.pause(0.01)

    return run


class StandingClock(datetime):
    """A `datetime` for which it is always three days after the fake runs began."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """That instant."""
        return (START + timedelta(days=3)).astimezone(tz)
