"""Trials: one folder each below their tuning, written once, so that no finished one is ever lost."""

import os
import re
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from musicrec_tui import sealed
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import registry
from musicrec_tui.runs.metrics import Figure
from musicrec_tui.shortage import ShortageError, shortage

SCHEMA = 1
_NUMBER = re.compile("[0-9]{1,9}")
FOLDER, FILE = "trials", "trial.json"


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What one combination of parameters gave.

    Attributes:
        number: counts the trials of a tuning; of a grid, the place of the combination.
        state: `finished`; `pruned`: stopped early, for others were better by then; `failed`: see `reason`.
        value: the objective on validation (of a pruned trial, the last that was seen); None where it failed.
        metrics: on validation, by name.
        steps: (epoch, NDCG@10 on validation) on the way, of models with epochs.
        seconds: of `fit` and `evaluate`. Trials that were read from one fit share its seconds by their sweeps.
        peak_memory_mb: the most memory that the process ever held.
        at: when it ended, UTC.
    """

    number: int
    params: "registry.AnyParams"
    state: Literal["finished", "pruned", "failed"]
    at: datetime
    value: Figure | None = None
    metrics: dict[str, Figure] = {}
    steps: tuple[tuple[int, Figure], ...] = ()
    seconds: dict[str, float] = {}
    peak_memory_mb: int = 0
    reason: str = ""


def write_trial(tuning: Path, trial: Trial) -> None:
    """Save a trial in its tuning's folder.

    Raises:
        UserError: it cannot be written.
    """
    sealed.write(tuning / FOLDER / f"{trial.number:06d}" / FILE, trial, SCHEMA)


def read_new_trials(tuning: Path, known: dict[int, Trial]) -> list[str]:
    """Add the trials that are not known yet; gives a sentence for each that is damaged (it counts as not tried).

    Raises:
        ShortageError: one cannot be read now, and is not damaged.
    """
    damaged: list[str] = []
    try:
        folders = sorted((tuning / FOLDER).iterdir())
    except OSError:
        return damaged
    for folder in folders:
        if not _NUMBER.fullmatch(folder.name) or int(folder.name) in known or not os.path.lexists(folder / FILE):
            continue
        try:
            known[int(folder.name)] = sealed.read(folder / FILE, Trial, SCHEMA)
        except UserError as error:
            if why := shortage(error):  # the trial is there: it must not be made again
                raise ShortageError(f"{error} {why}") from error
            damaged.append(str(error))
    return damaged
