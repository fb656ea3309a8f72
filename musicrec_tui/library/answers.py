"""Answers of a model as Arrow tables."""

from typing import Any, NamedTuple

import pyarrow as pa

from musicrec_tui.jobs import host_protocol
from musicrec_tui.jobs.host_protocol import ServedBy


class RankedItems(NamedTuple):
    """A ranked list.

    Attributes:
        table: rank, item_key, item, score, listeners, heard, loved, reasons (item_key, item, amount), best first.
        total: the candidates that it was cut from.
        estimate: whether the scores are an estimate from similar users, not the model's own.
        reasons_estimate: whether the reasons do not sum to the score.
        unknown: how many items of a profile or of typed names the model does not know.
        served_by: `model`; or for a cold start `fold-in` or `popularity`.
    """

    table: pa.Table
    total: int
    estimate: bool = False
    reasons_estimate: bool = False
    unknown: int = 0
    served_by: ServedBy = "model"


class Explanation(NamedTuple):
    """A score and what the user's own items contribute.

    Attributes:
        score: of the item.
        table: item_key, item, amount; largest first. The amounts sum to the score unless `reasons_estimate`.
        estimate, reasons_estimate, served_by: as in `RankedItems`.
    """

    score: float
    table: pa.Table
    estimate: bool
    reasons_estimate: bool
    served_by: ServedBy


_REASONS = pa.list_(pa.struct([("item_key", pa.string()), ("item", pa.string()), ("amount", pa.float64())]))
_LISTED = pa.schema(
    [
        ("rank", pa.int32()), ("item_key", pa.string()), ("item", pa.string()), ("score", pa.float64()),
        ("listeners", pa.int64()), ("heard", pa.bool_()), ("loved", pa.bool_()), ("reasons", _REASONS),
    ]
)  # fmt: skip


def ranked_items(answer: host_protocol.AnyAnswer) -> RankedItems:
    """A ranked list of it.

    Raises:
        TypeError: the answer is none.
    """
    if not isinstance(answer, host_protocol.Recommended):
        raise TypeError(f"{type(answer).__name__} is not a ranked list")
    rows = answer.rows
    reasons = [
        [{"item_key": one.artist.key, "item": one.artist.name, "amount": one.amount} for one in row.reasons]
        for row in rows
    ]
    columns: list[list[Any]] = [
        [row.rank for row in rows], [row.artist.key for row in rows], [row.artist.name for row in rows],
        [row.score for row in rows], [row.artist.listeners for row in rows], [row.heard for row in rows],
        [row.loved for row in rows], reasons,
    ]  # fmt: skip
    arrays = [pa.array(column, field.type) for column, field in zip(columns, _LISTED, strict=True)]
    table = pa.Table.from_arrays(arrays, schema=_LISTED)
    return RankedItems(table, answer.total, answer.estimate, answer.reasons_estimate, answer.unknown, answer.served_by)


def explanation(answer: host_protocol.AnyAnswer) -> Explanation:
    """An explanation of it.

    Raises:
        TypeError: the answer is none.
    """
    if not isinstance(answer, host_protocol.Explained):
        raise TypeError(f"{type(answer).__name__} does not explain")
    parts = pa.table(
        {
            "item_key": pa.array([part.artist.key for part in answer.reasons], pa.string()),
            "item": pa.array([part.artist.name for part in answer.reasons], pa.string()),
            "amount": pa.array([part.amount for part in answer.reasons], pa.float64()),
        }
    )
    return Explanation(answer.score, parts, answer.estimate, answer.reasons_estimate, answer.served_by)
