"""The artists that the user typed: liked ones and disliked ones."""

from dataclasses import dataclass
from typing import ClassVar

from textual.content import Content
from textual.message import Message

from musicrec_tui.dataset.profiles.typed import TypedArtist
from musicrec_tui.dataset.records import Artist
from musicrec_tui.tui.common.cells import DIM, fit, number, short
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.verbs import BLOCK, DELETE
from musicrec_tui.tui.tabular.records import Field, field

_FIGURE = 15
_CHOICE = (
    field("artist", lambda one: one.artist.name),
    field("liked", lambda one: one.liked, "truth"),
    field("listeners", lambda one: one.artist.listeners if one.artist.code >= 0 else None, "whole"),
    field("artist_key", lambda one: one.artist.key),
    field("artist_mbid", lambda one: one.artist.mbid),
)


class ChosenList(RowList):
    """One row for each; `space` turns like into dislike and back, `delete` or `backspace` removes one."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("chosen.turn", "turn", BLOCK, "Like or dislike", "A disliked artist is never recommended.",
                footer="dislike", guest=True),
        Command("chosen.remove", "remove", DELETE, "Remove", "Remove the artist from the list.",
                footer="remove", guest=True),
        *RowList.OWN_COMMANDS,
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    @dataclass
    class Changed(Message):
        """The artists, or what is thought of them, are others."""

    def __init__(self) -> None:
        super().__init__(id="chosen", title="Typed artists")
        self._choices: list[TypedArtist] = []
        self._show(0)

    @property
    def choices(self) -> tuple[TypedArtist, ...]:
        """All of them, in the order in which they were typed."""
        return tuple(self._choices)

    @property
    def liked(self) -> tuple[Artist, ...]:
        """Those that are liked."""
        return tuple(choice.artist for choice in self._choices if choice.liked)

    @property
    def disliked(self) -> tuple[Artist, ...]:
        """Those that are not."""
        return tuple(choice.artist for choice in self._choices if not choice.liked)

    def fields_of(self, record: object) -> tuple[Field, ...]:
        """What is thought of an artist."""
        return _CHOICE

    def set_choices(self, choices: list[TypedArtist]) -> None:
        """Show these."""
        self._choices = list(choices)
        self._tell(len(choices) - 1)

    def add(self, artist: Artist) -> bool:
        """Like an artist; False where they are in the list already."""
        if any(choice.artist.key == artist.key for choice in self._choices):
            return False
        self._choices.append(TypedArtist(artist))
        self._tell(len(self._choices) - 1)
        return True

    def remove_last(self) -> None:
        """Take the last one out."""
        if self._choices:
            self._choices.pop()
            self._tell(len(self._choices) - 1)

    @property
    def _place(self) -> int | None:
        """The place of the artist under the cursor among all, however the list is sorted and filtered."""
        return next((place for place, choice in enumerate(self._choices) if choice is self.value), None)

    def action_turn(self) -> None:
        """Like or dislike the one under the cursor."""
        if (place := self._place) is not None:
            choice = self._choices[place]
            self._choices[place] = choice._replace(liked=not choice.liked)
            self._tell(self.cursor)

    def action_remove(self) -> None:
        """Take the one under the cursor out."""
        if (place := self._place) is not None:
            del self._choices[place]
            self._tell(max(0, min(self.cursor, len(self.rows) - 2)))

    def _tell(self, cursor: int) -> None:
        """Something is different."""
        self._show(cursor)
        self.post_message(self.Changed())

    def _show(self, cursor: int) -> None:
        """Draw all anew."""
        hated = f" · disliked {number(len(self.disliked))}" if self.disliked else ""
        self.set_title(f"Liked {number(len(self.liked))}{hated}")
        self.set_rows([_row(choice) for choice in self._choices], "No artists yet.", cursor=cursor)


def _row(choice: TypedArtist) -> Row:
    """A sign for what is thought of the artist, their name, and how known they are."""
    artist = choice.artist
    known = f"{short(artist.listeners)} listeners" if artist.code >= 0 else "not in this log"
    figure = known if choice.liked else "disliked"

    def draw(room: int) -> Content:
        return Content.assemble(
            ("+ " if choice.liked else "− ", "bold"), fit(artist.name, room - _FIGURE - 3), " ",
            (fit(figure, _FIGURE, right=True), DIM),
        )  # fmt: skip

    return Row(draw, choice, choice)
