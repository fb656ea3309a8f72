"""The streaming history in Spotify's account data of one person: a year of it, with less about each play."""

import re

import msgspec

from musicrec_tui.dataset.sources import spotify
from musicrec_tui.dataset.sources.base import Record, RecordLayout

_MEMBERS = re.compile(r"(^|/)StreamingHistory[^/]*\.json$", re.IGNORECASE)


class _Play(msgspec.Struct, rename="camel"):
    """A play."""

    end_time: str
    ms_played: float
    artist_name: str | None = None
    track_name: str | None = None


def _listen(play: _Play) -> Record:
    """A play as a listen."""
    return spotify.record(play.artist_name, play.track_name, None, play.end_time, play.ms_played)


LAYOUT = RecordLayout(
    name="Spotify account",
    sentence="the streaming history in a person's account data from Spotify: the zip, its folder, or one of its files",
    example="StreamingHistory_music_0.json:\n"
    '[{"endTime": "2024-05-01 12:05", "artistName": "Portishead", "trackName": "Roads", "msPlayed": 300000}]',
    fits=spotify.recogniser(_MEMBERS, "endTime", "msPlayed"),
    read=spotify.reader(_MEMBERS, _Play, _listen),
)
