"""Plays that are in several files of a log: which rows are left out so that each play counts once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from musicrec_tui.dataset.same_plays import WINDOW, Play, pairs
from musicrec_tui.dataset.sources.recognise import Part
from musicrec_tui.text import normal_name

SAME_PLAY = "play that another file has too"
MINUTES = frozenset({"Spotify account"})
"""Layouts whose times are cut down to the minute, though what comes of them is not."""

_FEWEST = 3
"""Rows of a file without seconds that say that it has none."""

_LETTERS = "left(regexp_replace(lower(strip_accents(coalesce({name}, ''))), '[^a-z0-9]', '', 'g'), 4)"

_CANDIDATES = """
WITH play AS (
    SELECT file, row, user_id, artist_name, recording_name, epoch(listened_at) AS began,
        {artist} AS artist, {track} AS track
    FROM ({source})
    WHERE listened_at BETWEEN '1970-01-01' AND '2100-01-01' AND refused IS NULL AND play_count IS NOT NULL),
near AS (
    SELECT *, min(file) OVER around AS least, max(file) OVER around AS most FROM play
    WINDOW around AS (
        PARTITION BY user_id, artist, track ORDER BY began RANGE BETWEEN {window} PRECEDING AND {window} FOLLOWING))
SELECT file, row, user_id, artist_name, recording_name, began FROM near WHERE least <> most
"""
"""Plays with one of another file nearby, whose names begin with the same letters."""

_STEPS = """
SELECT file, count(*) >= {fewest} AND bool_and(second(listened_at) = 0) FROM ({source})
WHERE listened_at BETWEEN '1970-01-01' AND '2100-01-01' AND refused IS NULL GROUP BY file
"""

Execute = Callable[[str, Mapping[str, object]], Sequence[tuple[Any, ...]]]


def may_repeat(part: Part) -> bool:
    """Whether files of a part are exports of people, which may overlap (dumps have a check of their own)."""
    if part.format == "parquet" or part.companions or part.layout.timed is False:
        return False
    return not any(".listens" in file.name or ".tar" in file.name for file in part.files)


def steps(execute: Execute, source: str, parameters: Mapping[str, object], parts: Sequence[Part]) -> dict[int, float]:
    """How precise the times of each file are: 60 where they are written without seconds, or none has any; else 1."""
    rows = execute(_STEPS.format(source=source, fewest=_FEWEST), parameters)
    written = {
        part.first + at: 60.0
        for part in parts
        if part.understood is not None and part.understood.minutes
        for at in range(len(part.files))
    }
    return {int(file): 60.0 if coarse else 1.0 for file, coarse in rows} | written


def repeated(
    execute: Execute, source: str, parameters: Mapping[str, object], parts: Sequence[Part]
) -> list[tuple[int, int]]:
    """The rows (file, row) of plays that a file with more precise times, or an earlier one, has too.

    Args:
        execute: runs SQL.
        source: a SELECT of canonical listens.
        parameters: its values.
        parts: of the log, those that `source` selects from among them.
    """
    layouts = {part.first + at: part.layout.name for part in parts for at in range(len(part.files))}
    precise = steps(execute, source, parameters, parts)
    sql = _CANDIDATES.format(
        source=source, window=WINDOW, artist=_LETTERS.format(name="artist_name"),
        track=_LETTERS.format(name="recording_name"),
    )  # fmt: skip
    plays = (
        Play(
            (file, row), file, layouts[file], user or "", normal_name(artist or ""), normal_name(track or ""),
            float(at), 60.0 if layouts[file] in MINUTES else precise.get(file, 1.0),
        )
        for file, row, user, artist, track, at in execute(sql, parameters)
    )  # fmt: skip
    return sorted(play.place for play, _ in pairs(plays))


def once(select: str) -> str:
    """Listens of a part, those refused that the table `same_play` has."""
    return (
        f"SELECT * EXCLUDE (again) REPLACE (CASE WHEN again AND refused IS NULL THEN '{SAME_PLAY}' ELSE refused END "  # noqa: S608
        f"AS refused) FROM ({select}) LEFT JOIN same_play USING (file, row)"
    )
