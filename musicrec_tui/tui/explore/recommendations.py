"""The ranked list for the user: what the chosen run recommends, with its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual import events
from textual.content import Content
from textual.message import Message

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.opinions import Verdict
from musicrec_tui.dataset.records import Artist, Played
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs.host_protocol import LONGEST_LIST, Recommendation, Recommended, Refused
from musicrec_tui.text import printable
from musicrec_tui.tui.common import requests
from musicrec_tui.tui.common.cells import DIM, fit, number, short
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.requests import RecommendRequest
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.working import answered, patiently, start
from musicrec_tui.tui.explore.drawing import called, note_row
from musicrec_tui.tui.explore.ranked_row import Ranked, ranked_row
from musicrec_tui.tui.shell.messages import ArtistWanted
from musicrec_tui.tui.shell.session import Session
from musicrec_tui.tui.tabular.fetching import at_once, ranked_source
from musicrec_tui.tui.tabular.sheet import Source

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.dataset.popularity import PopularPage
    from musicrec_tui.runs.store import RunInfo

_LONGEST_REASON = 3
_CORNERS = 2
_THOUGHT: dict[Verdict, str] = {"loved": "♥ loved", "blocked": "⊘ blocked"}
NOTHING_PASSES = "No artist passes the filters. Press f to change them."
POPULARITY = "popularity"
OUTDATED = " · outdated: R retrains"


class Recommendations(RowList):
    """Rank, name, score, bar and reason for each artist.

    Attributes:
        request: the user and the filters of the list.
        run: whose list it is; None: popularity's.
        ranks: places in the list, by the artist's key.
        best: the score that is the end of the bars, 0 where nothing is listed.
        scale: the same for this list and one beside it whose scores mean the same; 0: this list has its own.
    """

    def __init__(self, name: str = "recommendations") -> None:
        super().__init__(id=name, title="Recommendations")
        self.request: RecommendRequest | None = None
        self.run: RunInfo | None = None
        self.ranks: dict[str, int] = {}
        self.best = 0.0
        self.scale = 0.0
        self._session: Session | None = None
        self._total = 0
        self._loading = False
        """Whether another list is asked for: what is shown until it comes gets no more rows."""
        self._beside: dict[str, int] | None = None
        self._remark = ""
        self._verdicts: dict[str, Verdict] = {}
        self._titles: tuple[Content, ...] = (Content("Recommendations"),)

    @dataclass
    class Listed(Message):
        """Another list is shown, or a sentence in its place."""

        rows: "Recommendations"

    def load(self, session: Session, request: RecommendRequest) -> None:
        """Ask for the ranked list; what was being asked is dropped."""
        self._session, self.request, self.run = session, request, self.source(session)
        self._loading = True
        start(self, "recommend", self._load, session, request)

    @property
    def listed(self) -> tuple[Artist, ...]:
        """The artists on the list, best first, but for those that were blocked since it was asked for."""
        artists = (row.value for row in self.rows if isinstance(row.value, Artist))
        return tuple(artist for artist in artists if self._verdicts.get(artist.key) != "blocked")

    @property
    def reach(self) -> int:
        """How many artists can be listed."""
        return min(self._total, LONGEST_LIST)

    async def first_keys(self, count: int) -> list[str]:
        """The keys of the first `count` artists, loaded or not, but for those that were blocked since.

        Raises:
            UserError: the model cannot answer.
        """
        if len(self.loaded) < min(count, self._total) and self.request is not None and self._session is not None:
            ranked = await self._ask_more(self._session, self.request, len(self.loaded), count)
        else:
            ranked = []
        artists = [row.value for row in self.loaded if isinstance(row.value, Artist)]
        artists += [one.found.artist for one in ranked]
        return [one.key for one in artists[:count] if self._verdicts.get(one.key) != "blocked"]

    def mark(self, artist: Artist, verdict: Verdict | None) -> None:
        """Show what the user thinks of an artist now; the list stays as it is until it is asked for anew."""
        self._verdicts.pop(artist.key, None)
        if verdict is not None:
            self._verdicts[artist.key] = verdict
        self.refresh()

    def source(self, session: Session) -> "RunInfo | None":
        """Whose list it is to be."""
        return session.chosen

    def name_anew(self, session: Session) -> None:
        """The run may have got another name."""
        run = self.source(session)
        if self.run is not None and run is not None and run.id == self.run.id and run.label != self.run.label:
            self.run = run
            self._say(self._remark)

    def compare_with(self, ranks: dict[str, int] | None, scale: float) -> None:
        """Mark what is in a second list, which has these places (None: there is none any more)."""
        self._beside, self.scale = ranks, scale
        self._say(self._remark)
        self.refresh()

    def on_resize(self, _event: events.Resize) -> None:
        """A higher pane has room for more rows: ask for them, where there are more. A wider one may name the user."""
        self._set_title_that_fits()
        self._look_ahead(self.cursor)

    def _wanted(self, session: Session) -> int:
        """How many rows to ask for: what fits, but for the line that says how many there are in all."""
        return max(session.settings.k, self.size.height - 1)

    async def _load(self, session: Session, request: RecommendRequest) -> None:
        """Ask whoever recommends."""
        run, host, dataset = self.run, session.host, session.dataset
        if dataset is None or host is None:
            return
        k = self._wanted(session)
        if run is None:
            await self._load_popular(session, dataset, request, k)
            return
        ask = requests.recommend(session.people, dataset, run, request, k)
        waiting = f"Asking {printable(run.label)} …"
        answer = await patiently(host.ask(ask), lambda: self.say_instead(waiting))
        if isinstance(answer, Recommended):
            self.show_answer(answer)
            self._offer(request, ranked_source(host, ask, answer.total))
        elif isinstance(answer, Refused):
            self.say_instead(answer.sentence)

    async def _load_popular(self, session: Session, dataset: "Dataset", request: RecommendRequest, k: int) -> None:
        """The most popular artists."""
        from musicrec_tui.dataset.popularity import rank_popular_for

        try:
            page = await answered(rank_popular_for, session.people, dataset, request.user, k, request.filters)
        except UserError as error:  # the list of who was shown before is not theirs
            self.say_instead(str(error))
        except Cancelled:
            return
        else:
            self.show_popular(page, dataset.info.users)
            reach = min(page.total, LONGEST_LIST)

            def load_all() -> list[Recommendation]:
                found = rank_popular_for(session.people, dataset, request.user, reach, request.filters)
                return [one.found for one in _popular_rows(found.rows, dataset.info.users)]

            self._offer(request, Source(page.total, at_once(load_all), reach))

    def _offer(self, request: RecommendRequest, source: Source) -> None:
        """For whom the list is, and where all of it comes from."""
        self.table_name = f"Recommendations for {called(request.user)} by {_label(self.run)}"
        self.sources = {Recommendation: source}

    def show_popular(self, page: "PopularPage", users: int) -> None:
        """The most popular artists, shown before there is a model."""
        self._verdicts = dict.fromkeys(page.loved, "loved")
        self._show(_popular_rows(page.rows, users), page.total, "This user has heard every artist.")

    def show_answer(self, answer: Recommended) -> None:
        """What a model recommends."""
        self._verdicts = {one.artist.key: "loved" for one in answer.rows if one.loved}
        remark = " · estimated by similar users" if answer.estimate else ""
        if answer.served_by != "model":
            remark = f" · cold start: {answer.served_by}{remark}"
        self._show(_model_rows(answer), answer.total, "The model has no recommendations for this user.", remark)

    def on_row_list_end_near(self, event: RowList.EndNear) -> None:
        """Ask for the rows after those that are loaded."""
        event.stop()
        if self._session is not None and self.request is not None and not self._loading:
            start(self, "recommend", self._load_more, self._session, self.request, event.wanted)

    async def _load_more(self, session: Session, request: RecommendRequest, wanted: int) -> None:
        """Ask for all rows up to `wanted`, and append those that are new."""
        try:
            self._append(await self._ask_more(session, request, len(self.loaded), wanted))
        except UserError as error:
            notify_latest(self, str(error), group="recommend", severity="error")

    async def _ask_more(self, session: Session, request: RecommendRequest, skip: int, wanted: int) -> list[Ranked]:
        """The rows from `skip` up to `wanted`.

        Raises:
            UserError: the model cannot answer.
        """
        k = min(wanted, self._total, LONGEST_LIST)
        run, host, dataset = self.run, session.host, session.dataset
        if dataset is None or host is None or k <= skip:
            return []
        if run is None:
            from musicrec_tui.dataset.popularity import rank_popular_for

            page = await answered(rank_popular_for, session.people, dataset, request.user, k, request.filters)
            return _popular_rows(page.rows, dataset.info.users)[skip:]
        answer = await host.ask(requests.recommend(session.people, dataset, run, request, k, skip))
        if not isinstance(answer, Recommended):
            raise UserError(answer.sentence if isinstance(answer, Refused) else "The model gave no answer.")
        self._verdicts |= {one.artist.key: "loved" for one in answer.rows if one.loved}
        return _model_rows(answer)

    def _append(self, ranked: Sequence[Ranked]) -> None:
        """Further rows; below the longest list that there is, a line that says how many artists are left out."""
        self.ranks |= {one.found.artist.key: one.found.rank for one in ranked}
        rows = [*self._source, *(self._row(one) for one in ranked)]
        more = bool(ranked) and len(rows) < min(self._total, LONGEST_LIST)
        if not more and len(rows) < self._total:
            rows.append(note_row(f"   {number(len(rows))} of {number(self._total)} artists"))
        self.show_more(rows, more=more)
        self.post_message(self.Listed(self))

    def _show(self, ranked: Sequence[Ranked], total: int, note: str, remark: str = "") -> None:
        """The first rows; the others are asked for when they are needed."""
        self._loading = False
        self.ranks = {one.found.artist.key: one.found.rank for one in ranked}
        self.best = max((one.found.score for one in ranked), default=0.0)
        self._total = total
        rows = [self._row(one) for one in ranked]
        unfiltered = self.request is None or self.request.filters == Filters()
        self.set_rows(rows, note if unfiltered else NOTHING_PASSES, more=0 < len(rows) < min(total, LONGEST_LIST))
        self._say(remark)
        self.post_message(self.Listed(self))

    def say_instead(self, sentence: str) -> None:
        """Why there is no list (yet)."""
        self._loading = False
        self.ranks, self.best = {}, 0.0
        self.set_note(sentence)
        self._say()
        self.post_message(self.Listed(self))

    def _row(self, ranked: Ranked) -> Row:
        """A row, which asks for what may change when it is drawn."""
        found = ranked.found
        return ranked_row(
            ranked, partial(self._share, found), partial(self._place, found), partial(self._thought, found.artist)
        )

    def _thought(self, artist: Artist) -> str:
        """What the user thinks of an artist."""
        verdict = self._verdicts.get(artist.key)
        return _THOUGHT[verdict] if verdict else ""

    def _share(self, one: Recommendation) -> float:
        """How long an artist's bar is: the same score is as long in every row, and nothing below zero."""
        end = self.scale or self.best
        return max(0.0, one.score) / end if end > 0 else 0.0

    def _place(self, one: Recommendation) -> str | None:
        """The artist's place in the list beside this one."""
        if self._beside is None:
            return None
        rank = self._beside.get(one.artist.key)
        return f"={rank:>2}" if rank is not None else ""

    def _say(self, remark: str = "") -> None:
        """The title: for whom, by what, which artists, and whether the scores are the model's own.

        With a list beside this one both are narrow: the model comes first, and how many artists both have.
        """
        self._remark = remark
        if self.request is None:
            return
        user, filters = self.request
        if self.run is not None and self._session is not None and self._session.log_change(self.run):
            remark = f"{OUTDATED}{remark}"
        which = filters.words(timed=user.last_at is not None)
        who, what = fit(called(user), 32).strip(), (fit(_label(self.run), 24).strip(), "bold")
        if self._beside is None:
            brief = Content.assemble(what, (f" · {which}{remark}", DIM))
            full = Content.assemble(f"For {who} · ", brief)
            count = Content.assemble((f" · {number(self._total)} artists", DIM) if self._total else "")
            plain = Content.assemble(f"For {who} · ", what, (remark, DIM))
            self._titles = full + count, full, plain if filters == Filters() else brief
        else:
            same = len(self.ranks.keys() & self._beside.keys())
            both = Content.assemble(what, f" · = {same} of {len(self.ranks)}")
            titles = (f" in both · for {who} · {which}{remark}", f" in both · {which}{remark}", " in both", "")
            shortest = Content.assemble(what, f" = {same}/{len(self.ranks)}")
            self._titles = (*(Content.assemble(both, (rest, DIM)) for rest in titles), shortest)
        self._set_title_that_fits()

    def _set_title_that_fits(self) -> None:
        """Where it is narrow, filters that are set matter more than for whom the list is: the user's pane says so."""
        room = self.size.width - _CORNERS
        self.set_title(next((title for title in self._titles if title.cell_length <= room), self._titles[-1]))

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open a recommended artist."""
        event.stop()
        if isinstance(event.value, Artist):
            self.post_message(ArtistWanted(event.value))


def scale_of(first: Recommendations, second: Recommendations) -> float:
    """The end of the bars of two lists whose scores mean the same, because one kind of model made them; else 0."""
    alike = first.run is not None and second.run is not None and first.run.model == second.run.model
    return max(first.best, second.best) if alike or first.run is second.run else 0.0


def _label(run: "RunInfo | None") -> str:
    """What a run is called."""
    return POPULARITY if run is None else run.label


def _model_rows(answer: Recommended) -> list[Ranked]:
    """The rows of a model's answer."""
    return [Ranked.by_model(one, _reason(one, estimate=answer.reasons_estimate)) for one in answer.rows]


