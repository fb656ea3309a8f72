"""Opinions, seen from an index: which of its artists they mean, by the rules of `profiles.mapping`."""

from typing import Literal, NamedTuple

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.index.schema import NAME
from musicrec_tui.dataset.opinions import store
from musicrec_tui.dataset.opinions.stored import EVERYBODY, Opinion, Opinions, Verdict, opinion
from musicrec_tui.dataset.profiles import mapping
from musicrec_tui.dataset.profiles.mapping import Own
from musicrec_tui.dataset.profiles.merging import LAYOUT_END
from musicrec_tui.dataset.records import Artist
from musicrec_tui.paths import Home
from musicrec_tui.text import normal_name


class Verdicts(NamedTuple):
    """The artists of an index, by key, that somebody loves, and those that they or everybody blocks; none is both."""

    loved: frozenset[str] = frozenset()
    blocked: frozenset[str] = frozenset()


def verdicts(dataset: Dataset, opinions: Opinions, whom: str) -> Verdicts:
    """What holds for somebody: their own opinions, and what is blocked for everybody.

    Args:
        dataset: the index.
        opinions: all of a home.
        whom: a user's key, or `EVERYBODY`.
    """
    blocked = {key for key, one in given(dataset, opinions, EVERYBODY).items() if one.verdict == "blocked"}
    own = given(dataset, opinions, whom) if whom != EVERYBODY else {}
    blocked |= {key for key, one in own.items() if one.verdict == "blocked"}
    return Verdicts(frozenset(own.keys() - blocked), frozenset(blocked))


def given(dataset: Dataset, opinions: Opinions, whom: str) -> dict[str, Opinion]:
    """Somebody's own opinions by the keys of the index's artists; of two about one artist the later holds."""
    own = opinions.of(whom)
    found = mapping.matched(dataset, [_own_of(one) for one in own])
    return {artist.key: one for artist, one in zip(found, own, strict=True) if artist is not None}


def toggle(home: Home, dataset: Dataset, whom: str, artist: Artist, verdict: Verdict) -> Verdict | Literal["neither"]:
    """Give somebody this opinion of an artist; who has it already loses it.

    Returns:
        What it is to them now.

    Raises:
        UserError: as of `store.change`.
    """
    before = given(dataset, store.read(home.opinions), whom).get(artist.key)
    undone = before is not None and before.verdict == verdict
    give = () if undone else (opinion(verdict, artist, dataset.info.layout),)
    store.change(home, whom, give=give, take=(before,) if before else ())
    return "neither" if undone else verdict


def _own_of(one: Opinion) -> Own:
    """An opinion as an artist of a profile, which is how artists of elsewhere are found in an index."""
    ids = [f"{layout}{LAYOUT_END}{one.artist_id}" for layout in one.layouts if one.artist_id is not None]
    return Own(NAME + normal_name(one.name), one.name, one.mbid, ids, 0, None, None)
