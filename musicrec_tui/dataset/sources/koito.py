"""The export of Koito, a scrobble server of one's own: names are aliases, one of which is the primary one.

Fields: https://github.com/gabehf/Koito/blob/main/internal/export/export.go
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from musicrec_tui.dataset.sources import documents
from musicrec_tui.dataset.sources.base import ME, Record, RecordLayout
from musicrec_tui.dataset.sources.head import Head
from musicrec_tui.dataset.sources.instants import seconds


class _Alias(msgspec.Struct):
    """A name of something."""

    alias: str
    is_primary: bool = False


class _Named(msgspec.Struct):
    """An artist, an album or a track; of the artists of a track one is the primary one."""

    aliases: list[_Alias] | None = None
    mbid: str | None = None
    is_primary: bool = False

    @property
    def name(self) -> str | None:
        """The primary alias, else the first."""
        aliases = sorted(self.aliases or (), key=lambda one: not one.is_primary)
        return aliases[0].alias if aliases else None


class _Listen(msgspec.Struct):
    """A listen; its time is RFC 3339."""

    listened_at: float | str
    track: _Named
    album: _Named | None = None
    artists: list[_Named] | None = None


class _Export(msgspec.Struct):
    """The document; its listens are judged one by one."""

    listens: list[msgspec.Raw]
    user: str | None = None


_EXPORT = msgspec.json.Decoder(_Export)
_LISTEN = msgspec.json.Decoder(_Listen)


def _record(listen: _Listen, user: str) -> Record:
    """A listen: of several artists it is the primary one's."""
    artist = next(iter(sorted(listen.artists or (), key=lambda one: not one.is_primary)), None)
    return Record(
        user_id=user,
        artist_name=artist.name if artist else None,
        artist_mbid=artist.mbid if artist else None,
        release_name=listen.album.name if listen.album else None,
        recording_name=listen.track.name,
        recording_mbid=listen.track.mbid,
        listened_at=seconds(listen.listened_at),
    )


def _read(file: Path) -> Iterator[Record]:
    """The listens."""
    with documents.text(file) as opened:
        content = documents.document(opened, documents.named(file))
    export = documents.parsed(content, _EXPORT, documents.named(file))
    yield from documents.judged(export.listens, _LISTEN, lambda listen: _record(listen, export.user or ME))


def _fits(head: Head) -> bool:
    """An object with listens whose names are aliases."""
    return head.kind == "json" and all(f'"{key}"' in head.start for key in ("listens", "aliases", "alias", "artists"))


LAYOUT = RecordLayout(
    name="Koito",
    sentence="a person's export from Koito",
    example='{"version": "1", "user": "ann", "listens": [{"listened_at": "2024-05-01T12:00:00Z",\n'
    '  "track": {"aliases": [{"alias": "Roads", "is_primary": true}]},\n'
    '  "artists": [{"is_primary": true, "aliases": [{"alias": "Portishead", "is_primary": true}]}]}]}',
    fits=_fits,
    read=_read,
)
