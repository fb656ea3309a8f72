"""What a model says of everybody, as a file: the k best artists of each user, or the whole table of scores."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_matrix

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.opinions import Opinions
from musicrec_tui.dataset.table_files import check_target, write_table
from musicrec_tui.jobs.candidate_filter import BatchFilter, BoolArray
from musicrec_tui.jobs.host_protocol import SERVED_BY, ServedBy
from musicrec_tui.jobs.opened_run import OpenedRun, load_model
from musicrec_tui.jobs.play_matrix import PlayMatrix
from musicrec_tui.recommenders import cold_start, ranking
from musicrec_tui.recommenders.base import FloatArray, IntArray
from musicrec_tui.runs.info import RunInfo

Report = Callable[[int, int], None]
_CELLS = 2_000_000

_RANKED = pa.schema(
    [
        ("user_id", pa.string()),
        ("rank", pa.int32()),
        ("artist_key", pa.string()),
        ("artist_name", pa.string()),
        ("score", pa.float32()),
    ]
)
_SCORED = pa.schema([("user_id", pa.string()), ("artist_name", pa.string()), ("score", pa.float32())])


class Written(NamedTuple):
    """What a file got: its rows, and how many users were cold starts, by what served them."""

    rows: int
    cold: dict[ServedBy, int]


def _silent(done: int, of: int) -> None:
    """A report that nobody reads."""


def recommendations(
    run: RunInfo,
    dataset: Dataset,
    target: Path,
    k: int = 10,
    report: Report = _silent,
    *,
    filters: Filters = Filters(),  # noqa: B008  (frozen)
    opinions: Opinions = Opinions(),  # noqa: B008  (frozen)
    safe: bool = False,
) -> Written:
    """Write each user's k best artists that pass the filters; what they dislike or block is never among them.

    The columns are user_id, rank, artist_key, artist_name, score.

    Args:
        run: finished.
        dataset: the index whose names and plays are meant.
        target: CSV, Parquet or JSON, by its ending.
        k: the most rows for a user.
        report: hears of (users done, users in all); may raise `Cancelled`, then no file is left.
        filters: which artists are candidates; by default those that are new to the user.
        opinions: what people love and block.
        safe: see `table_files.write_table`.

    Raises:
        UserError: the run has no model, or the file cannot be written.
    """
    check_target(target)
    lists = ListsOfAll(run, dataset, k, filters, opinions, report)
    return lists.written(write_table(lists.batches(), target, lists.schema, safe=safe))


class ListsOfAll:
    """Each user's k best artists that pass the filters, batch after batch; arguments as for `recommendations`.

    Raises:
        UserError: the run has no model.
    """

    schema = _RANKED

    def __init__(
        self, run: RunInfo, dataset: Dataset, k: int, filters: Filters, opinions: Opinions, report: Report = _silent
    ) -> None:
        self._k = k
        self._table = _Table(run, dataset, report)
        self._candidates = BatchFilter(self._table.opened, filters, opinions)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows of some users at a time: user_id, rank, artist_key, artist_name, score."""
        table = self._table
        for users in table.batches():
            candidates = self._candidates.mask(users)
            scores = table.scores(users, candidates)
            scores[~candidates] = -np.inf
            best = ranking.top(scores, min(self._k, scores.shape[1]))
            rows, places = np.nonzero(best.artists >= 0)
            codes = best.artists[rows, places]
            yield pa.record_batch(
                [
                    table.user_ids.take(pa.array(users[rows])),
                    pa.array((places + 1).astype(np.int32)),
                    table.artist_keys.take(pa.array(codes)),
                    table.artist_names.take(pa.array(codes)),
                    pa.array(best.scores[rows, places]),
                ],
                schema=_RANKED,
            )
            table.done(users)

    def written(self, rows: int) -> Written:
        """What was written."""
        return self._table.written(rows)


def scores(run: RunInfo, dataset: Dataset, target: Path, report: Report = _silent, *, safe: bool = False) -> Written:
    """Write the score of every user for every artist, heard or not: user_id, artist_name, score.

    This is the student project's prediction table, long instead of wide. Artists that the index does not have are left
    out. Arguments and errors as for `recommendations`.
    """
    check_target(target)
    table = _Table(run, dataset, report)
    shown = np.flatnonzero(table.opened.to_index >= 0).astype(np.int32)
    names = table.artist_names.take(pa.array(shown))

    def batches() -> Iterator[pa.RecordBatch]:
        for users in table.batches():
            values = table.scores(users)[:, shown]
            yield pa.record_batch(
                [
                    table.user_ids.take(pa.array(np.repeat(users, len(shown)))),
                    names.take(pa.array(np.tile(np.arange(len(shown), dtype=np.int32), len(users)))),
                    pa.array(values.ravel()),
                ],
                schema=_SCORED,
            )
            table.done(users)

    return table.written(write_table(batches(), target, _SCORED, safe=safe))


class _Table:
    """A run's users × artists, batch after batch, with their names."""

    def __init__(self, run: RunInfo, dataset: Dataset, report: Report) -> None:
        loaded, model = load_model(run.folder)
        self.opened = OpenedRun(loaded, model, dataset)
        self._report = report
        self._users = len(model.user_keys)
        ids = dict(dataset.query('SELECT key, user_id FROM "user"'))
        names = dict(dataset.query("SELECT key, name FROM artist"))
        self.user_ids = pa.array([str(ids.get(key, key)) for key in model.user_keys], pa.string())
        self.artist_keys = model.artist_keys.arrow()
        self.artist_names = pa.array([names.get(key, key) for key in model.artist_keys], pa.string())
        self._log: PlayMatrix | None = None
        self.served = np.zeros(len(SERVED_BY), np.int64)
        self._gone = np.flatnonzero(self.opened.to_index < 0)

    def _plays(self, users: IntArray) -> csr_matrix:
        """What the log has of some users."""
        if self._log is None:
            self._log = PlayMatrix(self.opened, timed=False)
        return self._log.profiles(users)

    def written(self, rows: int) -> Written:
        """What was written."""
        return Written(rows, dict(zip(SERVED_BY[1:], self.served[1:].tolist(), strict=True)))

    def batches(self) -> Iterator[IntArray]:
        """The users, so many at a time that their scores stay small."""
        size = max(1, _CELLS // max(1, len(self.opened.to_index)))
        for start in range(0, self._users, size):
            yield np.arange(start, min(start + size, self._users), dtype=np.int32)

    def scores(self, users: IntArray, candidates: BoolArray | None = None) -> FloatArray:
        """Scores of some users, checked, cold starts served; what the index does not have is -inf.

        With candidates, (users, artists), users whose candidates all have the same score are cold starts, too.
        """
        model = self.opened.model
        table, sources = cold_start.served(model.recommender, model.train, users, self._plays, self.opened.popularity)
        ranking.check_finite(table)
        if candidates is not None and not model.recommender.capabilities.impersonal:
            flat = cold_start.are_flat_among(table, *np.nonzero(~candidates))
            table[flat], sources[flat] = self.opened.popularity(), cold_start.POPULARITY
        self.served += np.bincount(sources, minlength=len(SERVED_BY))
        table[:, self._gone] = -np.inf
        return table

    def done(self, users: IntArray) -> None:
        """A batch is written."""
        self._report(int(users[-1]) + 1, self._users)
