"""Search as you type: artists and users, best first, a page at a time."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from musicrec_tui.dataset.records import Artist, ArtistPage, User, UserPage
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.verbs import CLOSE, DOWN, UP, WIDEN
from musicrec_tui.tui.common.working import after_refresh, answered, asked, start
from musicrec_tui.tui.explore.findings import Section, artists_section, users_section
from musicrec_tui.tui.shell.messages import ArtistWanted, UserWanted
from musicrec_tui.tui.tabular.fetching import paged
from musicrec_tui.tui.tabular.sheet import Source

if TYPE_CHECKING:
    from musicrec_tui.dataset.period import Period

DEBOUNCE_SECONDS = 0.06
PAGE = 100
_FEW = 4
_KINDS = ("user", "profile")


class Searches(NamedTuple):
    """Where the pane looks things up: each takes a text, a limit and an offset."""

    artists: Callable[[str, int, int], ArtistPage]
    users: Callable[[str, int, int], UserPage]


class Results(RowList):
    """What was found, best first: the input above it is its filter."""

    ARRANGED = ()


class SearchPane(Vertical):
    """An input above its results. While one types, the arrows move through the results and Enter opens."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("search.next", "results(1)", DOWN, "Next result", "Down in the results while typing.", palette=False,
                guest=True, own_keys="down"),
        Command("search.previous", "results(-1)", UP, "Previous result", "Up in the results, while typing.",
                palette=False, guest=True, own_keys="up"),
        Command("search.leave", "leave", CLOSE, "Leave the search", "From the search to its results.",
                footer="results", palette=False, guest=True),
        Command("search.wide", "widen", WIDEN, "All artists or all users", "Show only the selected section.",
                footer="all", guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self) -> None:
        super().__init__(id="search")
        self._searches: Searches | None = None
        self._period = ""
        self._sections: dict[str, Section[Any]] = {}
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
        yield Results(id="results", title="Results")

    def open(self, searches: Searches, period: "Period | None" = None) -> None:
        """There is something to search in (or something new): the most popular artists come first.

        Args:
            searches: where to look.
            period: whose listens they count; None: all.
        """
        self._searches = searches
        self._period = f" · {period.words()}" if period is not None else ""
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
                self._widen("" if self._only == event.value else event.value)

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
        self._widen("" if self._only else section)

    def _widen(self, only: str) -> None:
        """Show one section alone, or (empty) both."""
        self._only = only if only in self._sections else ""
        self._show()

    def _search(self, delay: float) -> None:
        """Look up what is typed; whatever was being looked up is dropped."""
        start(self, "search", self._look_up, self._text, delay)

    async def _look_up(self, text: str, delay: float) -> None:
        """Ask and show the first page; a search that is not wanted any more stops."""
        searches = self._searches
        if searches is None:
            return
        await asyncio.sleep(delay)
        try:
            artists, users = await asyncio.gather(
                answered(searches.artists, text, PAGE, 0), answered(searches.users, _user_text(text), PAGE, 0)
            )
        except Cancelled:
            return
        except UserError as error:
            self.query_one(RowList).set_note(str(error))
            return
        first, second = artists_section(artists), users_section(users)
        listed = (second, first) if artists.forgiven or _is_user_id(text, users) else (first, second)
        self._sections = {section.what: section for section in listed if section.total}
        self._shown = text
        self._show()
        if self._open_when_shown:
            self._open_when_shown = False
            self.query_one(RowList).action_choose()

    @on(RowList.EndNear)
    def _end_near(self, event: RowList.EndNear) -> None:
        """The cursor gets to the last that was fetched."""
        event.stop()
        start(self, "further", self._look_further, self._alone, event.wanted)

    async def _look_further(self, what: str, wanted: int) -> None:
        """Ask for the rows up to `wanted` of the section that is shown alone; a new search has rows of its own."""
        section, text = self._sections.get(what), self._shown or ""  # both may be shown again since the end was near
        if self._searches is None or section is None:
            return
        if what == "artists":
            page: ArtistPage | UserPage | None = await asked(
                self, self._searches.artists, text, wanted - len(section), len(section)
            )
        else:
            of = _user_text(text)
            page = await asked(self, self._searches.users, of, wanted - len(section), len(section))
        if page is not None and what == self._alone and section is self._sections.get(what):
            rows = section.add(page.rows)
            self.query_one(RowList).add_rows(rows, more=bool(rows) and len(section) < section.total)

    @property
    def _alone(self) -> str:
        """The section that is shown alone; empty: there are both, or none."""
        if len(self._sections) == 1:
            return next(iter(self._sections))
        return self._only if self._only in self._sections else ""

    def on_resize(self) -> None:
        """Each section gets half of the height that there is now."""
        after_refresh(self, self._fit)

    def _fit(self) -> None:
        """Show more, or fewer, of what was found."""
        if self._shown is not None and not self._alone and self._fitting() != self._limit:
            self._show()

    def _fitting(self) -> int:
        """The rows that a section may have beside another."""
        return max(_FEW, self.query_one(RowList).size.height // 2 - 1)

    def _show(self) -> None:
        """Both sections, or all of one."""
        results = self.query_one(RowList)
        if self._alone:
            section = self._sections[self._alone]
            rows, more = section.rows(), len(section) < section.total
        else:
            self._limit = limit = self._fitting()
            rows, more = [row for section in self._sections.values() for row in section.rows(limit)], False
        first = next((index for index, row in enumerate(rows) if isinstance(row.value, Artist | User)), 0)
        note = "No artist or user matches. Try fewer letters."
        if self._period and not self._text.strip():
            note = f"No listens in this period ({self._period.removeprefix(' · ')}). Press P for another one."
        results.set_rows(rows, note, cursor=first, more=more)
        self._tell_sources(results)
        title = "Results" if self._text.strip() else "Popular" if self._period else "Popular · most active"
        results.set_title(title + self._period)

    def _tell_sources(self, results: RowList) -> None:
        """All that was found can be exported."""
        if (searches := self._searches) is None:
            return
        text, users = self._shown or "", _user_text(self._shown or "")
        found = {name: section.total for name, section in self._sections.items()}
        results.table_name = f"Results for {text}" if text.strip() else "Popular, most active"
        results.sources = {
            Artist: Source(found.get("artists", 0), paged(lambda *page: searches.artists(text, *page).rows)),
            User: Source(found.get("users", 0), paged(lambda *page: searches.users(users, *page).rows)),
        }


def _user_text(text: str) -> str:
    """What to search users for: `user 58` means 58, `profile me` means me."""
    kind, space, name = text.strip().partition(" ")
    return name.strip() if space and kind.lower() in _KINDS else text


def _is_user_id(text: str, page: UserPage) -> bool:
    """Whether what is typed looks like a user: then users come first."""
    wanted = _user_text(text).strip().lower()
    return bool(page.rows) and (_user_text(text) != text or page.rows[0].user_id.lower() == wanted)
