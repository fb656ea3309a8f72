"""The Data screen: what was read, and how."""

from musicrec_tui.tui.screens.base import BaseScreen


class DataScreen(BaseScreen):
    """What was read, and how."""

    MODE = "data"
