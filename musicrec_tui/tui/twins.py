"""The commands that do what a screen does, in plain text: for a screen reader, a script, or a pipe."""

TWINS = {
    "explore": ("users", "user", "artists", "artist", "recommend", "explain", "similar", "import", "profiles"),
    "train": ("models", "train", "runs"),
    "tune": ("tune", "tunings"),
    "compare": ("runs", "compare", "takeaways", "metrics"),
    "data": ("info", "columns", "rows", "codes", "matrix", "activity", "export"),
    "sql": ("sql",),
}
"""By the screen's mode; docs/accessible.md says more of each."""


def sentence(mode: str) -> str:
    """What to use where this screen cannot be read."""
    listed = ", ".join(TWINS[mode])
    return (
        f"musicrec-tui {listed}: what this screen does, as lines of text; each with --help, and --json for programs. "
        "docs/accessible.md tells how."
    )
