"""The rules of JSPF and of ListenBrainz, checked on what is in a file."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_RECORDING = re.compile(rf"https://musicbrainz\.org/recording/{_UUID}")
_ARTIST = re.compile(rf"https://musicbrainz\.org/artist/{_UUID}")
_PLAYLIST_FIELDS = {
    "title", "creator", "annotation", "info", "location", "identifier", "image", "date", "license", "attribution",
    "link", "meta", "extension", "track",
}  # fmt: skip
_TRACK_FIELDS = {
    "location", "identifier", "title", "creator", "annotation", "info", "image", "album", "trackNum", "duration",
    "link", "meta", "extension",
}  # fmt: skip


def _is_uri(value: object) -> bool:
    return isinstance(value, str) and bool(urlsplit(value).scheme)


def faults(document: Any) -> list[str]:
    """What breaks the specification of JSPF (https://www.xspf.org/jspf)."""
    found = [] if set(document) == {"playlist"} else ["a document is one playlist"]
    playlist = document["playlist"]
    found += [f"no field of a playlist: {name}" for name in playlist.keys() - _PLAYLIST_FIELDS]
    found += [f"{name} is no text" for name in ("title", "creator", "annotation") if not _is_text(playlist, name)]
    try:
        if datetime.fromisoformat(playlist["date"]).tzinfo is None:
            found.append("a date has a zone")
    except ValueError:
        found.append("date is no date")
    if not isinstance(playlist["track"], list):
        found.append("track is no list")
    for one in (playlist, *playlist["track"]):
        found += [
            f"an extension is named by a URI, not {name}" for name in one.get("extension", {}) if not _is_uri(name)
        ]
    for track in playlist["track"]:
        found += [f"no field of a track: {name}" for name in track.keys() - _TRACK_FIELDS]
        found += [f"{name} is no text" for name in ("title", "creator") if not _is_text(track, name)]
        identifiers = track.get("identifier", ["urn:x"])
        if not isinstance(identifiers, list) or not identifiers or not all(map(_is_uri, identifiers)):
            found.append("identifier is no list of URIs")
    return found


def listenbrainz_faults(document: Any) -> list[str]:
    """What ListenBrainz would refuse, or not understand."""
    playlist = document["playlist"]
    found = [] if playlist.get("title") else ["no title"]
    extension = playlist.get("extension", {}).get("https://musicbrainz.org/doc/jspf#playlist", {})
    if not isinstance(extension.get("public"), bool):
        found.append("`public` is no boolean")
    for track in playlist["track"]:
        identifiers = track.get("identifier") or [""]
        found += [f"{uri!r} is no recording" for uri in identifiers if not _RECORDING.fullmatch(uri)]
        about = track.get("extension", {}).get("https://musicbrainz.org/doc/jspf#track", {})
        found += [f"{uri!r} is no artist" for uri in about.get("artist_identifiers", []) if not _ARTIST.fullmatch(uri)]
    return found


def _is_text(holder: Any, name: str) -> bool:
    return isinstance(holder.get(name), str) and bool(holder[name])
