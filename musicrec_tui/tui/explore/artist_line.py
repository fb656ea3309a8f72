"""A line to type artists in: the best hits are proposed below it, Enter takes one, and a pasted list becomes many."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from musicrec_tui.dataset.records import Artist, ArtistPage
from musicrec_tui.text import normal_name, printable
from musicrec_tui.tui.common.cells import short
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.inputs import CleanInput
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.verbs import DOWN, UP
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.explore.drawing import name_and_count, note_row
from musicrec_tui.tui.explore.findings import NO_LETTERS

DEBOUNCE_SECONDS = 0.06
_HITS = 20
_MOST_PIECES = 4
"""Of an artist whose name has commas."""

Search = Callable[[str, int, int], ArtistPage]


class _Entry(CleanInput):
    """An input that is empty after Enter, and tells when there is nothing left to delete.

    Enter is no binding here: those wait until the key has bubbled up to the app, and quick letters would overtake it.
    """

    @dataclass
    class Entered(Message):
        """Enter."""

        text: str

    @dataclass
    class Emptied(Message):
        """Backspace in the empty line."""

    def on_key(self, event: events.Key) -> None:
        """Say what was typed, and begin anew; other keys go on to Textual's handler."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(self.Entered(self.value.strip()))
            self.value = ""

    def on_paste(self, event: events.Paste) -> None:
        """A list of names is taken as one; a single name goes into the line."""
        names = artist_names(event.text)
        if len(names) > 1:
            event.stop()
            event.prevent_default()
            self.post_message(self.Entered(event.text))

    def action_delete_left(self) -> None:
        """Delete a letter, or say that there is none."""
        if self.value:
            super().action_delete_left()
        else:
            self.post_message(self.Emptied())


