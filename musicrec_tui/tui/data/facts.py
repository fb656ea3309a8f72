"""What was read, as lines of label and figure."""

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.lookups.account import State
from musicrec_tui.dataset.records import DatasetInfo
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, number

_LABEL = 9
Fact = tuple[str, str, str]

_STATES = {
    "unchanged": ("unchanged", "since the index was made"),
    "changed": ("changed", "since the index was made: it is built anew at the next start"),
    "gone": ("not there", "now; the index still answers"),
}


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
            head = Content.assemble((f"{label:<{_LABEL}} ", DIM), (figure, "bold"), (tail, DIM))
            lines.extend(_hanging(head, self.size.width))
        return Content("\n").join(lines)


def _hanging(line: Content, width: int) -> list[Content]:
    """A line folded to the width, what follows indented to the figures."""
    indent = _LABEL + 1
    if width <= indent + 8 or line.cell_length <= width:
        return [line]
    first, *rest = line[indent:].wrap(width - indent)
    return [line[:indent] + first, *(Content(" " * indent) + one for one in rest)]


def read_facts(info: DatasetInfo, state: State | None = None) -> list[Fact]:
    """What was read: where, how much, when, and whether it is still so."""
    facts: list[Fact] = [("from", "", printable(path, None)) for path in info.paths]
    insisted = "as was insisted on" if info.insisted else ""
    facts.append(("layout", printable(info.layout), insisted))
    used = "all of them used" if info.kept == info.rows else f"of which {number(info.kept)} were used"
    facts.append(("rows", number(info.rows), used))
    if info.first_at and info.last_at:
        facts.append(("span", f"{info.first_at:%Y-%m-%d} – {info.last_at:%Y-%m-%d}", "UTC"))
    else:
        facts.append(("span", "no times", ""))
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
