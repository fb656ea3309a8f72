"""A recommendation as one line: as many columns as there is room for."""

from collections.abc import Callable
from typing import NamedTuple

from textual.content import Content

from musicrec_tui.jobs.host_protocol import Recommendation
from musicrec_tui.tui.common.cells import DIM, bar, fit, short
from musicrec_tui.tui.common.rows import Row

BESIDE = 4
_RANK, _SCORE, _LISTENERS = 3, 6, 6


class Widths(NamedTuple):
    """The cells of each column after the rank, the space behind it not counted; 0: it is left out."""

    name: int
    beside: int
    listeners: int
    score: int
    bar: int
    why: int


def widths(room: int, *, beside: bool) -> Widths:
    """What fits in `room` cells; with a second list `beside`, its ranks come before scores and reasons."""
    shown = BESIDE if beside else 0
    score = _SCORE if room >= 38 or not beside else 0
    listeners = _LISTENERS if room >= 90 else 0
    drawn = 0 if room < 60 else 10 if room < 110 else 16 if room < 130 else 24
    rest = room - _RANK - sum(cells + 1 for cells in (shown, listeners, score, drawn) if cells)
    if beside and room < 60:
        return Widths(max(4, rest), shown, listeners, score, drawn, 0)
    name = max(12, min(34, room * 2 // 5 - 1))
    return Widths(name, shown, listeners, score, drawn, max(0, rest - name - 1))


class Ranked(NamedTuple):
    """What a row shows of a recommendation.

    Attributes:
        found: the artist, with its rank.
        score: as text.
        why: the reason.
        listeners: how well known the artist is; empty where the score is just that.
    """

    found: Recommendation
    score: str
    why: str
    listeners: str = ""

    @classmethod
    def by_model(cls, found: Recommendation, why: str) -> "Ranked":
        """A row of a model's list."""
        return cls(found, f"{found.score:.3f}", why, f"♪{short(found.artist.listeners)}")


def ranked_row(
    ranked: Ranked, share: Callable[[], float], beside: Callable[[], str | None], thought: Callable[[], str] = str
) -> Row:
    """A row of a ranked list.

    Args:
        ranked: the recommendation.
        share: how long the bar is, from 0 to 1 of the longest there can be; asked for when the row is drawn.
        beside: `"= 3"` for the third artist of a second list, `""` for one that it lacks, None without one.
        thought: what the user thinks of the artist now, before the reason; empty: nothing.
    """

    def draw(room: int) -> Content:
        other, rank = beside(), f"{ranked.found.rank:>2} "
        cells = widths(room - max(0, len(rank) - _RANK), beside=other is not None)
        columns = (
            (fit(ranked.found.artist.name, cells.name), ""),
            (fit(other or "", cells.beside), "bold $accent"),
            (fit(ranked.listeners, cells.listeners, right=True), DIM),
            (fit(ranked.score, cells.score, right=True), "bold"),
            (bar(share(), cells.bar), "$primary"),
            (fit(" · ".join(filter(None, (thought(), ranked.why))), cells.why), DIM),
        )
        line = [part for text, style in columns if text for part in ((text, style), " ")]
        return Content.assemble((rank, DIM), *line[:-1])

    return Row(draw, ranked.found.artist, ranked.found)
