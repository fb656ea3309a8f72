"""An input whose text is clean, whatever is pasted into it or offered in it."""

from textual.widgets import Input

from musicrec_tui.text import printable


class CleanInput(Input):
    """What a terminal could act on is replaced as `text.printable` does, at any length."""

    def validate_value(self, value: str) -> str:
        """The text as it is taken."""
        return printable(value, None)
