"""The sheet of a list whose rows tell of records."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from musicrec_tui.tui.tabular.records import Field, cells_of, columns_of
from musicrec_tui.tui.tabular.sheet import Pages, Sheet


class Source(NamedTuple):
    """Where all records of a kind come from: how many they are, how to get them, how many of them (see `Sheet`)."""

    total: int
    whole: Pages | None = None
    reach: int = 0


def sheet_of(
    title: str,
    records: Callable[[], Iterable[object | None]],
    here: object | None,
    fields_of: Callable[[object], tuple[Field, ...]],
    sources: dict[type, Source],
) -> Sheet | None:
    """The records of one kind: of the one under the cursor, else of the first that there is; None without any.

    Args:
        title: what they are.
        records: goes through them; None where a row tells of nothing.
        here: the one under the cursor.
        fields_of: the columns of a kind.
        sources: by kind, what there is beside the records of the list.
    """
    sample = here if here is not None else next((one for one in records() if one is not None), None)
    described = fields_of(sample) if sample is not None else ()
    if not described:
        return None
    kind = type(sample)
    source = sources.get(kind, Source(0))
    return Sheet(
        title, columns_of(described),
        loaded=lambda: [cells_of(described, one) for one in records() if type(one) is kind],
        here=cells_of(described, here) if here is not None else None,
        total=source.total, whole=source.whole, reach=source.reach,
    )  # fmt: skip
