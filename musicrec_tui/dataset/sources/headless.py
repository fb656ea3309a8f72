"""Recognises text without a header by the values of its fields."""

import contextlib
from collections.abc import Callable
from datetime import datetime


def most(rows: list[list[str]], fits: Callable[[list[str]], bool]) -> bool:
    """Whether most of the first lines are as they should be (a few may be broken)."""
    return sum(map(fits, rows)) * 2 > len(rows)


def is_time(text: str, pattern: str = "") -> bool:
    """Whether text is a time: as `strptime` takes it, or in the form of ISO 8601."""
    with contextlib.suppress(ValueError):
        return bool(datetime.strptime(text.strip(), pattern) if pattern else datetime.fromisoformat(text.strip()))
    return False


def is_number(text: str) -> bool:
    """Whether text is a number."""
    with contextlib.suppress(ValueError):
        float(text)
        return True
    return False
