"""Ranked lists side by side, as text: what is in several of them, and where."""

from collections.abc import Callable, Mapping, Sequence

from textual.content import Content

from musicrec_tui.dataset.records import Artist
from musicrec_tui.jobs.host_protocol import Recommendation
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.row_list import Row
from musicrec_tui.tui.compare.run_table import LETTERS

_BEFORE, _PLACE, _LEAST_NAME = 5, 4, 12

Places = Mapping[str, int]
"""Of each artist's key its rank in a list."""


def elsewhere(key: str, here: int, lists: Sequence[Places]) -> str:
    """Where else an artist is: `B3 D10`; empty where in no other list.

    Args:
        key: the artist's.
        here: which of the lists is left out.
        lists: in the order of their letters.
    """
    return " ".join(
        f"{letter}{places[key]}"
        for at, (letter, places) in enumerate(zip(LETTERS, lists, strict=False))
        if at != here and key in places
    )


def everywhere(artist: Artist, lists: Sequence[Places]) -> str:
    """An artist's place in each list: `A 1 · B 3 · C not in the list`."""
    return " · ".join(
        f"{letter} {places[artist.key]}" if artist.key in places else f"{letter} not in the list"
        for letter, places in zip(LETTERS, lists, strict=False)
    )


def overlap(here: int, lists: Sequence[Places]) -> str:
    """How many artists of a list are in another one, too: `= 5 of 10`."""
    others = set().union(*(places for at, places in enumerate(lists) if at != here))
    return f"= {len(lists[here].keys() & others)} of {len(lists[here])}"


def row(found: Recommendation, here: int, lists: Callable[[], Sequence[Places]]) -> Row:
    """A line: the rank, "=" before what is in another list, the name, and where else it is if there is room."""

    def draw(width: int) -> Content:
        told = elsewhere(found.artist.key, here, lists())
        most = _PLACE * (len(lists()) - 1) - 1
        room = width - _BEFORE - most - 1
        places = fit(told, most) if room >= _LEAST_NAME else ""
        name = fit(found.artist.name, room if places else width - _BEFORE)
        sign = "= " if told else "  "
        return Content.assemble(
            (f"{found.rank:>2} ", DIM), (sign, "bold $accent"), name, (f" {places}" if places else "", "$accent")
        )

    return Row(draw, found.artist, found)
