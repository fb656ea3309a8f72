"""The commands' names, without Typer: `__main__` tells a command from a path by them."""

COMMANDS = (
    "info",
    "columns",
    "rows",
    "codes",
    "matrix",
    "activity",
    "users",
    "artists",
    "user",
    "artist",
    "train",
    "runs",
    "compare",
    "recommend",
    "similar",
    "explain",
    "export",
    "models",
    "formats",
)
