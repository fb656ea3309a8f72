"""Where one has been in Explore: back and forward, and the same place again at the next start."""

from collections.abc import Callable
from typing import ClassVar, Generic, NamedTuple, TypeVar

from textual.widgets import Input

from musicrec_tui.dataset.profiles.names import profile_of_key
from musicrec_tui.dataset.records import Artist, User
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.parts import Part
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.screen_state import ExploreState
from musicrec_tui.tui.common.verbs import BACK, FORWARD
from musicrec_tui.tui.common.working import asked
from musicrec_tui.tui.explore.current import Current
from musicrec_tui.tui.shell.base import BaseScreen

T = TypeVar("T")
LONGEST = 100


class Trail(Generic[T]):
    """Places that were left behind, and those ahead after going back."""

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


class History(Part):
    """Goes back to users and artists that were shown before, also to those of the last session."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.back", "step_back", BACK, "Back",
                "Back to the previous artist and user.", footer="back", palette=False, guest=True),
        Command("explore.forward", "step_forward", FORWARD, "Forward",
                "Forward to the next artist and user.", palette=False, guest=True),
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

    def __init__(self, screen: BaseScreen, current: Current) -> None:
        self._screen, self._current = screen, current
        self.trail: Trail[Place] = Trail()

    def can(self, action: str) -> bool:
        """Where there is a place to go to."""
        return bool(self.trail.ahead if action == "step_forward" else self.trail.behind)

    @property
    def place(self) -> Place:
        """Where one is."""
        cursors = {rows.id: rows.cursor for rows in self._screen.query(RowList) if rows.id and rows.cursor >= 0}
        focused = self._screen.focused
        return Place(
            self._current.user, self._current.artist, (focused.id or "") if focused is not None else "", cursors
        )

    def state(self) -> ExploreState | None:
        """The same as it is saved; None before a user is shown."""
        here = self.place
        if here.user is None:
            return None
        return ExploreState(here.user.key, here.artist.key if here.artist else "", here.focus, here.cursors)

    def leave(self, origin: str = "") -> None:
        """Make what is shown now the place to come back to, before something else is; `origin` asked for that."""
        self.trail.leave(self.place._replace(origin=origin))
        for rows in self._screen.query(RowList):
            rows.restore_cursor(None)

    def forget_user(self, user: User) -> None:
        """Never come back to a user who is gone."""
        self.trail.only(lambda place: place.user is None or place.user.key != user.key)

    async def action_step_back(self) -> None:
        """To what was shown before; to the screen that sent us, where one did."""
        place = self.trail.back(self.place)
        self._go(place)
        if place is not None and place.origin:
            await self._screen.app.run_action(f"show('{place.origin}')")

    def action_step_forward(self) -> None:
        """To what one came back from."""
        self._go(self.trail.forward(self.place))

    def _go(self, place: Place | None) -> None:
        """Show a place again, with the cursors where they were."""
        if place is None:
            return
        new_artist = place.artist is not None and place.artist != self._current.artist
        new_user = place.user is not None and place.user != self._current.user
        self._restore_cursors(place.focus, place.cursors, new_user=new_user, new_artist=new_artist)
        if place.artist is not None and new_artist:
            self._current.open_artist(place.artist)
        if place.user is not None and new_user:
            self._current.open_user(place.user)

    def _restore_cursors(self, focus: str, cursors: dict[str, int], *, new_user: bool, new_artist: bool) -> None:
        """Put cursors back: at once in lists that stay, in the others when they are filled."""
        for rows in self._screen.query(RowList):
            cursor = cursors.get(rows.id or "")
            if cursor is None or rows.id == "results":
                continue
            if new_user if rows.id in self.USER_LISTS else new_artist:
                rows.restore_cursor(cursor)
            elif cursor < len(rows.rows):
                rows.cursor = cursor
        typing = isinstance(self._screen.focused, Input)  # who has begun to search meanwhile goes on
        for pane in self._screen.query(f"#{focus}") if focus and not typing else ():
            self._screen.set_focus(pane)

    async def begin(self) -> None:
        """Show what the last session ended with; where that is not known any more, what a new log begins with."""
        if self._screen.session.dataset is None or self._current.user is not None:
            return
        await self._current.report_damaged_profiles()
        if not await self._restore_state():
            await self._current.open_first()

    async def _restore_state(self) -> bool:
        """Show what was shown when the program ended; False where nothing is known, or the user is gone."""
        from musicrec_tui.dataset.lookups import artists
        from musicrec_tui.dataset.profiles import lookup

        screen, current, dataset = self._screen, self._current, self._screen.session.dataset
        shown = screen.musicrec.memory.shown(dataset.info.content) if dataset is not None else None
        if dataset is None or shown is None or not shown.explored.user:
            return False
        last = shown.explored
        if screen.session.restricted and profile_of_key(last.user) is not None:  # not a guest's
            return False
        user = await asked(screen, lookup.find_user_or_profile, screen.session.people, dataset, last.user)
        artist = await asked(screen, artists.find_artist, dataset, last.artist) if last.artist else None
        if user is None or current.user is not None:
            return current.user is not None
        self._restore_cursors(last.focus, last.cursors, new_user=True, new_artist=artist is not None)
        current.open_user(user)
        if artist is not None:
            current.open_artist(artist)
        return True
