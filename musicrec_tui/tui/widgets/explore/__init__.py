"""The panes of the Explore screen."""
