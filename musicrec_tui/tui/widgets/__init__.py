"""One widget for each file."""
