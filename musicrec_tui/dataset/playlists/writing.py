"""Recommended artists as a playlist: JSPF, XSPF, M3U8 or a plain list; the file extension chooses the format."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from musicrec_tui import files
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.index.running import Report
from musicrec_tui.dataset.lookups import artists as lookups
from musicrec_tui.dataset.playlists import jspf, xspf
from musicrec_tui.dataset.playlists.recordings import Track, find_mbids, top_recordings
from musicrec_tui.dataset.playlists.target import (
    M3U,
    MOST_PER_ARTIST,
    PLAIN,
    XSPF,
    PlaylistRequest,
    check_playlist_target,
)
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
    people and a line is a track. In the other formats such an artist is left out. In JSPF names are raw; in JSPF and
    XSPF, of an artist's most played recordings those come first that have a MusicBrainz id. ListenBrainz refuses a JSPF
    list in which one track has none, so such tracks are left out there, unless the log has no ids at all.

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
        if target.suffix.lower() in (*PLAIN, *M3U):
            return _write_lines(dataset, artists, wish, target)
        return _write_document(dataset, artists, wish, target, report, cancelled)
    except OSError as error:
        raise UserError(
            f"Cannot write {printable(str(target), None)}: {error.strerror or error}.", exit_code=1
        ) from error


def _write_lines(dataset: Dataset, artists: Sequence[Artist], wish: PlaylistRequest, target: Path) -> Written:
    """`Artist - Recording`, one to a line: in M3U8 after a line that says so, and without artists alone."""
    top = top_recordings(dataset, artists, wish.per_artist)
    extended = target.suffix.lower() in M3U
    listed = [Track(artist, title) for artist in artists for title in top.get(artist.code, [] if extended else [""])]
    if not listed:
        raise _no_recording()
    names = [" - ".join(printable(name, None) for name in (one.artist.name, one.title) if name) for one in listed]
    lines = names
    if extended:
        head = ["#EXTM3U", f"#PLAYLIST:{printable(wish.title, None)}"]
        lines = head + [line for name in names for line in (f"#EXTINF:-1,{name}", _location(name))]
    files.write_bytes(target, ("\n".join(lines) + "\n").encode(errors="replace"))
    alone = sum(one.code not in top for one in artists)
    if not alone:
        return Written(len(listed), ())
    what = "left out" if extended else "listed by name alone"
    return Written(len(listed), (f"{_artists(alone)} {what}: the log has no recording of {_them(alone)}.",))


def _location(name: str) -> str:
    """The line of a track that stands for its file, which is not known: its name, and never a comment."""
    return f"./{name}" if name.startswith("#") else name


def _write_document(
    dataset: Dataset,
    artists: Sequence[Artist],
    wish: PlaylistRequest,
    target: Path,
    report: Report,
    cancelled: Callable[[], bool],
) -> Written:
    """A JSPF file, for ListenBrainz where the log has the ids that it wants, or an XSPF file."""
    listed, notes = _tracks(dataset, artists, wish, report, cancelled)
    annotation, at = " ".join(("Made by musicrec-tui.", *dataset.info.notes)), datetime.now(UTC)
    if target.suffix.lower() in XSPF:
        files.write_bytes(target, xspf.xspf_bytes(wish.title, annotation, at, listed))
        return Written(len(listed), tuple(notes))
    kept = [track for track in listed if track.mbid] or listed
    if not kept[0].mbid:
        notes.append("ListenBrainz cannot take the list: this log has no MusicBrainz ids of recordings.")
    elif lost := len(listed) - len(kept):
        notes.append(f"{lost:,} left out: no MusicBrainz id, which ListenBrainz needs.")
    jspf.write_jspf(target, jspf.document(wish.title, annotation, at, kept))
    return Written(len(kept), tuple(notes))


def _tracks(
    dataset: Dataset, artists: Sequence[Artist], wish: PlaylistRequest, report: Report, cancelled: Callable[[], bool]
) -> tuple[list[Track], list[str]]:
    """The recordings of each artist, those with an id first, and what to say of those that are missing."""
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
        raise _no_recording()
    return listed, notes


def _no_recording() -> UserError:
    """What to say where there is nothing to list."""
    return UserError("The log has no recording of any of these artists: a .txt lists them by name.")


def _artists(count: int) -> str:
    """So many artists, with the verb that follows."""
    return f"{count:,} artists are" if count > 1 else "1 artist is"


def _them(count: int) -> str:
    """What stands for them."""
    return "them" if count > 1 else "it"
