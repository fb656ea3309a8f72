"""What lists, tables and plots have in common: their rows as values, to be copied, exported and read whole."""
