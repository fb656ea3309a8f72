"""JSPF, the JSON of XSPF (https://www.xspf.org/jspf), as ListenBrainz takes it.

ListenBrainz wants a title, a boolean `public` in its extension of the playlist, and in every track an identifier that
is the URI of a recording (https://listenbrainz.readthedocs.io/en/latest/users/api/playlist.html). Names are raw.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from musicrec_tui import files
from musicrec_tui.dataset.playlists.recordings import Track, is_mbid

RECORDING_URI, ARTIST_URI = "https://musicbrainz.org/recording/", "https://musicbrainz.org/artist/"
PLAYLIST_EXTENSION = "https://musicbrainz.org/doc/jspf#playlist"
TRACK_EXTENSION = "https://musicbrainz.org/doc/jspf#track"
CREATOR = "musicrec-tui"


class AboutTrack(msgspec.Struct, frozen=True):
    """MusicBrainz' extension of a track: the URIs of its artists."""

    artist_identifiers: tuple[str, ...]


class TrackExtension(msgspec.Struct, frozen=True):
    """The extensions of a track, by the URIs that name them."""

    musicbrainz: AboutTrack = msgspec.field(name=TRACK_EXTENSION)


class JspfTrack(msgspec.Struct, frozen=True, omit_defaults=True):
    """A track; `identifier` has the URI of its recording, where that is known."""

    title: str
    creator: str
    identifier: tuple[str, ...] = ()
    extension: TrackExtension | None = None


class AboutPlaylist(msgspec.Struct, frozen=True):
    """MusicBrainz' extension of a playlist. It is private at ListenBrainz until its owner wants that."""

    public: bool = False


class PlaylistExtension(msgspec.Struct, frozen=True):
    """The extensions of a playlist."""

    musicbrainz: AboutPlaylist = msgspec.field(name=PLAYLIST_EXTENSION, default=AboutPlaylist())


class JspfPlaylist(msgspec.Struct, frozen=True):
    """A playlist; `date` is ISO 8601 with its zone."""

    title: str
    creator: str
    annotation: str
    date: datetime
    extension: PlaylistExtension
    track: tuple[JspfTrack, ...]


class Document(msgspec.Struct, frozen=True):
    """A JSPF file."""

    playlist: JspfPlaylist


def document(title: str, annotation: str, at: datetime, tracks: Sequence[Track]) -> Document:
    """A playlist as JSPF; every track must have a title."""
    extension = PlaylistExtension(AboutPlaylist())
    return Document(
        JspfPlaylist(title, CREATOR, annotation, at.replace(microsecond=0), extension, tuple(map(_track, tracks)))
    )


def write_jspf(target: Path, content: Document) -> None:
    """Write a file, whole or not at all.

    Raises:
        UserError: it cannot be written.
    """
    files.write_bytes(target, msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")


def _track(track: Track) -> JspfTrack:
    """One track; an artist's id that is no UUID makes no URI."""
    mbid = (track.artist.mbid or "").strip().lower()
    about = TrackExtension(AboutTrack((ARTIST_URI + mbid,))) if is_mbid(mbid) else None
    return JspfTrack(track.title, track.artist.name, (RECORDING_URI + track.mbid,) if track.mbid else (), about)
