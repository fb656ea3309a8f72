"""Plots as text: curves in braille dots with an axis, trend lines, listens by month.

Why not a plotting widget: `textual-plot` takes 0.2 to 0.8 s to import (NumPy), longer than the screen may stand still
while a job trains, and its frame needs four of the eight lines that a 24-line terminal has to spare.
"""

import itertools
import math
from collections.abc import Iterator, Sequence

from textual.content import Content

from musicrec_tui.dataset.records import Month
from musicrec_tui.tui.common.cells import DIM, fit, spark

Point = tuple[float, float]
# The bit of each dot in a braille cell, by column (0, 1) and row (0 is the top).
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
EMPTY = "\u2800"
LABELS = 7
_BLOCKS = "▁▂▃▄▅▆▇█"
_NO_NUMBER = "·"
_YEAR = 4


def braille_curve(points: Sequence[Point], width: int, height: int, x_range: Point, y_range: Point) -> list[str]:
    """Draw straight lines between points.

    Args:
        points: finite (x, y), in the order in which they are joined.
        width: in cells; so is `height`.
        height: see there.
        x_range: the values at the left and right edges; if equal, the curve is in the middle.
        y_range: the same for the lower and upper edges.

    Returns:
        `height` rows of `width` braille characters, top first.
    """
    cells = [[0] * width for _ in range(height)]
    if width <= 0 or height <= 0:
        return [""] * max(height, 0)
    dots = [
        (_scaled(x, *x_range, 2 * width - 1), 4 * height - 1 - _scaled(y, *y_range, 4 * height - 1)) for x, y in points
    ]
    for x, y in _blob(dots, width, height) if len(dots) == 1 else _line_dots(dots):
        cells[y // 4][x // 2] |= _DOTS[x % 2][y % 4]
    return ["".join(chr(ord(EMPTY) + bits) for bits in row) for row in cells]


def _scaled(value: float, low: float, high: float, last: int) -> int:
    """The dot of a value on a scale of dots 0 … last."""
    if not high > low:
        return last // 2
    return round(min(1.0, max(0.0, (value - low) / (high - low))) * last)


def _blob(dots: list[tuple[int, int]], width: int, height: int) -> Iterator[tuple[int, int]]:
    """The dots of a single point, large enough to be visible."""
    for x, y in dots:
        for across in range(x, min(x + 2, 2 * width)):
            for down in range(y, min(y + 2, 4 * height)):
                yield across, down


def _line_dots(dots: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """All dots on the lines between successive points."""
    for (x0, y0), (x1, y1) in itertools.pairwise(dots):
        steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        for step in range(steps + 1):
            yield x0 + round((x1 - x0) * step / steps), y0 + round((y1 - y0) * step / steps)


def nice_end(last: int, of: int) -> int:
    """The right edge of an axis of epochs: the next of 5, 10, 20, 50, … that holds the last one, never beyond `of`.

    A curve that always fills its axis hides the progress; one on an axis of 500 epochs that stops early is not legible.
    """
    magnitude = 10 ** max(0, math.floor(math.log10(max(last, 1))))
    for step in (0.5, 1, 2, 5, 10):
        end = int(max(5, step * magnitude))
        if end >= last:
            return max(last, min(end, of)) if of > 0 else end
    return last


def plot_lines(
    points: Sequence[Point], end: int, word: str, width: int, height: int, *,
    start: int = 1, log: bool = False, mark: int | None = None, dots: Sequence[Point] = (),
) -> list[Content]:  # fmt: skip
    """Draw points, joined by lines.

    Args:
        points: finite (x, y), by x; those outside of `start` … `end` are left out.
        end: the x at the right edge.
        word: unit of x, shown below the curve; what follows a comma is left out where there is no room.
        width: in cells.
        height: in lines, with the line below; at least two.
        start: the x at the left edge.
        log: logarithmic y; values of 0 and below are left out.
        mark: the x of a vertical line.
        dots: further points, which are not joined.

    Returns:
        `height` lines of `width` cells.
    """
    rows = max(1, height - 1)
    across = plot_columns(width)
    shown = [(x, y) for x, y in points if start <= x <= end and (y > 0 or not log)]
    apart = [(x, y) for x, y in dots if start <= x <= end and (y > 0 or not log)]
    values = [y for _, y in (*shown, *apart)] or [1.0]
    scaled = [(x, math.log10(y) if log else y) for x, y in shown]
    heights = [math.log10(y) if log else y for y in values] if shown or apart else [0.0]
    ranges = (float(start), float(end)), (min(heights), max(heights))
    drawn = braille_curve(scaled, across, rows, *ranges)
    for x, y in apart:
        drawn = _overlaid(drawn, braille_curve([(x, math.log10(y) if log else y)], across, rows, *ranges))
    labels = {0: short_figure(max(values)), rows - 1: short_figure(min(values))} if shown and rows > 1 else {}
    column = column_of(mark, start, end, across) if mark is not None and start <= mark <= end else None
    lines = []
    for number, row in enumerate(drawn):
        label = fit(labels.get(number, ""), LABELS - 1, right=True)
        lines.append(Content.assemble((f"{label} ", DIM), ("▏", "$accent"), _marked(row, column), " "))
    room = max(0, width - LABELS - 3 - len(f"{start}{end}"))
    if len(word) + 2 > room:
        word = word.partition(",")[0]
    below = f"{word} · log y" if log and room > len(word) + 8 else "log y" if log else word
    foot = f"{start}{below:^{room}}{end}"
    return [*lines, Content(fit(" " * (LABELS + 1) + foot, width)).stylize(DIM)]


def _overlaid(rows: Sequence[str], others: Sequence[str]) -> list[str]:
    """The dots of both."""
    return [
        "".join(chr(ord(one) | ord(other)) for one, other in zip(row, beside, strict=True))
        for row, beside in zip(rows, others, strict=True)
    ]


def plot_columns(width: int) -> int:
    """The width of the curve in a plot of `width` cells."""
    return max(1, width - LABELS - 2)


def column_of(x: float, start: int, end: int, across: int) -> int:
    """The column of an x in a curve of `across` columns."""
    return round((x - start) / max(1, end - start) * (2 * across - 1)) // 2


def _marked(dots: str, column: int | None) -> Content:
    """A row of the curve, with the vertical line."""
    if column is None:
        return Content.styled(dots, "$accent")
    here = ("┊", DIM) if dots[column] == EMPTY else (dots[column], "bold reverse")
    return Content.assemble((dots[:column], "$accent"), here, (dots[column + 1 :], "$accent"))


def short_figure(value: float) -> str:
    """A metric in at most six cells."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite"
    size = abs(value)
    if size >= 1_000_000:
        return f"{value:.1e}"
    return f"{value:.4f}" if size < 10 else f"{value:.1f}" if size < 1000 else f"{value:.0f}"


def trend_line(values: Sequence[float], width: int) -> str:
    """At most `width` cells; where there are more values, a cell is the mean of some of them.

    It grows from the left with every value. Infinite values and NaN are dots.
    """
    if width <= 0:
        return ""
    cells = _means(values, width)
    finite = [value for value in cells if math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    return "".join(_block(value, low, high) for value in cells)


def _means(values: Sequence[float], width: int) -> list[float]:
    """At most `width` values: means of neighbours."""
    if len(values) <= width:
        return list(values)
    edges = [cell * len(values) // width for cell in range(width + 1)]
    return [_mean(values[low:high]) for low, high in itertools.pairwise(edges)]


def _mean(values: Sequence[float]) -> float:
    """The mean, as a sum of shares: the plain sum may overflow."""
    return sum(value / len(values) for value in values)


def _block(value: float, low: float, high: float) -> str:
    """A value as a block; half high if all values are equal."""
    if not math.isfinite(value):
        return _NO_NUMBER
    if not math.isfinite(high - low) or high <= low:
        return _BLOCKS[3]
    return _BLOCKS[round((value - low) / (high - low) * (len(_BLOCKS) - 1))]


def month_span(months: tuple[Month, ...]) -> str:
    """The first and the last month as text."""
    return months[0].month if len(months) == 1 else f"{months[0].month} – {months[-1].month}"


def timeline(months: tuple[Month, ...], width: int) -> Content:
    """Listens per month as a line of blocks, followed by the first and last month.

    Years have two colours in turn, and the first cell of a year is underlined.
    """
    if not months:
        return Content.styled("no timestamps", DIM)
    label = _span_label(months, width)
    room = max(0, width - len(label))
    blocks, years = spark([month.listens for month in months], room), _years(months, room)
    cells = []
    for at, (block, year) in enumerate(zip(blocks, years, strict=True)):
        begins = at > 0 and years[at - 1] != year
        cells.append((block, f"{'$accent' if year % 2 else '$primary'}{' underline' if begins else ''}"))
    return Content.assemble(*cells, (label, DIM))


def year_line(months: tuple[Month, ...], width: int) -> Content:
    """The years below the cells of a `timeline` of the same width; those for which there is room."""
    if not months:
        return Content()
    line, years = "", _years(months, max(0, width - len(_span_label(months, width))))
    begins = [at for at in range(len(years)) if at == 0 or years[at - 1] != years[at]]
    if months[0].month[5:] != "01" and len(begins) > 1 and begins[1] <= _YEAR:
        begins = begins[1:]  # a few months of a year: its name would hide the next one's
    for at in begins:
        if at >= len(line) and at + _YEAR <= len(years):
            line = f"{line:<{at}}{years[at]} "
    return Content.styled(line.rstrip(), DIM)


def _span_label(months: tuple[Month, ...], width: int) -> str:
    """What is to the right of a timeline."""
    return f" {month_span(months)}" if width < 44 else f" {month_span(months)}, listens by month"


def _years(months: tuple[Month, ...], cells: int) -> list[int]:
    """The year of each of so many cells: of several months in one that of the last, so that a year begins in time."""
    return [int(months[max(at, (at + 1) * len(months) // cells - 1)].month[:4]) if len(months) > cells
            else int(months[at * len(months) // cells].month[:4]) for at in range(cells)]  # fmt: skip
