"""per_user.parquet: each evaluated user's metrics, for significance and differences between runs."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.evaluation.assessment import Assessment
from musicrec_tui.evaluation.groups import Traits
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.shortage import shortage
from musicrec_tui.text import printable

FILE = "per_user.parquet"
SCHEMA = "1"
_USER, _ARTISTS, _POPULARITY = "user_key", "train_artists", "own_popularity"


class PerUser(NamedTuple):
    """What the file holds of the metrics.

    Attributes:
        users: keys.
        metrics: by name, (users,) each; NaN where a user has no value.
        traits: what users are grouped by; None in files of before.
    """

    users: list[str]
    metrics: dict[str, NDArray[np.float64]]
    traits: Traits | None


def write_per_user(folder: Path, found: Assessment, user_keys: list[str]) -> Path:
    """Write a row for each evaluated user: `user_key`, the metrics, and what users are grouped by.

    Null where a user has no value. The file's metadata has the schema number, metrics.json its checksum.
    """
    columns = {_USER: pa.array([user_keys[code] for code in found.users], pa.string())}
    values = found.per_user | {_POPULARITY: found.traits.popularity}
    columns |= {name: pa.array(column, mask=np.isnan(column)) for name, column in values.items()}
    columns[_ARTISTS] = pa.array(found.traits.artists)
    table = pa.table(columns).replace_schema_metadata({"musicrec_schema": SCHEMA})
    target = folder / FILE
    try:
        with files.replacing(target) as temporary:
            pq.write_table(table, temporary, compression="zstd")
    except OSError as error:
        raise UserError(f"Cannot write {target}: {error.strerror or error}.", exit_code=1) from error
    return target


def read_per_user(run: RunInfo) -> PerUser:
    """Read what `write_per_user` wrote for a finished run.

    Raises:
        UserError: the file is missing, or not the one that the run made.
    """
    path = run.folder / FILE
    try:
        if run.result is None or files.sha256_of(path) != run.result.per_user_sha256:
            raise UserError(
                f"{path} is not the one that {printable(run.label)} made; train the run again.", exit_code=1
            )
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        lost = f"{path} cannot be read, so {printable(run.label)} has no metrics by user."
        raise UserError(f"{lost} {shortage(error)}".rstrip(), exit_code=1) from error
    metrics = {name: _numbers(table, name) for name in table.column_names if name in run.result.metrics}
    traits = None
    if _ARTISTS in table.column_names:
        traits = Traits(_numbers(table, _ARTISTS).astype(np.int64), _numbers(table, _POPULARITY))
    return PerUser(table.column(_USER).to_pylist(), metrics, traits)


def _numbers(table: pa.Table, name: str) -> NDArray[np.float64]:
    """A column, NaN for null."""
    numbers: NDArray[np.float64] = table.column(name).to_numpy().astype(np.float64)
    return numbers
