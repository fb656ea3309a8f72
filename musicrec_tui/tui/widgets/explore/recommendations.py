"""The ranked list for the user: what the chosen run recommends, with its reasons."""

from typing import TYPE_CHECKING

from textual import events
from textual.content import Content

from musicrec_tui.dataset.profiles.names import of_key
from musicrec_tui.dataset.records import Artist, Played, User
from musicrec_tui.jobs.protocol import Newcomer, Recommend, Recommendation, Recommended, Refused
from musicrec_tui.text import printable
from musicrec_tui.tui.asking import asked
from musicrec_tui.tui.messages import ArtistWanted
from musicrec_tui.tui.patience import patiently
from musicrec_tui.tui.session import Session
from musicrec_tui.tui.tabular.fetching import ranked
from musicrec_tui.tui.tabular.rows import Source
from musicrec_tui.tui.widgets.cells import fit, number, short
from musicrec_tui.tui.widgets.explore.drawing import DIM, called, note_row, recommendation_row
from musicrec_tui.tui.widgets.row_list import Row, RowList
from musicrec_tui.tui.working import start

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset

_LONGEST_REASON = 3


class Recommendations(RowList):
    """Rank, name, score, bar and reason for each artist."""

    def __init__(self) -> None:
        super().__init__(id="recommendations", title="Recommendations")
        self._latest: tuple[Session, User, bool] | None = None
        self._asked_for = 0

    def load(self, session: Session, user: User, *, heard: bool) -> None:
        """Ask for the ranked list, of the chosen run or of popularity; what was being asked is dropped."""
        self._latest = session, user, heard
        start(self, "recommend", self._load, session, user, heard)

    @property
    def listed(self) -> tuple[Artist, ...]:
        """The artists on the list, best first."""
        return tuple(row.value for row in self.rows if isinstance(row.value, Artist))

    def on_resize(self, _event: events.Resize) -> None:
        """A higher pane has room for more rows: ask for them, where there are more."""
        complete = bool(self.rows) and self.rows[-1].value is not None
        if self._latest is not None and not complete and self._wanted(self._latest[0]) > self._asked_for:
            start(self, "recommend", self._load, *self._latest)

    def _wanted(self, session: Session) -> int:
        """How many rows to ask for: what fits, but for the line that says how many there are in all."""
        return max(session.settings.k, self.size.height - 1)

    async def _load(self, session: Session, user: User, heard: bool) -> None:
        """Ask whoever recommends now."""
        run, host, dataset = session.chosen, session.host, session.dataset
        if dataset is None or host is None:
            return
        self._asked_for = k = self._wanted(session)
        if run is None:
            await self._load_popular(session, dataset, user, k, heard)
            return
        label = run.label
        who = _asked_for(session, user)
        ask = Recommend(run=str(run.folder), index=str(dataset.path), user=who, k=k, include_heard=heard)
        answer = await patiently(
            host.ask(ask), lambda: self.say_instead(user, label, f"Asking {printable(label)} …", heard=heard)
        )
        if isinstance(answer, Recommended):
            self.show_answer(user, label, answer, heard=heard)
            self._offer(user, label, ranked(host, ask, answer.total))
        elif isinstance(answer, Refused):
            self.say_instead(user, label, answer.sentence, heard=heard)

    async def _load_popular(self, session: Session, dataset: "Dataset", user: User, k: int, heard: bool) -> None:
        """The best known artists."""
        from musicrec_tui.dataset.lookups import popular
        from musicrec_tui.dataset.profiles import lookup

        if of_key(user.key) is not None:
            page = await asked(self, lookup.popular, session.home, dataset, user, k, heard=heard)
            if page is not None:
                self.show_popular(user, page.rows, dataset.info.users, page.total, heard=heard)
                self._offer(user, "popularity", Source(page.total))
            return
        if heard:
            found = await asked(self, popular.ranked, dataset, user, k)
        else:
            unheard = await asked(self, popular.unheard, dataset, user, k)
            found = None if unheard is None else [Played(artist, 0) for artist in unheard]
        if found is not None:
            candidates = dataset.info.artists - (0 if heard else user.artists)
            self.show_popular(user, found, dataset.info.users, candidates, heard=heard)
            self._offer(user, "popularity", Source(candidates))

    def _offer(self, user: User, label: str, source: Source) -> None:
        """For whom the list is, and where all of it comes from."""
        self.table_name = f"Recommendations for {called(user)} by {label}"
        self.sources = {Recommendation: source}

    def show_popular(self, user: User, found: list[Played], users: int, candidates: int, *, heard: bool) -> None:
        """The best known artists: what serves before there is a model."""
        best = max([1, *(one.artist.listeners for one in found)])  # an artist that was only rated has no listeners
        rows = [_popular_row(rank, one, best, users) for rank, one in enumerate(found, 1)]
        self.set_rows(rows + _rest(len(rows), candidates), "There is no artist that this user has not heard.")
        self._say(user, "popularity", heard=heard)

    def show_answer(self, user: User, label: str, answer: Recommended, *, heard: bool) -> None:
        """What a model recommends."""
        best = max((abs(one.score) for one in answer.rows), default=0.0) or 1.0
        rows = [
            recommendation_row(
                one, max(0.0, one.score) / best, f"{one.score:.3f}", _reason(one, estimate=answer.reasons_estimate)
            )
            for one in answer.rows
        ]
        self.set_rows(rows + _rest(len(rows), answer.total), "The model has nothing for this user.")
        self._say(user, label, heard=heard, estimate=answer.estimate)

    def say_instead(self, user: User, label: str, sentence: str, *, heard: bool) -> None:
        """Why there is no list (yet)."""
        self.set_note(sentence)
        self._say(user, label, heard=heard)

    def _say(self, user: User, label: str, *, heard: bool, estimate: bool = False) -> None:
        """The title: for whom, by what, which artists, and whether the scores are the model's own."""
        which = "heard ones too" if heard else "new artists only"
        who, what = fit(called(user), 32).strip(), fit(label, 24).strip()
        marked = " · estimated by similar users" if estimate else ""
        self.set_title(Content.assemble(f"For {who} · ", (what, "bold"), (f" · {which}{marked}", DIM)))

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open a recommended artist."""
        event.stop()
        if isinstance(event.value, Artist):
            self.post_message(ArtistWanted(event.value))


def _asked_for(session: Session, user: User) -> str | Newcomer:
    """Whom the model is asked about."""
    name = of_key(user.key)
    if name is None:
        return user.key
    from musicrec_tui.dataset.profiles import store

    return Newcomer(profile=str(store.place(session.home, name)))


def _rest(shown: int, total: int) -> list[Row]:
    """A last line that says what part of all candidates is listed."""
    return [note_row(f"   {number(shown)} of {number(total)} artists")] if 0 < shown < total else []


def _popular_row(rank: int, one: Played, best: int, users: int) -> Row:
    """A well-known artist: its score is its listeners."""
    why = f"heard by {one.artist.listeners / users:.0%} of users" if users else ""
    found = Recommendation(rank, one.artist, float(one.artist.listeners), heard=one.plays > 0)
    why = f"♪ heard {number(one.plays)}×" if one.plays else why
    return recommendation_row(found, one.artist.listeners / best, short(one.artist.listeners), why)


def _reason(one: Recommendation, *, estimate: bool = False) -> str:
    """`because A, B`, an estimate with its sign before it; clean, since names are joined here."""
    names = ", ".join(
        printable(reason.artist.name, 40) for reason in one.reasons[:_LONGEST_REASON] if reason.amount > 0
    )
    because = f"{'≈ ' if estimate else ''}because {names}" if names else ""
    return f"♪ heard{' · ' if because else ''}{because}" if one.heard else because
