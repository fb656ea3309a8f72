"""Activity: the long tail of artists, how much users listen, and when."""

from collections.abc import Sequence

from textual.app import ComposeResult, RenderResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from musicrec_tui.dataset.lookups import calendar, stats
from musicrec_tui.dataset.portrait import Week
from musicrec_tui.dataset.records import Bucket, Month
from musicrec_tui.text import printable
from musicrec_tui.tui.asking import asked
from musicrec_tui.tui.widgets.cells import bar, fit, number, short
from musicrec_tui.tui.widgets.data.section import Section
from musicrec_tui.tui.widgets.explore.drawing import timeline
from musicrec_tui.tui.working import start

DIM = "$foreground 60%"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_BLOCKS = " ▁▂▃▄▅▆▇█"
_COUNT, _SHARE = 8, 8


class Plot(Widget):
    """Lines that are drawn anew for each width, under a title."""

    def __init__(self, *, id: str, title: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.border_title = Content(title)
        self._lines: Sequence[Content] = (Content.styled("Counting …", DIM),)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as it takes at that width."""
        return len(self.draw(width))

    def draw(self, width: int) -> Sequence[Content]:
        """The lines for a width."""
        return self._lines

    def render(self) -> RenderResult:
        """All lines."""
        return Content("\n").join(self.draw(self.size.width))


class Tail(Plot):
    """Buckets as bars, and below them how unequal it is."""

    def __init__(self, *, id: str, title: str, of: str, by: str) -> None:  # noqa: A002
        super().__init__(id=id, title=title)
        self._of, self._by = of, by
        self._buckets: tuple[Bucket, ...] | None = None
        self._figures: tuple[str, ...] = ()

    def show(self, buckets: tuple[Bucket, ...], *figures: str) -> None:
        """Set the buckets, and lines of figures below them."""
        self._buckets, self._figures = buckets, figures
        self.refresh(layout=True)

    def draw(self, width: int) -> Sequence[Content]:
        """A bar for each bucket."""
        if self._buckets is None:
            return self._lines
        return [
            *bars(self._buckets, self._by, self._of, width),
            *(Content.styled(one, "bold") for one in self._figures),
        ]


class Calendar(Plot):
    """Listens by month, and by weekday and hour."""

    def __init__(self, *, id: str, title: str) -> None:  # noqa: A002
        super().__init__(id=id, title=title)
        self._months: tuple[Month, ...] | None = None
        self._week: Week | None = None

    def show(self, months: tuple[Month, ...], week: Week | None) -> None:
        """Set both; the week comes later."""
        self._months, self._week = months, week
        if week is not None and week.listens:
            self.border_title = Content(f"When · hours of {printable(week.time_zone, 40)}")
        self.refresh(layout=True)

    def draw(self, width: int) -> Sequence[Content]:
        """A line of months and seven of hours."""
        if self._months is None:
            return self._lines
        if not self._months:
            return [Content.styled("This log has no times.", DIM)]
        lines = [timeline(self._months, width)]
        if self._week is None:
            return [*lines, Content.styled("Reading all listens for the hours …", DIM)]
        return [*lines, Content(""), *hours(self._week, width)]


class ActivitySection(Section):
    """The tails side by side, the calendar below."""

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        with VerticalScroll(id="activity-page", can_focus=True):
            with Horizontal(id="tails"):
                yield Tail(id="artist-tail", title="Artists by listeners", of="artists", by="listeners")
                yield Tail(id="user-tail", title="Users by artists", of="users", by="artists")
            yield Calendar(id="calendar", title="When")

    def on_mount(self) -> None:
        """Ask."""
        start(self, "activity", self._load)

    def focus_first(self) -> None:
        """The page."""
        self.screen.set_focus(self.query_one("#activity-page"))

    async def _load(self) -> None:
        """The quick answers first."""
        found = await asked(self, stats.activity, self.dataset)
        shape = await asked(self, stats.matrix, self.dataset)
        if found is None or shape is None:
            return
        self.query_one("#artist-tail", Tail).show(
            found.artists_by_listeners,
            f"Gini {found.artist_gini:.2f} · top 1 %: {found.top_artists:.0%} of listens",
            f"{shape.one_listener:.0%} have a single listener",
        )
        self.query_one("#user-tail", Tail).show(
            found.users_by_artists,
            f"Gini {found.user_gini:.2f} · top 1 %: {found.top_users:.0%} of listens",
            f"median {shape.median_artists:g} artists, {shape.median_listens:g} listens",
        )
        months = await asked(self, calendar.months, self.dataset)
        if months is None:
            return
        plot = self.query_one("#calendar", Calendar)
        plot.show(months, None)
        week = await asked(self, calendar.week, self.dataset, self.session.settings.time_zone)
        plot.show(months, week)


def bars(buckets: Sequence[Bucket], by: str, of: str, width: int) -> list[Content]:
    """Under a line of heads, one for each bucket: its span, a bar, how many, and their share of all listens."""
    most = max((bucket.count for bucket in buckets), default=0) or 1
    listens = sum(bucket.listens for bucket in buckets) or 1
    label = max(len(by), *(len(_span(bucket)) for bucket in buckets))
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


def hours(week: Week, width: int) -> list[Content]:
    """Seven lines of 24 hours, a block as high as the hour is full, and the day's listens; the hours above."""
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
    """A count as a height; what is not zero is never drawn as nothing."""
    return _BLOCKS[0 if not count else max(1, round(8 * count / most))]
