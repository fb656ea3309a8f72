"""What a run was evaluated on, and the lists that were measured: for one user, or all of them for a file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_matrix

from musicrec_tui.dataset import splits
from musicrec_tui.dataset.records import Artist
from musicrec_tui.dataset.table_files import check_target, write_table
from musicrec_tui.errors import UserError
from musicrec_tui.evaluation import formulas, ranking
from musicrec_tui.jobs import training_data
from musicrec_tui.jobs.host_protocol import Evaluate, Evaluated, EvaluatedRow, HeldOut
from musicrec_tui.jobs.opened_run import OpenedRun, load_model
from musicrec_tui.recommenders.base import IntArray
from musicrec_tui.recommenders.cold_start import ColdStart
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.text import printable

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset

Report = Callable[[int, int], None]

_PARTS = ("train", "validation", "test")
_ARTIST = [("artist_key", pa.string()), ("artist_name", pa.string())]
_LISTED = pa.schema(
    [("user_id", pa.string()), ("rank", pa.int32()), *_ARTIST, ("score", pa.float32()), ("held_out", pa.bool_())]
)
_SPLIT = pa.schema([("user_id", pa.string()), *_ARTIST, ("part", pa.string())])


def evaluated(opened: OpenedRun, ask: Evaluate) -> Evaluated:
    """One user's list, and where in the ranking the held-out artists are.

    Raises:
        UserError: the log is not the one that the run was trained on, or nothing of the user's was to be found.
    """
    run, dataset = opened.run, opened.dataset
    _refuse_other_log(run, dataset)
    code = opened.user_code(ask.user)
    known, held_out = _rows_of(opened, ask.user)
    excluded = None if _repeats(run) else lambda _: known
    served = ColdStart(opened.model.recommender.scores, opened.model.train, excluded=excluded)
    assert run.split is not None and run.result is not None  # noqa: S101, PT018  (the run is finished)
    found = list(
        ranking.evaluated_lists(
            lambda _: served(np.array([code], np.int32)), known, held_out, known.shape[1],
            exclude_known=not _repeats(run),
        )
    )  # fmt: skip
    if not found:
        why = "every candidate of theirs was held out" if held_out.nnz else "no artist of theirs was held out"
        raise UserError(f"{printable(run.label)} was not evaluated for this user: {why}.")
    [(_, artists, scores, hits)] = found
    listed = np.flatnonzero(artists[0] >= 0)
    named = opened.artists([*artists[0, : run.result.k].tolist(), *artists[0, hits[0]].tolist()])

    def row(place: int) -> tuple[int, Artist, float]:
        return place + 1, named[int(artists[0, place])], float(scores[0, place])

    hit = hits[:, : run.result.k]
    return Evaluated(
        part=run.result.evaluated_on,
        k=run.result.k,
        ndcg=float(formulas.ndcg(hit, np.array([np.count_nonzero(hits)]))[0]),
        rows=tuple(EvaluatedRow(*row(place), bool(hits[0, place])) for place in listed[: run.result.k].tolist()),
        held_out=tuple(HeldOut(*row(place)) for place in np.flatnonzero(hits[0]).tolist()),
        candidates=len(listed),
        served_by="popularity" if served.cold[code] else "model",
    )


def _refuse_other_log(run: RunInfo, dataset: "Dataset") -> None:
    """Refuse what would not be what was evaluated."""
    if run.spec is None or run.spec.content != dataset.info.content:
        raise UserError(
            f"The log is not as it was when {printable(run.label)} was trained, so what it was evaluated on cannot be "
            "read from it: train the run again."
        )


def _repeats(run: RunInfo) -> bool:
    """Whether artists of train were to be found too."""
    return run.split is not None and run.split.kind == "time" and run.split.protocol == "repeat"


def _rows_of(opened: OpenedRun, user: str) -> tuple[csr_matrix, csr_matrix]:
    """What is no candidate for a user, and what was held out: (1, artists) each, in the model's codes."""
    dataset, run = opened.dataset, opened.run
    assert run.spec is not None  # noqa: S101  (the run is finished)
    code = opened.index_user(user)
    assert code is not None  # noqa: S101  (the log is the one that the model was trained on)
    _, validation, test = splits.artists_of(dataset, run.spec.split, code)
    disliked = dataset.query("SELECT artist_code FROM rating WHERE user_code = $user AND liking < 0", {"user": code})
    disliked_codes = opened.from_index[np.array([artist for (artist,) in disliked], np.int64)]
    train = opened.model.train[opened.user_code(user)].indices
    own = np.union1d(train, disliked_codes) if not _repeats(run) else train
    held = opened.from_index[test if run.spec.final else validation]
    return _row(own, len(opened.to_index)), _row(held, len(opened.to_index))


