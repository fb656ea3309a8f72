"""The panes of the SQL screen."""
