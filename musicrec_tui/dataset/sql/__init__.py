"""The read-only SQL line: one SELECT of the user's over the tables of an index."""