def _row(codes: IntArray, artists: int) -> csr_matrix:
    """A row with a one for each of these artists."""
    codes = np.unique(codes[codes >= 0])
    return csr_matrix((np.ones(len(codes), np.float32), codes, [0, len(codes)]), shape=(1, artists))


def write_evaluated(run: RunInfo, dataset: "Dataset", target: Path, report: Report, *, safe: bool = False) -> int:
    """Write the evaluated list of each user: user_id, rank, artist_key, artist_name, score, held_out.

    Args:
        run: finished.
        dataset: the log that it was trained on.
        target: CSV, Parquet or JSON, by its ending.
        report: hears of (users done, users in all); may raise `Cancelled`, then no file is left.
        safe: see `table_files.write_table`.

    Returns:
        The rows written.

    Raises:
        UserError: the run has no model, the log has changed, or the file cannot be written.
    """
    check_target(target)
    _refuse_other_log(run, dataset)
    _, model = load_model(run.folder)
    assert run.spec is not None and run.result is not None  # noqa: S101, PT018  (it has a model)
    parts = training_data.load(dataset, run.spec.split)
    held_out = parts.held_out(final=run.spec.final)
    known, k = parts.known(model.train), run.result.k
    excluded = None if parts.repeats else known.__getitem__
    served = ColdStart(model.recommender.scores, model.train, excluded=excluded)
    total = len(ranking.evaluated(known, held_out, exclude_known=not parts.repeats))
    names = _Names(dataset, parts.data.artist_keys)

    def batches() -> Iterator[pa.RecordBatch]:
        done = 0
        for found in ranking.evaluated_lists(served, known, held_out, k, exclude_known=not parts.repeats):
            rows, places = np.nonzero(found.artists >= 0)
            yield pa.record_batch(
                [
                    names.users(found.users[rows]), pa.array((places + 1).astype(np.int32)),
                    *names.artists(found.artists[rows, places]), pa.array(found.scores[rows, places]),
                    pa.array(found.hits[rows, places]),
                ],
                schema=_LISTED,
            )  # fmt: skip
            done += len(found.users)
            report(done, total)

    return write_table(batches(), target, _LISTED, safe=safe)


def write_split(run: RunInfo, dataset: "Dataset", target: Path, report: Report, *, safe: bool = False) -> int:
    """Write which artists of each user are in which part: user_id, artist_key, artist_name, part.

    A pair is in one part; with the time split's `repeat` it may be in several. Arguments and errors as for
    `write_evaluated`, but a run that is not finished will do.
    """
    check_target(target)
    _refuse_other_log(run, dataset)
    assert run.spec is not None  # noqa: S101  (it was just looked at)
    parts = training_data.load(dataset, run.spec.split)
    names = _Names(dataset, parts.data.artist_keys)

    def batches() -> Iterator[pa.RecordBatch]:
        for done, (part, matrix) in enumerate(zip(_PARTS, parts.split, strict=True), 1):
            pairs = matrix.tocoo()
            yield pa.record_batch(
                [
                    names.users(pairs.row), *names.artists(pairs.col),
                    pa.array(np.full(pairs.nnz, part), pa.string()),
                ],
                schema=_SPLIT,
            )  # fmt: skip
            report(done, len(_PARTS))

    return write_table(batches(), target, _SPLIT, safe=safe)


class _Names:
    """The columns that name users and artists of an index by their codes."""

    def __init__(self, dataset: "Dataset", artist_keys: list[str]) -> None:
        self._ids = pa.array([str(one) for (one,) in dataset.query('SELECT user_id FROM "user" ORDER BY code')])
        self._keys = pa.array(artist_keys, pa.string())
        self._artists = pa.array([str(one) for (one,) in dataset.query("SELECT name FROM artist ORDER BY code")])

    def users(self, codes: IntArray) -> pa.Array:
        """Ids of users."""
        return self._ids.take(pa.array(codes))

    def artists(self, codes: IntArray) -> tuple[pa.Array, pa.Array]:
        """Keys and names of artists."""
        return self._keys.take(pa.array(codes)), self._artists.take(pa.array(codes))
