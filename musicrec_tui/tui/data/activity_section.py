"""Activity: the long tail of artists, how much users listen, and when."""

from textual.app import ComposeResult
from textual.containers import Horizontal

from musicrec_tui.dataset.lookups import stats
from musicrec_tui.dataset.portrait import Week
from musicrec_tui.tui.common.page import Page
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.data.plots import Calendar, Ranks, Tail
from musicrec_tui.tui.data.section import Section


class ActivitySection(Section):
    """The tails side by side, the calendar below."""

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        with Page(id="activity-page"):
            with Horizontal(id="tails"):
                yield Tail(id="artist-tail", title="Artists by listeners", of="artists", by="listeners")
                yield Tail(id="user-tail", title="Users by artists", of="users", by="artists")
            with Horizontal(id="ranks"):
                yield Ranks(id="artist-ranks", title="Artists by rank", of="artists")
                yield Ranks(id="user-ranks", title="Users by rank", of="users")
            yield Calendar(id="calendar", title="When")

    def on_mount(self) -> None:
        """Ask."""
        start(self, "activity", self._load)

    def focus_first(self) -> None:
        """The page."""
        self.screen.set_focus(self.query_one("#activity-page"))

    async def _load(self) -> None:
        """The quick answers first."""
        found = await asked(self, stats.activity, self.dataset)
        shape = await asked(self, stats.matrix, self.dataset)
        if found is None or shape is None:
            return
        self.query_one("#artist-tail", Tail).show(
            found.artists_by_listeners,
            f"Gini {found.artist_gini:.2f} · top 1%: {found.top_artists:.0%} of listens",
            f"{shape.one_listener:.0%} have a single listener",
        )
        self.query_one("#user-tail", Tail).show(
            found.users_by_artists,
            f"Gini {found.user_gini:.2f} · top 1%: {found.top_users:.0%} of listens",
            f"median {shape.typical_user}",
        )
        self.query_one("#artist-ranks", Ranks).show(found.artist_ranks)
        self.query_one("#user-ranks", Ranks).show(found.user_ranks)
        months = await asked(self, stats.months, self.dataset)
        if months is None:
            return
        plot = self.query_one("#calendar", Calendar)
        plot.show(months, None)
        zone = self.session.settings.time_zone
        week = await asked(self, stats.week, self.dataset, zone)
        plot.show(months, week if week is not None else Week(zone, ()))
