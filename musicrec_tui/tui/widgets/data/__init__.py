"""The panes of the Data screen."""
