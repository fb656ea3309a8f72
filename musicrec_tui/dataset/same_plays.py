"""The same play in several files counts once: which plays of a person's exports are one.

Within a file each play is one of its own (a loop of a short track, two devices at once). Of two files, plays are paired
one to one: never does one play stand for two of the same file. A pair has the same artist and track, of which one name
may be cut, and the same time:

- to the second, where both files are of one layout (overlapping exports);
- within `DRIFT` seconds, where services copy each other (Last.fm and ListenBrainz);
- within the same minute, where one of them has minutes only (Spotify's account data, `01 May 2024, 12:00`).
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

DRIFT = 2.0
MINUTE = 60.0
WINDOW = 62
"""Seconds between two plays that may be one."""

_FEWEST_LETTERS = 10
"""Of a name that may be a longer one, cut."""
_BUCKET = 6


class Play(NamedTuple):
    """A play as one file has it.

    Attributes:
        place: which row of which file.
        source: the file; smaller ones are looked at first where their times are as precise.
        layout: what the file is.
        user: whose play it is.
        artist, track: normal names.
        at: when it began, in seconds since 1970.
        step: how precise times are in its file: 1 or 60 seconds.
    """

    place: tuple[int, int]
    source: int
    layout: str
    user: str
    artist: str
    track: str
    at: float
    step: float = 1.0


def pairs(plays: Iterable[Play]) -> Iterator[tuple[Play, Play]]:
    """Each play that another file has as well, with the one that stands for both: the more precise."""
    buckets: dict[tuple[str, str, str], list[Play]] = defaultdict(list)
    for play in plays:
        buckets[play.user, play.artist[:_BUCKET], play.track[:_BUCKET]].append(play)
    for bucket in buckets.values():
        yield from _paired(bucket)


def _paired(plays: list[Play]) -> Iterator[tuple[Play, Play]]:
    """The pairs of plays whose names begin alike."""
    by_source: dict[int, list[Play]] = defaultdict(list)
    for play in plays:
        by_source[play.source].append(play)
    if len(by_source) < 2:
        return
    standing: list[Play] = []
    for own in sorted(by_source.values(), key=lambda own: (min(play.step for play in own), own[0].source)):
        free = [True] * len(standing)
        times = [play.at for play in standing]
        new: list[Play] = []
        for play in sorted(own, key=lambda one: one.at):
            at = _partner(play, standing, times, free)
            if at is None:
                new.append(play)
            else:
                free[at] = False
                yield play, standing[at]
        standing = sorted([*standing, *new], key=lambda one: one.at)


def _partner(play: Play, standing: list[Play], times: list[float], free: list[bool]) -> int | None:
    """The first free play that is the same one; those of exactly its time come first."""
    found: int | None = None
    for at in range(bisect_left(times, play.at - WINDOW), len(standing)):
        if times[at] > play.at + WINDOW:
            break
        if free[at] and is_same(play, standing[at]):
            if times[at] == play.at:
                return at
            found = at if found is None else found
    return found


def is_same(one: Play, other: Play) -> bool:
    """Whether two plays are the same."""
    return _same_time(one, other) and _same_name(one.artist, other.artist) and _same_name(one.track, other.track)


def _same_time(one: Play, other: Play) -> bool:
    """Whether two times are one, as far as each is precise."""
    if one.step > other.step:
        one, other = other, one
    if one.step < other.step:  # the coarse one was cut down to its minute
        return -1 <= one.at - other.at < MINUTE + 1
    return one.at == other.at or (one.layout != other.layout and abs(one.at - other.at) <= DRIFT)


def _same_name(one: str, other: str) -> bool:
    """Whether two normal names are one, or one is the beginning of the other."""
    if one == other:
        return True
    shorter, longer = sorted((one.rstrip(". "), other.rstrip(". ")), key=len)
    return len(shorter) >= _FEWEST_LETTERS and longer.startswith(shorter)
