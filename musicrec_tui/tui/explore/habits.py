"""When and what a user listens to: the hours of the day, new artists by month, how mainstream."""

from textual.app import RenderResult
from textual.content import Content

from musicrec_tui.dataset.records import Mainstream, UserDetails, UserProfile
from musicrec_tui.tui.common.cells import DIM, bars, number, spark
from musicrec_tui.tui.common.commands import bindings
from musicrec_tui.tui.common.tabular_widget import TABLE_COMMANDS, TabularWidget
from musicrec_tui.tui.common.text_plots import month_span
from musicrec_tui.tui.explore.drawing import called
from musicrec_tui.tui.tabular import plots
from musicrec_tui.tui.tabular.sheet import Sheet

_HOURS = 24
_HIGHEST = 8
_ROOMY = 44


class Habits(TabularWidget, can_focus=True):
    """Bars for the hours, a line of blocks for the months, and words for how mainstream."""

    OWN_COMMANDS = TABLE_COMMANDS
    BINDINGS = bindings(TABLE_COMMANDS)

    def __init__(self) -> None:
        super().__init__(id="habits")
        self._profile: UserProfile | None = None
        self._details: UserDetails | None = None
        self.border_title = "Hours of the day"

    def show(self, profile: UserProfile) -> None:
        """Another user, whose hours are not counted yet."""
        self._profile, self._details = profile, None
        self.border_title = Content("Hours of the day")
        self.refresh()

    def show_details(self, details: UserDetails) -> None:
        """Their hours are."""
        self._details = details
        self.border_title = Content(f"Hours of the day, {details.time_zone}" if details.hours else "Hours of the day")
        self.refresh()

    def sheet(self) -> Sheet | None:
        """The hours, or, until they are counted, nothing."""
        if self._details is None or self._profile is None:
            return None
        title = f"Hours of {called(self._profile.user)}"
        return plots.hours(title, self._details.hours, self._details.time_zone)

    def render(self) -> RenderResult:
        """As high as there is room: the bars take what the rest leaves."""
        if self._profile is None:
            return Content()
        width, height = self.size
        below = list(filter(None, (self._new_artists(width), _mainstream(self._profile.mainstream, width))))
        lines = sum(map(len, below))
        gap = [Content()] if height >= lines + 7 else []
        above = self._hours(width, min(_HIGHEST, height - lines - len(below) * len(gap) - 1))
        return Content("\n").join([*above, *(line for part in below for line in (*gap, *part))][:height])

    def _hours(self, width: int, height: int) -> list[Content]:
        """A bar for each hour, and which hours they are."""
        if self._details is None:
            return [Content.styled("Counting …", DIM)]
        hours = self._details.hours
        if not hours:
            return [Content.styled("this log has no timestamps", DIM)]
        cells = max(1, width // _HOURS)
        drawn = [Content.styled(line, "$accent") for line in bars(list(hours), cells, max(1, height))]
        scale = "".join(f"{hour:<{6 * cells}}" for hour in range(0, _HOURS, 6))
        most = hours.index(max(hours))
        note = f" most at {most}:00" if width >= _HOURS * cells + 14 else ""
        return [*drawn, Content.assemble((scale, DIM), (note, DIM))]

    def _new_artists(self, width: int) -> list[Content]:
        """How many artists were first played in each month."""
        months = self._profile.months if self._profile else ()
        new = [month.new_artists for month in months if month.new_artists is not None]
        if not new:
            return []
        average = sum(new) / len(new)
        figures = f"{average:.1f}" if average < 10 else number(average)
        note = f" new artists a month, {month_span(months)}" if width >= _ROOMY else " new artists a month"
        return [
            Content.assemble((figures, "bold"), (note, DIM)),
            Content.styled(spark(new, width), "$accent"),
        ]


def _mainstream(mainstream: Mainstream | None, width: int) -> list[Content]:
    """The share of users that an artist of theirs has, a word for it, and how that compares."""
    if mainstream is None:
        return []
    share = f"{mainstream.share:.1%}" if mainstream.share < 0.1 else f"{mainstream.share:.0%}"
    means = f"{share} of users listen to the same artists, on average"
    above = f"{mainstream.above:.0%}"
    return [
        Content.assemble(("mainstream ", DIM), (share, "bold"), (" · ", DIM), (mainstream.word, "bold")),
        Content.styled(f"more than {above} of users" if above != "0%" else "the least mainstream user", DIM),
        *([Content.styled(means, DIM)] if len(means) <= width else []),
    ]
