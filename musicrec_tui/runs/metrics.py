"""metrics.json: what an evaluation gave, and all that must be equal before two of them may be compared."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from musicrec_tui import sealed
from musicrec_tui.dataset.split_spec import SplitSpec

SCHEMA = 1
FILE = "metrics.json"
EvaluatedOn = Literal["validation", "test"]
Figure = Annotated[float, msgspec.Meta(ge=-1e12, le=1e12)]
"""A metric: beyond these bounds it is damage, and would take all of a table's room."""


class RunMetrics(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one run.

    Attributes:
        run: whose result it is.
        content: content hash of the log.
        split, k, evaluated_on, candidates: what was ranked against what; runs compare only where these are equal.
        users: users with held-out artists; the metrics are means over them.
        left_out: users with held-out artists who have no other candidate: any list would be perfect, so they are in
            no mean.
        metrics: by name (`ndcg@10`, `auc`, …).
        seconds: of `load`, `fit` and `evaluate`.
        peak_memory_mb: the most memory that the worker ever held.
        per_user_sha256: checksum of per_user.parquet.
        model_sha256: checksum of model/manifest.json, which has the checksums of the model's other files.
        best_epoch: the epoch that early stopping kept, where there is such a thing.
        ratings: how the log's ratings became confidence and dislikes; empty for a log without.
        intervals: low and high of the 95 % interval of each metric that is a mean; empty in runs of before.
        groups: for each group of users (`light`, `niche`, …) its means and `users`, how many they are.
        model_bytes: what the model takes on the disk.
        against_popularity: the mean difference of NDCG@k from popularity's among the users who have usable training
            data, with the ends of its 95 % interval; None for popularity, and in runs of before.
    """

    run: str
    content: str
    split: SplitSpec
    k: int
    evaluated_on: EvaluatedOn
    candidates: str
    users: int
    metrics: dict[str, Figure]
    seconds: dict[str, float]
    peak_memory_mb: int
    per_user_sha256: str = ""
    model_sha256: str = ""
    best_epoch: int | None = None
    ratings: str = ""
    intervals: dict[str, tuple[Figure, Figure]] = {}
    groups: dict[str, dict[str, Figure]] = {}
    model_bytes: int | None = None
    against_popularity: tuple[float, float, float] | None = None
    left_out: int = 0


def write(folder: Path, metrics: RunMetrics) -> None:
    """Write metrics.json into a run's folder."""
    sealed.write(folder / FILE, metrics, SCHEMA)


def read(folder: Path) -> RunMetrics:
    """Read a run's metrics.json.

    Raises:
        UserError: it is missing, damaged or of another version.
    """
    return sealed.read(folder / FILE, RunMetrics, SCHEMA)
