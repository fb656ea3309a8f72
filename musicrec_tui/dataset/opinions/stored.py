"""What `opinions.json` holds."""

from typing import Literal

import msgspec

from musicrec_tui.dataset.index.schema import ID
from musicrec_tui.dataset.records import Artist

SCHEMA = 1
EVERYBODY = ""
"""Whose opinions hold for all: a key that no user and no profile has."""

Verdict = Literal["loved", "blocked"]


class Opinion(msgspec.Struct, frozen=True):
    """An artist that somebody loves or blocks.

    Attributes:
        verdict: which of both.
        key, name, mbid: the artist as the index has it where it was judged; the name raw.
        layouts: of that index: an id is another artist's in a log of another layout.
    """

    verdict: Verdict
    key: str
    name: str
    mbid: str | None = None
    layouts: tuple[str, ...] = ()

    @property
    def artist_id(self) -> str | None:
        """The id that it is mapped to there; None: it is known by its name."""
        return self.key.removeprefix(ID) if self.key.startswith(ID) else None

    def same_artist(self, other: "Opinion") -> bool:
        """Whether both are about one artist."""
        alike = self.artist_id is None or bool(set(self.layouts) & set(other.layouts))
        return self.key == other.key and alike


class Opinions(msgspec.Struct, frozen=True):
    """All opinions by whose they are: the key of a user of a log, of a profile's user, or `EVERYBODY`."""

    by_person: dict[str, tuple[Opinion, ...]] = {}

    def of(self, whom: str) -> tuple[Opinion, ...]:
        """Somebody's own, in the order in which they were given."""
        return self.by_person.get(whom, ())


def opinion(verdict: Verdict, artist: Artist, layout: str) -> Opinion:
    """An opinion about an artist of an index; `layout` is `DatasetInfo.layout`."""
    return Opinion(verdict, artist.key, artist.name, artist.mbid, tuple(layout.split(" + ")))
