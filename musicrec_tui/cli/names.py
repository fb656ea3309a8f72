"""The commands' names, without Typer: `__main__` tells a command from a path by them."""

COMMANDS = (
    "info",
    "users",
    "artists",
    "user",
    "artist",
    "import",
    "profiles",
    "train",
    "tune",
    "tunings",
    "runs",
    "compare",
    "recommend",
    "similar",
    "explain",
    "export",
    "sql",
    "models",
    "formats",
)
