"""Prints what a layout of another package says of itself: `python -m musicrec_tui.dataset.sources.describe_layout M:N`.

The process that imports a layout to describe it (see `outside` and `describing`).
"""

import importlib
from pathlib import Path

import msgspec

from musicrec_tui.dataset.sources.base import CANONICAL, RecordLayout, TableLayout
from musicrec_tui.dataset.sources.head import Head
from musicrec_tui.dataset.sources.outside import LayoutDescription, check_sql
from musicrec_tui.describing import answer


def described(value: str) -> LayoutDescription:
    """The description of the layout at "module:attribute".

    Raises:
        TypeError: it is no layout, or cannot do what one has to.
    """
    module, _, name = value.partition(":")
    layout = getattr(importlib.import_module(module), name)
    if not isinstance(layout, TableLayout | RecordLayout):
        raise TypeError(f"{value} is no TableLayout or RecordLayout")
    if isinstance(layout, RecordLayout):
        layout.fits(Head(Path("none.txt"), "text", start="\n"))
        if not callable(layout.read):
            raise TypeError(f"{value} cannot read")
        found = LayoutDescription("records", layout.name, layout.sentence, layout.example)
    else:
        layout.fits({}), layout.misfits(dict.fromkeys((*layout.required, *layout.optional), "VARCHAR"))
        columns = dict.fromkeys(layout.required, "VARCHAR")
        canonical = layout.expressions(columns)
        if unknown := [name for name in canonical if name not in CANONICAL]:
            raise TypeError(f"the canonical listen has no field {', '.join(unknown)}")
        check_sql(layout, columns)
        required, optional = tuple(layout.required), tuple(layout.optional)
        found = LayoutDescription("table", layout.name, layout.sentence, layout.example, required, optional)
    found = msgspec.convert(msgspec.to_builtins(found), LayoutDescription)  # a name that is no text, and the like
    if not any(map(str.isalnum, found.name)):
        raise TypeError("a layout's name has letters or digits")
    return found


if __name__ == "__main__":
    answer(described)
