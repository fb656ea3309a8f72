"""The first two lines of every screen: what is open, what is running, and where one can go."""

from rich.cells import cell_len
from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from musicrec_tui.tui.common.cells import crop
from musicrec_tui.tui.common.screens import SCREENS

TABS = tuple((screen.key, screen.title, screen.mode) for screen in SCREENS if screen.key)


class TitleBar(Widget):
    """`musicrec ─ sample_data · 66,936 listens · 1,422 users ───── ALS #3 ◐ 62% 0:04`, in one line."""

    def __init__(self) -> None:
        super().__init__()
        self._subject = ""
        self._status = ""

    def show(self, subject: str, status: str) -> None:
        """Set what is open and what is running (clean text); redraws only where something changed."""
        if (subject, status) != (self._subject, self._status):
            self._subject, self._status = subject, status
            self.refresh()

    def render(self) -> RenderResult:
        """Lay the parts out over the width; the subject is cut before the status is."""
        width = self.size.width
        status = crop(self._status, max(0, width // 2))
        room = width - len(" musicrec ─ ") - (cell_len(status) + 2 if status else 1) - 1
        subject = crop(self._subject, max(0, room))
        fill = "─" * max(0, room - cell_len(subject))
        return Content.assemble(
            (" musicrec", "bold $text-primary"), (" ─ ", "$foreground 30%"), subject, (f" {fill}", "$foreground 30%"),
            (f" {status} " if status else "─", "$accent" if status else "$foreground 30%"),
        )  # fmt: skip


class TabBar(Widget):
    """The screens with their number keys; the present one stands out by more than its hue."""

    def __init__(self, mode: str) -> None:
        super().__init__()
        self._mode = mode

    def render(self) -> RenderResult:
        """The tabs, one cell apart."""
        line = Content(" ")
        for key, title, mode in TABS:
            style = "bold reverse $text-primary" if mode == self._mode else "$foreground 70%"
            line += Content.assemble((f" {key} {title} ", style), " ")
        return line

    async def on_click(self, click: events.Click) -> None:
        """A tab can be clicked."""
        start = 1
        for key, title, mode in TABS:
            end = start + len(f" {key} {title} ")
            if start <= click.x < end:
                await self.app.run_action(f"show('{mode}')")
            start = end + 1
