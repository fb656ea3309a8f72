"""A score taken apart: what each of the user's own artists contributes, largest first, and the rest as one part."""

from collections.abc import Sequence
from typing import NamedTuple

from musicrec_tui.dataset.records import Artist
from musicrec_tui.jobs.host_protocol import Explained, Reason


class Share(NamedTuple):
    """A part of a score.

    Attributes:
        artist: whose part it is; None: of several `artists` together.
        amount: what it adds to the score; below zero: what it takes away.
        share: of the score; None where that is not above zero, so that a share of it would mean nothing.
        artists: how many this is.
    """

    artist: Artist | None
    amount: float
    share: float | None
    artists: int = 1


def shares(explained: Explained, most: int) -> list[Share]:
    """The `most` parts that say most, whichever way, and what is left as one.

    The amounts sum to the score, unless they are estimates.
    """
    parts = sorted(explained.reasons, key=lambda reason: -abs(reason.amount))
    parts = [reason for reason in parts if reason.amount] or parts
    told = [Share(reason.artist, reason.amount, _of(reason.amount, explained.score)) for reason in parts[:most]]
    return told + _others(parts[most:], explained.score)


def _others(rest: Sequence[Reason], score: float) -> list[Share]:
    """The parts that are not told one by one."""
    amount = sum(reason.amount for reason in rest)
    return [Share(None, amount, _of(amount, score), len(rest))] if rest else []


def _of(amount: float, score: float) -> float | None:
    return amount / score if score > 0 else None