def _popular_rows(played: Sequence[Played], users: int) -> list[Ranked]:
    """The rows of well-known artists, from the first."""
    return [_popular(rank, one, users) for rank, one in enumerate(played, 1)]


def _popular(rank: int, one: Played, users: int) -> Ranked:
    """A well-known artist: its score is its listeners."""
    why = f"heard by {one.artist.listeners / users:.0%} of users" if users else ""
    found = Recommendation(rank, one.artist, float(one.artist.listeners), heard=one.plays > 0)
    return Ranked(found, short(one.artist.listeners), f"♪ heard {number(one.plays)}×" if one.plays else why)


def _reason(one: Recommendation, *, estimate: bool = False) -> str:
    """`because A, B`, an estimate with its sign before it; clean, since names are joined here."""
    names = ", ".join(
        printable(reason.artist.name, 40) for reason in one.reasons[:_LONGEST_REASON] if reason.amount > 0
    )
    because = f"{'≈ ' if estimate else ''}because {names}" if names else ""
    return f"♪ heard{' · ' if because else ''}{because}" if one.heard else because


class SecondList(Recommendations):
    """Hidden until a model is chosen for it.

    Attributes:
        model: the id of its run, "" for popularity, None while there is no second list.
    """

    def __init__(self) -> None:
        super().__init__("second")
        self.model: str | None = None
        self.display = False

    def source(self, session: Session) -> "RunInfo | None":
        """The run that was chosen for it."""
        return next((run for run in session.usable if run.id == self.model), None)
