"""Facts in lines that break between them, never within one: `auc` and its value stay together."""

from collections.abc import Sequence

from rich.cells import cell_len

_BETWEEN = " · "


def packed(parts: Sequence[str], width: int) -> list[str]:
    """Parts (clean) with dots between, as many on each line as fit into `width` cells; a longer one has its own."""
    lines: list[str] = []
    for part in parts:
        if lines and cell_len(lines[-1] + _BETWEEN + part) <= width:
            lines[-1] += _BETWEEN + part
        else:
            lines.append(part)
    return lines


def folded(line: str, width: int) -> str:
    """A line of such parts, folded between them where it does not fit."""
    return "\n".join(packed(line.split(_BETWEEN), width))
