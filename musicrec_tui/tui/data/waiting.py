"""Data before the index is built: progress, source files, and their first rows."""

import contextlib

from textual.app import ComposeResult
from textual.widgets import Static

from musicrec_tui.dataset.lookups.rows import RawLog, open_unindexed
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import number, size
from musicrec_tui.tui.common.table_view import TableView
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.data.section import Section
from musicrec_tui.tui.shell.session import Session


class Waiting(Section):
    """A section that needs no index; removed when there is one."""

    def __init__(self, session: Session, *, id: str) -> None:  # noqa: A002
        super().__init__(session, id=id)
        self._log: RawLog | None = None

    def compose(self) -> ComposeResult:
        """Progress, files, and rows."""
        yield Static(id="waiting-progress", markup=False)
        yield Static(id="waiting-files", markup=False)
        yield TableView(id="first", title="First rows", returns=False)

    def on_mount(self) -> None:
        """Show the progress; open the files."""
        self.show_progress(self.session.phase, self.session.share)
        start(self, "first", self._load)

    def on_unmount(self) -> None:
        """Close the files."""
        if self._log is not None:
            self._log.close()

    def focus_first(self) -> None:
        """Focus the rows."""
        self.query_one("#first", TableView).focus_rows()

    def show_progress(self, phase: str, share: float | None) -> None:
        """Show the progress of indexing."""
        told = ": ".join(filter(None, ["The index is being built", printable(phase)]))
        self.query_one("#waiting-progress", Static).update(f"{told}{f', {share:.0%}' if share is not None else ''}.")

    async def _load(self) -> None:
        """Open the files, and show their rows."""
        log = await asked(self, open_unindexed, self.session.log)
        if log is None:
            self.query_one("#first", TableView).set_note("The log's files cannot be read at the moment.")
            return
        self._log = log
        self.query_one("#waiting-files", Static).update(_files(log))
        await self.query_one("#first", TableView).browse(log.page)


def _files(log: RawLog) -> str:
    """`4 files, 3.5 MB: ListenBrainz`."""
    files = [file for part in log.parts for file in part.files]
    total = 0
    for file in files:
        with contextlib.suppress(OSError):
            total += file.stat().st_size
    layouts = " + ".join(dict.fromkeys(part.layout.name for part in log.parts))
    return f"{number(len(files))} file{'' if len(files) == 1 else 's'}, {size(total)}: {printable(layouts)}"
