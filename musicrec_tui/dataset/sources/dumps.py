"""Several dumps of one service, a full one and later ones: a listen that two of them have counts once."""

from collections.abc import Sequence

from musicrec_tui.dataset.sources.base import TableLayout
from musicrec_tui.dataset.sources.recognise import Part
from musicrec_tui.dataset.sources.relations import Parameters, place, scan

REPEATED = "listen that an earlier file has too"

_REPEATED = """
CREATE TEMP TABLE repeated AS
WITH later AS ({later}),
first AS (
    SELECT DISTINCT user_id, listened_at, what, true AS there
    FROM ({first}) SEMI JOIN later USING (user_id, listened_at, what))
SELECT file, row, true AS again
FROM (SELECT *, min(dump) OVER (PARTITION BY user_id, listened_at, what) AS earliest FROM later)
LEFT JOIN first USING (user_id, listened_at, what)
WHERE dump > earliest OR there
"""
"""The first dump, which is the largest, is scanned once, for the keys of the others (which spill where need be)."""


def later_dumps(parts: Sequence[Part]) -> frozenset[str]:
    """The dumps that may repeat listens of an earlier one: all but the first."""
    return frozenset([*dict.fromkeys(part.dump for part in parts if part.dump)][1:])


def repeated(parts: Sequence[Part]) -> tuple[str, Parameters]:
    """The statement that makes the table `repeated(file, row, again)` of listens that an earlier dump has.

    Two listens are one where user, time and recording are the same. Recordings are distinguished by the layout's own
    column where all files have it, else by the names of artist and recording.

    Returns:
        The statement and its parameters.
    """
    numbers: dict[str, int] = {}
    parameters: Parameters = {}
    first: list[str] = []
    later: list[str] = []
    for part, layout in _dumped(parts):
        what = recording(parts, layout)
        number = numbers.setdefault(part.dump, len(numbers))
        sql, values = scan(part, f"_{part.first}_again")
        parameters |= values
        listens = f"SELECT {layout.select(part.columns)}, {what} AS what, {place(part)} FROM {sql}"  # noqa: S608
        select = f"SELECT user_id, listened_at, what, {number} AS dump, file, row FROM ({listens})"  # noqa: S608
        (later if number else first).append(select)
    return _REPEATED.format(first=" UNION ALL ".join(first), later=" UNION ALL ".join(later)), parameters


def recording(parts: Sequence[Part], layout: TableLayout) -> str:
    """What distinguishes a recording, as SQL over the columns of a layout's dumps, of which `parts` has some."""
    names = r"concat(artist_name, E'\x1f', recording_name)"
    by_column = all(other.recording in part.columns for part, other in _dumped(parts))
    return f"coalesce(CAST({layout.recording} AS VARCHAR), {names})" if by_column else names


def _dumped(parts: Sequence[Part]) -> list[tuple[Part, TableLayout]]:
    """The parts that are of a dump."""
    return [(part, part.layout) for part in parts if part.dump and isinstance(part.layout, TableLayout)]


def once(select: str) -> str:
    """The listens of a later dump, those refused that `repeated` has."""
    return (
        f"SELECT * EXCLUDE (again) REPLACE (CASE WHEN again THEN '{REPEATED}' ELSE refused END AS refused) "  # noqa: S608
        f"FROM ({select}) LEFT JOIN repeated USING (file, row)"
    )