class ArtistLine(Vertical):
    """An input above its hits. The arrows move through the hits, Enter takes one, and on the empty line it is done.

    Names may be typed as fast as one likes: one whose hits are not there yet is looked up after Enter, and `Done` comes
    after all of them.
    """

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("typed.next", "hits(1)", DOWN, "Next match", "Down in the results, while typing.", palette=False,
                guest=True, own_keys="down"),
        Command("typed.previous", "hits(-1)", UP, "Previous match", "Up in the results.", palette=False, guest=True,
                own_keys="up"),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    @dataclass
    class Taken(Message):
        """An artist was chosen; `close`: no name has the letters of the `text`, this one is like it."""

        artist: Artist
        text: str
        close: bool = False

    @dataclass
    class Unknown(Message):
        """The log has no artist that is called so, or nearly so."""

        text: str

    @dataclass
    class Listed(Message):
        """A list of artists was looked up."""

        found: "tuple[ArtistLine.Taken, ...]"
        """Those that the log has."""
        unknown: tuple[str, ...]
        """The names that it has not, nor nearly so."""

    @dataclass
    class Undone(Message):
        """Backspace in the empty line."""

    @dataclass
    class Done(Message):
        """Enter in the empty line."""

    def __init__(self) -> None:
        super().__init__(id="artist-line")
        self._search: Search | None = None
        self._page = ArtistPage((), 0)
        self._shown: str | None = None
        self._numbers = itertools.count()
        self._turn = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """The input and the hits."""
        with Horizontal(classes="import-line"):
            yield Static("Artist", classes="import-label", markup=False)
            yield _Entry(placeholder="type a name", id="artist-entry")
        hits = RowList(id="artist-hits")
        hits.can_focus = False
        yield hits

    def open(self, search: Search) -> None:
        """Where to look artists up."""
        self._search = search
        self._say_nothing()

    @property
    def entry(self) -> Input:
        """The input."""
        return self.query_one(_Entry)

    def finish(self) -> None:
        """What is typed is taken, then it is done."""
        self._take_line()
        start(self, f"take {next(self._numbers)}", self._finish)

    def action_hits(self, step: int) -> None:
        """Move through the hits."""
        self.query_one(RowList).action_move(step)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """Another letter."""
        event.stop()
        start(self, "hits", self._look_up, event.value.strip())

    @on(_Entry.Entered)
    def _entered(self, event: _Entry.Entered) -> None:
        """An artist, or nothing any more."""
        event.stop()
        if event.text:
            self._take(event.text)
        else:
            start(self, f"take {next(self._numbers)}", self._finish)

    @on(_Entry.Emptied)
    def _emptied(self, event: _Entry.Emptied) -> None:
        """Nothing to delete here."""
        event.stop()
        self.post_message(self.Undone())

    @on(RowList.Chosen)
    def _clicked(self, event: RowList.Chosen) -> None:
        """A hit was clicked."""
        event.stop()
        self._take_line()

    def _take_line(self) -> None:
        """Take what is in the line."""
        if text := self.entry.value.strip():
            self._take(text)
            self.entry.value = ""

    def _take(self, text: str) -> None:
        """Take the hit under the cursor where hits for this text are shown, else look it up."""
        hit = self.query_one(RowList).value if self._shown == text else None
        if isinstance(hit, Artist):
            start(self, f"take {next(self._numbers)}", self._post, self.Taken(hit, text, self._page.forgiven))
        elif len(artist_names(text)) > 1:
            start(self, f"take {next(self._numbers)}", self._find_list, text)
        else:
            start(self, f"take {next(self._numbers)}", self._find, text)

    async def _post(self, message: Message) -> None:
        """Say something after all that was asked before."""
        async with self._turn:
            self.post_message(message)

    async def _find(self, text: str) -> None:
        """Look up a text that was typed quicker than its hits were there; where there are none, it can be corrected."""
        if self._search is None:
            return
        async with self._turn:
            page = await asked(self, self._search, text, 1, 0)
            if page is None:
                return
            if page.rows:
                self.post_message(self.Taken(page.rows[0], text, page.forgiven))
                return
            self.post_message(self.Unknown(text))
            if not self.entry.value:
                self.entry.value = text
                self.entry.cursor_position = len(text)

    async def _find_list(self, text: str) -> None:
        """Look up a list; a name that has commas of its own is tried as a whole first."""
        if self._search is None:
            return
        async with self._turn:
            found: list[ArtistLine.Taken] = []
            unknown: list[str] = []
            rest = artist_names(text)
            while rest:
                name, count = await self._longest(rest)
                page = await asked(self, self._search, name, 1, 0)
                if page is None:
                    return
                rest = rest[count:]
                if page.rows:
                    found.append(self.Taken(page.rows[0], name, page.forgiven))
                else:
                    unknown.append(name)
            self.post_message(self.Listed(tuple(found), tuple(unknown)))

    async def _longest(self, names: list[str]) -> tuple[str, int]:
        """The first name of a list, and of how many pieces: as many as an artist of the log is called by, else one."""
        for count in range(min(len(names), _MOST_PIECES), 1, -1):
            joined = ", ".join(names[:count])
            page = await asked(self, self._search, joined, 1, 0) if self._search else None
            if page and page.rows and not page.forgiven and normal_name(page.rows[0].name) == normal_name(joined):
                return joined, count
        return names[0], 1

    async def _finish(self) -> None:
        """Done, unless a text was given back to be corrected."""
        async with self._turn:
            if not self.entry.value.strip():
                self.post_message(self.Done())

    async def _look_up(self, text: str) -> None:
        """Ask for the hits, and show them; a search that is not wanted any more stops."""
        if self._search is None:
            return
        await asyncio.sleep(DEBOUNCE_SECONDS)
        if not text:
            self._say_nothing()
            return
        page = await asked(self, self._search, text, _HITS, 0)
        if page is None:
            return
        self._page, self._shown = page, text
        remark = [note_row(f"{NO_LETTERS}. Did you mean:")] if page.forgiven else []
        rows = [_hit(artist) for artist in page.rows]
        self.query_one(RowList).set_rows(remark + rows if rows else rows, "This log has no such artist.")

    def _say_nothing(self) -> None:
        """What can be done here."""
        self._page, self._shown = ArtistPage((), 0), None
        self.query_one(RowList).set_note("Artists whose names have the typed letters appear here.")


def artist_names(text: str) -> list[str]:
    """The names of a list: its lines, or what stands between commas where it is one line; each once."""
    lines = text.strip().splitlines()
    parts = lines if len(lines) > 1 else text.split(",")
    return list(dict.fromkeys(name for part in parts if (name := printable(part, None).strip(" ,;•*-"))))


def _hit(artist: Artist) -> Row:
    """An artist with their listeners."""
    return name_and_count(artist.name, f"{short(artist.listeners)} listeners", artist, width=15)
