"""The same play in several exports, at times that differ a little: both rows get one time and one name.

What `merging` joins is equal to the second; here its tables `history` and `incoming` are made so, by `same_plays`.
"""

from collections.abc import Mapping

from musicrec_tui.dataset.index.running import Runner
from musicrec_tui.dataset.profiles.merging import LISTEN
from musicrec_tui.dataset.same_plays import Play, pairs
from musicrec_tui.dataset.sources.repeated_plays import MINUTES

_PHASE = "joining"
_HISTORY = -1
"""The number of what the profile holds already, as a file."""

_COARSE = f"""
SELECT layout, source FROM history WHERE kind = '{LISTEN}' GROUP BY layout, source
HAVING count(*) >= 3 AND bool_and(second(listened_at) = 0)
"""  # noqa: S608
"""The files of earlier imports whose times have no seconds."""

_PLAYS = f"""
SELECT rowid, {{file}}, layout, source, artist_key, recording_key, epoch(listened_at) FROM {{table}}
WHERE kind = '{LISTEN}'
"""  # noqa: S608

_SHARED = ("artist_key", "recording_key", "artist_name", "recording_name", "listened_at", "layout", "source")
_STANDING = f"""
CREATE TEMP TABLE standing AS
SELECT pair.file, pair.row, {", ".join(_SHARED)} FROM pair JOIN history h
    ON other_file = {_HISTORY} AND h.rowid = other_row
UNION ALL
SELECT pair.file, pair.row, {", ".join(f"i.{name}" for name in _SHARED)} FROM pair JOIN incoming i
    ON other_file <> {_HISTORY} AND i.rowid = other_row
"""  # noqa: S608
_UPDATE = """
UPDATE {table} SET {shared} FROM standing s WHERE s.row = {table}.rowid AND s.file {which}
"""


_SPREAD = f"""
UPDATE incoming SET listened_at = listened_at + to_seconds(turn) FROM (
    SELECT rowid AS place, row_number() OVER (
        PARTITION BY file, artist_key, recording_key, listened_at ORDER BY rowid) - 1 AS turn
    FROM incoming WHERE kind = '{LISTEN}' AND (file IN (SELECT unnest($coarse)) OR layout IN (SELECT unnest($minutes))))
WHERE place = incoming.rowid AND turn > 0
"""  # noqa: S608
"""A file with minutes may have several plays of a short track in one: they are put a second apart."""


def join_plays(runner: Runner, steps: Mapping[int, float]) -> int:
    """Give plays that are one the time and the names of the more precise row.

    Args:
        runner: its connection has `history` and `incoming`.
        steps: how precise the times of each incoming file are, in seconds.

    Returns:
        How many plays were paired that were not equal already.
    """
    spread = {"coarse": [file for file, step in steps.items() if step > 1], "minutes": sorted(MINUTES)}
    runner.step(_PHASE, 0.6, _SPREAD, spread)
    coarse = {(layout, source) for layout, source in runner.step(_PHASE, 0.6, _COARSE)}
    plays: list[Play] = []
    for table, file in (("history", str(_HISTORY)), ("incoming", "file")):
        for row, number, layout, source, artist, track, at in runner.step(
            _PHASE, 0.62, _PLAYS.format(table=table, file=file)
        ):
            step = 60.0 if (layout, source) in coarse else steps.get(number, 1.0)
            step = 60.0 if layout in MINUTES else step
            plays.append(Play((number, row), number, layout, "", artist, track, float(at), step))
    found = [(*play.place, *other.place) for play, other in pairs(plays) if not _equal(play, other)]
    if not found:
        return 0
    columns = "file INTEGER, row BIGINT, other_file INTEGER, other_row BIGINT"
    runner.store("pair", f"CREATE TEMP TABLE pair ({columns})", found)
    runner.step(_PHASE, 0.65, _STANDING)
    shared = ", ".join(f"{name} = s.{name}" for name in _SHARED)
    for table, which in (("history", f"= {_HISTORY}"), ("incoming", f"<> {_HISTORY}")):
        runner.step(_PHASE, 0.7, _UPDATE.format(table=table, shared=shared, which=which))
    return len(found)


def _equal(one: Play, other: Play) -> bool:
    """Whether `merging` joins two plays as they are."""
    return (one.artist, one.track, int(one.at)) == (other.artist, other.track, int(other.at))
