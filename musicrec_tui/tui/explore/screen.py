"""The Explore screen: look up artists and users at typing speed, and see what to recommend to whom."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Input

from musicrec_tui.dataset.profiles.names import of_key
from musicrec_tui.dataset.records import Artist, User
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.notifying import tell
from musicrec_tui.tui.common.requests import Wish
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.explore.actions import FilterActions, MeActions, ModelActions
from musicrec_tui.tui.explore.bookmarks import Bookmarking
from musicrec_tui.tui.explore.history import History
from musicrec_tui.tui.explore.ranked_lists import Reasons, TwoLists
from musicrec_tui.tui.explore.search_pane import Searches, SearchPane
from musicrec_tui.tui.explore.taste import TasteActions
from musicrec_tui.tui.explore.while_opening import WhileOpening
from musicrec_tui.tui.shell import messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.dataset.profiles.person import Person

_NEED_DATA = (
    "choose_model", "choose_filters", "love", "block", "train", "next_view", "turn_titles", "import_history",
    "type_artists", "write_playlist", "bookmark", "bookmarks", "second_list", "why",
)  # fmt: skip


class ExploreScreen(
    History, Bookmarking, WhileOpening, ModelActions, MeActions, FilterActions, TasteActions, TwoLists, Reasons
):
    """Four panes: search, the user, the artist, and the recommendations. The screen asks, the panes show."""

    MODE = "explore"
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.search", "search", "slash", "Search artists and users", "Type to find artists and users.",
                footer="search", priority=True, guest=True),
        *MeActions.ME_COMMANDS,
        Command("explore.model", "choose_model", "m", "Choose the model", "Recommend with another run, or popularity.",
                footer="model", guest=True),
        Command("explore.filter", "choose_filters", "f", "Filters of recommendations",
                "New artists or known ones, little played, less known.", footer="filter", guest=True),
        Command("explore.love", "love", "plus", "Love this artist, or not any more",
                "Love the artist under the cursor; again takes it back.", shown="+"),
        Command("explore.block", "block", "minus", "Block this artist, or not any more",
                "Never recommend this artist; again takes it back.", shown="-"),
        Command("explore.train", "train", "t", "Train a model", "Go to Train; starts the training that is offered.",
                footer="train", guest=True),
        Command("explore.import", "import_history", "i", "Import a history",
                "Keep an export of your own listens as a profile."),
        Command("explore.forget", "forget_profile", "delete", "Forget this profile",
                "Delete an imported history, after a question."),
        *Reasons.WHY_COMMANDS,
        *TwoLists.LIST_COMMANDS,
        Command("explore.view", "next_view", "v", "Next view of the user", "Listens, titles, or hours of the day.",
                footer="view", guest=True),
        Command("explore.titles", "turn_titles", "r", "The artist's releases, or recordings",
                "Where there is no room for both, they take turns.", footer="releases", guest=True),
        Command("explore.stop", "stop_indexing", "x", "Stop building the index",
                "While the index is built: stop; nothing of it is kept.", footer="cancel", guest=True),
        Command("explore.build", "build", "b", "Build the index", "Build the index, where that was stopped.",
                footer="build", guest=True),
        *Bookmarking.BOOKMARKING,
        *History.HISTORY,
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self) -> None:
        super().__init__()
        self._user: User | None = None
        self._artist: Artist | None = None

    def on_mount(self) -> None:
        """Have the focus where the search is."""
        self.query_one(SearchPane).action_leave()
        self.app.call_after_refresh(start, self, "furnish", self._furnish)  # the app's refresh is after its first frame

    async def _furnish(self) -> None:
        """Add the panes that the first frame did not wait for."""
        await self.furnish()
        self.on_dataset_opened()

    # What the session tells.

    def on_dataset_opened(self) -> None:
        """Show somebody in the panes."""
        if self.session.dataset is None or not self.furnished:
            return
        self.close_opening()
        self.begin_why()
        self.refresh_bindings()  # there is something to explore
        self.call_after_refresh(self._fill)  # first the counts and the panes, where one can type already

    def on_run_chosen(self) -> None:
        """Another model recommends, and says who is alike."""
        self.recommend_anew()
        if self._artist is not None:
            self.artist_pane.load(self.session, self._artist)

    # What the panes ask for.

    def on_artist_wanted(self, event: messages.ArtistWanted) -> None:
        """Open an artist."""
        self.remember(event.origin)
        self.open_artist(event.artist)

    def on_artist_named(self, event: messages.ArtistNamed) -> None:
        """Open an artist whose key or name is known."""
        start(self, "named", self._find_artist, event.name)

    def on_user_wanted(self, event: messages.UserWanted) -> None:
        """Open a user."""
        self.remember(event.origin)
        self.open_user(event.user)

    # Commands.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to explore before the log is open."""
        if action == "search":
            return not isinstance(self.focused, Input) and not self.is_opening  # AC/DC
        if action == "turn_titles" and self.has_class("-wide"):
            return False
        if action in _NEED_DATA:
            return self.session.dataset is not None and self.furnished
        if action == "forget_profile":
            return self._user is not None and of_key(self._user.key) is not None
        if action == "stop_indexing":
            return self.session.stop_indexing is not None
        if action == "build":
            return self.session.stopped
        if action == "step_forward":
            return bool(self.trail.ahead)
        return bool(self.trail.behind) if action == "step_back" else True

    def action_search(self) -> None:
        """Begin a search."""
        self.query_one(SearchPane).focus_input()

    def action_next_view(self) -> None:
        """Something else about the user."""
        self.user_pane.next_view()

    def action_turn_titles(self) -> None:
        """The artist's releases, or recordings."""
        self.artist_pane.turn_titles()

    # What becomes of profiles.

    @property
    def user(self) -> User | None:
        """For whom Explore recommends."""
        return self._user

    @property
    def artist(self) -> Artist | None:
        """The artist that was opened last."""
        return self._artist

    def show_imported(self, user: User) -> None:
        """Open the profile; the search finds it."""
        self.remember()
        self.open_user(user)
        self._search_anew()

    async def forgotten(self, user: User) -> None:
        """Whoever is shown first takes the place of a profile that is gone."""
        self.forget_user(user)
        self._user = None
        self._search_anew()
        await self._begin()

    # The work.

    def _fill(self) -> None:
        """Look up what the panes show at first."""
        self._search_anew()
        start(self, "begin", self._begin)

    def _search_anew(self) -> None:
        """Give the search what is there now."""
        from musicrec_tui.dataset.lookups import artists
        from musicrec_tui.dataset.profiles import lookup

        dataset = self.session.dataset
        if dataset is not None:
            searches = Searches(partial(artists.search, dataset), partial(lookup.search, self.session.home, dataset))
            self.query_one(SearchPane).open(searches)

    def _person(self, dataset: "Dataset", user: User) -> "Callable[[], Person]":
        """Finds where to ask about somebody."""
        from musicrec_tui.dataset.profiles import person

        return partial(person.of, self.session.home, dataset, user, self.session.settings.time_zone)

    async def _find_artist(self, name: str) -> None:
        """Open the artist of this key or name; where there is none, a notification says so."""
        from musicrec_tui.dataset.lookups import artists

        if self.session.dataset is not None:
            artist = await asked(self, artists.find, self.session.dataset, name)
            if artist is not None:
                self.post_message(messages.ArtistWanted(artist))

    async def _begin(self) -> None:
        """Show whom the last session ended with, else the profile that was imported last, else the typical user."""
        from musicrec_tui.dataset.profiles import lookup, store

        home, dataset = self.session.home, self.session.dataset
        if dataset is None or self._user is not None:
            return
        listing = await asked(self, store.every, home)
        if listing and listing.damaged:
            tell(self, " ".join(listing.damaged), group="profiles", severity="warning", timeout=20)
        if await self.take_up():
            return
        user = await asked(self, lookup.first, home, dataset)
        if user is None or self._user is not None:
            return
        self.open_user(user)
        person = await asked(self, self._person(dataset, user))
        profile = await asked(self, person.profile, 10) if person else None
        known = [one.artist for one in profile.top_artists if one.artist.code >= 0] if profile else []
        if known and self._artist is None:
            self.open_artist(known[0])

    def open_user(self, user: User) -> None:
        """Show a user and what to recommend to them."""
        self._user = user
        if self.session.dataset is not None:
            self.user_pane.load(self._person(self.session.dataset, user))
        self.recommend_anew()

    def open_artist(self, artist: Artist) -> None:
        """Show an artist and who is like it."""
        self._artist = artist
        self.artist_pane.load(self.session, artist)

    def recommend_anew(self) -> None:
        """Ask for the ranked list anew."""
        if self._user is not None:
            self.recommend(Wish(self._user, self.filters))
