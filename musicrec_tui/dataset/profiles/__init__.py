"""Personal histories that were imported: an overlay beside the index, never a part of it."""
