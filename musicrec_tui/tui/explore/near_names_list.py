"""Which artists of an imported history are which ones of the log, where names differ: Enter says so of each."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.profiles import near_names
from musicrec_tui.dataset.profiles.near_names import Unknown
from musicrec_tui.text import counted, printable
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Draw, Row
from musicrec_tui.tui.common.verbs import CLOSE
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.shell.session import Session


class _Pair(NamedTuple):
    """An artist of the history, and one of the log with a near name."""

    own: str
    near: str
    listeners: int


class NearNamesList(Dialog[None]):
    """Near names; what is chosen is saved in the profile at once, as `profiles match` does.

    Args:
        session: whose home has the profile.
        dataset: the log.
        profile: the profile's name.
        unknown: artists of the profile that the log lacks.
        total: how many there are in all.
    """

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("near.close", "dismiss(None)", CLOSE, "Close", "What was chosen is saved.", palette=False, guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)
    DEFAULT_CSS = "NearNamesList RowList { min-height: 3; }"

    def __init__(
        self, session: Session, dataset: Dataset, profile: str, unknown: Sequence[Unknown], total: int
    ) -> None:
        super().__init__()
        self._session, self._dataset, self._profile, self._total = session, dataset, profile, total
        self._pairs = [_Pair(one.own.name, near.name, near.listeners) for one in unknown for near in one.near]
        self._chosen: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical(classes="dialog"):
            rows = RowList(id="near-names")
            rows.table_name = "Near names"
            yield rows

    def on_mount(self) -> None:
        """Fill it in."""
        dialog = self.query_one(".dialog")
        dialog.border_title = f"{counted(self._total, 'artist')} not in this log: which are the same?"
        dialog.border_subtitle = "↵ the same, again: undo · esc closes"
        self._show()
        self.query_one(RowList).focus()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Save that the two are one, or forget it."""
        if isinstance(event.value, _Pair):
            start(self, "near names", self._save, event.value)

    async def _save(self, pair: _Pair) -> None:
        """Write it into the profile."""
        near = "" if self._chosen.get(pair.own) == pair.near else pair.near
        home = self._session.home
        if await asked(self, near_names.choose, home, self._dataset, self._profile, [(pair.own, near)]) is None:
            return
        self._chosen[pair.own] = near
        self._show()

    def _show(self) -> None:
        """Draw the rows; the cursor stays."""
        rows = self.query_one(RowList)
        shown = [Row(_drawn(pair, chosen=self._chosen.get(pair.own) == pair.near), pair) for pair in self._pairs]
        rows.set_rows(shown, "", cursor=rows.cursor)


def _drawn(pair: _Pair, *, chosen: bool) -> Draw:
    """How a pair is drawn: whether it is chosen, both names, the listeners of the second."""

    def draw(width: int) -> Content:
        listeners = counted(pair.listeners, "listener")
        room = max(8, (width - len(listeners) - 8) // 2)
        return Content.assemble(
            ("✓ " if chosen else "  ", "$success bold"), fit(printable(pair.own), room), (" → ", DIM),
            (fit(printable(pair.near), room), "bold"), "  ", (listeners, DIM),
        )  # fmt: skip

    return draw
