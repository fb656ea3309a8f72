"""per_user.parquet: each evaluated user's metrics, for significance and differences between runs."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.evaluation.ranking import Evaluation

FILE = "per_user.parquet"
SCHEMA = "1"


def write_per_user(folder: Path, evaluation: Evaluation, user_keys: list[str]) -> Path:
    """Write a row for each evaluated user: `user_key` and the metrics; null where a user has no value.

    The file's metadata has the schema number, metrics.json its checksum.
    """
    columns = {"user_key": pa.array([user_keys[code] for code in evaluation.users], pa.string())}
    columns |= {name: pa.array(values, mask=np.isnan(values)) for name, values in evaluation.per_user.items()}
    table = pa.table(columns).replace_schema_metadata({"musicrec_schema": SCHEMA})
    target = folder / FILE
    try:
        with files.replacing(target) as temporary:
            pq.write_table(table, temporary, compression="zstd")
    except OSError as error:
        raise UserError(f"Cannot write {target}: {error.strerror or error}.", exit_code=1) from error
    return target
