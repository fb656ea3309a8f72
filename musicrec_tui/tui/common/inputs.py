"""Completion of file names in an input, as shells have it: the rest of the first name that fits, → takes it."""

import asyncio
import os
import shlex
from pathlib import Path
from typing import Any

from textual import events
from textual.suggester import Suggester
from textual.widgets import Input

from musicrec_tui.paths import expanded, pasted_paths
from musicrec_tui.text import printable

_MOST = 10_000


class LineInput(Input):
    """A one-line input without a border. Its cursor does not blink, which would repaint an idle screen."""

    def __init__(self, value: str | None = None, **options: Any) -> None:
        super().__init__(value, compact=True, **options)
        self.cursor_blink = False


class CleanInput(LineInput):
    """An input without control characters: they are replaced as by `text.printable`, at any length."""

    def validate_value(self, value: str) -> str:
        """The text without control characters."""
        return printable(value, None)


class PathInput(LineInput):
    """An input for files: what a terminal pastes for a dragged file becomes its path."""

    def on_paste(self, event: events.Paste) -> None:
        """Insert the path, or several as a shell would quote them, in place of the selection."""
        event.stop()
        event.prevent_default()
        found = pasted_paths(event.text.splitlines()[0] if event.text.strip() else "")
        self.replace(found[0] if len(found) == 1 else shlex.join(found), *self.selection)


class PathSuggester(Suggester):
    """Suggests the rest of a path; folders end with a slash, hidden names want their dot typed."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The first path that begins with `value`; None if there is none."""
        return await asyncio.to_thread(complete, value) if value else None


def complete(value: str) -> str | None:
    """The first path, by name, that begins with `value`; None if there is none."""
    folder, _, begun = value.rpartition("/")
    where = Path(f"{folder}/" if "/" in value else ".")
    try:
        with os.scandir(expanded(where)) as entries:
            listed = [entry for entry, _ in zip(entries, range(_MOST), strict=False) if entry.name.startswith(begun)]
            fitting = sorted(
                (entry for entry in listed if begun or not entry.name.startswith(".")), key=lambda e: e.name
            )
            if not fitting or not fitting[0].name.isprintable():
                return None
            ending = "/" if fitting[0].is_dir() else ""
    except (OSError, ValueError):  # not there, a NUL
        return None
    return f"{value[: len(value) - len(begun)]}{fitting[0].name}{ending}"
