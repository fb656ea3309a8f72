"""Listens by month, in one line."""

from textual.content import Content

from musicrec_tui.dataset.records import Month
from musicrec_tui.tui.common.cells import DIM, spark


def span(months: tuple[Month, ...]) -> str:
    """From the first month to the last."""
    return months[0].month if len(months) == 1 else f"{months[0].month} – {months[-1].month}"


def timeline(months: tuple[Month, ...], width: int) -> Content:
    """Listens by month as blocks, with the span."""
    if not months:
        return Content.styled("no times", DIM)
    label = f" {span(months)}" if width < 44 else f" {span(months)}, listens by month"
    return Content.assemble((spark([month.listens for month in months], width - len(label)), "$accent"), (label, DIM))
