"""Recommended artists written as a playlist: JSPF or a plain list, by the ending of the file's name."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from musicrec_tui import files
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.index.running import Report
from musicrec_tui.dataset.lookups import artists as lookups
from musicrec_tui.dataset.playlists import jspf
from musicrec_tui.dataset.playlists.recordings import Track, find_mbids, top_recordings
from musicrec_tui.dataset.playlists.target import MOST_PER_ARTIST, PLAIN, PlaylistRequest, check_playlist_target
from musicrec_tui.dataset.records import Artist
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

_CANDIDATES = 10
"""So many recordings of an artist are looked at for JSPF: of these, those with an id go first."""


class Written(NamedTuple):
    """How many tracks were written, and sentences on what a reader should know of them (clean, maybe none)."""

    tracks: int
    notes: tuple[str, ...]


def write_playlist(
    dataset: Dataset, wish: PlaylistRequest, target: Path, report: Report, cancelled: Callable[[], bool]
) -> Written:
    """Write a playlist.

    In a plain list an artist of which the log knows no recording stands alone; names are cleaned, since it is for
    people and a line is a track. In JSPF such an artist is left out, names are raw, and of an artist's most played
    recordings those come first that have a MusicBrainz id. ListenBrainz refuses a list in which one track has none,
    so such tracks are left out, unless the log has no ids at all.

    Raises:
        UserError: the name is no playlist's, there is nothing to write, or the file or the log cannot be used.
        Cancelled: `cancelled` said so; the file is as it was.
    """
    check_playlist_target(target)
    if not 1 <= wish.per_artist <= MOST_PER_ARTIST:
        raise UserError(f"A playlist has from 1 to {MOST_PER_ARTIST} recordings of an artist, not {wish.per_artist:,}.")
    by_key = lookups.by_keys(dataset, list(wish.artists))
    artists = [by_key[key] for key in dict.fromkeys(wish.artists) if key in by_key]
    if not artists:
        raise UserError("There is no artist for a playlist.")
    try:
        if target.suffix.lower() in PLAIN:
            return _write_plain(dataset, artists, wish, target)
        return _write_jspf(dataset, artists, wish, target, report, cancelled)
    except OSError as error:
        raise UserError(
            f"Cannot write {printable(str(target), None)}: {error.strerror or error}.", exit_code=1
        ) from error


def _write_plain(dataset: Dataset, artists: Sequence[Artist], wish: PlaylistRequest, target: Path) -> Written:
    """`Artist - Recording`, one to a line."""
    top = top_recordings(dataset, artists, wish.per_artist)
    listed = [Track(artist, title) for artist in artists for title in top.get(artist.code, [""])]
    lines = [" - ".join(printable(name, None) for name in (one.artist.name, one.title) if name) for one in listed]
    files.write_bytes(target, ("\n".join(lines) + "\n").encode(errors="replace"))
    alone = sum(not one.title for one in listed)
    note = f"{_artists(alone)} listed by name alone: the log has no recording of {_them(alone)}."
    return Written(len(listed), (note,) if alone else ())


def _write_jspf(
    dataset: Dataset,
    artists: Sequence[Artist],
    wish: PlaylistRequest,
    target: Path,
    report: Report,
    cancelled: Callable[[], bool],
) -> Written:
    """A JSPF file, for ListenBrainz where the log has the ids that it wants."""
    top = top_recordings(dataset, artists, max(_CANDIDATES, wish.per_artist))
    notes: list[str] = []
    try:
        found = find_mbids(dataset, {one: top.get(one.code, []) for one in artists}, report, cancelled)
    except UserError as error:
        found = {}
        notes.append(f"No MusicBrainz ids: {error}")
    listed: list[Track] = []
    for artist in artists:
        known = [Track(artist, title, found.get((artist.key, title), "")) for title in top.get(artist.code, ())]
        listed += sorted(known, key=lambda track: not track.mbid)[: wish.per_artist]
    if silent := sum(one.code not in top for one in artists):
        notes.append(f"{_artists(silent)} left out: the log has no recording of {_them(silent)}.")
    if not listed:
        raise UserError("The log has no recording of any of these artists: a .txt lists them by name.")
    kept = [track for track in listed if track.mbid] or listed
    if not kept[0].mbid:
        notes.append("ListenBrainz cannot take the list: this log has no MusicBrainz ids of recordings.")
    elif lost := len(listed) - len(kept):
        notes.append(f"{lost:,} left out: no MusicBrainz id, which ListenBrainz needs.")
    annotation = " ".join(("Made by musicrec-tui.", *dataset.info.notes))
    jspf.write_jspf(target, jspf.document(wish.title, annotation, datetime.now(UTC), kept))
    return Written(len(kept), tuple(notes))


def _artists(count: int) -> str:
    """So many artists, with the verb that follows."""
    return f"{count:,} artists are" if count > 1 else "1 artist is"


def _them(count: int) -> str:
    """What stands for them."""
    return "them" if count > 1 else "it"
