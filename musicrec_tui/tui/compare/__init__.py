"""The Compare screen: runs and their metrics side by side."""
