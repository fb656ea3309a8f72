"""The commands' names, without Typer: `__main__` tells a command from a path by them."""

COMMANDS = (
    "info",
    "users",
    "artists",
    "user",
    "artist",
    "train",
    "runs",
    "compare",
    "takeaways",
    "metrics",
    "recommend",
    "similar",
    "explain",
    "export",
    "models",
    "formats",
)
