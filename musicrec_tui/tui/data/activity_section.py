"""Activity: the long tail of artists, how much users listen, and when."""

import math
from collections.abc import Sequence
from typing import ClassVar, cast

from textual.app import ComposeResult, RenderResult
from textual.containers import Horizontal
from textual.content import Content
from textual.geometry import Size

from musicrec_tui.dataset.lookups import stats
from musicrec_tui.dataset.portrait import Week
from musicrec_tui.dataset.records import Bucket, Month
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, bar, fit, number, short
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.month_window import TIMELINE_COMMANDS, MonthWindow
from musicrec_tui.tui.common.page import Page
from musicrec_tui.tui.common.tabular_widget import TABLE_COMMANDS, TabularWidget
from musicrec_tui.tui.common.text_plots import braille_curve, timeline, year_line
from musicrec_tui.tui.common.verbs import PERIOD
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.data.section import Section
from musicrec_tui.tui.shell.base import BaseScreen
from musicrec_tui.tui.shell.period_dialog import ask_for_period
from musicrec_tui.tui.tabular import plots
from musicrec_tui.tui.tabular.sheet import Sheet

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_BLOCKS = " ▁▂▃▄▅▆▇█"
_COUNT, _SHARE = 8, 8
_LABEL, _HIGH = 6, 8
NO_LISTENS = "No listens in this period."


class ActivitySection(Section):
    """Histograms and rank plots side by side, the calendar below; of all listens, or those of a period."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("activity.period", "choose_period", PERIOD, "Period",
                "Count only listens of a year, of the last 12 months, or from one day to another.", footer="period",
                guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

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
        """Start the look-ups."""
        self.session.subscribe(self)
        start(self, "activity", self._load)

    def on_period_chosen(self) -> None:
        """Other listens count."""
        start(self, "activity", self._load)

    def action_choose_period(self) -> None:
        """Ask which period."""
        ask_for_period(cast(BaseScreen, self.screen))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A log without timestamps has no periods."""
        return self.dataset.info.has_times if action == "choose_period" else True

    def focus_first(self) -> None:
        """Focus the page."""
        self.screen.set_focus(self.query_one("#activity-page"))

    async def _load(self) -> None:
        """Look up and draw, the quick answers first."""
        tables, period = self.session.tables, self.session.period
        for plot in self.query(Plot):
            plot.set_period(period.words() if period is not None else "")
        found = await asked(self, stats.activity_stats, tables)
        shape = await asked(self, stats.matrix_stats, tables)
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
        months = await asked(self, stats.listens_by_month, tables)
        if months is None:
            return
        calendar = self.query_one("#calendar", Calendar)
        calendar.show(months, None)
        zone = self.session.settings.time_zone
        week = await asked(self, stats.listens_by_hour, tables, zone)
        calendar.show(months, week if week is not None else Week(zone, ()))


