"""The command line, the accessible twin of the TUI."""
