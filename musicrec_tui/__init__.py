"""A terminal workbench for music recommendation."""

__version__ = "0.1.0"
