"""The lists of two to four runs for one user as they were evaluated, side by side."""

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
from musicrec_tui.jobs import evaluated_rows
from musicrec_tui.jobs.host_protocol import AnyAnswer, Evaluate, Evaluated, EvaluatedRow, HeldOut, Refused
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.working import asked, patiently, start
from musicrec_tui.tui.compare.run_table import LETTERS
from musicrec_tui.tui.shell.session import Session

_PAUSE = 0.1  # seconds: a cursor that moves on asks nothing
_UNKNOWN = "This user is not in this log."
_WHICH = "✓ was held out"
_ALL_FOUND = "The list has every held-out artist."
_NOTHING = "This run was not evaluated for this user."
_PLACE, _LEAST_NAME = 4, 12
Places = Mapping[str, int]
"""Ranks in a list by artist key."""


class ListsView(Vertical):
    """A list for each run, what it missed, and the ranks of the artist under the cursor. Enter opens it in Explore."""

    @dataclass
    class Opened(Message):
        """Asks the screen to open an artist in Explore."""

        artist: Artist

    def __init__(self) -> None:
        super().__init__(id="compare-lists")
        self._asked: tuple[str, tuple[str, ...]] | None = None
        self._places: list[Places] = []
        self._whose = ""

    def compose(self) -> ComposeResult:
        """A line on the user, the lists, and a line on the artist under the cursor."""
        yield Static(id="compare-whose", markup=False)
        with Horizontal(id="compare-columns"):
            for letter in LETTERS:
                yield RowList(id=f"compare-list-{letter}")
        yield Static(id="compare-where", markup=False)

    def show(self, session: Session, runs: Sequence[RunInfo], key: str, values: str) -> None:
        """Show how these runs were evaluated for the user of this key; `values`: the runs' metrics for the user."""
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
        """Look up the user, and request each run's evaluated list."""
        from musicrec_tui.dataset.lookups import users

        await asyncio.sleep(_PAUSE)
        dataset, host = session.dataset, session.host
        user = await asked(self, users.find_user, dataset, key) if dataset is not None else None
        if user is None or dataset is None or host is None:
            self.say_instead(_UNKNOWN)
            return
        self._name_columns(runs)
        self._whose = f"User {fit(user.user_id, 32).strip()} · {_WHICH}"
        self._say(f"{self._whose} · {values}")
        asks = [Evaluate(run=str(run.folder), index=str(dataset.path), user=user.key) for run in runs]
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
        """Fill the lists; where all runs answer, say why one is better."""
        columns = list(self.query(RowList))[: len(runs)]
        self._places = [evaluated_rows.ranks(one) if isinstance(one, Evaluated) else {} for one in answers]
        for here, (column, answer) in enumerate(zip(columns, answers, strict=True)):
            note = answer.sentence if isinstance(answer, Refused) else _NOTHING
            column.set_rows(list_rows(answer, here, self._all_places) if isinstance(answer, Evaluated) else [], note)
            column.set_title(f"{_name(runs, here)}{found_of(answer) if isinstance(answer, Evaluated) else ''}")
            column.table_name = f"Evaluated list by {runs[here].label}"
        found = [one for one in answers if isinstance(one, Evaluated)]
        if len(found) == len(answers):
            self._say(f"{self._whose} · {evaluated_rows.why([_name(runs, at) for at in range(len(runs))], found)}")
        self._say_where(columns[0].value)

    def _all_places(self) -> Sequence[Places]:
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
        f"{letter} {places[artist.key]:,}" if artist.key in places else f"{letter} not in the list"
        for letter, places in zip(LETTERS, lists, strict=False)
    )


def found_of(answer: Evaluated) -> str:
    """How much of what was held out a list has, and what serves a cold start."""
    hits = sum(row.held_out for row in answer.rows)
    source = f" · cold start: {answer.served_by}" if answer.served_by != "model" else ""
    return f" · ✓ {hits} of {len(answer.held_out)}{source}"


def list_rows(answer: Evaluated, here: int, lists: Callable[[], Sequence[Places]]) -> list[Row]:
    """The list, then what it missed, with its rank."""
    missed = [one for one in answer.held_out if one.rank > answer.k]
    shown: list[EvaluatedRow | HeldOut] = [*answer.rows, *missed]
    rows = [artist_row(one, here, lists) for one in shown]
    heading = f"missed: {len(missed)}" if missed else _ALL_FOUND
    rows.insert(len(answer.rows), Row(lambda width: Content(fit(heading, width)).stylize(DIM)))
    return rows


def artist_row(found: EvaluatedRow | HeldOut, here: int, lists: Callable[[], Sequence[Places]]) -> Row:
    """A row: rank, ✓ for a held-out artist, name, and its ranks in the other lists if they fit."""
    held_out = isinstance(found, HeldOut) or found.held_out

    def draw(width: int) -> Content:
        told = places_elsewhere(found.artist.key, here, lists())
        most = _PLACE * (len(lists()) - 1) - 1
        rank = f"{found.rank:>2} "
        room = width - len(rank) - 2 - max(most, len(told)) - 1
        places = fit(told, max(most, len(told))) if room >= _LEAST_NAME else ""
        name = fit(found.artist.name, room if places else width - len(rank) - 2)
        return Content.assemble(
            (rank, DIM), ("✓ " if held_out else "  ", "bold $success"), (name, "bold" if held_out else ""),
            (f" {places}" if places else "", "$accent"),
        )  # fmt: skip

    return Row(draw, found.artist, found)
