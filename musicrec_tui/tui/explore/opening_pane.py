"""What Explore shows before there is an index: how far it is, or why there will be none; and the log at first sight."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult, RenderResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, bar, fit, number, size
from musicrec_tui.tui.shell.messages import IndexProgress

if TYPE_CHECKING:
    from musicrec_tui.dataset.sources.preview import Preview

_WIDEST = 48
_COLUMN = 18
_FILES = 4


class OpeningPane(Vertical):
    """The bar or the sentence, above the log's files and first rows."""

    def __init__(self) -> None:
        super().__init__(id="opening")

    def compose(self) -> ComposeResult:
        """Both parts."""
        yield OpeningBar()
        yield FirstSight()

    def show_progress(self, progress: IndexProgress, reason: str) -> None:
        """How far the index is, and why it is built again, if it is."""
        self.remove_class("failed")
        self.query_one(OpeningBar).show_progress(progress, reason)

    def show_failure(self, sentence: str, *, stopped: bool = False) -> None:
        """Why there is nothing to explore; `stopped`: the user did not want to wait."""
        self.set_class(not stopped, "failed")
        self.query_one(OpeningBar).show_failure(sentence, stopped=stopped)

    def show_preview(self, preview: "Preview") -> None:
        """What the log looks like."""
        self.query_one(FirstSight).show(preview)


class OpeningBar(Widget):
    """A progress bar in the middle, or a sentence."""

    def __init__(self) -> None:
        super().__init__(id="opening-bar")
        self._progress = IndexProgress("", None)
        self._reason = ""
        self._failure = ""
        self._stopped = False

    def show_progress(self, progress: IndexProgress, reason: str) -> None:
        """How far the index is."""
        self._progress, self._reason, self._failure = progress, printable(reason, None), ""
        self.refresh(layout=True)

    def show_failure(self, sentence: str, *, stopped: bool) -> None:
        """Why there is none."""
        self._failure, self._stopped = printable(sentence, None), stopped
        self.refresh(layout=True)

    def render(self) -> RenderResult:
        """Empty for the moment in which an index that is there is opened."""
        if self._failure and self._stopped:
            return Content.assemble(
                ("The log is not open\n\n", "bold"), self._failure, ("\n\npress R to build its index", DIM)
            )
        if self._failure:
            return Content.assemble(
                ("The log cannot be opened\n\n", "bold $text-error"), self._failure, ("\n\npress q to quit", DIM)
            )
        phase, share = printable(self._progress.phase), self._progress.share
        if not phase:
            return Content()
        width = min(_WIDEST, max(10, self.size.width - 12))
        percent = f"{share:4.0%}" if share is not None else "  … "
        details = " · ".join(filter(None, (phase, self._progress.left)))
        return Content.assemble(
            ("Building the index of this log (only once)\n\n", "bold"),
            (bar(share or 0.0, width), "$primary"), f" {percent}\n\n", (details, DIM),
            (f"\n{self._reason}" if self._reason else "", DIM),
        )  # fmt: skip


class FirstSight(Widget):
    """The log's files with their sizes, and its first rows in as many columns and lines as there is room for."""

    def __init__(self) -> None:
        super().__init__(id="first-sight")
        self._preview: Preview | None = None

    def show(self, preview: "Preview") -> None:
        """Another log."""
        self._preview = preview
        self.refresh()

    def render(self) -> RenderResult:
        """Files above, rows below."""
        seen, width = self._preview, self.size.width
        if seen is None:
            return Content()
        files, total = seen.files, sum(count for _, count in seen.files)
        named = f" · {printable(seen.layout)}" if seen.layout else ""
        lines = [
            Content.assemble(
                (f"{number(len(files))} file{'s' if len(files) > 1 else ''}, {size(total)}{named}", "bold")
            )
        ]
        lines += [Content(f"{fit(path.name, max(10, width - 12))} {size(count):>10}") for path, count in files[:_FILES]]
        if len(files) > _FILES:
            lines.append(Content.styled(f"and {number(len(files) - _FILES)} more", DIM))
        if seen.rows:
            shown = max(1, (width + 1) // (_COLUMN + 1))
            room = max(0, self.size.height - len(lines) - 2)
            lines += [Content(""), Content.styled(self._line(seen.columns, shown), "bold")]
            lines += [Content(self._line(row, shown)) for row in seen.rows[:room]]
        return Content("\n").join(lines)

    @staticmethod
    def _line(cells: tuple[str | None, ...], shown: int) -> str:
        """Cells in columns."""
        return " ".join(fit(cell or "", _COLUMN) for cell in cells[:shown])
