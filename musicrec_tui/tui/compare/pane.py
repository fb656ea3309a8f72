"""The lower half of the Compare screen: views of the chosen runs, as many at once as fit."""

import asyncio
from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from musicrec_tui.evaluation.metrics import HEADLINE, metric_title
from musicrec_tui.jobs.host_protocol import AnyAnswer, Compare, Compared, DifferingUser, Refused
from musicrec_tui.runs import comparison
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.text import printable
from musicrec_tui.tui.common.page import Page
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.working import after_refresh, patiently, start
from musicrec_tui.tui.compare import differences, side_by_side, view_tables
from musicrec_tui.tui.compare.columns import COLUMNS, RunColumn
from musicrec_tui.tui.compare.lists_view import ListsView
from musicrec_tui.tui.compare.run_table import LETTERS
from musicrec_tui.tui.compare.scatter_view import ScatterView
from musicrec_tui.tui.compare.view_tables import ComparedView, DifferingUsers
from musicrec_tui.tui.shell.session import Session
from musicrec_tui.tui.tabular.sheet import Sheet

ABOVE, BELOW = ("figures", "differences", "groups"), ("users", "scatter", "lists")
VIEWS = ABOVE + BELOW

ViewPages = tuple[tuple[str, ...], ...]

_ALONE: ViewPages = tuple((view,) for view in VIEWS)
_WIDE: ViewPages = (("figures",), ("differences", "groups"), ("users", "scatter"), ("lists",))
_HUGE: ViewPages = (ABOVE, BELOW)
_ALL: ViewPages = (VIEWS,)
_WIDE_WIDTH, _HUGE_WIDTH, _TALL_HEIGHT = 138, 178, 40
MOST_USERS = 10_000
_PAUSE = 0.1  # seconds: a cursor that moves on asks nothing
_TWO = "Mark two to four runs with space to see how each differs from the first."
_COMPARING = "Comparing users …"
_NO_USER = "No user differs, so there are no lists to show."


def pages_for(width: int, height: int) -> ViewPages:
    """The pages for a size in cells, in order; a page is a tuple of views that are displayed together.

    Views of `ABOVE` are side by side, those of `BELOW` side by side beneath them.
    """
    if width >= _HUGE_WIDTH:
        return _ALL if height >= _TALL_HEIGHT else _HUGE
    return _WIDE if width >= _WIDE_WIDTH else _ALONE


def page_of(view: str, width: int, height: int) -> tuple[str, ...]:
    """The page with a view."""
    return next(page for page in pages_for(width, height) if view in page)


def view_after(view: str, width: int, height: int) -> str:
    """The first view of the page after that of `view`; if all are on one page, the next view."""
    all_pages = pages_for(width, height)
    if len(all_pages) == 1:
        return VIEWS[(VIEWS.index(view) + 1) % len(VIEWS)]
    here = next(place for place, page in enumerate(all_pages) if view in page)
    return all_pages[(here + 1) % len(all_pages)][0]


