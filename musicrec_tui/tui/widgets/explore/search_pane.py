"""Search as you type: artists and users, best first."""

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from musicrec_tui.dataset.records import Artist, ArtistPage, User, UserPage
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home
from musicrec_tui.tui.commands import Command, bindings
from musicrec_tui.tui.messages import ArtistWanted, UserWanted
from musicrec_tui.tui.widgets.cells import number
from musicrec_tui.tui.widgets.explore.drawing import artist_row, heading_row, user_row
from musicrec_tui.tui.widgets.row_list import Row, RowList
from musicrec_tui.tui.working import start

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset

DEBOUNCE_SECONDS = 0.06
MOST = 200
_FEW = 4


class SearchPane(Vertical):
    """An input above its results. While one types, the arrows move through the results and Enter opens."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("search.next", "results(1)", "down", "Next result", "Down in the results while typing.", palette=False),
        Command("search.previous", "results(-1)", "up", "Previous result", "Up in the results, while typing.",
                palette=False),
        Command("search.leave", "leave", "escape", "Leave the search", "From the search to its results.",
                footer="results", palette=False),
        Command("search.wide", "widen", "a", "All artists or all users", "Show more of the section the cursor is in.",
                footer="all"),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self) -> None:
        super().__init__(id="search")
        self._home: Home | None = None
        self._dataset: Dataset | None = None
        self._pages = (ArtistPage((), 0), UserPage((), 0))
        self._limit = 0
        self._only = ""
        self._text = ""
        self._shown: str | None = None
        self._open_when_shown = False

    def compose(self) -> ComposeResult:
        """The input and the list."""
        with Horizontal(id="search-line"):
            yield Static("/", id="search-mark", markup=False)
            entry = Input(placeholder="artists and users", compact=True, id="search-input", select_on_focus=True)
            entry.cursor_blink = False
            yield entry
        yield RowList(id="results", title="Results")

    def open(self, home: Home, dataset: "Dataset") -> None:
        """There is something to search in (or something new): the best known artists come first."""
        self._home, self._dataset = home, dataset
        self._search(0)

    def focus_input(self) -> None:
        """Begin a search: at once, for `Widget.focus` waits its turn and the next letters would be commands."""
        self.screen.set_focus(self.query_one(Input))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Some commands make sense in the input only, one in the list only."""
        typing = self.query_one(Input).has_focus
        return not typing if action == "widen" else typing

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """Another letter."""
        event.stop()
        self._text, self._only, self._open_when_shown = event.value, "", False
        self._search(DEBOUNCE_SECONDS)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """Enter opens what the cursor is on; letters typed just before are searched for first."""
        event.stop()
        results = self.query_one(RowList)
        results.focus()
        if self._shown == self._text:
            results.action_choose()
        else:
            self._open_when_shown = True

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        """A result, or a heading that opens its section."""
        event.stop()
        match event.value:
            case Artist():
                self.post_message(ArtistWanted(event.value))
            case User():
                self.post_message(UserWanted(event.value))
            case str():
                self._only = "" if self._only == event.value else event.value
                self._search(0)

    def action_results(self, step: int) -> None:
        """Move through the results while typing."""
        self.query_one(RowList).action_move(step)

    def action_leave(self) -> None:
        """From the input to the results."""
        self.screen.set_focus(self.query_one(RowList))

    def action_widen(self) -> None:
        """More of the section that the cursor is in, or both again."""
        value = self.query_one(RowList).value
        section = "users" if isinstance(value, User) or value == "users" else "artists"
        self._only = "" if self._only else section
        self._search(0)

    def _search(self, delay: float) -> None:
        """Look up what is typed; whatever was being looked up is dropped."""
        start(self, "search", self._look_up, self._text, delay)

    async def _look_up(self, text: str, delay: float) -> None:
        """Ask the index and show what it says."""
        from musicrec_tui.dataset.lookups import artists
        from musicrec_tui.dataset.profiles import lookup

        if self._home is None or self._dataset is None:
            return
        await asyncio.sleep(delay)
        try:
            found = await asyncio.gather(
                asyncio.to_thread(artists.search, self._dataset, text, MOST),
                asyncio.to_thread(lookup.search, self._home, self._dataset, _user_text(text), MOST),
            )
        except Cancelled:
            return
        except UserError as error:
            self.query_one(RowList).set_note(str(error))
            return
        self._pages, self._shown = found, text
        self._show()
        if self._open_when_shown:
            self._open_when_shown = False
            self.query_one(RowList).action_choose()

    def on_resize(self) -> None:
        """Each section gets half of the height that there is now."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Show more, or fewer, of what was found."""
        if self._shown is not None and self._fitting() != self._limit:
            self._show()

    def _fitting(self) -> int:
        """The rows that a section may have."""
        both = all(page.total for page in self._pages) and not self._only
        return max(_FEW, self.query_one(RowList).size.height // 2 - 1) if both else MOST

    def _show(self) -> None:
        """Both sections, or all of one."""
        results = self.query_one(RowList)
        artist_page, user_page = self._pages
        self._limit = limit = self._fitting()
        sections = [
            _section("artists", artist_page.total, [artist_row(one) for one in artist_page.rows], limit),
            _section("users", user_page.total, [user_row(one) for one in user_page.rows], limit),
        ]
        if self._only:
            sections = [sections[0] if self._only == "artists" else sections[1]]
        elif _is_user_id(self._text, user_page):
            sections.reverse()
        rows = [row for section in sections for row in section]
        results.set_rows(rows, "Nothing has these letters in its name. Fewer letters find more.", cursor=1)
        what = "Results" if self._text.strip() else "Best known · most active"
        results.set_title(what)


def _section(what: str, total: int, rows: list[Row], limit: int) -> list[Row]:
    """A heading that says how many there are, and the rows; nothing where there are none."""
    if not rows:
        return []
    shown = rows[:limit]
    cut = f"{len(shown)} of {number(total)}" if len(shown) < total else number(total)
    return [heading_row(f"{what}  {cut}", what), *shown]


def _user_text(text: str) -> str:
    """What to search users for: `user 58` means 58."""
    return text.strip().removeprefix("user").strip() if text.strip().startswith("user ") else text


def _is_user_id(text: str, page: UserPage) -> bool:
    """Whether what is typed looks like a user: then users come first."""
    wanted = _user_text(text).strip().lower()
    return bool(page.rows) and (text.strip().startswith("user ") or page.rows[0].user_id.lower() == wanted)
