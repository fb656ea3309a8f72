"""Text in columns: every name goes through here, cleaned and cut to a width in terminal cells."""

import itertools
from collections.abc import Sequence

from rich.cells import cell_len, chop_cells

from musicrec_tui.text import printable

DIM = "$foreground 65%"
"""The style of secondary text: legible on every background of our themes."""
_BLOCKS = " ▁▂▃▄▅▆▇█"
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_UNITS = ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB"))
_BETWEEN = " · "


def packed(parts: Sequence[str], width: int) -> list[str]:
    """Clean texts joined by " · ", as many on each line as fit into `width` cells; a longer one has its own line."""
    lines: list[str] = []
    for part in parts:
        if lines and cell_len(lines[-1] + _BETWEEN + part) <= width:
            lines[-1] += _BETWEEN + part
        else:
            lines.append(part)
    return lines


def folded(line: str, width: int) -> str:
    """A line of texts joined by " · ", wrapped between them where it is wider than `width` cells."""
    return "\n".join(packed(line.split(_BETWEEN), width))


def fit(text: str, width: int, *, right: bool = False) -> str:
    """A raw text as exactly `width` cells: cleaned, cut with "…" or padded (on the left where `right`)."""
    if width <= 0:
        return ""
    clean = printable(text)
    length = cell_len(clean)
    if length > width:
        clean = crop(clean, width)
        length = cell_len(clean)
    space = " " * (width - length)
    return space + clean if right else clean + space


def crop(clean: str, width: int) -> str:
    """A clean text in at most `width` cells, with "…" where something was cut."""
    if cell_len(clean) <= width:
        return clean
    if width <= 1:
        return "…"[:width]
    return chop_cells(clean, width - 1)[0] + "…"


def number(value: float) -> str:
    """A count with thousands separators."""
    return f"{value:,.0f}"


def short(value: int) -> str:
    """A count in at most five cells: 812, 9.1k, 66k, 1.2M."""
    if value < 10_000:
        return f"{value:,}" if value < 1_000 else f"{value / 1000:.1f}k"
    for size, unit in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value / size:.1f}{unit}" if value < 10 * size else f"{value // size}{unit}"
    return str(value)


def size(count: int) -> str:
    """Bytes as 812 B, 3.4 kB, 1.2 GB."""
    for unit, name in _UNITS:
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} B"


def bar(share: float, width: int) -> str:
    """A horizontal bar of `width` cells for a share between 0 and 1, in eighths of a cell."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def spark(values: list[int], width: int) -> str:
    """Counts over time as block characters in exactly `width` cells; neighbours are summed if there are too many.

    Fewer values than cells are drawn one or more cells wide each, so that the line always has the same span. A value
    above zero is never drawn as nothing.
    """
    if not values or width <= 0:
        return " " * max(width, 0)
    if len(values) > width:
        edges = [index * len(values) // width for index in range(width + 1)]
        values = [sum(values[low:high]) for low, high in itertools.pairwise(edges)]
    top = max(values) or 1
    levels = [_BLOCKS[0 if value <= 0 else max(1, round(value / top * 8))] for value in values]
    return "".join(levels[index * len(levels) // width] for index in range(width))


def bars(values: list[int], cells: int, height: int) -> list[str]:
    """Counts as upright bars, each `cells` wide, in `height` lines; a value above zero is never drawn as nothing."""
    top = max(values, default=0) or 1
    eighths = [max(1, round(value / top * height * 8)) if value > 0 else 0 for value in values]
    return [
        "".join(_BLOCKS[max(0, min(8, eighth - 8 * (height - 1 - line)))] * cells for eighth in eighths)
        for line in range(height)
    ]
