"""A user: how much, when, whom, and what lately."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from musicrec_tui.dataset.records import Artist, User, UserProfile
from musicrec_tui.tui.asking import asked
from musicrec_tui.tui.messages import ArtistWanted
from musicrec_tui.tui.session import Session
from musicrec_tui.tui.widgets.cells import fit, number
from musicrec_tui.tui.widgets.explore.drawing import called, counts, listen_row, note_row, played_row
from musicrec_tui.tui.widgets.explore.facts import Facts
from musicrec_tui.tui.widgets.row_list import RowList
from musicrec_tui.tui.working import start


class UserPane(Vertical):
    """The user for whom Explore recommends."""

    def __init__(self) -> None:
        super().__init__(id="user")

    def compose(self) -> ComposeResult:
        """Figures, top artists, recent listens."""
        yield Facts()
        yield RowList(id="top-artists", title="Top artists")
        yield RowList(id="recent", title="Recent listens")

    def load(self, session: Session, user: User) -> None:
        """Look a user up and show them; whoever was being looked up is dropped."""
        start(self, "user", self._load, session, user)

    async def _load(self, session: Session, user: User) -> None:
        """Ask the index."""
        from musicrec_tui.dataset.profiles import lookup

        if session.dataset is not None:
            page = await asked(self, lookup.page, session.home, session.dataset, user)
            if page is not None:
                self.show(page.profile, page.unknown)

    def show(self, profile: UserProfile, unknown: int = 0) -> None:
        """All about a user, or about a profile, so many of whose artists the log does not have."""
        user = profile.user
        self.border_title = Content(fit(called(user), 48).strip().capitalize())
        figures = counts((user.listens, "listens"), (user.artists, "artists"))
        self.query_one(Facts).show("", figures, profile.months)
        top, recent = self.query_one("#top-artists", RowList), self.query_one("#recent", RowList)
        missing = [note_row(f"{number(unknown)} of {number(user.artists)} not in the log")] if unknown else []
        top.set_rows(missing + [played_row(played) for played in profile.top_artists])
        top.set_title(_cut("Top artists", len(profile.top_artists), user.artists))
        recent.set_rows([listen_row(one) for one in profile.recent], "This log has no times.")
        recent.set_title(
            _cut("Recent listens", len(profile.recent), user.listens) if profile.recent else "Recent listens"
        )

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """An artist of theirs."""
        event.stop()
        if isinstance(event.value, Artist):
            self.post_message(ArtistWanted(event.value))


def _cut(title: str, shown: int, total: int) -> str:
    """A title that says what part of all is listed."""
    return f"{title} · {number(shown)} of {number(total)}" if shown < total else f"{title} · {number(total)}"
