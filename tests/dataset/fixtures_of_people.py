"""Exports of people that are one JSON document each, with a way to cut them; all values are invented."""

import json
from pathlib import Path
from typing import Any, NamedTuple

ARTISTS = ("Portishead", "Pixies", "Air", "Moby")


class Document(NamedTuple):
    """An export as one document.

    Attributes:
        name: of the file.
        content: what is in it.
        secret: what no message may show.
    """

    name: str
    content: Any
    secret: str = "192.0.2.1"  # noqa: S105

    def write(self, folder: Path, *, cut: bool = False) -> Path:
        """Put it into a new folder, without the end of its last entry where it is cut."""
        folder.mkdir()
        file = folder / self.name
        text = json.dumps(self.content)
        file.write_text(text[: text.rindex(ARTISTS[-1]) + 2] if cut else text)
        return file


def _extended(at: int, artist: str) -> dict[str, Any]:
    """A play of Spotify's extended history."""
    return {
        "ts": f"2024-05-0{at + 1}T12:05:00Z", "ip_addr": "192.0.2.1", "ms_played": 300_000,
        "master_metadata_track_name": "Roads", "master_metadata_album_artist_name": artist,
    }  # fmt: skip


DOCUMENTS = (
    Document("Streaming_History_Audio_0.json", [_extended(at, artist) for at, artist in enumerate(ARTISTS)]),
    Document(
        "StreamingHistory_music_0.json",
        [
            {"endTime": f"2024-05-0{at + 1} 12:05", "msPlayed": 300_000, "trackName": "Roads", "artistName": artist}
            for at, artist in enumerate(ARTISTS)
        ],
    ),
    Document(
        "lastfm_pages.json",
        [
            {
                "@attr": {"user": "ann", "page": str(page)},
                "track": [
                    {"name": "Roads", "date": {"uts": str(1714564800 + page)}, "artist": {"mbid": "", "#text": artist}}
                    for artist in ARTISTS[2 * page : 2 * page + 2]
                ],
            }
            for page in range(2)
        ],
    ),
    Document(
        "lastfmstats-ann.json",
        {
            "username": "ann",
            "scrobbles": [
                {"track": "Roads", "date": 1714564800000 + at, "artist": artist} for at, artist in enumerate(ARTISTS)
            ],
        },
    ),
    Document(
        "maloja_export.json",
        {
            "scrobbles": [
                {"time": 1714564800 + at, "track": {"title": "Roads", "album": None, "artists": [artist]}}
                for at, artist in enumerate(ARTISTS)
            ]
        },
    ),
    Document(
        "koito_export.json",
        {
            "user": "ann",
            "listens": [
                {
                    "listened_at": f"2024-05-0{at + 1}T12:00:00Z",
                    "track": {"aliases": [{"alias": "Roads", "is_primary": True}]},
                    "artists": [{"is_primary": True, "aliases": [{"alias": artist, "is_primary": True}]}],
                }
                for at, artist in enumerate(ARTISTS)
            ],
        },
    ),
    Document(
        "watch-history.json",
        [
            {
                "header": "YouTube Music", "title": "Watched Roads", "titleUrl": "https://music.youtube.com/watch?v=x",
                "time": f"2024-05-0{at + 1}T12:00:00Z", "subtitles": [{"name": f"{artist} - Topic"}],
            }
            for at, artist in enumerate(ARTISTS)
        ],
    ),
    Document(
        "ann_lb-2024-05-05.json",
        [
            {"listened_at": 1714564800 + at, "track_metadata": {"track_name": "Roads", "artist_name": artist}}
            for at, artist in enumerate(ARTISTS)
        ],
    ),
    Document(
        "mine.json",
        [
            {"played_at": f"2024-05-0{at + 1}T12:00:00Z", "title": "Roads", "artist": artist}
            for at, artist in enumerate(ARTISTS)
        ],
    ),
)  # fmt: skip
