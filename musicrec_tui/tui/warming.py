"""What is made ready while nobody waits for it: the modules of the screens that were not shown yet."""

import asyncio
from importlib import import_module

_MODULES = (
    "musicrec_tui.tui.screens.train",
    "musicrec_tui.tui.screens.tune",
    "musicrec_tui.tui.screens.compare",
    "musicrec_tui.tui.screens.data",
    "musicrec_tui.tui.screens.sql",
    "musicrec_tui.tui.screens.help",
    "musicrec_tui.tui.screens.quit_dialog",
)
_SETTLED_SECONDS = 1.0
"""By then the log is open and Explore has been drawn, in the usual case."""


async def warm_up() -> None:
    """Import them in a thread, which holds the event loop up for milliseconds only."""
    await asyncio.sleep(_SETTLED_SECONDS)
    for name in _MODULES:
        await asyncio.to_thread(import_module, name)
