"""The Explore screen."""

from musicrec_tui.tui.screens.base import BaseScreen


class ExploreScreen(BaseScreen):
    """Look up artists and users, and see what to recommend."""

    MODE = "explore"
