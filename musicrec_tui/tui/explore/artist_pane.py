"""An artist: how much, when, who is like it, who listens, and to what."""

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from musicrec_tui.dataset.records import Artist, ArtistProfile, Listener, Title, TitlePage, User
from musicrec_tui.jobs.host_protocol import (
    KNOWN_LISTENERS,
    LONGEST_LIST,
    AnyAnswer,
    Recommendation,
    Recommended,
    Refused,
    Similar,
)
from musicrec_tui.tui.common.cells import fit, number
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.working import asked, patiently, start
from musicrec_tui.tui.explore.drawing import counts, listener_row, similar_row, title_row
from musicrec_tui.tui.explore.facts import Facts
from musicrec_tui.tui.shell.messages import ArtistWanted, UserWanted
from musicrec_tui.tui.shell.session import Session
from musicrec_tui.tui.tabular.fetching import at_once, ranked_source
from musicrec_tui.tui.tabular.sheet import Source

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.dataset.lookups.in_period import Tables
    from musicrec_tui.runs.store import RunInfo

_ROWS = 50
SOON = "Available when training finishes."
NO_MODEL = "Similar artists need a model: press t to train one."


class ArtistPane(Vertical):
    """The artist that was opened last."""

    def __init__(self) -> None:
        super().__init__(id="artist")
        self._session: Session | None = None
        self._artist: Artist | None = None
        self._asked = object()
        """Another one for each artist, model and period: what was asked for another one is not shown."""
        self._listeners = 0

    def compose(self) -> ComposeResult:
        """Figures above three columns, or four where there is room: else recordings and releases take turns."""
        yield Facts()
        with Horizontal(id="artist-columns"):
            yield RowList(id="similar", title="Similar")
            yield RowList(id="listeners", title="Listeners")
            yield RowList(id="recordings", title="Recordings")
            yield RowList(id="releases", title="Releases")

    def load(self, session: Session, artist: Artist) -> None:
        """Look an artist up and show it; whichever was being looked up is dropped."""
        self._session, self._artist = session, artist
        self._asked = object()
        start(self, "artist", self._load_profile, session, artist)
        start(self, "similar", self._load_similar, session, artist)

    def await_model(self) -> None:
        """Say anew whether similar artists are to come: what was trained may have come to nothing."""
        if self._session is not None and self._session.chosen is None:
            self._tell_why_none(self._session)

    def _tell_why_none(self, session: Session) -> None:
        """Say why there are no similar artists."""
        content = session.dataset.info.content if session.dataset is not None else ""
        training = any(run.content == content for run in session.live)
        self._say_instead(SOON if training else NO_MODEL)

    async def _load_profile(self, session: Session, artist: Artist) -> None:
        """Ask the index."""
        from musicrec_tui.dataset.lookups import artists

        if session.dataset is None:
            return
        tables, period = session.tables, session.period
        then = await asked(self, artists.artist_in, tables, artist)  # it may come with the figures of another period
        if then is None:
            return
        artist = then
        profile = await asked(self, artists.artist_profile, tables, artist)
        if profile is not None:
            self._listeners = artist.listeners
            self.show(profile, period.words() if period is not None else "")
            self._tell_sources(tables, profile)

    async def _load_similar(self, session: Session, artist: Artist) -> None:
        """Ask the chosen run."""
        run, host, dataset = session.chosen, session.host, session.dataset
        if run is None or host is None or dataset is None:
            self._tell_why_none(session)
            return
        ask = _similar(run, dataset, artist, _ROWS)
        answer = await patiently(host.ask(ask), self.wait_for_similar)
        self.show_similar(answer)
        if isinstance(answer, Recommended):
            self._offer("similar", f"Similar to {artist.name}", Recommendation, ranked_source(host, ask, answer.total))

    def show(self, profile: ArtistProfile, period: str = "") -> None:
        """All about an artist (in a period) but the similar ones, which a model answers."""
        artist = profile.artist
        figures = counts((artist.listens, "listens"), (artist.listeners, "listeners"))
        remarks = (period, *_identity(artist)) if period else _identity(artist)
        self.query_one(Facts).show(artist.name, figures, profile.months, remarks)
        self.query_one(Facts).table_name = f"Listens to {artist.name} by month"
        listed, listeners = profile.top_listeners, self.query_one("#listeners", RowList)
        listeners.set_rows([*map(listener_row, listed)], more=len(listed) < artist.listeners)
        listeners.set_title(f"Listeners · {number(artist.listeners)}")
        self._show_titles("recordings", profile.top_recordings)
        self._show_titles("releases", profile.top_releases)

    def _tell_sources(self, dataset: "Tables", profile: ArtistProfile) -> None:
        """All listeners and titles can be exported."""
        from musicrec_tui.dataset.lookups import artists

        artist = profile.artist
        recordings, releases = profile.top_recordings.total, profile.top_releases.total

        def load_profile(longest: int) -> ArtistProfile:
            return artists.artist_profile(dataset, artist, longest)

        whole = at_once(lambda: load_profile(artist.listeners).top_listeners)
        self._offer("listeners", f"Listeners to {artist.name}", Listener, Source(artist.listeners, whole))
        whole = at_once(lambda: load_profile(recordings).top_recordings.rows)
        self._offer("recordings", f"Recordings of {artist.name}", Title, Source(recordings, whole))
        whole = at_once(lambda: load_profile(releases).top_releases.rows)
        self._offer("releases", f"Releases of {artist.name}", Title, Source(releases, whole))

    def _offer(self, what: str, named: str, kind: type, source: Source) -> None:
        """Tell a list what its rows are, and where all of them come from."""
        rows = self.query_one(f"#{what}", RowList)
        rows.table_name, rows.sources = named, {kind: source}

    def _show_titles(self, what: str, page: TitlePage) -> None:
        """Recordings or releases, with how many there are."""
        titles = self.query_one(f"#{what}", RowList)
        rows = [*map(title_row, page.rows)]
        titles.set_rows(rows, f"This log has no {what}.", more=len(rows) < page.total)
        titles.set_title(f"{what.capitalize()} · {number(page.total)}" if page.total else what.capitalize())

    def turn_titles(self) -> None:
        """Releases in the place of recordings, and back; the focus goes along."""
        focused = self.screen.focused
        self.toggle_class("releases")
        if isinstance(focused, RowList) and focused.id in ("recordings", "releases"):
            self.screen.set_focus(self.query_one("#releases" if self.has_class("releases") else "#recordings"))

    def show_similar(self, answer: AnyAnswer) -> None:
        """What the model says."""
        similar = self.query_one("#similar", RowList)
        match answer:
            case Recommended():
                note = f"No similar artist with {KNOWN_LISTENERS} or more listeners."
                rows, most = [*map(similar_row, answer.rows)], min(answer.total, LONGEST_LIST)
                similar.set_rows(rows, note, more=0 < len(rows) < most)
                similar.set_title(f"Similar · {number(answer.total)}")
            case Refused():
                self._say_instead(answer.sentence)

    def _say_instead(self, sentence: str) -> None:
        """Why there are no similar artists (yet); nothing is counted then."""
        similar = self.query_one("#similar", RowList)
        similar.set_title("Similar")
        similar.set_note(sentence)

    @on(RowList.EndNear)
    def _end_near(self, event: RowList.EndNear) -> None:
        """Further rows of a list are wanted."""
        event.stop()
        if self._session is not None and self._artist is not None:
            start(self, f"more-{event.rows.id}", self._load_more, self._session, self._artist, event)

    async def _load_more(self, session: Session, artist: Artist, event: RowList.EndNear) -> None:
        """Look up the list's rows up to those that are wanted; another artist's are not shown."""
        from musicrec_tui.dataset.lookups import artists

        asked_for = self._asked
        if session.dataset is None:
            return
        if event.rows.id == "similar":
            await self._load_more_similar(session, artist, event)
            return
        profile = await asked(self, artists.artist_profile, session.tables, artist, event.wanted)
        if profile is None or asked_for is not self._asked:
            return
        if event.rows.id == "listeners":
            rows, total = [*map(listener_row, profile.top_listeners)], self._listeners
        else:
            page = profile.top_recordings if event.rows.id == "recordings" else profile.top_releases
            rows, total = [*map(title_row, page.rows)], page.total
        event.rows.show_more(rows, more=len(rows) < total)

    async def _load_more_similar(self, session: Session, artist: Artist, event: RowList.EndNear) -> None:
        """Ask the model for a longer list."""
        run, host, dataset, asked_for = session.chosen, session.host, session.dataset, self._asked
        if run is None or host is None or dataset is None:
            return
        k = min(event.wanted, LONGEST_LIST)
        answer = await host.ask(_similar(run, dataset, artist, k))
        if isinstance(answer, Recommended) and asked_for is self._asked:
            rows = [*map(similar_row, answer.rows)]
            event.rows.show_more(rows, more=k < min(answer.total, LONGEST_LIST))

    def wait_for_similar(self) -> None:
        """The model takes its time."""
        self._say_instead("Asking the model …")

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """A similar artist, or a listener."""
        event.stop()
        if isinstance(event.value, Artist):
            self.post_message(ArtistWanted(event.value))
        elif isinstance(event.value, User):
            self.post_message(UserWanted(event.value))


def _similar(run: "RunInfo", dataset: "Dataset", artist: Artist, k: int) -> Similar:
    """The request for the k artists most like one."""
    index = str(dataset.path)
    return Similar(run=str(run.folder), index=index, artist=artist.key, k=k, min_listeners=KNOWN_LISTENERS)


def _identity(artist: Artist) -> tuple[str, ...]:
    """The MBID, and the days of the first and the last listen."""
    mbid = f"MBID {fit(artist.mbid, 36).strip()}" if artist.mbid else "no MBID"
    if not artist.first_at or not artist.last_at:
        return (mbid,)
    return mbid, f"{artist.first_at:%Y-%m-%d} to {artist.last_at:%Y-%m-%d}"
