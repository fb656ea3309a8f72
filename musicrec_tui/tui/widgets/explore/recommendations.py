"""The ranked list for the user: what the chosen run recommends, with its reasons."""

from typing import TYPE_CHECKING

from textual import events
from textual.content import Content

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.opinions.stored import Verdict
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
    from musicrec_tui.dataset.opinions.popular import Ranked

_LONGEST_REASON = 3
_CORNERS = 2
_THOUGHT: dict[Verdict, str] = {"loved": "♥ loved", "blocked": "✗ blocked"}
NOTHING_PASSES = "No artist passes the filters: `f` changes them."


class Recommendations(RowList):
    """Rank, name, score, bar and reason for each artist."""

    def __init__(self) -> None:
        super().__init__(id="recommendations", title="Recommendations")
        self._latest: tuple[Session, User, Filters] | None = None
        self._asked_for = 0
        self._verdicts: dict[str, Verdict] = {}
        self._titles = (Content("Recommendations"),) * 2

    def load(self, session: Session, user: User, filters: Filters) -> None:
        """Ask for the ranked list, of the chosen run or of popularity; what was being asked is dropped."""
        self._latest = session, user, filters
        start(self, "recommend", self._load, session, user, filters)

    def mark(self, artist: Artist, verdict: Verdict | None) -> None:
        """Show what the user thinks of an artist now; the list stays as it is until it is asked for anew."""
        self._verdicts.pop(artist.key, None)
        if verdict is not None:
            self._verdicts[artist.key] = verdict
        self.refresh()

    @property
    def listed(self) -> tuple[Artist, ...]:
        """The artists on the list, best first."""
        return tuple(row.value for row in self.rows if isinstance(row.value, Artist))

    def on_resize(self, _event: events.Resize) -> None:
        """A higher pane has room for more rows: ask for them, where there are more. A wider one may name the user."""
        self._set_title_that_fits()
        complete = bool(self.rows) and self.rows[-1].value is not None
        if self._latest is not None and not complete and self._wanted(self._latest[0]) > self._asked_for:
            start(self, "recommend", self._load, *self._latest)

    def _wanted(self, session: Session) -> int:
        """How many rows to ask for: what fits, but for the line that says how many there are in all."""
        return max(session.settings.k, self.size.height - 1)

    async def _load(self, session: Session, user: User, filters: Filters) -> None:
        """Ask whoever recommends now."""
        run, host, dataset = session.chosen, session.host, session.dataset
        if dataset is None or host is None:
            return
        self._asked_for = k = self._wanted(session)
        if run is None:
            await self._load_popular(session, dataset, user, k, filters)
            return
        label = run.label
        who = _asked_for(session, user)
        ask = Recommend(run=str(run.folder), index=str(dataset.path), user=who, k=k, filters=filters)
        answer = await patiently(
            host.ask(ask), lambda: self.say_instead(user, label, f"Asking {printable(label)} …", filters)
        )
        if isinstance(answer, Recommended):
            self.show_answer(user, label, answer, filters)
            self._offer(user, label, ranked(host, ask, answer.total))
        elif isinstance(answer, Refused):
            self.say_instead(user, label, answer.sentence, filters)

    async def _load_popular(self, session: Session, dataset: "Dataset", user: User, k: int, filters: Filters) -> None:
        """The best known artists."""
        from musicrec_tui.dataset.opinions import popular

        page = await asked(self, popular.ranked, session.home, dataset, user, k, filters)
        if page is not None:
            self.show_popular(user, page, dataset.info.users, filters)
            self._offer(user, "popularity", Source(page.total))

    def _offer(self, user: User, label: str, source: Source) -> None:
        """For whom the list is, and where all of it comes from."""
        self.table_name = f"Recommendations for {called(user)} by {label}"
        self.sources = {Recommendation: source}

    def show_popular(self, user: User, page: "Ranked", users: int, filters: Filters) -> None:
        """The best known artists: what serves before there is a model."""
        self._verdicts = dict.fromkeys(page.loved, "loved")
        best = max([1, *(one.artist.listeners for one in page.rows)])  # one that was only rated has no listeners
        rows = []
        for rank, one in enumerate(page.rows, 1):
            listeners = one.artist.listeners
            found = Recommendation(rank, one.artist, float(listeners), heard=one.plays > 0)
            rows.append(self._row(found, listeners / best, short(listeners), _popular_reason(one, users)))
        note = "There is no artist that this user has not heard."
        self.set_rows(rows + _rest(len(rows), page.total), note if filters == Filters() else NOTHING_PASSES)
        self._say(user, "popularity", filters)

    def show_answer(self, user: User, label: str, answer: Recommended, filters: Filters) -> None:
        """What a model recommends."""
        self._verdicts = {one.artist.key: "loved" for one in answer.rows if one.loved}
        best = max((abs(one.score) for one in answer.rows), default=0.0) or 1.0
        rows = []
        for one in answer.rows:
            why = _reason(one, estimate=answer.reasons_estimate)
            rows.append(self._row(one, max(0.0, one.score) / best, f"{one.score:.3f}", why))
        note = "The model has nothing for this user."
        self.set_rows(rows + _rest(len(rows), answer.total), note if filters == Filters() else NOTHING_PASSES)
        self._say(user, label, filters, estimate=answer.estimate)

    def say_instead(self, user: User, label: str, sentence: str, filters: Filters) -> None:
        """Why there is no list (yet)."""
        self.set_note(sentence)
        self._say(user, label, filters)

    def _row(self, found: Recommendation, share: float, score: str, why: str) -> Row:
        """A ranked artist with what the user thinks of it when it is drawn."""

        def draw(room: int) -> Content:
            told = _THOUGHT[verdict] if (verdict := self._verdicts.get(found.artist.key)) else ""
            return recommendation_row(found, share, score, " · ".join(filter(None, (told, why)))).draw(room)

        return Row(draw, found.artist, found)

    def _say(self, user: User, label: str, filters: Filters, *, estimate: bool = False) -> None:
        """The title: for whom, by what, which artists, and whether the scores are the model's own."""
        which = filters.words(timed=user.last_at is not None)
        marked = " · estimated by similar users" if estimate else ""
        model = (fit(label, 24).strip(), "bold")
        brief = Content.assemble(model, (f" · {which}{marked}", DIM))
        full = Content.assemble(f"For {fit(called(user), 32).strip()} · ", brief)
        self._titles = full, full if filters == Filters() else brief
        self._set_title_that_fits()

    def _set_title_that_fits(self) -> None:
        """Where it is narrow, filters that are set matter more than for whom the list is: the user's pane says so."""
        full, brief = self._titles
        self.set_title(full if full.cell_length <= self.size.width - _CORNERS else brief)

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


def _popular_reason(one: Played, users: int) -> str:
    """Why a well-known artist is listed: by how many it is heard, or that they heard it."""
    if one.plays:
        return f"♪ heard {number(one.plays)}×"
    return f"heard by {one.artist.listeners / users:.0%} of users" if users else ""


def _reason(one: Recommendation, *, estimate: bool = False) -> str:
    """`because A, B`, an estimate with its sign before it; clean, since names are joined here."""
    names = ", ".join(
        printable(reason.artist.name, 40) for reason in one.reasons[:_LONGEST_REASON] if reason.amount > 0
    )
    because = f"{'≈ ' if estimate else ''}because {names}" if names else ""
    return f"♪ heard{' · ' if because else ''}{because}" if one.heard else because
