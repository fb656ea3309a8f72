"""The chosen model's recommendations while artists are being typed."""

import asyncio
from collections.abc import Collection, Sequence

from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.records import Artist
from musicrec_tui.jobs.host_protocol import Newcomer, Recommend, Recommended, Refused
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import fit
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.explore.drawing import name_and_count
from musicrec_tui.tui.shell.session import Session

FEWEST = 2
_ROWS = 30
_PAUSE_SECONDS = 0.1

EMPTY = "Recommendations appear from the second artist on."
NO_MODEL = "There is no model yet, so the most popular artists are recommended. Train one in Explore (t)."
POPULARITY = "Popularity does not depend on taste. Press m in Explore to choose a model."


class Preview(RowList):
    """Artists with their scores; choosing one means to like it, too."""

    def __init__(self, session: Session) -> None:
        super().__init__(id="preview", title="Recommendations")
        self._session = session
        self._said = EMPTY

    def on_mount(self) -> None:
        """Nothing yet."""
        self.load((), ())

    def load(self, liked: Sequence[Artist], disliked: Sequence[Artist], judged: Collection[str] = ()) -> None:
        """Ask for a list for these artists; what was being asked is dropped.

        Args:
            liked: the artists that were typed.
            disliked: those of them that are never recommended.
            judged: the keys of artists that are loved or blocked already: neither is new.
        """
        start(self, "preview", self._load, tuple(liked), (*(artist.key for artist in disliked), *judged))

    async def _load(self, liked: tuple[Artist, ...], left_out: tuple[str, ...]) -> None:
        """Ask the chosen run; loved artists count as `ratings` says."""
        run, host, dataset = self._session.chosen, self._session.host, self._session.dataset
        if len(liked) < FEWEST or host is None or dataset is None:
            self._say("", EMPTY)
            return
        if run is None:
            self._say("", _why_none(self._session))
            return
        await asyncio.sleep(_PAUSE_SECONDS)
        plays = dict.fromkeys((artist.key for artist in liked), float(ratings.confidence(1.0)))
        who = Newcomer(plays=plays, disliked=tuple(dict.fromkeys(left_out)))
        answer = await host.ask(Recommend(run=str(run.folder), index=str(dataset.path), user=who, k=_ROWS, reasons=0))
        if isinstance(answer, Recommended):
            self._say(f"{run.label}{_source(answer)}", "The model has no recommendations for these artists.")
            self.set_rows([_row(one.rank, one.artist, one.score) for one in answer.rows], self._said)
        elif isinstance(answer, Refused):
            self._say(run.label, answer.sentence)

    def _say(self, by: str, sentence: str) -> None:
        """By whom, and why there is no list."""
        self._said = sentence
        self.set_title(f"Recommendations{f' · {fit(by, 24).strip()}' if by else ''}")
        self.set_note(sentence)


def _source(answer: Recommended) -> str:
    """What is to be said of where the scores come from."""
    if answer.served_by != "model":
        return f" · cold start: {answer.served_by}"
    return " · estimated" if answer.estimate else ""


def _why_none(session: Session) -> str:
    """Why no model recommends: nobody wants one, it is not ready, or there is none."""
    if session.usable:
        return POPULARITY
    content = session.dataset.info.content if session.dataset is not None else ""
    training = next((run for run in session.live if run.content == content), None)
    if training is None:
        return NO_MODEL
    return f"{printable(training.label)} is being trained. Its recommendations appear here when it is finished."


def _row(rank: int, artist: Artist, score: float) -> Row:
    """A ranked artist."""
    return name_and_count(f"{rank:>2} {artist.name}", f"{score:.2f}", artist, width=5)
