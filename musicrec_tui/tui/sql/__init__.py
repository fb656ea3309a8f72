"""The SQL screen: one SELECT of the tables of the index."""
