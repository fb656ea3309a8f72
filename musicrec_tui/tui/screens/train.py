"""The Train screen."""

from musicrec_tui.tui.screens.base import BaseScreen


class TrainScreen(BaseScreen):
    """The Train screen."""

    MODE = "train"
