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
    "runs",
    "compare",
    "recommend",
    "similar",
    "explain",
    "export",
    "models",
    "formats",
)
