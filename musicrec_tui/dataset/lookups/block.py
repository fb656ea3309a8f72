"""Windows on the users × artists matrix, added up to the cells of a picture by the index itself."""

import contextlib
import threading
from typing import Any

import duckdb

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.portrait import Block, BlockCell, Order, Window
from musicrec_tui.errors import Cancelled, UserError

AT_ONCE = 4_000_000
"""Pairs that are added up for one picture; of a window with more, a sample of the index's vectors of rows is read."""

_PLACES = (
    """
CREATE TEMP TABLE IF NOT EXISTS user_place AS
SELECT row_number() OVER (ORDER BY listens DESC, code) - 1 AS place, code, user_id AS name, artists FROM "user"
ORDER BY place
""",
    """
CREATE TEMP TABLE IF NOT EXISTS artist_place AS
SELECT row_number() OVER (ORDER BY listeners DESC, listens DESC, code) - 1 AS place, code, name FROM artist
ORDER BY place
""",
)

_CELLS: dict[Order, str] = {
    "code": """
SELECT (user_code - $top) // $users, (artist_code - $left) // $artists, count(*), CAST(sum(plays) AS BIGINT)
FROM {play} WHERE user_code >= $top AND user_code < $bottom AND artist_code >= $left AND artist_code < $right
GROUP BY ALL ORDER BY ALL
""",
    "activity": """
WITH u AS (SELECT code, (place - $top) // $users AS row FROM user_place WHERE place >= $top AND place < $bottom),
a AS (SELECT code, (place - $left) // $artists AS "column" FROM artist_place WHERE place >= $left AND place < $right)
SELECT u.row, a."column", count(*), CAST(sum(plays) AS BIGINT)
FROM {play} p JOIN u ON u.code = p.user_code JOIN a ON a.code = p.artist_code
GROUP BY ALL ORDER BY ALL
""",
}

_USERS: dict[Order, str] = {
    "code": '(SELECT code AS place, user_id AS name, artists FROM "user")',
    "activity": "user_place",
}
_ARTISTS: dict[Order, str] = {"code": "(SELECT code AS place, name FROM artist)", "activity": "artist_place"}

_PAIRS = "SELECT coalesce(sum(artists), 0) FROM {table} WHERE place >= $low AND place < $high"
_NAMES = "SELECT name FROM {table} WHERE place >= $low AND place < $high AND (place - $low) % $step = 0 ORDER BY place"


class Matrix:
    """The matrix of a dataset, sorted once and looked at many times. Close it before the dataset.

    Any thread may ask; they are answered one after another.

    Args:
        dataset: the log; its `interrupt` stops this too.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._held = contextlib.ExitStack()
        self._cursor = self._held.enter_context(dataset.cursor())
        self._lock = threading.Lock()
        self._sorted = False
        self._closed = False

    def block(self, window: Window, at_once: int = AT_ONCE) -> Block:
        """What is in a window.

        Args:
            window: may reach beyond the matrix, where there is nothing.
            at_once: pairs to read exactly; a window whose users have more is estimated from about so many of them.

        Raises:
            Cancelled: it was interrupted or closed meanwhile.
            UserError: the index is damaged.
        """
        with self._lock:
            if window.order == "activity" and not self._sorted:
                for statement in _PLACES:
                    self._query(statement, {})
                self._sorted = True
            bottom = window.top + window.rows * window.users
            right = window.left + window.columns * window.artists
            cells, share = self._cells(window, bottom, right, at_once)
            return Block(
                window=window,
                cells=cells,
                users=self._firsts(_USERS[window.order], window.top, bottom, window.users),
                artists=self._firsts(_ARTISTS[window.order], window.left, right, window.artists),
                share=share,
            )

    def close(self) -> None:
        """Stop the running query and release the dataset."""
        self._closed = True
        with contextlib.suppress(duckdb.Error):
            self._cursor.interrupt()
        with self._lock:
            self._held.close()

    def _cells(self, window: Window, bottom: int, right: int, at_once: int) -> tuple[tuple[BlockCell, ...], float]:
        """The cells that are not empty, and the share of the pairs that they were told from."""
        [(pairs,)] = self._query(_PAIRS.format(table=_USERS[window.order]), {"low": window.top, "high": bottom})
        share = min(1.0, at_once / pairs) if pairs else 1.0
        play = "play" if share == 1.0 else f"(FROM play TABLESAMPLE SYSTEM ({100 * share:.6f} PERCENT) REPEATABLE (1))"
        values = {
            "top": window.top, "bottom": bottom, "left": window.left, "right": right,
            "users": window.users, "artists": window.artists,
        }  # fmt: skip
        rows = self._query(_CELLS[window.order].format(play=play), values)
        cells = tuple(
            BlockCell(int(row), int(column), round(count / share), round(plays / share))
            for row, column, count, plays in rows
        )
        return cells, share

    def _firsts(self, table: str, low: int, high: int, step: int) -> tuple[str, ...]:
        """The first name of every `step` places from `low` on."""
        rows = self._query(_NAMES.format(table=table), {"low": low, "high": high, "step": step})
        return tuple(str(name) for (name,) in rows)

    def _query(self, sql: str, values: dict[str, int]) -> list[tuple[Any, ...]]:
        """Rows of the index, on the one cursor that has the sorted places."""
        if self._closed:
            raise Cancelled
        try:
            return self._cursor.execute(sql, values).fetchall()
        except duckdb.InterruptException as error:
            raise Cancelled from error
        except duckdb.Error as error:
            raise UserError(
                "The index cannot be read any more; start again, and it is checked.", exit_code=1
            ) from error


def block(dataset: Dataset, window: Window, at_once: int = AT_ONCE) -> Block:
    """One window of a dataset's matrix; see `Matrix.block`."""
    with contextlib.closing(Matrix(dataset)) as matrix:
        return matrix.block(window, at_once)
