"""The rows of a log's files, filtered and sorted: they are read once into a table of DuckDB, which sorts them."""

import threading
from collections.abc import Callable
from functools import partial

import duckdb
import pyarrow as pa

from musicrec_tui.dataset.lookups import arranging
from musicrec_tui.dataset.lookups.arranging import Arranging
from musicrec_tui.dataset.lookups.rows import RawLog
from musicrec_tui.dataset.records import Table
from musicrec_tui.errors import Cancelled, UserError

MOST = 2_000_000
"""Rows that are read at most: beyond, SQL asks the index instead."""
_AT_ONCE = 20_000
_MEMORY = "1GB"


class ArrangedRows:
    """Pages of a log's rows in another order. Any thread may ask; one waits for the other.

    Args:
        log: the rows; it is closed by who opened it.

    Raises:
        UserError: there are more than `MOST` rows, or a file cannot be read.
        Cancelled: the log was closed meanwhile.
    """

    def __init__(self, log: RawLog) -> None:
        if log.total > MOST:
            raise UserError(
                f"Rows of logs with more than {MOST:,} rows are not sorted or filtered; this one has {log.total:,}. "
                "Ask SQL instead (S on the screen, or `musicrec-tui sql`)."
            )
        self._log = log
        self._names = tuple(f"c{at}" for at in range(len(log.columns)))
        self._connection = duckdb.connect(
            config={"autoinstall_known_extensions": "false", "memory_limit": _MEMORY, "temp_directory": ""}
        )
        self._arranged = 0
        self._lock = threading.RLock()
        self._fill()

    def _fill(self) -> None:
        """Read all rows, as text, each with its place in the log."""
        named = ", ".join(f"{name} VARCHAR" for name in self._names)
        self._connection.execute(f"CREATE TABLE listed (place BIGINT, {named})")
        first = 0
        for rows in self._log.batches(_AT_ONCE):
            columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
            places = pa.array(range(first, first + len(rows)), pa.int64())
            self._connection.register("batch", pa.table([places, *columns], names=["place", *self._names]))
            self._query("INSERT INTO listed SELECT * FROM batch")
            self._connection.unregister("batch")
            first += len(rows)

    def arrange(self, wanted: Arranging) -> Callable[[int, int], Table]:
        """Sort and filter. Only the latest order can be read: who reads one before it gets `Cancelled`.

        Returns:
            Gives at most so many of these rows (second argument) from a row (first argument) on; the total is of these.

        Raises:
            UserError: there is no such column.
        """
        order = arranging.order(self._log.columns, wanted, "place")
        if wanted.column:  # by its name here: a title may be `place`, too
            name = self._names[self._log.columns.index(wanted.column)]
            order = arranging.order(self._names, wanted._replace(column=name), "place")
        where = arranging.where(self._names, wanted)
        with self._lock:
            self._arranged += 1
            number = self._arranged
            self._query(f"DROP TABLE IF EXISTS arranged_{number - 1}")
            self._query(
                f"CREATE TABLE arranged_{number} AS SELECT place FROM listed {where} {order}",  # noqa: S608
                arranging.parameter(wanted),
            )
            total = int(self._query(f"SELECT count(*) FROM arranged_{number}")[0][0] or 0)  # noqa: S608
        return partial(self._page, number, total)

    def _page(self, number: int, total: int, offset: int, limit: int) -> Table:
        """A page of one order."""
        texts = ", ".join(self._names)
        with self._lock:
            if number != self._arranged:
                raise Cancelled
            rows = self._query(
                f"SELECT {texts} FROM (SELECT rowid AS nth, place FROM arranged_{number} "  # noqa: S608
                "WHERE rowid BETWEEN $offset AND $offset + $limit - 1) JOIN listed USING (place) ORDER BY nth",
                {"offset": offset, "limit": limit},
            )
        return Table(self._log.columns, self._log.types, tuple(rows), total)

    def close(self) -> None:
        """Release the memory."""
        self._connection.close()

    def _query(self, sql: str, values: dict[str, object] | None = None) -> list[tuple[str | None, ...]]:
        """Rows of the tables here."""
        try:
            with self._lock:
                return self._connection.execute(sql, values or {}).fetchall()
        except duckdb.OutOfMemoryException as error:
            raise UserError(
                f"The rows do not fit into {_MEMORY}. Ask SQL instead (S on the screen, or `musicrec-tui sql`)."
            ) from error
        except duckdb.ConnectionException as error:  # closed meanwhile
            raise Cancelled from error
