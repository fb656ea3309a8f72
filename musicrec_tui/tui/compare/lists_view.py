"""The recommendations of two to four runs for one user, side by side."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from musicrec_tui.dataset.records import Artist
from musicrec_tui.jobs.host_protocol import AnyAnswer, Recommendation, Recommended, Refused
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.tui.common import requests
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.requests import RecommendRequest
from musicrec_tui.tui.common.row_list import Row, RowList
from musicrec_tui.tui.common.working import asked, patiently, start
from musicrec_tui.tui.compare.run_table import LETTERS
from musicrec_tui.tui.shell.session import Session

_PAUSE = 0.1  # seconds: a cursor that moves on asks nothing
_UNKNOWN = "This user is not in this log."
_WHICH = "new artists only; held-out artists, which the metric looks for, are not among them"
_BEFORE, _PLACE, _LEAST_NAME = 5, 4, 12
Places = Mapping[str, int]
"""Ranks in a list by artist key."""


class ListsView(Vertical):
    """A list for each run, and the ranks of the artist under the cursor in all of them. Enter opens it in Explore."""

    @dataclass
    class Opened(Message):
        """Asks the screen to open an artist in Explore."""

        artist: Artist

    def __init__(self) -> None:
        super().__init__(id="compare-lists")
        self._asked: tuple[str, tuple[str, ...]] | None = None
        self._places: list[dict[str, int]] = []

    def compose(self) -> ComposeResult:
        """A line on the user, the lists, and a line on the artist under the cursor."""
        yield Static(id="compare-whose", markup=False)
        with Horizontal(id="compare-columns"):
            for letter in LETTERS:
                yield RowList(id=f"compare-list-{letter}")
        yield Static(id="compare-where", markup=False)

    def show(self, session: Session, runs: Sequence[RunInfo], key: str, values: str) -> None:
        """Show the recommendations of these runs for the user of this key; `values`: the runs' metrics for the user."""
        wanted = key, tuple(str(run.folder) for run in runs)
        if wanted != self._asked:
            self._asked = wanted
            start(self, "lists", self._load, session, tuple(runs), key, values)

    def say_instead(self, sentence: str) -> None:
        """Show a sentence instead of the lists."""
        self.workers.cancel_group(self, "lists")
        self._asked = None
        self._say(sentence)
        for column in self.query(RowList):
            column.display = False

    async def _load(self, session: Session, runs: tuple[RunInfo, ...], key: str, values: str) -> None:
        """Look up the user, and request the recommendations of each run."""
        from musicrec_tui.dataset.lookups import users

        await asyncio.sleep(_PAUSE)
        dataset, host = session.dataset, session.host
        user = await asked(self, users.find_user, dataset, key) if dataset is not None else None
        if user is None or dataset is None or host is None:
            self.say_instead(_UNKNOWN)
            return
        self._name_columns(runs)
        self._say(f"For user {fit(user.user_id, 32).strip()} · {values} · {_WHICH}")
        k = max(session.settings.k, self.size.height - 4)
        asks = [requests.recommend(session.home, dataset, run, RecommendRequest(user), k) for run in runs]
        self._show(runs, await patiently(asyncio.gather(*map(host.ask, asks)), self._wait))

    def _wait(self) -> None:
        """Show that the models are loading."""
        for column in self.query(RowList):
            column.set_note("Asking the model …")

    def _name_columns(self, runs: Sequence[RunInfo]) -> None:
        """Show a list for each run, under its name."""
        for at, column in enumerate(self.query(RowList)):
            column.display = at < len(runs)
            column.set_title(_name(runs, at) if at < len(runs) else "")

    def _show(self, runs: Sequence[RunInfo], answers: Sequence[AnyAnswer]) -> None:
        """Fill the lists."""
        columns = list(self.query(RowList))[: len(runs)]
        found = [answer.rows if isinstance(answer, Recommended) else () for answer in answers]
        self._places = [{one.artist.key: one.rank for one in rows} for rows in found]
        for here, (column, answer) in enumerate(zip(columns, answers, strict=True)):
            note = answer.sentence if isinstance(answer, Refused) else "The model has no recommendations for this user."
            column.set_rows([recommendation_row(one, here, self._all_places) for one in found[here]], note)
            served_by = answer.served_by if isinstance(answer, Recommended) else "model"
            source = f" · cold start: {served_by}" if served_by != "model" else ""
            column.set_title(f"{_name(runs, here)} · {overlap(here, self._places)}{source}")
            column.table_name = f"Recommendations by {runs[here].label}"
        self._say_where(columns[0].value)

    def _all_places(self) -> list[dict[str, int]]:
        """For each list, ranks by artist key."""
        return self._places

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        """Show the ranks of the artist under the cursor of the focused list."""
        event.stop()
        if event.rows.has_focus:
            self._say_where(event.value)

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        """Post `Opened` for the artist."""
        event.stop()
        if isinstance(event.value, Artist):
            self.post_message(self.Opened(event.value))

    def _say_where(self, artist: object) -> None:
        """Show the ranks of an artist in all lists."""
        told = ""
        if isinstance(artist, Artist):
            told = f"{fit(artist.name, 40).strip()}: {places_in_all(artist, self._places)}"
        self.query_one("#compare-where", Static).update(Content(told))

    def _say(self, sentence: str) -> None:
        """Set the line above the lists."""
        self.query_one("#compare-whose", Static).update(Content(sentence))
        self.query_one("#compare-where", Static).update("")


def _name(runs: Sequence[RunInfo], at: int) -> str:
    """A run's letter and name."""
    return f"{LETTERS[at]} {fit(runs[at].label, 24).strip()}"


def places_elsewhere(key: str, here: int, lists: Sequence[Places]) -> str:
    """The ranks of an artist in other lists: `B3 D10`; empty: in none.

    Args:
        key: the artist's.
        here: index of the list to leave out.
        lists: in the order of their letters.
    """
    return " ".join(
        f"{letter}{places[key]}"
        for at, (letter, places) in enumerate(zip(LETTERS, lists, strict=False))
        if at != here and key in places
    )


def places_in_all(artist: Artist, lists: Sequence[Places]) -> str:
    """The rank of an artist in each list: `A 1 · B 3 · C not in the list`."""
    return " · ".join(
        f"{letter} {places[artist.key]}" if artist.key in places else f"{letter} not in the list"
        for letter, places in zip(LETTERS, lists, strict=False)
    )


def overlap(here: int, lists: Sequence[Places]) -> str:
    """How many artists of a list are also in another one: `= 5 of 10`."""
    others = set().union(*(places for at, places in enumerate(lists) if at != here))
    return f"= {len(lists[here].keys() & others)} of {len(lists[here])}"


def recommendation_row(found: Recommendation, here: int, lists: Callable[[], Sequence[Places]]) -> Row:
    """A row: rank, "=" if another list has the artist, name, and its ranks there if they fit."""

    def draw(width: int) -> Content:
        told = places_elsewhere(found.artist.key, here, lists())
        most = _PLACE * (len(lists()) - 1) - 1
        room = width - _BEFORE - most - 1
        places = fit(told, most) if room >= _LEAST_NAME else ""
        name = fit(found.artist.name, room if places else width - _BEFORE)
        sign = "= " if told else "  "
        return Content.assemble(
            (f"{found.rank:>2} ", DIM), (sign, "bold $accent"), name, (f" {places}" if places else "", "$accent")
        )

    return Row(draw, found.artist, found)
