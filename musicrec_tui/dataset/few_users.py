"""Logs of so few users that nothing can be learnt from them: a person's own file, opened as if it were a log."""

FEWEST = 3
"""Users of a log that a model is trained on."""


def too_few(users: int) -> bool:
    """Whether a log of so many users is a personal history rather than a log to learn from."""
    return users < FEWEST


def describe(users: int) -> str:
    """A sentence on such a log."""
    return "This is one person's history." if users == 1 else f"This log has {users:,} users only."


def refusal(users: int) -> str:
    """Why no model is trained on it, and what to do instead."""
    return (
        f"{describe(users)} A model learns from many users, so nothing can be learnt from it. Import it beside the "
        "sample or another log: musicrec-tui import FILE --as me, then train there."
    )
