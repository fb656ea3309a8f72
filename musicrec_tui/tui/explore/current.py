"""The user and the artist that Explore shows, what to recommend to the user, and the look-ups that find them."""

from functools import partial
from typing import TYPE_CHECKING

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.records import Artist, User
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.requests import RecommendRequest
from musicrec_tui.tui.common.working import asked
from musicrec_tui.tui.explore.panes import Panes
from musicrec_tui.tui.explore.ranked_lists import RankedLists
from musicrec_tui.tui.explore.search_pane import Searches
from musicrec_tui.tui.shell import messages
from musicrec_tui.tui.shell.base import BaseScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.dataset.profiles.person import Person


class Current:
    """The user and the artist on the screen.

    Attributes:
        user: the one that Explore recommends to.
        artist: the one that was opened last.
        filters: those that are set now; they stay when another user is shown.
        opened: called with each user that is shown.
    """

    def __init__(self, screen: BaseScreen, panes: Panes, lists: RankedLists) -> None:
        self._screen, self._panes, self._lists = screen, panes, lists
        self.user: User | None = None
        self.artist: Artist | None = None
        self.filters = Filters()
        self.opened: list[Callable[[User], None]] = []

    def open_user(self, user: User) -> None:
        """Show a user and what to recommend to them."""
        self.user = user
        if self._screen.session.dataset is not None:
            self._panes.user.load(self._person(self._screen.session.dataset, user))
        for call in self.opened:
            call(user)
        self.recommend()

    def open_artist(self, artist: Artist) -> None:
        """Show an artist and which ones are similar."""
        self.artist = artist
        self._panes.artist.load(self._screen.session, artist)

    def model_changed(self) -> None:
        """Another model recommends, and says which artists are similar."""
        self.recommend()
        if self.artist is not None:
            self._panes.artist.load(self._screen.session, self.artist)

    def period_changed(self) -> None:
        """Count the listens of another period in all panes. Recommendations do not change."""
        self.fill_search()
        session = self._screen.session
        if self.user is not None and session.dataset is not None:
            self._panes.user.load(self._person(session.dataset, self.user))
        if self.artist is not None:
            self._panes.artist.load(session, self.artist)

    def recommend(self) -> None:
        """Ask for the ranked list anew."""
        if self.user is not None:
            self._lists.load(RecommendRequest(self.user, self.filters))

    def fill_search(self) -> None:
        """Give the search the artists, users and profiles that are there now."""
        from musicrec_tui.dataset.lookups import artists
        from musicrec_tui.dataset.profiles import lookup

        session = self._screen.session
        if session.dataset is not None:
            tables = session.tables
            find_users = partial(lookup.search_users_and_profiles, session.people, tables)
            searches = Searches(partial(artists.search_artists, tables), find_users)
            self._panes.search.open(searches, session.period)

    async def find_artist(self, name: str) -> None:
        """Open the artist of this key or name; where there is none, a notification says so."""
        from musicrec_tui.dataset.lookups import artists

        if (dataset := self._screen.session.dataset) is not None:
            artist = await asked(self._screen, artists.find_artist, dataset, name)
            if artist is not None:
                self._screen.post_message(messages.ArtistWanted(artist))

    async def open_first(self) -> None:
        """Show the profile that was imported last, else the typical user, and the artist that they played most.

        Where the log has none of their artists, its most popular one is shown: the pane is never empty.
        """
        from musicrec_tui.dataset.lookups import artists
        from musicrec_tui.dataset.profiles import lookup

        home, dataset = self._screen.session.people, self._screen.session.dataset
        if dataset is None:
            return
        user = await asked(self._screen, lookup.first_shown, home, dataset)
        if user is None or self.user is not None:
            return
        self.open_user(user)
        person = await asked(self._screen, self._person(dataset, user))
        profile = await asked(self._screen, person.profile, 10) if person else None
        known = [one.artist for one in profile.top_artists if one.artist.code >= 0] if profile else []
        if not known and profile is not None:
            popular = await asked(self._screen, artists.search_artists, dataset, "", 1)
            known = list(popular.rows) if popular is not None else []
        if known and self.artist is None:
            self.open_artist(known[0])

    async def report_damaged_profiles(self) -> None:
        """Say which profiles cannot be read."""
        from musicrec_tui.dataset.profiles import store

        listing = await asked(self._screen, store.list_profiles, self._screen.session.people)
        if listing and listing.damaged:
            notify_latest(self._screen, " ".join(listing.damaged), group="profiles", severity="warning", timeout=20)

    def _person(self, dataset: "Dataset", user: User) -> "Callable[[], Person]":
        """Finds where to ask about a user."""
        from musicrec_tui.dataset.profiles import person

        session = self._screen.session
        return partial(person.person_of, session.people, dataset, user, session.settings.time_zone, session.period)
