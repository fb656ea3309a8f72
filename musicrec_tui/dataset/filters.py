"""Which artists may stand in a ranked list: the same for models and for popularity, on the screen and in commands."""

import re
from typing import Annotated, Literal, NamedTuple, get_args

import msgspec
from msgspec import Meta

from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

Heard = Literal["new", "all", "rediscover"]
HEARD: tuple[Heard, ...] = get_args(Heard)
MOST = 1_000_000_000
"""The largest bound that can be asked for: more plays than this no index has."""
QUIET_DAYS, LONGEST_QUIET = 90, 36_500

Bound = Annotated[int, Meta(ge=0, le=MOST)]
Days = Annotated[int, Meta(ge=0, le=LONGEST_QUIET)]

_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*%", re.ASCII)
_COUNT = re.compile(r"\d{1,10}", re.ASCII)


class Filters(msgspec.Struct, frozen=True):
    """The conditions for artists in a user's recommendations; disliked and blocked ones never are.

    To **rediscover** is to be reminded: an artist that they played, but not lately (without times: not
    much). Where its last play has a time, that was before the last `quiet_days` of the log (of a profile: of its own
    history). Where it has none, they played it at most `max_plays` times; without that number, at most as often as the
    middle one of their artists (the median).

    Attributes:
        heard: "new": artists that they neither played nor love; "all": any; "rediscover": see above.
        max_plays: they played it at most so often; None: no bound.
        min_listeners: so many users of the index play it at least.
        max_listeners: so many at most, a ceiling for popularity; None: no bound.
        quiet_days: how long "lately" is, for "rediscover" alone.
        blocked: keys of artists that are left out beside all that are blocked for good (see `dataset.opinions`).
    """

    heard: Heard = "new"
    max_plays: Bound | None = None
    min_listeners: Bound = 0
    max_listeners: Bound | None = None
    quiet_days: Days = QUIET_DAYS
    blocked: tuple[str, ...] = ()

    def words(self, *, timed: bool = True) -> str:
        """What is set, for a heading: "new artists · at most 500 listeners".

        Args:
            timed: whether the plays have times.
        """
        limits = self._limits(timed=timed)
        if self.heard == "new":
            return " · ".join(["new artists", *limits]) if limits else "new artists only"
        return " · ".join(["heard ones too" if self.heard == "all" else "rediscover", *limits])

    def _limits(self, *, timed: bool) -> list[str]:
        """The bounds, in words."""
        told = []
        if self.heard == "rediscover" and timed:
            told.append(f"quiet for {_counted(self.quiet_days, 'days')}")
        elif self.heard == "rediscover" and self.max_plays is None:
            told.append("the less played half")
        if self.max_plays is not None:
            told.append(f"at most {_counted(self.max_plays, 'plays')}")
        if self.min_listeners:
            told.append(f"at least {_counted(self.min_listeners, 'listeners')}")
        if self.max_listeners is not None:
            told.append(f"at most {_counted(self.max_listeners, 'listeners')}")
        if self.blocked:
            told.append(f"without {_counted(len(self.blocked), 'artists')}")
        return told


class Share(NamedTuple):
    """A part of all artists, those that fewest people play: 0 to 1."""

    share: float


def count(text: str, what: str, most: int = MOST) -> int | None:
    """A bound as it is typed, such as `500`; nothing at all means none.

    Args:
        text: what was typed.
        what: what it bounds, for the sentence: "plays".
        most: the largest that is taken.

    Raises:
        UserError: it is no such number.
    """
    stripped = text.strip().replace(",", "")
    if not stripped:
        return None
    if not _COUNT.fullmatch(stripped) or int(stripped) > most:
        raise UserError(f"{printable(text, 40)!r} is no number of {what}: write one from 0 to {most:,}.")
    return int(stripped)


def ceiling(text: str) -> int | Share | None:
    """A ceiling for popularity as it is typed: `500` listeners, or `50%`, the less known half of all artists.

    Raises:
        UserError: it is neither.
    """
    if found := _SHARE.fullmatch(text.strip()):
        share = float(found[1]) / 100
        if 0 < share <= 1:
            return Share(share)
        raise UserError(f"{printable(text, 40)!r} is no share of artists: write one above 0% and up to 100%.")
    return count(text, "listeners (or share of artists, such as 50%)")


def _counted(number: int, unit: str) -> str:
    """A number with its unit."""
    return f"{number:,} {unit if number != 1 else unit.removesuffix('s')}"
