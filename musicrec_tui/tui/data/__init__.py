"""The Data screen: what was read, and what it looks like."""
