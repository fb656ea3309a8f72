"""Overview: what was read, file by file, and what was left out or mended, with the first rows of each."""

import os
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container

from musicrec_tui.dataset.lookups import account
from musicrec_tui.dataset.records import DatasetInfo, Offender, SourceFile, Table
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import number, size
from musicrec_tui.tui.common.page import Page
from musicrec_tui.tui.common.table_view import TableView
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.data.facts import FactSheet, read_facts
from musicrec_tui.tui.data.section import Section


class Overview(Section):
    """Facts above, files and reasons below."""

    def compose(self) -> ComposeResult:
        """The facts have the room that they need, up to a half."""
        with Page(id="facts"):
            yield FactSheet(id="read", title="What was read")
        with Container(id="files-and-fates"):
            yield TableView(id="files", title="Files", whole=1)
            yield TableView(id="fates", title="Left out and mended")

    def on_mount(self) -> None:
        """Show what is known, and ask for the rest."""
        self.query_one("#read", FactSheet).show(read_facts(self.dataset.info))
        start(self, "overview", self._load)

    def focus_first(self) -> None:
        """The files are what one scrolls in."""
        self.query_one("#files", TableView).focus_rows()

    async def _load(self) -> None:
        """What takes a moment."""
        files = await asked(self, account.files, self.dataset)
        if files is not None:
            self.query_one("#files", TableView).show(file_table(files))
        told = await asked(self, account.offenders, self.dataset)
        if told is not None:
            self._show_fates(told)
        state = await asked(self, account.state, self.dataset)
        self.query_one("#read", FactSheet).show(read_facts(self.dataset.info, state))

    def _show_fates(self, told: list[Offender]) -> None:
        """The reasons with their rows, or that there are none."""
        table, headings = fate_table(self.dataset.info, told)
        pane = self.query_one("#fates", TableView)
        if table.rows:
            pane.show(table, headings)
        else:
            pane.set_note("No row was left out, none had to be mended.")


def file_table(files: Sequence[SourceFile]) -> Table:
    """The files as a table; what their names begin with alike is left away."""
    rows = tuple(
        (name, file.layout, size(file.size), number(file.rows), number(file.kept), number(file.rows - file.kept))
        for name, file in zip(short_names([file.path for file in files]), files, strict=True)
    )
    types = ("VARCHAR", "VARCHAR", "BIGINT", "BIGINT", "BIGINT", "BIGINT")
    return Table(("file", "layout", "size", "rows", "kept", "left out"), types, rows, len(rows))


def fate_table(info: DatasetInfo, told: Sequence[Offender]) -> tuple[Table, dict[int, str]]:
    """The first rows of each reason, and the reasons as headings above them."""
    rows: list[tuple[str | None, ...]] = []
    headings: dict[int, str] = {}
    for outcome, word, reasons in (("rejected", "left out", info.rejected), ("repaired", "mended", info.repaired)):
        for reason, count in reasons.items():
            headings[len(rows)] = f"{number(count)} {word}: {printable(reason)}"
            own = [one for one in told if (one.outcome, one.reason) == (outcome, reason)]
            rows += [(os.path.basename(one.file), number(one.row), one.shown) for one in own]  # noqa: PTH119
            if not own:
                rows.append((None, None, None))
    return Table(("file", "row", "what it holds"), ("VARCHAR", "BIGINT", "VARCHAR"), tuple(rows), len(rows)), headings


def short_names(paths: Sequence[str]) -> list[str]:
    """Paths without the folder that all are in."""
    folders = {os.path.dirname(path) for path in paths}  # noqa: PTH120
    if not folders:
        return []
    return [os.path.relpath(path, os.path.commonpath(folders)) for path in paths]
