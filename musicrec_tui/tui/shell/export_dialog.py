"""The export dialog: file name, progress, cancelling."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from musicrec_tui.dataset import formula_guard
from musicrec_tui.dataset.table_files import FORMATS, check_target
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import expanded
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import bar
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.inputs import LineInput
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.verbs import CLOSE
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.shell.guests import need_freedom

Report = Callable[[int, int], None]
Cancelling = Callable[[], bool]
Work = Callable[[Path, Report, Cancelling, int], int]
"""Writes a file: `(path, report of progress, whether to stop, how many rows; 0: all) -> rows written`."""
MANY = 50
"""How many rows of a ranked list are written, unless another number is typed."""

TICK_SECONDS = 0.1
_SAFE = f"For spreadsheets, end it with {formula_guard.ENDING}: names that begin like formulas get an apostrophe."
_BAR = 20


class ExportDialog(Dialog[int | None]):
    """Asks for a file name and writes a table there; answers with the rows written, None if nothing was.

    Args:
        title: what is exported, clean.
        name: the suggested file name; its ending is the format.
        work: called in a thread with the path, a callback for `(rows done, all rows; 0: unknown)`, and a function that
            returns whether to stop. It returns the rows written, or raises `Cancelled` or `UserError` and leaves an
            existing file unchanged.
        unit: of the progress.
        formats: possible endings of the name; for a picture (.svg) marks are counted.
        hint: a sentence below the name, clean.
        most: ask how many rows, from 1 to `most`; 0: do not ask, all are written.
        download_folder: write there, and have the guest's browser download the file; None: write to a path of this
            machine, which guests may not.
    """

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("export.close", "close", CLOSE, "Close or stop", "Stop writing, or close.",
                palette=False, priority=True, guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(
        self, title: str, name: str, work: Work, *, unit: str = "rows", formats: Sequence[str] = FORMATS,
        hint: str = "Names are written unchanged.", most: int = 0, download_folder: Path | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._download_folder = download_folder
        self._heading, self._offered, self._work = title, name, work
        self._unit, self._formats, self._hint, self._most = unit, formats, hint, most
        self._stop: threading.Event | None = None
        self._progress = (0, 0)
        self._replacing = ""
        self._many = 0

    def compose(self) -> ComposeResult:
        """The input, and a line for hints, progress and errors."""
        with Vertical(classes="dialog"):
            if self._most:
                with Horizontal(id="export-count"):
                    yield Static("How many ", markup=False)
                    yield LineInput(str(min(MANY, self._most)), id="export-many")
                    yield Static(f" of {self._most:,}", markup=False)
            yield LineInput(self._offered, id="export-name", select_on_focus=False)
            yield Static("", id="export-said", markup=False)

    def on_mount(self) -> None:
        """Set the titles and the hint; focus the input."""
        dialog = self.query_one(".dialog")
        dialog.border_title = Content(self._heading)
        dialog.border_subtitle = "↵ writes · esc closes"
        formats = ", ".join(self._formats)
        safe = f"\n{_SAFE}" if ".csv" in self._formats else ""
        self._say(f"The file extension chooses the format: {formats}. {self._hint}{safe}\n{self._where()}")
        self.set_focus(self.query_one("#export-name", Input))

    def on_unmount(self) -> None:
        """Stop writing when the dialog is closed."""
        if self._stop is not None:
            self._stop.set()

    def action_close(self) -> None:
        """Stop writing; otherwise close the dialog."""
        if self._stop is not None:
            self._stop.set()
            self._say("Stopping …")
        else:
            self.dismiss(None)

    @on(Input.Changed)
    def _renamed(self, event: Input.Changed) -> None:
        """Forget the confirmation to replace a file."""
        event.stop()
        self._replacing = ""

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """Check the name; an existing file is replaced only after a second Enter."""
        event.stop()
        name = self.query_one("#export-name", Input).value.strip()
        if not name or self._stop is not None:
            return
        try:
            self._many = self._asked_many()
            target = self._target(name)
            check_target(target, self._formats)
            there = target.exists() and self._download_folder is None
        except (UserError, OSError) as error:
            self._say(str(error), wrong=True)
            return
        if there and self._replacing != name:
            self._replacing = name
            self._say("This file exists. Press Enter again to replace it, or change the name.", wrong=True)
            return
        start(self, "export", self._write, target)

    def _target(self, name: str) -> Path:
        """The file to write.

        Raises:
            UserError: a guest names a path of this machine.
        """
        if self._download_folder is not None:
            return self._download_folder / Path(name).name
        need_freedom(self)
        return expanded(Path(name)).absolute()

    def _where(self) -> str:
        """The sentence on where the file will be, clean."""
        return _folder_line() if self._download_folder is None else "Your browser downloads it."

    def _asked_many(self) -> int:
        """How many rows to write; 0: all.

        Raises:
            UserError: no number from 1 on.
        """
        if not self._most:
            return 0
        text = self.query_one("#export-many", Input).value.strip().replace(",", "")
        if not text:
            return 0
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:12]) <= self._most:
            raise UserError(f"How many is a whole number from 1 to {self._most:,}; blank = all.")
        return int(text)

    async def _write(self, target: Path) -> None:
        """Write the file and show the progress."""
        self._stop = stop = threading.Event()
        self._progress = (0, 0)
        self._tell()
        ticking = self.set_interval(TICK_SECONDS, self._tell)
        try:
            rows = await asyncio.to_thread(self._work, target, self._noted, stop.is_set, self._many)
        except Cancelled:
            self._say("Stopped; nothing was written.")
        except UserError as error:
            self._say(str(error), wrong=True)
        else:
            if self._download_folder is not None:
                self.app.deliver_binary(target, save_filename=target.name, mime_type="application/octet-stream")
            what = "marks" if target.suffix.lower() == ".svg" else self._unit
            note = f" {formula_guard.NOTE}" if formula_guard.is_wanted(target) else ""
            notify_latest(
                self, f"Wrote {rows:,} {what} to {printable(self._called(target), 200)}.{note}", group="export"
            )
            self.dismiss(rows)
        finally:
            stop.set()  # if this worker was cancelled, its thread still runs
            ticking.stop()
            self._stop = None

    def _called(self, target: Path) -> str:
        """What the file is called: guests have no use for a path of this machine."""
        return str(target) if self._download_folder is None else target.name

    def _noted(self, done: int, of: int) -> None:
        """Store the progress; called in the thread."""
        self._progress = (done, of)

    def _tell(self) -> None:
        """Show the progress, unless the user stopped it."""
        if self._stop is None or self._stop.is_set():
            return
        done, of = self._progress
        how_far = f"{bar(done / of, _BAR)} {done:,} of {of:,} {self._unit}" if of else f"{done:,} {self._unit}"
        self._say(f"Writing {how_far} · esc stops")

    def _say(self, sentence: str, *, wrong: bool = False) -> None:
        """Show a sentence below the name."""
        said = self.query_one("#export-said", Static)
        said.update(Content(printable_lines(sentence)))
        said.set_class(wrong, "-wrong")


def _folder_line() -> str:
    """The sentence on the folder of relative names, clean."""
    try:
        return f"In the folder {printable(str(Path.cwd()), 200)}"
    except OSError:
        return "The folder that the program was started in is gone. Type an absolute path."


def printable_lines(text: str) -> str:
    """Clean text of any length that keeps its line ends."""
    return "\n".join(printable(line, None) for line in text.split("\n"))
