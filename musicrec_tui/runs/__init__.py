"""Runs on disk: a folder for each, its files, its state, and comparison."""
