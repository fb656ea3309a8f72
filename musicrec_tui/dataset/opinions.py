"""Which artists users love and block: `opinions.json`, read, and changed by one program at a time.

It lies beside logs, profiles and models, which it does not change; readable by the user only.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
from msgspec.structs import replace

from musicrec_tui import files, sealed
from musicrec_tui.dataset.artist_keys import current_key
from musicrec_tui.dataset.index.schema import ID
from musicrec_tui.dataset.records import Artist
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.shortage import ShortageError, shortage
from musicrec_tui.text import printable

_PRIVATE = 0o600
SCHEMA = 1
EVERYBODY = ""
"""Whose opinions hold for all: a key that no user and no profile has."""

Verdict = Literal["loved", "blocked"]


class Opinion(msgspec.Struct, frozen=True):
    """An artist that a user loves or blocks.

    Attributes:
        verdict: which of both.
        key, name, mbid: the artist as the index has it where it was judged; the name raw.
        layouts: of that index: an id is another artist's in a log of another layout.
        at: since when (UTC); None: it was given before this was noted.
    """

    verdict: Verdict
    key: str
    name: str
    mbid: str | None = None
    layouts: tuple[str, ...] = ()
    at: datetime | None = None

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

    def of(self, owner: str) -> tuple[Opinion, ...]:
        """The opinions of one user, in the order in which they were given."""
        return self.by_person.get(owner, ())


def opinion(verdict: Verdict, artist: Artist, layout: str, at: datetime | None = None) -> Opinion:
    """An opinion about an artist of an index; `layout` is `DatasetInfo.layout`, `at` the time."""
    return Opinion(verdict, artist.key, artist.name, artist.mbid, tuple(layout.split(" + ")), at)


def read_opinions(path: Path) -> Opinions:
    """All opinions of a home (`Home.opinions`); none where the file is missing.

    Raises:
        UserError: it is damaged; nothing is recommended then, for what is blocked is not known.
    """
    if not path.exists():
        return Opinions()
    try:
        kept = sealed.read(path, Opinions, SCHEMA).by_person
    except UserError as error:
        if why := shortage(error):
            raise ShortageError(f"What is loved and blocked cannot be read for the moment. {why}") from error
        sentence = str(error).rstrip(".")
        raise UserError(
            f"What is loved and blocked is not known: {printable(sentence, None)}. Delete that file to begin anew.",
            exit_code=1,
        ) from error
    return Opinions({who: tuple(replace(one, key=current_key(one.key)) for one in own) for who, own in kept.items()})


def change_opinions(
    home: Home, owner: str, *, give: Sequence[Opinion] = (), take: Sequence[Opinion] = ()
) -> tuple[Opinion, ...]:
    """Give a user opinions and remove others; one about the same artist as a new one is replaced.

    Args:
        home: where they are stored.
        owner: a user's key, or `EVERYBODY`.
        give: new opinions.
        take: those that go.

    Returns:
        What they hold now.

    Raises:
        UserError: the file is damaged, cannot be written, or another program has been changing it for a while.
    """

    def changed(opinions: Opinions) -> Opinions:
        gone = (*give, *take)
        kept = [one for one in opinions.of(owner) if not any(one.same_artist(other) for other in gone)]
        return Opinions({**opinions.by_person, owner: (*kept, *give)})

    return _rewrite(home, changed).of(owner)


def delete_opinions(home: Home, owner: Callable[[str], bool]) -> None:
    """Drop all opinions of people who are not there any more.

    Args:
        home: where they are stored.
        owner: whether a key is theirs.

    Raises:
        UserError: as of `change_opinions`.
    """
    if any(owner(key) for key in read_opinions(home.opinions).by_person):
        _rewrite(
            home, lambda opinions: Opinions({key: own for key, own in opinions.by_person.items() if not owner(key)})
        )


def _rewrite(home: Home, changed: Callable[[Opinions], Opinions]) -> Opinions:
    """Read, change, and write, with nobody between."""
    lock = home.opinions.with_name(f".{home.opinions.name}.lock")
    with files.alone(lock, "Another program changes what is loved and blocked just now: try again."):
        found = changed(read_opinions(home.opinions)).by_person
        opinions = Opinions({key: own for key, own in found.items() if own})
        sealed.write(home.opinions, opinions, SCHEMA, mode=_PRIVATE)
    return opinions
