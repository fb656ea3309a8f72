"""The lower half of the Compare screen: the chosen runs as figures, differences, groups of users, and single users."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import ContentSwitcher, Static

from musicrec_tui.jobs.protocol import AnyAnswer, Compare, Compared, Refused
from musicrec_tui.runs import comparison
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.text import printable
from musicrec_tui.tui.patience import patiently
from musicrec_tui.tui.widgets.compare import differences, side_by_side, tables
from musicrec_tui.tui.widgets.compare.columns import COLUMNS, Column
from musicrec_tui.tui.widgets.compare.tables import ComparedView, DifferingUsers
from musicrec_tui.tui.widgets.page import Page
from musicrec_tui.tui.widgets.row_list import RowList
from musicrec_tui.tui.working import start

if TYPE_CHECKING:
    from musicrec_tui.jobs.client import HostClient

VIEWS = ("figures", "differences", "groups", "users")
MOST_USERS = 200

_PAUSE = 0.1  # seconds: a cursor that moves on asks nothing
_TWO = "Mark two to four runs with space: what follows is the difference of each to the first."
_COMPARING = "Comparing user by user …"


class ComparePane(ContentSwitcher):
    """Shows the chosen runs in one of its views; asks the host for what must be computed user by user."""

    def __init__(self) -> None:
        super().__init__(id="compare-pane", initial="compare-figures")
        self.view = VIEWS[0]
        self._host: HostClient | None = None
        self._runs: tuple[RunInfo, ...] = ()
        self._column: Column = COLUMNS[0]
        self._several_groups = False
        self._pending: Compare | None = None
        self._answer: tuple[Compare, AnyAnswer] | None = None
        self._listed: Compared | None = None

    def compose(self) -> ComposeResult:
        """A part for each view."""
        with Page(id="compare-figures"), Horizontal(id="compare-two"):
            yield Static(id="compare-values", markup=False)
            yield Static(id="compare-parameters", markup=False)
        for view in VIEWS[1:3]:
            with ComparedView(id=f"compare-{view}"):
                yield Static(id=f"compare-{view}-text", markup=False)
        users = DifferingUsers(id="compare-users")
        users.table_name = "Users that differ most"
        yield users

    def on_mount(self) -> None:
        """Name the views."""
        self._name_views()

    def on_resize(self) -> None:
        """All is laid out for the width."""
        self.call_after_refresh(self._draw)

    def show(self, host: "HostClient | None", runs: Sequence[RunInfo], column: Column, *, several_groups: bool) -> None:
        """Show these runs, of which the first is what the others are held against, and this figure."""
        self._host, self._runs, self._column = host, tuple(runs), column
        self._several_groups = several_groups
        self._draw()

    def next_view(self) -> None:
        """The view after this one, or the first again."""
        had_focus = self.has_focus_within
        self.view = VIEWS[(VIEWS.index(self.view) + 1) % len(VIEWS)]
        self.current = f"compare-{self.view}"
        if had_focus:
            self.query_one(f"#{self.current}").focus()
        self._name_views()
        self.call_after_refresh(self._draw)

    def _name_views(self) -> None:
        """The title says which views there are, and which one this is."""
        names = [Content.styled(view, "bold underline" if view == self.view else "") for view in VIEWS]
        self.border_title = Content.assemble("v ", *(part for name in names for part in (name, "  ")))

    def _draw(self) -> None:
        """The current view of the runs."""
        if self.view == "figures":
            self._draw_figures()
            return
        asked = self._question()
        if len(self._runs) < 2:
            self._say(_TWO)
        elif obstacle := comparison.obstacles(self._runs):
            self._say(obstacle)
        elif self._answer is not None and self._answer[0] == asked:
            self._draw_answer(self._answer[1])
        elif self._pending == asked:  # the runs may be looked at several times before the host answers
            self._say(_COMPARING)
        elif self._host is not None:
            self._pending = asked
            start(self, "compare", self._ask, self._host, asked)

    def _draw_figures(self) -> None:
        """The figures of the runs, and their parameters."""
        values, parameters = Content(""), Content("")
        parts = self.query_one("#compare-two")
        if parts.has_class("-two") != (len(self._runs) == 2):
            parts.set_class(len(self._runs) == 2, "-two")
            self.call_after_refresh(self._draw)  # the parts have other widths now
        if len(self._runs) > 1:
            values = side_by_side.figures(self._runs, self._column, self._width("#compare-values"))
            parameters = side_by_side.differing(self._runs, self._width("#compare-parameters"))
        elif self._runs:
            values = side_by_side.alone(self._runs[0], several_groups=self._several_groups)
        self.query_one("#compare-values", Static).update(values)
        self.query_one("#compare-parameters", Static).update(parameters)

    def _width(self, selector: str) -> int:
        """How many cells a part has."""
        return self.query_one(selector).content_size.width or self.size.width - 4

    def _question(self) -> Compare:
        """What to ask the host: by the selected figure, where users have it, else by NDCG@k."""
        first = self._runs[0] if self._runs else None
        name = self._column.name(first) if first is not None else ""
        metric = name if first is not None and name in first.intervals else ""
        return Compare(runs=tuple(str(run.folder) for run in self._runs), metric=metric, users=MOST_USERS)

    async def _ask(self, host: "HostClient", ask: Compare) -> None:
        """Ask, and show the answer."""
        await asyncio.sleep(_PAUSE)
        answer = await patiently(host.ask(ask), lambda: self._say(_COMPARING))
        self._pending, self._answer = None, (ask, answer)
        self._draw()

    def _draw_answer(self, answer: AnyAnswer) -> None:
        """What the host found."""
        if isinstance(answer, Refused):
            self._say(answer.sentence)
            return
        if not isinstance(answer, Compared):
            raise TypeError(f"{type(answer).__name__} is no comparison")
        if self.view == "users":
            if self._listed is not answer:  # the cursor stays where it is
                rows = differences.users(answer, self._runs)
                self.query_one("#compare-users", RowList).set_rows(rows, "No user differs.")
                self._listed = answer
            return
        is_of_metrics = self.view == "differences"
        draw = differences.metrics if is_of_metrics else differences.groups
        tabled = tables.differences if is_of_metrics else tables.groups
        self.query_one(f"#compare-{self.view}", ComparedView).table = tabled(answer, self._runs)
        text = self.query_one(f"#compare-{self.view}-text", Static)
        text.update(draw(answer, self._runs, text.content_size.width or self.size.width - 4))

    def _say(self, sentence: str) -> None:
        """A sentence in the place of the view."""
        if self.view == "users":
            self._listed = None
            self.query_one("#compare-users", RowList).set_note(printable(sentence, 600))
        elif self.view != "figures":
            self.query_one(f"#compare-{self.view}", ComparedView).table = None
            self.query_one(f"#compare-{self.view}-text", Static).update(Content(printable(sentence, 600)))
