"""The index: an immutable DuckDB file made from a log once, opened read-only by everyone."""
