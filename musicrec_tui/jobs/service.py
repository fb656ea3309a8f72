"""The host's work as plain calls: ranked lists, similar artists and reasons from saved models."""

import contextlib
import math
import sys
import traceback
from collections import OrderedDict
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs.opened_run import MANIFEST, MODEL, OpenedRun, load_model
from musicrec_tui.jobs.protocol import (
    AnyAnswer,
    AnyAsk,
    Explain,
    Explained,
    FoldIn,
    Reason,
    Recommend,
    Recommendation,
    Recommended,
    Refused,
    Similar,
)
from musicrec_tui.recommenders import ranking
from musicrec_tui.recommenders.base import Contribution, FloatArray, IntArray, Ranking
from musicrec_tui.text import printable

MODELS = 3
EXPLAINED_ROWS = 25
LONGEST_LIST = 10_000


class Service:
    """Answers requests; keeps the models and indexes that were used last open. For one thread."""

    def __init__(self) -> None:
        self._datasets: OrderedDict[tuple[str, int], Dataset] = OrderedDict()
        self._runs: OrderedDict[tuple[str, int, str, int], OpenedRun] = OrderedDict()

    def answer(self, ask: AnyAsk) -> AnyAnswer:
        """The answer; where there is none, a `Refused` with a sentence. Never raises."""
        try:
            return self._answer(ask)
        except UserError as error:
            return Refused(str(error))
        except Cancelled:
            return Refused("The question was called off.")
        except MemoryError:
            return Refused("There is not enough memory to answer that.")
        except Exception as error:  # noqa: BLE001  (a defect of ours: the log gets it, the user a sentence)
            traceback.print_exc(file=sys.stderr)
            return Refused(f"That could not be computed ({type(error).__name__}), a defect of ours.", defect=True)

    def close(self) -> None:
        """Close the indexes."""
        for dataset in self._datasets.values():
            dataset.close()
        self._datasets.clear()
        self._runs.clear()

    def _answer(self, ask: AnyAsk) -> AnyAnswer:
        opened = self._open(Path(ask.run), Path(ask.index))
        match ask:
            case Recommend():
                return _recommend(opened, ask)
            case Similar():
                return _similar(opened, ask)
            case Explain():
                return _explain(opened, ask)
            case FoldIn():
                return _fold_in(opened, ask)

    def _open(self, folder: Path, index: Path) -> OpenedRun:
        """The run on that index, read where it is not open yet or its files were replaced."""
        dataset_key = str(index), _stamp(index)
        key = str(folder), _stamp(folder / MODEL / MANIFEST), *dataset_key
        if key not in self._runs:
            dataset = self._dataset(dataset_key)
            while len(self._runs) >= MODELS:
                self._runs.popitem(last=False)
            self._runs[key] = OpenedRun(*load_model(folder), dataset)
        self._runs.move_to_end(key)
        return self._runs[key]

    def _dataset(self, key: tuple[str, int]) -> Dataset:
        """An open index; the one that was used longest ago is closed with the runs that are open on it."""
        if key not in self._datasets:
            dataset = Dataset(Path(key[0]))
            dataset.info  # noqa: B018  (refuses what is damaged)
            self._datasets[key] = dataset
        self._datasets.move_to_end(key)
        while len(self._datasets) > 2:
            _, oldest = self._datasets.popitem(last=False)
            for run in [place for place, opened in self._runs.items() if opened.dataset is oldest]:
                del self._runs[run]
            oldest.close()
        return self._datasets[key]


def _stamp(path: Path) -> int:
    """Changes when a file is replaced; 0 where there is none, which opening it will complain about."""
    with contextlib.suppress(OSError):
        return path.stat().st_mtime_ns
    return 0


def _recommend(opened: OpenedRun, ask: Recommend) -> Recommended:
    user = opened.user_code(ask.user)
    heard = opened.heard(ask.user)
    scores = opened.model.recommender.scores(np.array([user], np.int32))
    disliked = opened.disliked(ask.user)
    listed, total = _cut(opened, scores, disliked if ask.include_heard else np.union1d(heard, disliked), ask.k)
    codes, values = listed
    owned = set(heard.tolist())
    reasons = _reasons(opened, user, codes[:EXPLAINED_ROWS], ask.reasons)
    named = opened.artists([*codes, *(part.artist for parts in reasons for part in parts)])
    rows = tuple(
        Recommendation(
            rank=place + 1,
            artist=named[code],
            score=value,
            heard=code in owned,
            reasons=tuple(Reason(named[part.artist], part.amount) for part in reasons[place])
            if place < len(reasons)
            else (),
        )
        for place, (code, value) in enumerate(zip(codes, values, strict=True))
    )
    return Recommended(rows, total)


