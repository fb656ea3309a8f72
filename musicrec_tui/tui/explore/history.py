"""Where one has been in Explore: back and forward, and the same place again at the next start."""

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar, Generic, NamedTuple, TypeVar

from textual.widgets import Input

from musicrec_tui.dataset.records import Artist, User
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.screen_state import Explored
from musicrec_tui.tui.common.working import asked
from musicrec_tui.tui.shell.base import BaseScreen

T = TypeVar("T")
LONGEST = 100


class Trail(Generic[T]):
    """Places that were left behind, and those ahead of somebody who went back."""

    def __init__(self) -> None:
        self._behind: list[T] = []
        self._ahead: list[T] = []

    def leave(self, here: T) -> None:
        """Go somewhere new from here; what was ahead is given up, and so is what lies too far behind."""
        self._behind = [*self._behind, here][-LONGEST:]
        self._ahead = []

    def back(self, here: T) -> T | None:
        """The place before this one; None at the beginning."""
        if not self._behind:
            return None
        self._ahead.append(here)
        return self._behind.pop()

    def forward(self, here: T) -> T | None:
        """The place that one came back from; None where there is none."""
        if not self._ahead:
            return None
        self._behind.append(here)
        return self._ahead.pop()

    def only(self, wanted: Callable[[T], bool]) -> None:
        """Forget the places that are not wanted any more."""
        self._behind = list(filter(wanted, self._behind))
        self._ahead = list(filter(wanted, self._ahead))

    @property
    def behind(self) -> tuple[T, ...]:
        """The places behind, the nearest last."""
        return tuple(self._behind)

    @property
    def ahead(self) -> tuple[T, ...]:
        """The places ahead, the nearest last."""
        return tuple(self._ahead)


class Place(NamedTuple):
    """Who is shown, and how: the pane with the focus, and the cursor of each list, by their ids.

    `origin` is the screen that asked for what came next, where it was another one: going back ends there.
    """

    user: User | None
    artist: Artist | None
    focus: str
    cursors: dict[str, int]
    origin: str = ""


class History(BaseScreen):
    """A screen that shows a user and an artist, and can go back to those before."""

    HISTORY: ClassVar[tuple[Command, ...]] = (
        Command("explore.back", "step_back", "left_square_bracket,backspace,escape", "Back",
                "To the artist and the user before.", shown="[ esc", palette=False, guest=True),
        Command("explore.forward", "step_forward", "right_square_bracket", "Forward",
                "To the artist and the user that you came back from.", palette=False, guest=True),
    )  # fmt: skip
    USER_LISTS: ClassVar[tuple[str, ...]] = (
        "top-artists",
        "recent",
        "top-recordings",
        "top-releases",
        "recommendations",
        "second",
        "why",
    )
    """The lists that another user fills anew; all others but the search's are the artist's."""

    def __init__(self) -> None:
        super().__init__()
        self.trail: Trail[Place] = Trail()

    @property
    @abstractmethod
    def user(self) -> User | None:
        """Who is shown."""

    @property
    @abstractmethod
    def artist(self) -> Artist | None:
        """Which artist is shown."""

    @abstractmethod
    def open_user(self, user: User) -> None:
        """Show a user."""

    @abstractmethod
    def open_artist(self, artist: Artist) -> None:
        """Show an artist."""

    def on_mount(self) -> None:
        """What is shown now is what the next start takes up."""
        self.musicrec.memory.tellers["explored"] = self.explored

    @property
    def place(self) -> Place:
        """Where one is."""
        cursors = {rows.id: rows.cursor for rows in self.query(RowList) if rows.id and rows.cursor >= 0}
        return Place(self.user, self.artist, (self.focused.id or "") if self.focused is not None else "", cursors)

    def explored(self) -> Explored | None:
        """The same as it is kept; None before anybody is shown."""
        here = self.place
        if here.user is None:
            return None
        return Explored(here.user.key, here.artist.key if here.artist else "", here.focus, here.cursors)

    def remember(self, origin: str = "") -> None:
        """Make what is shown now the place to come back to, before something else is; `origin` asked for that."""
        self.trail.leave(self.place._replace(origin=origin))
        for rows in self.query(RowList):
            rows.recall(None)

    def forget_user(self, user: User) -> None:
        """Never come back to somebody who is gone."""
        self.trail.only(lambda place: place.user is None or place.user.key != user.key)

    async def action_step_back(self) -> None:
        """To what was shown before; to the screen that sent us, where one did."""
        place = self.trail.back(self.place)
        self._go(place)
        if place is not None and place.origin:
            await self.app.run_action(f"show('{place.origin}')")

    def action_step_forward(self) -> None:
        """To what one came back from."""
        self._go(self.trail.forward(self.place))

    def _go(self, place: Place | None) -> None:
        """Show a place again, with the cursors where they were."""
        if place is None:
            return
        new_artist = place.artist is not None and place.artist != self.artist
        new_user = place.user is not None and place.user != self.user
        self._recall(place.focus, place.cursors, new_user=new_user, new_artist=new_artist)
        if place.artist is not None and new_artist:
            self.open_artist(place.artist)
        if place.user is not None and new_user:
            self.open_user(place.user)

    def _recall(self, focus: str, cursors: dict[str, int], *, new_user: bool, new_artist: bool) -> None:
        """Put cursors back: at once in lists that stay, in the others when they are filled."""
        for rows in self.query(RowList):
            cursor = cursors.get(rows.id or "")
            if cursor is None or rows.id == "results":
                continue
            if new_user if rows.id in self.USER_LISTS else new_artist:
                rows.recall(cursor)
            elif cursor < len(rows.rows):
                rows.cursor = cursor
        typing = isinstance(self.focused, Input)  # who has begun to search meanwhile goes on
        for pane in self.query(f"#{focus}") if focus and not typing else ():
            self.set_focus(pane)

    async def take_up(self) -> bool:
        """Show what was shown when the program ended; False where nothing is known, or nobody is there any more."""
        from musicrec_tui.dataset.lookups import artists
        from musicrec_tui.dataset.profiles import lookup

        dataset = self.session.dataset
        shown = self.musicrec.memory.shown(dataset.info.content) if dataset is not None else None
        if dataset is None or shown is None or not shown.explored.user:
            return False
        kept = shown.explored
        user = await asked(self, lookup.find, self.session.home, dataset, kept.user)
        artist = await asked(self, artists.find, dataset, kept.artist) if kept.artist else None
        if user is None or self.user is not None:
            return self.user is not None
        self._recall(kept.focus, kept.cursors, new_user=True, new_artist=artist is not None)
        self.open_user(user)
        if artist is not None:
            self.open_artist(artist)
        return True
