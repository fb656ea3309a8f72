"""Which artists may be recommended: new ones or known ones, how often played, how well known."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from msgspec import structs
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from musicrec_tui.dataset import filters
from musicrec_tui.dataset.filters import HEARD, LONGEST_QUIET, Filters, Heard, Share
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.inputs import LineInput
from musicrec_tui.tui.common.verbs import ACCEPT, CLOSE, DOWN, RESET, UP
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.forms.choice import Choice

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset

_FIELDS: dict[str, tuple[str, str, Callable[[str], int | Share | None]]] = {
    "max_plays": ("Max plays", "by this user; blank = no limit", partial(filters.count, what="plays")),
    "max_listeners": ("Max listeners", "500, or 50% = the less popular half", filters.ceiling),
    "min_listeners": ("Min listeners", "no artists with few listeners", partial(filters.count, what="listeners")),
    "quiet_days": ("Quiet for days", "rediscover: not played for so long",
                   partial(filters.count, what="days", most=LONGEST_QUIET)),
}  # fmt: skip
_MEANINGS: dict[Heard, str] = {
    "new": "Artists that the user has neither played nor loved.",
    "all": "All artists, including played ones.",
    "rediscover": "Artists that the user played, but not in the last days of the log.",
}
_UNTIMED = "Artists that the user played at most the plays below (blank = the user's median)."


class FiltersDialog(Dialog[Filters]):
    """Answers with the filters that are to hold; Esc leaves them as they are.

    Args:
        dataset: the index, to know what a share of its artists means.
        present: the filters that hold now.
        timed: whether the plays have times.
    """

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("filters.apply", "apply", ACCEPT, "Apply", "Recommend with these filters.", palette=False, guest=True),
        Command("filters.next", "app.focus_next", DOWN, "Next field", "Go to the next field.", palette=False,
                priority=True, guest=True, own_keys="down"),
        Command("filters.previous", "app.focus_previous", UP, "Previous field", "Go to the field before.",
                palette=False, priority=True, guest=True, own_keys="up"),
        Command("filters.none", "none", RESET, "No filters", "Reset to new artists, without limits.", palette=False,
                guest=True),
        Command("filters.close", "dismiss(None)", CLOSE, "Close", "Close without changes.", palette=False,
                guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, dataset: "Dataset", present: Filters, *, timed: bool) -> None:
        super().__init__()
        self._dataset, self._present, self._timed = dataset, present, timed
        self._fields = {name: field for name, field in _FIELDS.items() if timed or name != "quiet_days"}

    def compose(self) -> ComposeResult:
        """A choice, four numbers, and a line that says what the choice means."""
        with Vertical(classes="dialog", id="filters-dialog"):
            with Horizontal(classes="filter-line"):
                yield Static("Artists", classes="filter-label", markup=False)
                yield Choice(HEARD, self._present.heard, id="filter-heard")
            for name, (label, hint, _) in self._fields.items():
                with Horizontal(classes="filter-line"):
                    yield Static(label, classes="filter-label", markup=False)
                    yield LineInput(placeholder=hint, id=f"filter-{name}")
            yield Static(id="filters-status", markup=False)

    def on_mount(self) -> None:
        """Show what holds now, and begin with the choice."""
        dialog = self.query_one("#filters-dialog")
        dialog.border_title = "Filters of recommendations"
        dialog.border_subtitle = "↵ applies · ^r none · esc closes"
        self._fill(self._present)
        self.query_one(Choice).focus()

    @on(Choice.Changed)
    def _changed(self) -> None:
        """Say what is chosen now."""
        self._explain()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """Enter in a field."""
        event.stop()
        self.action_apply()

    def action_none(self) -> None:
        """The filters of the beginning."""
        self._fill(Filters())

    def action_apply(self) -> None:
        """Answer, where all that was typed can be read."""
        start(self, "filters", self._apply)

    async def _apply(self) -> None:
        """Read the fields; what a share of artists means the index knows."""
        from musicrec_tui.dataset.popularity import listeners_at

        read: dict[str, int | Share | None] = {}
        for name, (_, _, parse) in self._fields.items():
            entry = self.query_one(f"#filter-{name}", Input)
            try:
                read[name] = parse(entry.value)
            except UserError as error:
                self._say(str(error), "$text-error")
                entry.focus()
                return
        most = read["max_listeners"]
        if isinstance(most, Share):
            read["max_listeners"] = await asked(self, listeners_at, self._dataset, most)
        typed = {name: value for name, value in read.items() if value is not None or name.startswith("max")}
        bare = Filters(heard=self._heard, blocked=self._present.blocked)
        self.dismiss(structs.replace(bare, **typed))

    @property
    def _heard(self) -> Heard:
        """What is chosen."""
        return next(one for one in HEARD if one == self.query_one(Choice).value)

    def _fill(self, present: Filters) -> None:
        """Put filters into the fields; a bound that there is not leaves its field empty."""
        self.query_one(Choice).value = present.heard
        for name in self._fields:
            value = getattr(present, name)
            unbounded = value is None or (name == "min_listeners" and value == 0)
            self.query_one(f"#filter-{name}", Input).value = "" if unbounded else str(value)
        self._explain()

    def _explain(self) -> None:
        """Say what the choice means."""
        untimed = self._heard == "rediscover" and not self._timed
        self._say(_UNTIMED if untimed else _MEANINGS[self._heard])

    def _say(self, sentence: str, style: str = "") -> None:
        """A sentence below the fields."""
        self.query_one("#filters-status", Static).update(Content.styled(printable(sentence, None), style))
