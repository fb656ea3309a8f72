"""A user: how much, when, which artists, and what lately; in views that take turns in the same place."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from musicrec_tui.dataset.records import Artist, Listen, Played, Title, TitlePage, UserDetails, UserProfile
from musicrec_tui.tui.common.cells import DIM, fit, number
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.working import asked, patiently, start
from musicrec_tui.tui.explore.drawing import called, counts, listen_row, note_row, played_row, title_row
from musicrec_tui.tui.explore.facts import Facts
from musicrec_tui.tui.explore.habits import Habits
from musicrec_tui.tui.shell.messages import ArtistNamed, ArtistWanted
from musicrec_tui.tui.tabular.fetching import at_once, paged
from musicrec_tui.tui.tabular.sheet import Source

if TYPE_CHECKING:
    from musicrec_tui.dataset.profiles.person import Person

VIEWS = ("listens", "titles", "habits")
LISTS = {
    "#top-artists": "Top artists", "#recent": "Recent listens", "#top-recordings": "Top recordings",
    "#top-releases": "Top releases",
}  # fmt: skip
_ROWS = 50
PAGE = 200
NO_TITLES = "No titles in this log."
TYPED = "Artists you typed. Press a to edit."


class UserPane(Vertical):
    """The user that Explore recommends to."""

    def __init__(self) -> None:
        super().__init__(id="user")
        self._person: Person | None = None
        self._whose = ""
        self._listened = 0
        self._zone = "UTC"
        self._period = ""
        self._view = VIEWS[0]

    def compose(self) -> ComposeResult:
        """Figures above the views."""
        yield Facts()
        with Vertical(classes="view listens"):
            yield RowList(id="top-artists", title=LISTS["#top-artists"])
            yield RowList(id="recent", title=LISTS["#recent"])
        with Vertical(classes="view titles"):
            yield RowList(id="top-recordings", title=LISTS["#top-recordings"])
            yield RowList(id="top-releases", title=LISTS["#top-releases"])
        with Vertical(classes="view habits"):
            yield Habits()

    def on_mount(self) -> None:
        """The first view is on top."""
        self._turn(VIEWS[0])

    def load(self, find: Callable[[], "Person"]) -> None:
        """Look up a user and show them; an earlier look-up is dropped."""
        start(self, "user", self._load, find)

    async def _load(self, find: Callable[[], "Person"]) -> None:
        """Ask for what is ready, then for what takes a look through all listens."""
        person = await asked(self, find)
        profile = await asked(self, person.profile, _ROWS) if person is not None else None
        if person is None or profile is None:
            return
        self._person, self._zone = person, person.time_zone
        self._period = person.period.words() if person.period is not None else ""
        self.show(profile)
        self._tell_sources(person, profile)
        details = await patiently(asked(self, person.details, _ROWS), self._wait_for_details)
        if details is not None:
            self.show_details(details)
            self._tell_title_sources(person, details)

    def show(self, profile: UserProfile) -> None:
        """All about a user, or an imported history, that is ready."""
        user = profile.user
        self._whose, self._listened = called(user), profile.listened
        self._say()
        figures = counts((user.listens, "listens"), (user.artists, "artists"))
        if profile.typed_only:
            figures = counts((profile.typed_liked, "liked"), (profile.typed_disliked, "disliked"))
        self.query_one(Facts).show("", figures, profile.months)
        self.query_one(Facts).table_name = f"Listens of {self._whose} by month"
        self._show_artists(profile, first=True)
        recent = self.query_one("#recent", RowList)
        more = len(profile.recent) < profile.listened
        note = TYPED if profile.typed_only else "This log has no timestamps."
        note = "No listens in this period." if self._period else note
        recent.set_rows([listen_row(one, self._zone) for one in profile.recent], note, more=more)
        recent.set_title(_counted("Recent listens", max(profile.listened, len(profile.recent))))
        for name in ("#top-recordings", "#top-releases"):
            self.query_one(name, RowList).set_note("")
            self.query_one(name, RowList).set_title(LISTS[name])
        self.query_one(Habits).show(profile)

    def _show_artists(self, profile: UserProfile, *, first: bool = False) -> None:
        """Their artists, so far as they are loaded."""
        user, unknown, top = profile.user, profile.unknown_artists, self.query_one("#top-artists", RowList)
        missing = [note_row(f"{number(unknown)} of {number(user.artists)} not in the log")] if unknown else []
        rows, more = missing + [played_row(one) for one in profile.top_artists], len(profile.top_artists) < user.artists
        if first:
            top.set_rows(rows, more=more)
            top.set_title(_counted("Top artists", user.artists))
        else:
            top.show_more(rows, more=more)

    def show_details(self, details: UserDetails) -> None:
        """What their listens add up to."""
        self._show_titles("#top-recordings", "Top recordings", details.top_recordings)
        self._show_titles("#top-releases", "Top releases", details.top_releases)
        self.query_one(Habits).show_details(details)

    def _tell_sources(self, person: "Person", profile: UserProfile) -> None:
        """All artists and listens can be exported."""
        artists = profile.user.artists
        self._offer("#top-artists", Played, Source(artists, at_once(lambda: person.profile(artists).top_artists)))
        self._offer("#recent", Listen, Source(profile.listened, paged(lambda *page: person.recent(*page).rows)))

    def _tell_title_sources(self, person: "Person", details: UserDetails) -> None:
        """All titles can."""
        recordings, releases = details.top_recordings.total, details.top_releases.total
        source = Source(recordings, at_once(lambda: person.details(recordings).top_recordings.rows))
        self._offer("#top-recordings", Title, source)
        source = Source(releases, at_once(lambda: person.details(releases).top_releases.rows))
        self._offer("#top-releases", Title, source)

    def _offer(self, name: str, kind: type, source: Source) -> None:
        """Tell a list where all its rows come from, and whose they are."""
        rows = self.query_one(name, RowList)
        rows.sources = {kind: source}
        rows.table_name = f"{LISTS[name]} of {self._whose}"

    def _show_titles(self, name: str, title: str, page: TitlePage) -> None:
        """Recordings or releases."""
        titles = self.query_one(name, RowList)
        titles.set_rows([title_row(one) for one in page.rows], NO_TITLES, more=len(page.rows) < page.total)
        titles.set_title(_counted(title, page.total))

    def _wait_for_details(self) -> None:
        """It takes its time."""
        for name in ("#top-recordings", "#top-releases"):
            self.query_one(name, RowList).set_note("Counting …")

    def next_view(self) -> None:
        """Turn to the next view; the focus goes with it."""
        inside = self.screen.focused is not None and self in self.screen.focused.ancestors
        self._turn(VIEWS[(VIEWS.index(self._view) + 1) % len(VIEWS)])
        if inside:
            self.screen.set_focus(next(iter(self.query(f".{self._view} > *"))))

    def _turn(self, view: str) -> None:
        """Show one view."""
        self._view = view
        self.remove_class(*(f"-{one}" for one in VIEWS), update=False)  # so that styles are looked up once
        self.add_class(f"-{view}")
        self._say()

    def _say(self) -> None:
        """Who it is, of which period, and which view."""
        name = fit(self._whose, 48).strip().capitalize() if self._whose else "User"
        period = f" · {self._period}" if self._period else ""
        self.border_title = Content.assemble(name, period, (f" · {self._view}", DIM))

    @on(RowList.EndNear)
    def _end_near(self, event: RowList.EndNear) -> None:
        """Further rows of a list are wanted."""
        event.stop()
        if self._person is not None:
            start(self, f"more-{event.rows.id}", self._load_more, self._person, event.rows, event.wanted)

    async def _load_more(self, person: "Person", listed: RowList, wanted: int) -> None:
        """Look up the list's rows up to `wanted`; the user that was chosen meanwhile has others."""
        loaded = len(listed.loaded)
        match listed.id:
            case "recent":
                page = await asked(self, person.recent, wanted - loaded, loaded)
                if page is not None and person is self._person:
                    more = bool(page.rows) and loaded + len(page.rows) < page.total
                    listed.add_rows([listen_row(one, self._zone) for one in page.rows], more=more)
            case "top-artists":
                profile = await asked(self, person.profile, wanted)
                if profile is not None and person is self._person:
                    self._show_artists(profile)
            case _:
                details = await asked(self, person.details, wanted)
                if details is not None and person is self._person:
                    found = details.top_recordings if listed.id == "top-recordings" else details.top_releases
                    listed.show_more([title_row(one) for one in found.rows], more=len(found.rows) < found.total)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """An artist of theirs, or whose a listen or a title is."""
        event.stop()
        match event.value:
            case Artist():
                self.post_message(ArtistWanted(event.value))
            case Listen() | Title():
                if name := event.value.artist_key or event.value.artist_name:
                    self.post_message(ArtistNamed(name))


def _counted(title: str, total: int) -> str:
    """A title with how many there are in all."""
    return f"{title} · {number(total)}" if total else title
