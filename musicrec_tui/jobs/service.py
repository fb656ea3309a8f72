"""The host's work as plain calls: ranked lists, similar artists and reasons from saved models."""

import contextlib
import sys
import traceback
from collections import OrderedDict
from pathlib import Path

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.entry_points import culprit
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs import answering, evaluated_lists, statistics
from musicrec_tui.jobs.host_protocol import (
    AnyAnswer,
    AnyAsk,
    Compare,
    Evaluate,
    Explain,
    Recommend,
    Refused,
    Scatter,
    Similar,
)
from musicrec_tui.jobs.model_user import ModelUsers
from musicrec_tui.jobs.opened_run import MODEL, MOST_REMEMBERED, OpenedRun, load_model
from musicrec_tui.jobs.opinions_cache import OpinionsCache
from musicrec_tui.recommenders.model_format import MANIFEST
from musicrec_tui.shortage import shortage

MODELS = 4
"""As many as Compare holds against each other: their lists for one user after another are asked of each in turn."""


class Service:
    """Answers requests; keeps the models and indexes that were used last open. For one thread.

    Args:
        opinions: the file of what people love and block (`Home.opinions`); None: nothing.
        alone: whether nothing else in this process asks these indexes: then little of a large one is held in memory.
    """

    def __init__(self, opinions: Path | None = None, *, alone: bool = False) -> None:
        self._alone = alone
        self._datasets: OrderedDict[tuple[str, int], Dataset] = OrderedDict()
        self._runs: OrderedDict[tuple[str, int, str, int], OpenedRun] = OrderedDict()
        self._users = ModelUsers(OpinionsCache(opinions))

    def answer(self, ask: AnyAsk) -> AnyAnswer:
        """The answer; where there is none, a `Refused` with a sentence. Never raises."""
        try:
            return self._answer(ask)
        except UserError as error:
            return Refused(str(error))
        except Cancelled:
            return Refused("The request was cancelled.")
        except Exception as error:  # noqa: BLE001  (a defect of ours: the log gets it, the user a sentence)
            if why := shortage(error):
                return Refused(f"That cannot be answered now. {why}")
            traceback.print_exc(file=sys.stderr)
            return Refused(
                f"The answer could not be calculated ({type(error).__name__}), a defect of {culprit(error)}.",
                defect=True,
            )

    def close(self) -> None:
        """Close the indexes."""
        for dataset in self._datasets.values():
            dataset.close()
        self._datasets.clear()
        self._runs.clear()

    def _answer(self, ask: AnyAsk) -> AnyAnswer:
        if isinstance(ask, Compare):
            return statistics.compare(ask)
        if isinstance(ask, Scatter):
            return statistics.scatter(ask)
        opened = self._open(Path(ask.run), Path(ask.index))
        match ask:
            case Recommend():
                return answering.recommend(opened, self._users.find_user(opened, ask.user), ask)
            case Similar():
                return answering.similar(opened, ask)
            case Evaluate():
                return evaluated_lists.evaluated(opened, ask)
            case Explain():
                return answering.explain(opened, self._users.find_user(opened, ask.user), ask)

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
            if dataset.info.artists > MOST_REMEMBERED and self._alone:
                dataset.keep_little()
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
