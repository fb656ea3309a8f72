"""Starts tunings and takes them up again. Light: the TUI imports it. `supervisor` follows and stops them."""

import os
from pathlib import Path

from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import stopping, supervisor
from musicrec_tui.paths import Home, expanded
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.runs.tunings import store
from musicrec_tui.runs.tunings.info import TuningInfo
from musicrec_tui.runs.tunings.spec import Grid, Search


def submit(
    home: Home, base: Params, plan: Grid | Search, data: tuple[str, ...], index: Path | str, content: str,
    split: SplitSpec, *, objective: str = "ndcg@10", processes: int = 2, seed: int = 42, k: int = 10, name: str = "",
    layout: str = "",
) -> TuningInfo:  # fmt: skip
    """Start a tuning in a process of its own, which outlives this one; arguments as `store.create` has them.

    Raises:
        UserError: an argument does not fit, the home cannot be written to, or no process can be started.
    """
    paths = tuple(str(expanded(Path(path)).absolute()) for path in data)
    tuning, lock = store.create(
        home, base, plan, paths, str(Path(index).absolute()), content, split,
        wanted=objective, processes=processes, seed=seed, k=k, name=name, layout=layout,
    )  # fmt: skip
    try:
        _start(tuning, home, lock)
    except UserError:
        store.delete(home, tuning)
        raise
    return store.read(home, tuning.id)


def resume(home: Home, tuning: TuningInfo) -> TuningInfo:
    """Go on with a tuning that was cancelled, failed or died; trials that ended are not made again.

    Raises:
        UserError: there is nothing to resume, or no process can be started.
    """
    _start(tuning, home, store.take_up(tuning))
    return store.read(home, tuning.id)


def train_best(home: Home, tuning: TuningInfo, *, name: str = "") -> RunInfo:
    """Start the final run of a tuning: its best parameters, fitted on train + validation, evaluated on test.

    Raises:
        UserError: no trial is finished, or the run cannot be started.
    """
    best, spec = tuning.best, tuning.spec
    if best is None or spec is None:
        raise UserError(f"No trial of {tuning.label} is finished, so there is no best one to train.")
    return supervisor.submit(
        home, best.params, spec.data, spec.index, spec.content, spec.split,
        seed=spec.seed, final=True, k=spec.k, name=name, layout=spec.layout,
    )  # fmt: skip


def _start(tuning: TuningInfo, home: Home, lock: int) -> None:
    """Hand the lock to a tuner."""
    try:
        supervisor.start(stopping.TUNER, tuning.folder, home, lock)
    except OSError as error:
        raise UserError(f"Cannot start a tuner: {error.strerror}.", exit_code=1) from error
    finally:
        os.close(lock)
