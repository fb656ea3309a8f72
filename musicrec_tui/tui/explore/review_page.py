"""The year in review: a page about a year of the user that Explore shows."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from musicrec_tui import files
from musicrec_tui.dataset.records import User
from musicrec_tui.dataset.review import card, pages
from musicrec_tui.dataset.review import year as years
from musicrec_tui.dataset.review.year import Review
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.page import Page
from musicrec_tui.tui.common.verbs import BACK, CLOSE, EXPORT, FORWARD
from musicrec_tui.tui.common.working import answered, start
from musicrec_tui.tui.shell.session import Session

_LABEL, _WIDEST = 16, 30
_FORMATS: dict[str, Callable[[Review], str]] = {
    ".svg": card.render_card, ".md": pages.markdown, ".txt": pages.plain_text,
}  # fmt: skip


class ReviewScreen(Dialog[None]):
    """A year of a user or profile; `[` and `]` turn to other years, `e` saves it."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("review.earlier", "turn(-1)", BACK, "The year before", "Show the year before.",
                guest=True),
        Command("review.later", "turn(1)", FORWARD, "The next year", "Show the next year.", guest=True),
        Command("review.export", "export", EXPORT, "Save the page", "Write it as a card (.svg), Markdown or text."),
        Command("review.close", "dismiss", CLOSE, "Close", "Back to Explore.", palette=False, guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, session: Session, user: User) -> None:
        super().__init__()
        self._session, self._user = session, user
        self._found: Review | None = None

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        with Vertical(classes="dialog help"), Page(id="review"):
            yield Static(id="review-text", markup=False)

    def on_mount(self) -> None:
        """Show the latest year."""
        self.query_one(".dialog").border_title = "Year in review"
        self.query_one(".dialog").border_subtitle = "[ ] years · e saves · esc closes"
        self.query_one("#review-text", Static).update("Counting …")
        self.query_one(Page).focus()
        start(self, "review", self._load, None)

    async def _load(self, year: int | None) -> None:
        """Calculate and show a year; without listens, say so."""
        dataset = self._session.dataset
        if dataset is None:
            return
        text = self.query_one("#review-text", Static)
        try:
            self._found = await answered(
                years.review, self._session.people, dataset, self._user, self._session.settings.time_zone, year
            )
        except UserError as error:
            text.update(Content(printable(str(error), 600)))
            return
        self.query_one(".dialog").border_title = Content(
            fit(f"Year in review · {pages.title(self._found)}", 70).rstrip()
        )
        text.update(render_review(self._found, self._width))
        self.query_one(Page).scroll_home(animate=False)

    def on_resize(self) -> None:
        """Draw for the new width."""
        if self._found is not None:
            text = self.query_one("#review-text", Static)
            text.update(render_review(self._found, self._width))

    @property
    def _width(self) -> int:
        """The cells of a line, with room for the scrollbar."""
        page = self.query_one(Page)
        return max(40, page.size.width - page.styles.scrollbar_size_vertical - 1)

    def action_turn(self, step: int) -> None:
        """Show the year before or after, of those with listens."""
        found = self._found
        if found is not None:
            place = found.years.index(found.year) + step
            if 0 <= place < len(found.years):
                start(self, "review", self._load, found.years[place])

    def action_export(self) -> None:
        """Ask for a file name, and write the year there."""
        from musicrec_tui.tui.shell.export_dialog import Cancelling, ExportDialog, Report

        found = self._found
        if found is None:
            return

        def work(target: Path, _report: Report, _cancelled: Cancelling, _many: int) -> int:
            files.write_bytes(target, (text := _FORMATS[target.suffix.lower()](found)).encode())
            return text.count("\n")

        name = f"{found.year}-{''.join(sign for sign in found.whose if sign.isalnum())[:40] or 'year'}.svg"
        self.app.push_screen(
            ExportDialog("Year in review", name, work, unit="lines", formats=tuple(_FORMATS), hint=".svg is a card.")
        )


def render_review(found: Review, width: int) -> Content:
    """The page, `width` cells wide."""
    lines: list[Content] = []
    for section in pages.sections(found):
        lines += (
            [Content(""), Content.styled(printable(section.title), "bold $accent")]
            if lines
            else [Content.styled(printable(section.title), "bold $accent")]
        )
        lines += [_line(row, section.columns, width) for row in section.rows]
    return Content("\n").join(lines)


def _line(row: tuple[str, ...], columns: tuple[str, ...], width: int) -> Content:
    """A row: a label and what it is, a bar, or a ranked name with its figure on the right."""
    if not columns:
        label, *rest = row
        return Content.assemble((fit(label, _LABEL), DIM), " ", fit("  ".join(rest), width - _LABEL - 1))
    rank = row[0] if not columns[0] else ""
    names = row[1:-1] if not columns[0] else row[:-1]
    room = (width - 4 - 8) // len(names)
    cells = [
        (fit(name, min(room, 2 * _WIDEST) - 1) + " ", "" if place == 0 else DIM) for place, name in enumerate(names)
    ]
    return Content.assemble((f"{rank:>3} ", DIM), *cells, (f"{row[-1]:>8}", "bold"))
