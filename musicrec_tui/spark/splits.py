"""Train, validation and test parts of a log on a cluster: the same pairs as `dataset.splits` cuts on one machine."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass(frozen=True)
class Parts:
    """The parts of a split, each `user_code int, artist_code int, plays float`; pairs that a part lacks have no row."""

    train: "DataFrame"
    validation: "DataFrame"
    test: "DataFrame"
