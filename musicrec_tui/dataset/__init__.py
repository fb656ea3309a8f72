"""From a log of listens to an index, look-ups, a matrix and splits."""
