"""The commands that do what a screen does, in plain text: for a screen reader, a script, or a pipe."""

TWINS = {
    "explore": ("users", "user", "artists", "artist", "recommend", "explain", "similar", "import", "profiles", "taste",
                "bookmarks"),
    "train": ("models", "train", "runs"),
    "tune": ("tune", "tunings"),
    "compare": ("runs", "compare", "takeaways", "metrics"),
    "data": ("info", "columns", "rows", "codes", "matrix", "activity", "export"),
    "sql": ("sql",),
}  # fmt: skip
"""By the screen's mode; docs/accessible.md says more of each."""


def sentence(mode: str) -> str:
    """What to use where this screen cannot be read."""
    return f"The same in plain text: musicrec-tui {', '.join(TWINS[mode])} (docs/accessible.md tells how)."
