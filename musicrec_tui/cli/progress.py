"""Progress on stderr: a bar on a terminal, a few plain lines elsewhere."""

import os
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from musicrec_tui.cli import outcome, output
from musicrec_tui.text import printable

_QUARTERS = 4


class Meter:
    """A progress bar with a label; use it as a context manager."""

    def __init__(self) -> None:
        out = output.console(stderr=True)
        watched = out.is_terminal and not out.is_dumb_terminal and "CI" not in os.environ
        self._bar: Progress | None = None
        if watched:
            label = TextColumn("{task.description}", markup=False)
            self._bar = Progress(
                label, BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), console=out, transient=True,
                redirect_stdout=False, redirect_stderr=False,
            )  # fmt: skip
            self._task = self._bar.add_task("", total=None)
        self._told: tuple[str, int] | None = None

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def show(self, label: str, done: float, of: float, beside: str = "") -> None:
        """Show how much of a phase is done; `of` 0 means unknown.

        Args:
            label: the phase; a new one starts a new count.
            done: the amount that is done.
            of: the whole amount.
            beside: more to show, such as a loss; only a bar has room for it.
        """
        if self._bar:
            text = printable(f"{label}  {beside}".rstrip())
            self._bar.update(self._task, description=text, completed=done, total=of or None)
            return
        quarter = int(_QUARTERS * done / of) if of else 0
        if (label, quarter) != self._told:
            self._told = (label, quarter)
            outcome.say(f"{label} {quarter * 100 // _QUARTERS} %" if of else label)

    def share(self, label: str, fraction: float | None, beside: str = "") -> None:
        """The same for a share from 0 to 1; None means unknown."""
        self.show(label, fraction or 0.0, 0 if fraction is None else 1, beside)

    def note(self, line: str) -> None:
        """Print one line that stays."""
        if self._bar:
            from rich.text import Text

            self._bar.console.print(Text(printable(line, limit=None)))
        else:
            outcome.say(line)