class Plot(TabularWidget, can_focus=True):
    """A plot of text lines that is redrawn for each width, with a title.

    Attributes:
        heading: the title with the period.
        period: in words; empty: all time.
    """

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = TABLE_COMMANDS
    BINDINGS = bindings(TABLE_COMMANDS)

    def __init__(self, *, id: str, title: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._title = self.heading = self.table_name = title
        self.period = ""
        self.border_title = Content(title)
        self._lines: Sequence[Content] = (Content.styled("Counting …", DIM),)

    def set_period(self, words: str) -> None:
        """The period that is plotted, for the title; empty: all time."""
        self.period = words
        self.table_name = f"{self._title}, {words}" if words else self._title
        self.heading = f"{self._title} · {words}" if words else self._title
        self.border_title = Content(self.heading)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of lines at a width."""
        return len(self.draw(width))

    def draw(self, width: int) -> Sequence[Content]:
        """The lines at a width."""
        return self._lines

    def render(self) -> RenderResult:
        """All lines."""
        return Content("\n").join(self.draw(self.size.width))


class Tail(Plot):
    """A histogram, with measures of inequality below."""

    def __init__(self, *, id: str, title: str, of: str, by: str) -> None:  # noqa: A002
        super().__init__(id=id, title=title)
        self._of, self._by = of, by
        self._buckets: tuple[Bucket, ...] | None = None
        self._figures: tuple[str, ...] = ()

    def show(self, buckets: tuple[Bucket, ...], *figures: str) -> None:
        """Set the buckets and the lines below."""
        self._buckets, self._figures = buckets, figures
        self.refresh(layout=True)

    def sheet(self) -> Sheet | None:
        """The buckets."""
        return plots.buckets(self.table_name, self._buckets or (), self._by)

    def draw(self, width: int) -> Sequence[Content]:
        """A bar for each bucket, and the lines below."""
        if self._buckets is None:
            return self._lines
        return [
            *bucket_bars(self._buckets, self._by, self._of, width),
            *(Content.styled(one, "bold") for one in self._figures),
        ]


class Ranks(Plot):
    """Listens by rank, both on logarithmic scales."""

    def __init__(self, *, id: str, title: str, of: str) -> None:  # noqa: A002
        super().__init__(id=id, title=title)
        self._of = of
        self._ranks: tuple[tuple[int, int], ...] | None = None

    def show(self, ranks: tuple[tuple[int, int], ...]) -> None:
        """Set the (rank, listens) pairs."""
        self._ranks = ranks
        self.refresh(layout=True)

    def sheet(self) -> Sheet | None:
        """The ranks of the curve."""
        return plots.ranks(self.table_name, self._ranks or (), self._of)

    def draw(self, width: int) -> Sequence[Content]:
        """A curve with listens on the left and ranks below."""
        if self._ranks is None:
            return self._lines
        if not self._ranks:
            return [Content.styled(NO_LISTENS, DIM)]
        last, most, fewest = self._ranks[-1][0], self._ranks[0][1], self._ranks[-1][1]
        points = [(math.log10(place), math.log10(listens)) for place, listens in self._ranks]
        room = max(1, width - _LABEL - 1)
        drawn = braille_curve(points, room, _HIGH, (0.0, math.log10(last)), (math.log10(fewest), math.log10(most)))
        labels = {0: short(most), _HIGH - 1: short(fewest)}
        lines = [
            Content.assemble((f"{labels.get(at, ''):>{_LABEL}}", DIM), (f"▏{dots}", "$accent"))
            for at, dots in enumerate(drawn)
        ]
        right = f"{short(last)} {self._of}"
        middle = "listens by rank, logarithmic"
        between = room - 1 - len(right)
        foot = f"1{middle:^{between}}{right}" if between > len(middle) else f"1 – {right}"
        return [*lines, Content.styled(" " * (_LABEL + 1) + foot, DIM)]


class Calendar(Plot):
    """Listens by month, and by weekday and hour; the months zoom."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (*TIMELINE_COMMANDS, *TABLE_COMMANDS)
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, *, id: str, title: str) -> None:  # noqa: A002
        super().__init__(id=id, title=title)
        self._months: tuple[Month, ...] | None = None
        self._window = MonthWindow()
        self._week: Week | None = None

    def show(self, months: tuple[Month, ...], week: Week | None) -> None:
        """Set both; the week is None before it was counted, and without listens if that failed."""
        self._months, self._week = months, week
        self._window.show(months)
        if week is not None and week.listens:
            self.border_title = Content(f"{self.heading} · hours of {printable(week.time_zone, 40)}")
        self.refresh(layout=True)

    def action_zoom(self, step: int) -> None:
        """Show fewer months (1), more (-1) or all (0)."""
        self._window.zoom(step)
        self.refresh()

    def action_shift(self, step: int) -> None:
        """Show earlier or later months."""
        self._window.shift(step)
        self.refresh()

    def sheet(self) -> Sheet | None:
        """Listens by month, and by hour of the week once counted."""
        if self._week is not None and self._week.listens:
            return plots.calendar(f"Listens by month and hour{self._of_period}", self._months or (), self._week)
        return plots.months(f"Listens by month{self._of_period}", self._months or ())

    @property
    def _of_period(self) -> str:
        """The period, for the title of a table; empty: all time."""
        return f", {self.period}" if self.period else ""

    def draw(self, width: int) -> Sequence[Content]:
        """A line for the months, one for their years, and seven for the hours."""
        if self._months is None:
            return self._lines
        if not self._months:
            none = NO_LISTENS if self.period else "This log has no timestamps."
            return [Content.styled(none, DIM)]
        shown = self._window.months
        lines = [timeline(shown, width), year_line(shown, width)]
        if self._week is None:
            return [*lines, Content.styled("Reading all listens to count hours …", DIM)]
        if not self._week.listens:
            return [*lines, Content.styled("The hours could not be counted.", DIM)]
        return [*lines, Content(""), *week_lines(self._week, width)]


def bucket_bars(buckets: Sequence[Bucket], by: str, of: str, width: int) -> list[Content]:
    """A histogram under a line of titles: span, bar, count, and share of all listens for each bucket."""
    most = max((bucket.count for bucket in buckets), default=0) or 1
    listens = sum(bucket.listens for bucket in buckets) or 1
    label = max([len(by), *(len(_span(bucket)) for bucket in buckets)])
    room = max(4, width - label - 1 - _COUNT - _SHARE)
    heads = f"{by:>{label}} {'':{room}}{of:>{_COUNT}}{'listens':>{_SHARE}}"
    return [
        Content.styled(heads, DIM),
        *(
            Content.assemble(
                (f"{_span(bucket):>{label}} ", DIM), (bar(bucket.count / most, room), "$primary"),
                (f"{short(bucket.count):>{_COUNT}}", "bold"), (f"{bucket.listens / listens:>{_SHARE}.0%}", DIM),
            )
            for bucket in buckets
        ),
    ]  # fmt: skip


def _span(bucket: Bucket) -> str:
    """`4–7`."""
    return number(bucket.fewest) if bucket.fewest == bucket.most else f"{short(bucket.fewest)}–{short(bucket.most)}"


def week_lines(week: Week, width: int) -> list[Content]:
    """Seven lines of 24 hours as blocks, with the day's listens; clock hours above."""
    most = max((count for day in week.listens for count in day), default=0) or 1
    wide = max(1, min(4, (width - 4 - 8) // 24))
    clock = "".join(f"{hour:<{6 * wide}}" for hour in range(0, 24, 6))
    lines = [Content.styled(f"    {clock}", DIM)]
    for day, counts in zip(_DAYS, week.listens, strict=True):
        blocks = "".join(_block(count, most) * wide for count in counts)
        lines.append(
            Content.assemble((f"{day} ", DIM), (blocks, "$accent"), (fit(short(sum(counts)), 8, right=True), "bold"))
        )
    return lines


def _block(count: int, most: int) -> str:
    """A count as a block; only zero is empty."""
    return _BLOCKS[0 if not count else max(1, round(8 * count / most))]
