"""Where an artist, album or track is found on the web: services with templates, which settings may change. Light."""

import string
from collections.abc import Mapping
from urllib.parse import quote

import msgspec

FIELDS = ("artist", "album", "track", "mbid")
_SCHEMES = ("https://", "http://")
_MUSICBRAINZ, _LISTENBRAINZ, _LASTFM = (
    "https://musicbrainz.org",
    "https://listenbrainz.org",
    "https://www.last.fm/music",
)
_MB_SEARCH = f"{_MUSICBRAINZ}/search?type="
_LB_SEARCH = f"{_LISTENBRAINZ}/search/?search_type="
_SPOTIFY, _BANDCAMP = "https://open.spotify.com/search/", "https://bandcamp.com/search?q="
_YOUTUBE = "https://www.youtube.com/results?search_query="


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A web site with a template for an artist, an album and a track.

    A template is a URL with the fields {artist}, {album}, {track} and {mbid} (the artist's MusicBrainz id). Of several
    with white space between, the first holds whose fields are all known. Empty: the site has none.
    """

    artist: str = ""
    album: str = ""
    track: str = ""


class Thing(msgspec.Struct, frozen=True):
    """What a link is wanted for, names raw: an artist, or an album or a track of one."""

    artist: str
    mbid: str = ""
    album: str = ""
    track: str = ""

    @property
    def kind(self) -> str:
        """Which template is meant."""
        return "track" if self.track else "album" if self.album else "artist"

    @property
    def title(self) -> str:
        """What it is called, raw."""
        return " · ".join(filter(None, (self.artist, self.album, self.track)))


SERVICES = {
    "MusicBrainz": Service(
        f"{_MUSICBRAINZ}/artist/{{mbid}} {_MB_SEARCH}artist&query={{artist}}",
        f"{_MB_SEARCH}release_group&query={{album}}%20{{artist}}",
        f"{_MB_SEARCH}recording&query={{track}}%20{{artist}}",
    ),
    "ListenBrainz": Service(
        f"{_LISTENBRAINZ}/artist/{{mbid}}/ {_LB_SEARCH}artist&search_term={{artist}}",
        f"{_LB_SEARCH}album&search_term={{album}}%20{{artist}}",
        f"{_LB_SEARCH}track&search_term={{track}}%20{{artist}}",
    ),
    "Last.fm": Service(f"{_LASTFM}/{{artist}}", f"{_LASTFM}/{{artist}}/{{album}}", f"{_LASTFM}/{{artist}}/_/{{track}}"),
    "Spotify": Service(
        f"{_SPOTIFY}{{artist}}", f"{_SPOTIFY}{{artist}}%20{{album}}", f"{_SPOTIFY}{{artist}}%20{{track}}"
    ),
    "YouTube": Service(
        f"{_YOUTUBE}{{artist}}", f"{_YOUTUBE}{{artist}}%20{{album}}", f"{_YOUTUBE}{{artist}}%20{{track}}"
    ),
    "Bandcamp": Service(
        f"{_BANDCAMP}{{artist}}", f"{_BANDCAMP}{{artist}}%20{{album}}", f"{_BANDCAMP}{{artist}}%20{{track}}"
    ),
}
"""The services that settings may replace, add to, or (with an empty table) remove."""


def links(thing: Thing, own: Mapping[str, Service]) -> dict[str, str]:
    """The URLs of a thing by the names of the services; names are percent-encoded.

    Args:
        thing: what is meant.
        own: the services of the settings.
    """
    found = {name: _filled(getattr(service, thing.kind), thing) for name, service in {**SERVICES, **own}.items()}
    return {name: url for name, url in found.items() if url}


def _filled(templates: str, thing: Thing) -> str:
    """The first template whose fields are known, filled in; empty where there is none."""
    known = {name: quote(value, safe="") for name in FIELDS if (value := getattr(thing, name))}
    return next((one.format(**known) for one in templates.split() if fields_of(one) <= known.keys()), "")


def fields_of(template: str) -> set[str]:
    """The names in braces.

    Raises:
        ValueError: a brace has no partner.
    """
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def fault(service: Service) -> tuple[str, str] | None:
    """What is wrong with a service's templates: the kind, and a sentence without a full stop; None: nothing."""
    for kind in ("artist", "album", "track"):
        for template in getattr(service, kind).split():
            if not template.startswith(_SCHEMES):
                return kind, "a link begins with https:// or http://"
            try:
                unknown = sorted(fields_of(template) - set(FIELDS))
            except ValueError:
                return kind, "a brace has no partner"
            if unknown:
                return kind, f"there is no {{{unknown[0]}}}; a link has {', '.join(f'{{{name}}}' for name in FIELDS)}"
    return None
