"""Spotify's extended streaming history of one person."""

import re

import msgspec

from musicrec_tui.dataset.sources import spotify
from musicrec_tui.dataset.sources.base import ME, Record, RecordLayout
from musicrec_tui.dataset.sources.tables import INCOGNITO as INCOGNITO

_MEMBERS = re.compile(r"(^|/)(Streaming_History_(Audio|Video)|endsong)[^/]*\.json$", re.IGNORECASE)


class _Play(msgspec.Struct):
    """A play."""

    ts: str
    ms_played: float
    master_metadata_track_name: str | None = None
    master_metadata_album_artist_name: str | None = None
    master_metadata_album_album_name: str | None = None
    incognito_mode: bool | None = None


def _listen(play: _Play) -> Record:
    """A play as a listen; of one in private nothing is kept."""
    if play.incognito_mode:
        return Record(user_id=ME, refused=INCOGNITO)
    artist, track = play.master_metadata_album_artist_name, play.master_metadata_track_name
    return spotify.record(artist, track, play.master_metadata_album_album_name, play.ts, play.ms_played)


LAYOUT = RecordLayout(
    name="Spotify extended",
    sentence="a person's extended streaming history from Spotify: the zip, its folder, or one of its files",
    example="Streaming_History_Audio_2024.json:\n"
    '[{"ts": "2024-05-01T12:05:00Z", "ms_played": 300000, "incognito_mode": false,\n'
    '  "master_metadata_track_name": "Roads", "master_metadata_album_artist_name": "Portishead",\n'
    '  "master_metadata_album_album_name": "Dummy"}]',
    fits=spotify.recogniser(_MEMBERS, "ts", "ms_played"),
    read=spotify.reader(_MEMBERS, _Play, _listen),
)
