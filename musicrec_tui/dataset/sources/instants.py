"""The time of an entry of JSON, whatever the program that wrote it made of it: a number, a number as text, or ISO."""

from datetime import UTC, datetime

_LAST_SECOND = 1e11
"""A number above it counts milli-, micro- or nanoseconds."""


def seconds(value: float | str | None) -> float | None:
    """Seconds since 1970, UTC; of a text without an offset, too.

    Raises:
        ValueError, OverflowError: it is no time.
    """
    if value is None or value == "":
        return None
    try:
        number = float(value)
    except ValueError:
        when = datetime.fromisoformat(str(value).removesuffix(" UTC"))
        return when.replace(tzinfo=when.tzinfo or UTC).timestamp()
    for _ in range(3):
        if abs(number) < _LAST_SECOND:
            break
        number /= 1000
    return number
