"""The catalogue: every artist of the sample, on the shelves of the scenes, with albums and tracks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np
from names import invent_artist, invent_titles
from numpy.random import Generator
from numpy.typing import NDArray
from scenes import SCENES

TAIL_PER_SCENE = 340
"""Invented artists of a scene of average size; larger scenes have more, with the square root of their size."""
CHART_OFFSET, CHART_EXPONENT = 10.0, 1.3
"""The same for the charts, where the well-known artists of all scenes stand in one row."""
UNMAPPED_TAIL = 0.35
"""Share of invented artists that MusicBrainz does not know: they have no artist credit."""
RANK_OFFSET, RANK_EXPONENT = 10.0, 1.7
"""An artist's pull within a scene is `1 / (rank + offset) ** exponent` (Zipf–Mandelbrot)."""


@dataclass(frozen=True)
class Album:
    """An album of one artist."""

    title: str
    """As printed on the sleeve."""
    tracks: tuple[str, ...]
    """Track titles in order."""


@dataclass
class Artist:
    """An artist, real by name or invented."""

    name: str
    """The canonical spelling."""
    style: str
    """The vocabulary of its titles."""
    known: bool
    """Whether it is one of the well-known artists of `scenes.py`."""
    mood: float
    """Where it stands on a ring of moods from 0 to 1: people of a scene differ in the part that they like."""
    seed: int
    """Seeds its discography, so that it does not depend on who listened first."""
    credit_id: int | None = None
    """The artist credit, made up; None where the artist is not mapped."""
    mbid: str = ""
    """The artist's MBID, made up as well."""
    albums: tuple[Album, ...] = field(default=(), init=False)
    """Its albums, once `discography` has been asked for them."""

    def discography(self) -> tuple[Album, ...]:
        """Returns the albums; the first call invents them."""
        if not self.albums:
            rng = np.random.default_rng(self.seed)
            count = int(rng.integers(3, 9)) if self.known else int(rng.integers(1, 4))
            titles = invent_titles(self.style, count, rng)
            self.albums = tuple(
                Album(title, tuple(invent_titles(self.style, int(rng.integers(8, 15)), rng))) for title in titles
            )
        return self.albums


@dataclass(frozen=True)
class Shelf:
    """The artists of one scene, the most played first."""

    artists: NDArray[np.int64]
    """Positions in the catalogue's list of artists."""
    pull: NDArray[np.float64]
    """How strongly each attracts the people of the scene; same length."""
    moods: NDArray[np.float64]
    """Each one's mood, on a ring from 0 to 1; same length."""


@dataclass(frozen=True)
class Catalogue:
    """All artists and the shelf of each scene."""

    artists: list[Artist]
    """Every artist once."""
    shelves: list[Shelf]
    """One per scene, in the order of `SCENES`."""
    charts: Shelf
    """The well-known artists of all scenes together."""


def made_up_id(*parts: str) -> str:
    """Returns a version 4 UUID that depends on nothing but `parts`, and is nobody's real MBID."""
    digits = hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _tail(style: str, size: float, rng: Generator, taken: set[str]) -> list[Artist]:
    """Invents the long tail of one scene."""
    average = float(np.mean([scene.size for scene in SCENES]))
    count = round(TAIL_PER_SCENE * (size / average) ** 0.5)
    names = [invent_artist(style, rng, taken) for _ in range(count)]
    return [Artist(name, style, False, rng.random(), int(rng.integers(2**31))) for name in names]


def _map_to_credits(artists: list[Artist], rng: Generator) -> None:
    """Gives artists their made-up credit ids and MBIDs; a share of the invented ones stays unmapped."""
    ids = rng.permutation(np.arange(1_000, 1_000 + 40 * len(artists)))[: len(artists)]
    unmapped = rng.random(len(artists)) < UNMAPPED_TAIL
    for artist, credit, missing in zip(artists, ids.tolist(), unmapped.tolist(), strict=True):
        if artist.known or not missing:
            artist.credit_id = credit
            artist.mbid = made_up_id("artist", artist.name)


def _shelf(artists: list[Artist], members: list[int], offset: float, exponent: float) -> Shelf:
    """Puts `members` on a shelf in the order given, with pulls that follow Zipf and Mandelbrot."""
    ranks = np.arange(len(members), dtype=np.float64)
    moods = np.array([artists[member].mood for member in members])
    return Shelf(np.array(members), (ranks + offset) ** -exponent, moods)


def _charts(artists: list[Artist], shelves: list[Shelf]) -> Shelf:
    """Puts the well-known artists of all scenes in one row, by the number of people whom they attract."""
    fame = np.zeros(len(artists))
    for scene, shelf in zip(SCENES, shelves, strict=True):
        fame[shelf.artists] += scene.size * shelf.pull / shelf.pull.sum()
    order = np.argsort(-fame, kind="stable")
    known = order[[artists[position].known for position in order]]
    return _shelf(artists, known.tolist(), CHART_OFFSET, CHART_EXPONENT)


def build_catalogue(rng: Generator) -> Catalogue:
    """Builds every artist and shelf.

    Args:
        rng: The random numbers; the same state gives the same catalogue.

    Returns:
        The catalogue.
    """
    artists: list[Artist] = []
    position: dict[str, int] = {}
    shelves = []
    taken = {name.casefold() for scene in SCENES for name in scene.artists}
    for scene in SCENES:
        members = []
        for name in scene.artists:
            if name not in position:
                position[name] = len(artists)
                artists.append(Artist(name, scene.style, True, rng.random(), int(rng.integers(2**31))))
            members.append(position[name])
        tail = _tail(scene.style, scene.size, rng, taken)
        members.extend(range(len(artists), len(artists) + len(tail)))
        artists.extend(tail)
        shelves.append(_shelf(artists, members, RANK_OFFSET, RANK_EXPONENT))
    _map_to_credits(artists, rng)
    return Catalogue(artists, shelves, _charts(artists, shelves))
