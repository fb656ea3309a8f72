"""Overview: the source files, and the rows that were skipped or repaired, with the first of each reason."""

import os
from collections.abc import Sequence

from textual.app import ComposeResult, RenderResult
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget

from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.lookups import account
from musicrec_tui.dataset.lookups.account import State
from musicrec_tui.dataset.records import DatasetInfo, Offender, SourceFile, Table, TableReading
from musicrec_tui.paths import abbreviated
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, number, size
from musicrec_tui.tui.common.page import Page
from musicrec_tui.tui.common.table_view import TableView
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.data.section import Section

_LABEL = 9
Fact = tuple[str, str, str]

_SHOWN = ("user_id", "artist_name", "recording_name", "listened_at", "play_count", "rating")
"""What is shown of a row as it was understood."""

_STATES = {
    "unchanged": ("unchanged", "since the index was built"),
    "changed": ("changed", "since the index was built: it is built again at the next start"),
    "gone": ("not there", "now; the index still answers"),
}


class FactSheet(Widget):
    """Facts under a title: label, number in bold, dim remark."""

    def __init__(self, *, id: str, title: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.border_title = title
        self._facts: list[Fact] = []

    def show(self, facts: list[Fact]) -> None:
        """Set the facts (clean text)."""
        self._facts = facts
        self.refresh(layout=True)

    def render(self) -> RenderResult:
        """A line for each fact; long remarks are wrapped with an indent."""
        lines: list[Content] = []
        for label, figure, remark in self._facts:
            tail = f" {remark}" if figure and remark else remark
            head = Content.assemble((f"{label:<{_LABEL}} ", DIM), (figure, "bold"), (tail, DIM))
            lines.extend(_hanging(head, self.size.width))
        return Content("\n").join(lines)


def _hanging(line: Content, width: int) -> list[Content]:
    """A line wrapped to a width, further lines indented."""
    indent = _LABEL + 1
    if width <= indent + 8 or line.cell_length <= width:
        return [line]
    first, *rest = line[indent:].wrap(width - indent)
    return [line[:indent] + first, *(Content(" " * indent) + one for one in rest)]


def read_facts(info: DatasetInfo, state: State | None = None) -> list[Fact]:
    """The facts on the source: paths, layout, rows, time span, ratings, and whether the files changed."""
    facts: list[Fact] = [("from", "", printable(abbreviated(path), None)) for path in info.paths]
    insisted = "given with --format" if info.insisted else ""
    facts.append(("layout", printable(info.layout), insisted))
    facts += [fact for one in info.understood for fact in _understood(one)]
    used = "all used" if info.kept == info.rows else f"of which {number(info.kept)} were used"
    facts.append(("rows", number(info.rows), used))
    if info.first_at and info.last_at:
        facts.append(("span", f"{info.first_at:%Y-%m-%d} – {info.last_at:%Y-%m-%d}", "UTC"))
    else:
        facts.append(("span", "no timestamps", ""))
    if info.rating_scale:
        counted = " Nothing else says who played what, so they are the plays." if info.plays_from_ratings else ""
        told = ratings.describe(info.rating_scale, info.disliked, info.neutral)
        facts.append(("ratings", number(info.rated), f"pairs; {told}.{counted}"))
    facts.append(("content", info.content, "(the same for any copy of this log)"))
    if state is not None:
        figure, remark = _STATES[state]
        facts.append(("files", figure, remark))
    facts += [("note", "", printable(note, None)) for note in info.notes]
    return facts


def _understood(one: TableReading) -> list[Fact]:
    """How files of one kind were understood: columns, warnings, and the first rows as they count."""
    facts: list[Fact] = []
    if one.sentence:
        encoding = f" · {one.encoding}" if one.encoding else ""
        facts.append(("columns", "", f"{printable(one.sentence, None)}{encoding}"))
    facts += [("warning", printable(warning, None), "") for warning in one.warnings]
    if one.sentence:
        rows = [" · ".join(printable(row[name], 60) for name in row if name in _SHOWN) for row in one.rows]
        facts += [(label, "", row) for label, row in zip(("read as", *[""] * len(rows)), rows, strict=False)]
    return facts


class Overview(Section):
    """Facts above, files and reasons below."""

    def compose(self) -> ComposeResult:
        """The facts, up to half of the height, and the tables."""
        with Page(id="facts"):
            yield FactSheet(id="read", title="Source")
        with Container(id="files-and-fates"):
            yield TableView(id="files", title="Files", whole=1)
            yield TableView(id="fates", title="Skipped and repaired")

    def on_mount(self) -> None:
        """Show the known facts, and look up the others."""
        self.query_one("#read", FactSheet).show(read_facts(self.dataset.info))
        start(self, "overview", self._load)

    def focus_first(self) -> None:
        """Focus the files."""
        self.query_one("#files", TableView).focus_rows()

    async def _load(self) -> None:
        """Look up files, reasons and the files' state."""
        files = await asked(self, account.source_files, self.dataset)
        if files is not None:
            self.query_one("#files", TableView).show(file_table(files))
        told = await asked(self, account.offenders, self.dataset)
        if told is not None:
            self._show_fates(told)
        state = await asked(self, account.log_state, self.dataset)
        self.query_one("#read", FactSheet).show(read_facts(self.dataset.info, state))

    def _show_fates(self, told: list[Offender]) -> None:
        """Show the reasons with their rows, or that there are none."""
        table, headings = fate_table(self.dataset.info, told)
        pane = self.query_one("#fates", TableView)
        if table.rows:
            pane.show(table, headings)
        else:
            pane.set_note("No rows were skipped or repaired.")


def file_table(files: Sequence[SourceFile]) -> Table:
    """The files as a table, without the common part of their paths."""
    rows = tuple(
        (name, file.layout, size(file.size), number(file.rows), number(file.kept), number(file.rows - file.kept))
        for name, file in zip(short_names([file.path for file in files]), files, strict=True)
    )
    types = ("VARCHAR", "VARCHAR", "BIGINT", "BIGINT", "BIGINT", "BIGINT")
    return Table(("file", "layout", "size", "rows", "kept", "skipped"), types, rows, len(rows))


def fate_table(info: DatasetInfo, told: Sequence[Offender]) -> tuple[Table, dict[int, str]]:
    """The first rows of each reason, with the reasons as headings."""
    rows: list[tuple[str | None, ...]] = []
    headings: dict[int, str] = {}
    for outcome, word, reasons in (("rejected", "skipped", info.rejected), ("repaired", "repaired", info.repaired)):
        for reason, count in reasons.items():
            headings[len(rows)] = f"{number(count)} {word}: {printable(reason)}"
            own = [one for one in told if (one.outcome, one.reason) == (outcome, reason)]
            rows += [(os.path.basename(one.file), number(one.row), one.shown) for one in own]  # noqa: PTH119
            if not own:
                rows.append((None, None, None))
    return Table(("file", "row", "content"), ("VARCHAR", "BIGINT", "VARCHAR"), tuple(rows), len(rows)), headings


def short_names(paths: Sequence[str]) -> list[str]:
    """Paths relative to their common folder."""
    folders = {os.path.dirname(path) for path in paths}  # noqa: PTH120
    if not folders:
        return []
    return [os.path.relpath(path, os.path.commonpath(folders)) for path in paths]