def _reasons(opened: OpenedRun, user: int, codes: list[int], most: int) -> list[list[Contribution]]:
    """For each artist, the user's own artists that speak for it, where the model can tell."""
    recommender = opened.model.recommender
    if most <= 0 or not recommender.capabilities.explain:
        return []
    explained = (recommender.explain(user, code) for code in codes)
    return [[part for part in parts[:most] if part.amount > 0] for parts in explained]


def _similar(opened: OpenedRun, ask: Similar) -> Recommended:
    code = opened.artist_code(ask.artist)
    listeners = np.bincount(opened.model.train.indices, minlength=len(opened.to_index))
    gone = (opened.to_index < 0) | (listeners < ask.min_listeners)
    most = min(_checked(ask.k) + int(gone.sum()), len(gone))
    found = opened.model.recommender.similar(code, most)
    kept = [place for place, other in enumerate(found.artists[0]) if other >= 0 and not gone[other]][: ask.k]
    codes = [int(found.artists[0, place]) for place in kept]
    named = opened.artists(codes)
    rows = tuple(
        Recommendation(rank=place + 1, artist=named[other], score=float(found.scores[0, kept[place]]))
        for place, other in enumerate(codes)
    )
    return Recommended(rows, len(gone) - int(gone.sum()) - (0 if gone[code] else 1))


def _explain(opened: OpenedRun, ask: Explain) -> Explained:
    user, artist = opened.user_code(ask.user), opened.artist_code(ask.artist)
    parts = opened.model.recommender.explain(user, artist)
    score = float(opened.model.recommender.scores(np.array([user], np.int32))[0, artist])
    named = opened.artists([part.artist for part in parts])
    return Explained(score, tuple(Reason(named[part.artist], part.amount) for part in parts))


def _fold_in(opened: OpenedRun, ask: FoldIn) -> Recommended:
    if any(not math.isfinite(plays) or plays <= 0 for plays in ask.profile.values()):
        raise UserError("Plays in a profile must be positive numbers.")
    plays = {opened.artist_codes[key]: plays for key, plays in ask.profile.items() if key in opened.artist_codes}
    if not plays:
        raise UserError(
            f"None of these artists was in the data that {printable(opened.run.label)} was trained on; add others."
        )
    own: IntArray = np.array(sorted(plays), np.int32)
    row = np.array([plays[code] for code in own.tolist()], np.float32)
    profile = csr_matrix((row, own, np.array([0, len(own)], np.int32)), shape=(1, len(opened.to_index)))
    (codes, values), total = _cut(opened, opened.model.recommender.fold_in(profile), own, ask.k)
    named = opened.artists(codes)
    return Recommended(
        tuple(
            Recommendation(rank=place + 1, artist=named[code], score=value)
            for place, (code, value) in enumerate(zip(codes, values, strict=True))
        ),
        total,
    )


def _checked(k: int) -> int:
    if not 1 <= k <= LONGEST_LIST:
        raise UserError(f"A list has from 1 to {LONGEST_LIST:,} rows, not {k:,}.")
    return k


def _cut(opened: OpenedRun, scores: FloatArray, exclude: IntArray, k: int) -> tuple[tuple[list[int], list[float]], int]:
    """The k best candidates with their scores, and how many candidates there are.

    No candidates are what is excluded and what the index has no name for.
    """
    ranking.check_finite(scores)
    barred = opened.to_index < 0
    barred[exclude] = True
    scores[0, barred] = -np.inf
    best: Ranking = ranking.top(scores, min(_checked(k), scores.shape[1]))
    count = int(np.count_nonzero(best.artists[0] >= 0))
    return (best.artists[0, :count].tolist(), best.scores[0, :count].tolist()), int(np.count_nonzero(~barred))
