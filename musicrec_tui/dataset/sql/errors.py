"""What is wrong with a query, as one sentence with the place in the query."""

import re

import duckdb
import msgspec

from musicrec_tui.errors import UserError

_LONGEST = 300
TOO_DEEP = "The query is nested too deeply."
_NOT_OURS = re.compile(r'(?<=!) Did you mean "(?:pg_|duckdb_|sqlite_|information_schema)[^"]*"\?')
"""DuckDB proposes the likest of its own catalogues, where none of our tables is like what was typed."""
_READ = "Only the tables of the index can be read here: no file, no folder, no address."


class SqlError(UserError):
    """A query that cannot be answered, for a reason that lies in the query.

    Attributes:
        position: of the character in the query that DuckDB points at, from 0; None where it points at none.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


class _Told(msgspec.Struct, frozen=True):
    """What DuckDB says of an error (`errors_as_json`)."""

    exception_message: str
    position: str | None = None


def at(sentence: str, sql: str, offset: int | None) -> SqlError:
    """The error with its place: `offset` counts bytes, as DuckDB does; people count lines and columns."""
    if offset is None or offset > len(sql.encode()):
        return SqlError(sentence)
    before = sql.encode()[:offset].decode(errors="ignore")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    place = f"line {line}, column {column}" if "\n" in sql.strip() else f"column {column}"
    return SqlError(f"{sentence.rstrip('.!')} ({place}).", len(before))


def explained(error: duckdb.Error, sql: str) -> SqlError:
    """What to say of an error of DuckDB's.

    Args:
        error: as it was raised, on a connection with `errors_as_json`.
        sql: the query; empty where the error's place is not one in the query.
    """
    message, offset = _told(error)
    if isinstance(error, duckdb.PermissionException):
        message = _READ
    if "max_expression_depth" in message:
        message = TOO_DEEP
    return at(message, sql, offset) if sql else SqlError(message)


def too_large(memory_mb: int) -> SqlError:
    """What to say of a query that needs more memory than the MiB that it may use."""
    return SqlError(
        f"This needs more memory than a query may use ({memory_mb:,} MiB): take fewer rows or columns, "
        "or raise sql_memory_mb in the settings."
    )


def _told(error: duckdb.Error) -> tuple[str, int | None]:
    """DuckDB's message on one line, without advice to install something, and the offset that it names."""
    text = str(error)
    told = _Told(text)
    if (start := text.find("{")) >= 0:
        try:
            told = msgspec.json.decode(text[start:], type=_Told)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            told = _Told(text)
    message = " ".join(re.split(r"\n\s*\n|\bLINE \d+:", told.exception_message)[0].split())
    message = _NOT_OURS.sub("", re.sub(r"^[A-Z][\w ]* Error: ", "", message))
    if len(message) > _LONGEST:
        message = f"{message[: _LONGEST - 1]}…"
    offset = int(told.position) if told.position and told.position.isdecimal() else None
    message = message[:1].upper() + message[1:]
    return (message if message.endswith(("?", "…")) else f"{message.rstrip('.!')}."), offset
