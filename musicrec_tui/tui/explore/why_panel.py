"""Why an artist is recommended: what each of the user's own artists gives to its score, as bars."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.message import Message

from musicrec_tui.dataset.records import Artist, User
from musicrec_tui.jobs.host_protocol import Explained, Refused
from musicrec_tui.jobs.shares import Share, shares
from musicrec_tui.text import printable
from musicrec_tui.tui.common import requests
from musicrec_tui.tui.common.cells import DIM, bar, fit, number
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.verbs import CLOSE
from musicrec_tui.tui.common.working import patiently, start
from musicrec_tui.tui.explore.drawing import note_row
from musicrec_tui.tui.shell.messages import ArtistWanted
from musicrec_tui.tui.shell.session import Session
from musicrec_tui.tui.tabular.fetching import at_once
from musicrec_tui.tui.tabular.pictures import Bars
from musicrec_tui.tui.tabular.sheet import Sheet, Source

if TYPE_CHECKING:
    from musicrec_tui.runs.store import RunInfo

POPULAR = "Popularity has no reasons: it recommends the artists with most listeners to every user."
_PAUSE = 0.1  # seconds: a cursor that moves on asks nothing
_LEAST = 10
_AMOUNT, _SHARE = 8, 6
_ESTIMATES = ["≈ how much it drops without each artist:", "estimated; the parts do not sum to it"]


class WhyPanel(RowList):
    """The parts of one score; Enter on a part opens its artist. Esc or `w` closes it."""

    NEW_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("why.close", "close", CLOSE, "Close the reasons", "Back from the reasons to the list.",
                footer="close", palette=False, guest=True),
    )  # fmt: skip
    OWN_COMMANDS = (*RowList.OWN_COMMANDS, *NEW_COMMANDS)
    BINDINGS = bindings(NEW_COMMANDS)

    class Closed(Message):
        """It is not wanted any more."""

    def __init__(self) -> None:
        super().__init__(id="why", title="Why")

    def load(self, session: Session, run: "RunInfo | None", user: User, artist: Artist) -> None:
        """Ask why a run recommends an artist to a user."""
        start(self, "why", self._load, session, run, user, artist)

    def say_instead(self, sentence: str) -> None:
        """Why there is nothing to show; what was being asked is dropped."""
        self.workers.cancel_group(self, "why")
        self.set_title("Why")
        self.set_note(sentence)

    async def _load(self, session: Session, run: "RunInfo | None", user: User, artist: Artist) -> None:
        """Ask the model."""
        host, dataset = session.host, session.dataset
        if host is None or dataset is None:
            return
        if run is None:
            self.set_title(_title(artist, "popularity"))
            self.set_note(POPULAR)
            return
        await asyncio.sleep(_PAUSE)
        self.set_title(_title(artist, run.label))
        self.table_name = f"Why {artist.name} by {run.label}"
        ask = requests.explain(session.people, dataset, run, user, artist)
        answer = await patiently(host.ask(ask), lambda: self.set_note(f"Asking {printable(run.label)} …"))
        if isinstance(answer, Explained):
            self.table_name += ", estimated" if answer.reasons_estimate else ""
            self.show(answer)
        elif isinstance(answer, Refused):
            self.set_note(answer.sentence)

    def show(self, explained: Explained) -> None:
        """As many parts as there is room for, and the others as one."""
        parts = shares(explained, max(_LEAST, self.scrollable_content_region.height - len(_heads(explained)) - 1))
        reach = max((abs(part.amount) for part in parts), default=0.0)
        both_ways = any(part.amount < 0 for part in parts)
        draw = partial(_draw_part, reach=reach, both_ways=both_ways, estimate=explained.reasons_estimate)
        rows = [Row(partial(draw, part), _opened(part), part) for part in parts]
        self.set_rows([*(note_row(head) for head in _heads(explained)), *rows])
        every = shares(explained, len(explained.reasons))
        self.sources[Share] = Source(len(every), at_once(lambda: every))

    def sheet(self) -> Sheet | None:
        """The parts; the picture has those that are shown."""
        sheet = super().sheet()
        bars = [(_name(row.record), row.record.amount) for row in self.rows if isinstance(row.record, Share)]
        return sheet and replace(sheet, pictures=lambda: (Bars(sheet.title, bars, "+.4f"),))

    def action_close(self) -> None:
        """Say so."""
        self.post_message(self.Closed())

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open the artist of a part."""
        event.stop()
        if isinstance(event.value, Artist):
            self.post_message(ArtistWanted(event.value))


def _title(artist: Artist, model: str) -> Content:
    """Of what, and by whom."""
    return Content.assemble("Why ", (fit(artist.name, 40).strip(), "bold"), (f" · {fit(model, 24).strip()}", DIM))


def _heads(explained: Explained) -> list[str]:
    """The score, and what the parts are to it."""
    if explained.served_by == "popularity":
        return [f"score {explained.score:.0f} listeners; cold start: popularity"]
    if not explained.reasons:
        return [f"score {explained.score:.4f}; none of the user's artists adds to it"]
    if explained.reasons_estimate:
        return [f"score {explained.score:.4f}", *_ESTIMATES]
    by_others = " (by similar users)" if explained.estimate else ""
    return [f"score {explained.score:.4f}{by_others} = the sum of"]


def _opened(part: Share) -> Artist | None:
    """What Enter opens; the others together are nothing, nor is an artist that the log lacks."""
    return part.artist if part.artist is not None and part.artist.code >= 0 else None


def _draw_part(part: Share, width: int, *, reach: float, both_ways: bool, estimate: bool) -> Content:
    """A name, an amount with its sign, its share of the score, and a bar."""
    sign = "≈" if estimate else ""
    amount = f"{sign}{part.amount:+.4f}"
    share = "–" if part.share is None else f"{part.share:.0%}"
    figures = f" {amount:>{_AMOUNT}} {share:>{_SHARE - 1}} "
    plot = min(40, max(0, (width - len(figures)) * 2 // 5))
    name = fit(_name(part), width - len(figures) - plot)
    drawn = signed_bar(part.amount / reach if reach else 0.0, plot, both_ways=both_ways)
    return Content.assemble((name, DIM if part.artist is None else ""), (figures, ""), (drawn, "$primary"))


def _name(part: Share) -> str:
    """The artist's, or how many others it is."""
    if part.artist is not None:
        return part.artist.name
    return f"{number(part.artists)} other{'s' if part.artists > 1 else ''}"


def signed_bar(share: float, width: int, *, both_ways: bool) -> str:
    """A bar from an axis: full cells to the right for what adds, hatched ones to the left for what takes away.

    Args:
        share: from -1 to 1.
        width: in cells, the axis included where there is one.
        both_ways: whether there is room for both; without it, nothing is below zero and there is no axis.
    """
    if not both_ways:
        return bar(share, width)
    side = (width - 1) // 2
    if side <= 0:
        return " " * width
    taken = max(1, round(-share * side)) if share < 0 else 0
    return f"{'▒' * taken:>{side}}│{bar(share, side)}".ljust(width)
