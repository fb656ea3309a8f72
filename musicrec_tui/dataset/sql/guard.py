"""What the SQL line lets through: one SELECT, of tables and of functions that make rows out of nothing.

That a statement is of type SELECT says little: DuckDB 2 parses `WITH x AS (COPY … TO …) SELECT …` as one, and writes
the file. So the parse tree is looked at too, and what is not known to be harmless is refused.

The connection that runs the statement has every lock on that DuckDB has. They are not trusted alone: the process that
runs it can open no file (`jobs.sql_worker`).
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from musicrec_tui.dataset.sql.errors import TOO_DEEP, SqlError, at

LONGEST = 100_000
"""Characters of a query."""

TABLE_FUNCTIONS = ("generate_series", "json_each", "json_tree", "range", "repeat", "repeat_row", "unnest")
"""Functions that may stand behind FROM. All others read files, settings or text that holds another query."""

_QUERIES = {"CTE_NODE", "RECURSIVE_CTE_NODE", "SELECT_NODE", "SET_OPERATION_NODE"}


MOST_THREADS = 4

_LOCKS = (
    "SET TimeZone = 'UTC'",
    "SET errors_as_json = true",
    "SET enable_external_access = false",
    # Without this, the index's own path and those of its write-ahead log can be read and written: DuckDB allows them.
    "SET disabled_filesystems = 'LocalFileSystem'",
    "SET lock_configuration = true",
)


class _Tree(msgspec.Struct, frozen=True):
    """A parse tree, or why there is none."""

    error: bool
    error_message: str = ""
    statements: list[Any] = []


def check_query(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """The one SELECT that a text holds.

    Args:
        connection: parses, and runs nothing of the user's.
        sql: what the user wrote.

    Raises:
        SqlError: it is something else, holds more, or is nothing that can be run here.
        duckdb.Error: it cannot be parsed.
    """
    check_text(sql)
    statements = connection.extract_statements(sql)
    if not statements:
        raise SqlError("There is no query: write a SELECT.")
    if len(statements) > 1:
        raise SqlError(f"These are {len(statements):,} statements; one SELECT is run at a time.")
    [statement] = statements
    kind = str(statement.type).rpartition(".")[2]
    if kind == "MULTI":
        raise SqlError("PIVOT must name its columns here: PIVOT … ON column IN (value, …).")
    if statement.type != duckdb.StatementType.SELECT:
        raise SqlError(f"Only a SELECT can be run here, and this is {kind.replace('_', ' ')}.")
    _check_tree(connection, sql)
    return statement


def check_text(sql: str) -> None:
    """Refuse what cannot be sent to another process, or what DuckDB might read in another way than we do.

    Raises:
        SqlError: it is too long, or holds a NUL or half of a surrogate pair.
    """
    if len(sql) > LONGEST:
        raise SqlError(f"The query has {len(sql):,} characters; {LONGEST:,} are the most.")
    if "\0" in sql or any("\ud800" <= sign <= "\udfff" for sign in sql):
        raise SqlError("The query holds a character that no text can have.")


def _check_tree(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Refuse a parse tree with a node that is no query, or with a function that is not on the list."""
    [(text,)] = connection.execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchall()
    try:
        tree = msgspec.json.decode(text, type=_Tree)
        if tree.error:
            raise SqlError(f"Only a SELECT can be run here ({tree.error_message.rstrip('!')}).")
        for node in _nodes(tree.statements):
            _check_node(node, sql)
    except RecursionError:
        raise SqlError(TOO_DEEP) from None


def _check_node(node: dict[str, Any], sql: str) -> None:
    """Refuse one node of a parse tree, if need be."""
    kind = node.get("type")
    if isinstance(kind, str) and kind.endswith("_NODE") and kind not in _QUERIES:
        name = kind.removesuffix("_NODE").removesuffix("_QUERY").replace("_", " ")
        raise SqlError(f"Only a SELECT can be run here, and this one holds {name}.")
    if kind == "TABLE_FUNCTION":
        name = str(node["function"]["function_name"]).lower()
        if name not in TABLE_FUNCTIONS:
            usable = ", ".join(TABLE_FUNCTIONS)
            sentence = f"{name}() cannot be used behind FROM: only the tables of the index can, and {usable}"
            raise at(sentence, sql, node.get("query_location"))


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object in a parse tree."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def open_locked(index: Path, memory_mb: int) -> duckdb.DuckDBPyConnection:
    """An index, open for queries of the user's.

    Args:
        index: a whole index.
        memory_mb: what DuckDB may use, in MiB. It spills nothing: there is no folder that it could write to.

    Raises:
        duckdb.Error: the index cannot be opened.
    """
    connection = duckdb.connect(
        index,
        read_only=True,
        config={
            "allow_community_extensions": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": f"{memory_mb}MiB",
            "python_enable_replacements": "false",
            "temp_directory": "",
            "threads": min(MOST_THREADS, os.cpu_count() or 1),
        },
    )
    for lock in _LOCKS:
        connection.execute(lock)
    return connection