class ComparePane(Vertical):
    """Shows the chosen runs in one or more views; comparisons by user are requested from the host."""

    def __init__(self) -> None:
        super().__init__(id="compare-pane")
        self.view = VIEWS[0]
        self._session: Session | None = None
        self._runs: tuple[RunInfo, ...] = ()
        self._column: RunColumn = COLUMNS[0]
        self._several_groups = False
        self._obstacle = _TWO
        self._pending: Compare | None = None
        self._answer: tuple[Compare, AnyAnswer] | None = None
        self._listed: Compared | None = None

    def compose(self) -> ComposeResult:
        """The verdict, and a widget for each view, in two rows."""
        yield Static(id="compare-verdict", markup=False)
        with Horizontal(id="compare-above"):
            with Page(id="compare-figures"), Horizontal(id="compare-two"):
                yield Static(id="compare-values", markup=False)
                yield Static(id="compare-parameters", markup=False)
            for view in ("differences", "groups"):
                with ComparedView(id=f"compare-{view}"):
                    yield Static(id=f"compare-{view}-text", markup=False)
        users = DifferingUsers(id="compare-users")
        users.table_name = "Users with the largest differences"
        with Horizontal(id="compare-below"):
            yield users
            yield ScatterView()
            yield ListsView()

    def on_mount(self) -> None:
        """Show the first page."""
        self._turn()

    def on_resize(self) -> None:
        """Redraw for the new size, which may have room for other views."""
        self._turn()

    def show(self, session: Session, runs: Sequence[RunInfo], column: RunColumn, *, several_groups: bool) -> None:
        """Show these runs, compared with the first, and this column."""
        self._session, self._runs, self._column = session, tuple(runs), column
        self._several_groups = several_groups
        marks = side_by_side.ONE_RUN if len(session.runs) < 2 else _TWO
        obstacle = marks if len(self._runs) < 2 else comparison.obstacles(self._runs)
        turns = bool(obstacle) != bool(self._obstacle)
        self._obstacle = obstacle
        if turns:
            self._turn()
        else:
            self._draw()

    def next_view(self) -> None:
        """Show the next page; if all views are displayed, focus the next view."""
        self.show_view(view_after(self.view, *self.size), focus=self.page == VIEWS)

    def show_view(self, view: str, *, focus: bool = False) -> None:
        """Show the page with a view; focus it if `focus`, or if the pane has the focus."""
        wanted = focus or self.has_focus_within
        self.view = view
        self._turn()
        if wanted:
            part = self._part(self.page[0] if view not in self.page else view)
            (part if part.can_focus else next(one for one in part.query(RowList))).focus()

    @property
    def page(self) -> tuple[str, ...]:
        """The displayed views; only the first if the runs cannot be compared, all would show the same."""
        page = page_of(self.view, *self.size)
        return page[:1] if self._obstacle else page

    def _part(self, view: str) -> Widget:
        """The widget of a view."""
        return self.query_one(f"#compare-{view}")

    def _turn(self) -> None:
        """Show the page, and list all views in the title, the displayed ones underlined."""
        page = self.page
        for name, row in (("above", ABOVE), ("below", BELOW)):
            seen = [view for view in row if view in page]
            self.query_one(f"#compare-{name}").display = bool(seen)
            for view in row:
                self._part(view).display = view in seen
                self._part(view).set_class(view in seen[1:], "-beside")
        self.set_class(len(page) == 1, "-alone")
        self.set_class(page == VIEWS, "-all")
        names = [Content.styled(view, "bold underline" if view in page else "") for view in VIEWS]
        self.border_title = Content.assemble("v ", *(part for name in names for part in (name, "  ")))
        after_refresh(self, self._draw)

    def _draw(self) -> None:
        """Draw the displayed views; ask the host if needed."""
        page = self.page
        if "figures" in page:
            self._draw_figures()
        computed = [view for view in page if view != "figures"]
        asked = self._question()
        if self._session is None:
            return
        if self._obstacle:
            self._say(self._obstacle)
            self._say_verdict("")
        elif self._answer is not None and self._answer[0] == asked:
            self._draw_answer(self._answer[1], computed)
        elif self._pending == asked:  # the runs may be looked at several times before the host answers
            self._say(_COMPARING)
        elif self._session.host is not None:
            self._pending = asked
            start(self, "compare", self._ask, self._session, asked)

    def _draw_figures(self) -> None:
        """Draw metrics, costs and parameters of the runs."""
        values, parameters = Content(""), Content("")
        parts = self.query_one("#compare-two")
        if parts.has_class("-two") != (len(self._runs) == 2):
            parts.set_class(len(self._runs) == 2, "-two")
            after_refresh(self, self._draw)  # the parts have other widths now
        if len(self._runs) > 1:
            values = side_by_side.figure_lines(self._runs, self._column, self._width("#compare-values"))
            parameters = side_by_side.differing_settings(self._runs, self._width("#compare-parameters"))
        elif self._runs:
            only = self._session is not None and len(self._session.runs) < 2
            values = side_by_side.single_run(self._runs[0], several_groups=self._several_groups, only=only)
        self.query_one("#compare-values", Static).update(values)
        self.query_one("#compare-parameters", Static).update(parameters)

    def _width(self, selector: str) -> int:
        """The width of a widget in cells."""
        return self.query_one(selector).content_size.width or self.size.width - 4

    def _question(self) -> Compare:
        """The request to the host: by the selected metric if it is measured per user, else by NDCG@k."""
        first = self._runs[0] if self._runs else None
        name = self._column.name(first) if first is not None else ""
        metric = name if first is not None and name in first.intervals else ""
        primary = self._session.settings.primary_metric if self._session else HEADLINE.name
        return Compare(
            runs=tuple(str(run.folder) for run in self._runs), metric=metric, users=MOST_USERS, primary=primary
        )

    async def _ask(self, session: Session, ask: Compare) -> None:
        """Send the request, and draw the answer."""
        await asyncio.sleep(_PAUSE)
        if session.host is not None:
            answer = await patiently(session.host.ask(ask), lambda: self._say(_COMPARING))
            self._pending, self._answer = None, (ask, answer)
            self._draw()

    def _draw_answer(self, answer: AnyAnswer, views: Sequence[str]) -> None:
        """Draw the host's answer."""
        if isinstance(answer, Refused):
            self._say(answer.sentence)
            self._say_verdict(answer.sentence)
            return
        if not isinstance(answer, Compared):
            raise TypeError(f"{type(answer).__name__} is no comparison")
        self._say_verdict(answer.verdict)
        if self._listed is not answer:  # the cursor stays where it is
            self._listed = answer
            self.query_one("#compare-users", RowList).set_rows(
                differences.user_rows(answer, self._runs), "No user differs."
            )
        if "differences" in views:
            text = differences.metric_plots(answer, self._runs, self._width("#compare-differences-text"))
            self._text("differences", text, view_tables.differences_table(answer, self._runs))
        if "groups" in views:
            text = differences.group_plots(answer, self._runs, self._width("#compare-groups-text"))
            self._text("groups", text, view_tables.groups_table(answer, self._runs))
        if "scatter" in views and self._session is not None and self._session.host is not None:
            self.query_one(ScatterView).show(self._session.host, self._runs, answer.metric)
        if "lists" in views:
            self._draw_lists(answer)

    @on(RowList.Moved, "#compare-users")
    def _user_moved(self) -> None:
        """Show the lists of the user under the cursor."""
        if "lists" in self.page and self._listed is not None:
            self._draw_lists(self._listed)

    def _draw_lists(self, answer: Compared) -> None:
        """Show the lists of the user under the cursor, at first the one with the largest difference."""
        key = self.query_one("#compare-users", RowList).value
        view = self.query_one(ListsView)
        if isinstance(key, str) and self._session is not None:
            view.show(self._session, self._runs, key, _values(answer, key))
        else:
            view.say_instead(_NO_USER)

    def _say_verdict(self, sentence: str) -> None:
        """Show which run is better; nothing where there is nothing to say."""
        line = self.query_one("#compare-verdict", Static)
        line.update(Content(printable(sentence, 600)))
        line.display = bool(sentence)

    def _text(self, view: str, content: Content, table: Sheet | None = None) -> None:
        """Set a view's text, and the table for copy and export."""
        self.query_one(f"#compare-{view}", ComparedView).table = table
        self.query_one(f"#compare-{view}-text", Static).update(content)

    def _say(self, sentence: str) -> None:
        """Show a sentence in all views of the host's answer."""
        clean = printable(sentence, 600)
        self._listed = None
        self.query_one("#compare-users", RowList).set_note(clean)
        for view in ("differences", "groups"):
            self._text(view, Content(clean))
        self.query_one(ScatterView).say_instead(sentence)
        self.query_one(ListsView).say_instead(clean)


def _values(answer: Compared, key: str) -> str:
    """The known metrics of the runs for a user: `NDCG@10 A 0.9000 B 0.1000`."""
    known: dict[str, DifferingUser] = {
        letter: one
        for letter, against in zip(LETTERS[1:], answer.against, strict=False)
        for one in against.differing
        if one.user == key
    }
    first = next(iter(known.values()), None)
    told = [f"{letter} {one.other:.4f}" for letter, one in known.items()]
    return " ".join([metric_title(answer.metric), *([f"A {first.first:.4f}"] if first else []), *told])
