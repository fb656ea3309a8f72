"""Widgets and helpers that know no screen."""
