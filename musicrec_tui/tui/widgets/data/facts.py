"""What was read, and the shape of the matrix, as lines of label and figure."""

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from musicrec_tui.dataset.records import DatasetInfo, MatrixStats
from musicrec_tui.text import printable
from musicrec_tui.tui.widgets.cells import bar, fit, number, short

DIM = "$foreground 60%"
_LABEL = 9
Fact = tuple[str, str, str]


class FactSheet(Widget):
    """Facts under a title; each is a label, a figure that stands out, and a dimmed remark."""

    def __init__(self, *, id: str, title: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.border_title = title
        self._facts: list[Fact] = []

    def show(self, facts: list[Fact]) -> None:
        """Set the facts (clean text)."""
        self._facts = facts
        self.refresh(layout=True)

    def render(self) -> RenderResult:
        """A line each; long remarks go on below themselves."""
        lines: list[Content] = []
        for label, figure, remark in self._facts:
            tail = f" {remark}" if figure and remark else remark
            style = "$primary" if figure.startswith("█") else "bold"
            head = Content.assemble((f"{label:<{_LABEL}} ", DIM), (figure, style), (tail, DIM))
            lines.extend(_hanging(head, self.size.width))
        return Content("\n").join(lines)


def _hanging(line: Content, width: int) -> list[Content]:
    """A line folded to the width, what follows indented to the figures."""
    indent = _LABEL + 1
    if width <= indent + 8 or line.cell_length <= width:
        return [line]
    first, *rest = line[indent:].wrap(width - indent)
    return [line[:indent] + first, *(Content(" " * indent) + one for one in rest)]


def read_facts(info: DatasetInfo) -> list[Fact]:
    """What was read: where, how much, and what was left out."""
    facts: list[Fact] = [("from", "", _from_the_left(printable(path, None), 26)) for path in info.paths]
    facts.append(("layout", printable(info.layout), ""))
    facts.append(("rows", number(info.rows), "all used" if info.kept == info.rows else f"{number(info.kept)} used"))
    facts += [("left out", number(count), printable(reason)) for reason, count in info.rejected.items()]
    facts += [("mended", number(count), printable(what)) for what, count in info.repaired.items()]
    if info.first_at and info.last_at:
        facts.append(("span", f"{info.first_at:%Y-%m-%d} – {info.last_at:%Y-%m-%d}", "UTC"))
    else:
        facts.append(("span", "no times", ""))
    facts += [("note", "", printable(note, None)) for note in info.notes]
    return facts


def matrix_facts(stats: MatrixStats) -> list[Fact]:
    """The matrix and its long tail."""
    facts: list[Fact] = [
        ("matrix", f"{number(stats.users)} × {number(stats.artists)}", "cells"),
        ("filled", f"{stats.density:.3%}", f"{number(stats.plays)} pairs"),
        ("median", f"{stats.median_artists:g}", f"artists, {stats.median_listens:g} listens"),
        ("Gini", f"{stats.gini:.2f}", "of listens over artists"),
        ("long tail", f"{stats.one_listener:.0%}", "have one listener"),
    ]
    most = max((bucket.artists for bucket in stats.tail), default=1)
    for bucket in stats.tail:
        span = f"{bucket.fewest:,}" if bucket.fewest == bucket.most else f"{bucket.fewest:,}–{bucket.most:,}"
        drawn = bar(bucket.artists / most, 12)
        facts.append((fit(span, _LABEL, right=True), drawn, f"{short(bucket.artists)} artists"))
    return facts


def _from_the_left(text: str, width: int) -> str:
    """The end of a path is what tells it apart."""
    return text if len(text) <= width else "…" + text[1 - width :]
