"""The Compare screen."""

from musicrec_tui.tui.screens.base import BaseScreen


class CompareScreen(BaseScreen):
    """The Compare screen."""

    MODE = "compare"
