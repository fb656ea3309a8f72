"""What the process that runs a query is asked, and what it answers: one JSON line each."""

import msgspec

from musicrec_tui.dataset.sql.answers import Answer


class Question(msgspec.Struct, frozen=True):
    """A query with its limits.

    Attributes:
        index: path of the index.
        sql: what the user wrote.
        seconds: how long it may take.
        memory_mb: what DuckDB may use, in MiB.
        parent: the process that asks; when it is gone, so is the query.
        limit: the most rows; None: all (only for a stream).
        stream: descriptor that takes all rows as an Arrow IPC stream; None: the answer has the first rows as text.
        nested: whether lists and structs stay what they are in a stream.
    """

    index: str
    sql: str
    seconds: float
    memory_mb: int
    parent: int
    limit: int | None
    stream: int | None = None
    nested: bool = False


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """How it went: an answer, an error with its place in the query, or neither at the end of a stream."""

    answer: Answer | None = None
    error: str = ""
    position: int | None = None


def too_late(seconds: float) -> str:
    """What to say of a query that took too long."""
    return (
        f"The query was stopped after {seconds:g} s: ask for less, or give it more time "
        "(sql_seconds in the settings, --seconds on the command line)."
    )
