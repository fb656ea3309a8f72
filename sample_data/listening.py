"""The model of listening: who listens to what, when. MODEL.md tells it in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from catalogue import Catalogue
from numpy.random import Generator
from numpy.typing import NDArray
from scenes import SCENES

START = np.datetime64("2006-11-29T00:00:00", "s")
"""The first day."""
DAYS = 549
"""How many days: to the end of May 2008."""
ACTIVITY_SPREAD = 1.0
"""Sigma of the lognormal number of listens per user."""
FANS = 0.03
"""Share of users who play one artist only."""
EXPLORE, EXPLORE_DECAY = 0.95, 0.10
"""The chance that the next pick is new to a user who knows n artists is `explore * n ** -decay`."""
DEPTH, DEPTH_PER_LISTEN, DEPTH_SPREAD = 2.0, 0.40, 0.10
"""Exponent on the pull of artists, `depth - per_listen * ln(listens / 10)` give or take: heavy listeners dig deeper."""
DEEPEST = 0.5
"""The smallest exponent: even the heaviest listener knows what the scene plays most."""
RADIO = 0.20
"""Mean share of discoveries that come from the charts of all scenes, whatever is being played."""
BREADTH, BREADTH_PER_LISTEN, MOST_SCENES = 0.20, 0.12, 6
"""Beside the home scene, each of the other five comes with chance `breadth + per_listen * ln(listens / 10)`."""
EVENNESS = 1.5
"""Dirichlet parameter of the weights of a user's scenes."""
NICHE = 0.25
"""How far on a ring of length 1 an artist's mood may be from the user's and still appeal (Gaussian width)."""
STRAY = 0.18
"""Share of sessions in a scene that is not the user's own."""
ALBUM_RUN = 0.18
"""Share of picks that play several tracks of an album in order."""
SESSION_TRACKS = 9
"""Mean number of listens in a session."""
HOURS = np.array([5, 3, 2, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 6, 7, 7, 8, 9, 10, 12, 13, 13, 11, 8], dtype=np.float64)
"""Relative number of sessions that start in each hour of the listener's day."""
WEEKDAYS = np.array([1.0, 1.0, 1.0, 1.02, 1.1, 1.2, 1.15])
"""Relative number of sessions from Monday to Sunday."""


@dataclass(frozen=True)
class Taste:
    """What scenes a user likes, at first and in the end; between, one turns into the other."""

    first: NDArray[np.float64]
    """A weight per scene, summing to 1."""
    last: NDArray[np.float64]
    """The same at the end of the user's time."""
    digging: float
    """Exponent on the pull of artists: below 1 digs deeper into the tail, above 1 stays with the head."""
    radio: float
    """Share of discoveries that come from the charts."""
    moods: NDArray[np.float64]
    """The mood that the user likes in each scene, on a ring from 0 to 1."""
    fan: bool
    """Whether the user plays one artist only."""

    def at(self, phase: float) -> NDArray[np.float64]:
        """Returns the weights at a phase from 0 (first day) to 1 (last day)."""
        mixed: NDArray[np.float64] = (1 - phase) * self.first + phase * self.last
        return mixed


@dataclass(frozen=True)
class Play:
    """One listen."""

    user: int
    """Position of the user."""
    second: int
    """Seconds since `START`."""
    artist: int
    """Position in the catalogue."""
    album: int
    """Position in the artist's discography."""
    track: int
    """Position on the album."""


_SIZES = np.array([scene.size for scene in SCENES]) / sum(scene.size for scene in SCENES)
"""Each scene's share of the people."""


def _neighbour(scene: int, rng: Generator) -> int:
    """Returns a scene that people of `scene` move on to."""
    names = [other.name for other in SCENES]
    near = SCENES[scene].near
    return names.index(near[int(rng.integers(len(near)))])


def draw_taste(listens: int, rng: Generator) -> Taste:
    """Draws a user's taste: up to six scenes, most of them neighbours, and where it drifts to.

    Args:
        listens: How many listens the user will have: heavy listeners dig deeper.
        rng: The random numbers.

    Returns:
        The taste.
    """
    home = int(rng.choice(len(SCENES), p=_SIZES))
    scenes = [home]
    chance = float(np.clip(BREADTH + BREADTH_PER_LISTEN * np.log(listens / 10), 0.0, 1.0))
    for _ in range(int(rng.binomial(MOST_SCENES - 1, chance))):
        from_home = rng.random() < 0.7
        scenes.append(_neighbour(home, rng) if from_home else int(rng.choice(len(SCENES), p=_SIZES)))
    weights = np.sort(rng.dirichlet(np.full(len(scenes), EVENNESS)))[::-1]
    first = np.zeros(len(SCENES))
    for scene, weight in zip(scenes, weights, strict=True):
        first[scene] += weight
    last = first
    if rng.random() < 0.5:
        share = rng.uniform(0.2, 0.8)
        last = first * (1 - share)
        last[_neighbour(home, rng)] += share
    depth = DEPTH - DEPTH_PER_LISTEN * float(np.log(listens / 10)) + rng.normal(0.0, DEPTH_SPREAD)
    return Taste(
        first=first,
        last=last,
        digging=max(depth, DEEPEST),
        radio=rng.beta(4 * RADIO, 4 - 4 * RADIO),
        moods=rng.random(len(SCENES)),
        fan=rng.random() < FANS,
    )


def listens_per_user(users: int, listens: int, rng: Generator) -> NDArray[np.int64]:
    """Shares `listens` out over `users`, lognormally, at least one each and exactly in sum."""
    raw: NDArray[np.float64] = rng.lognormal(0.0, ACTIVITY_SPREAD, users)
    exact = 1 + raw / raw.sum() * (listens - users)
    counts: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    missing = listens - int(counts.sum())
    counts[np.argsort(-(exact - counts), kind="stable")[:missing]] += 1
    return counts


def session_lengths(listens: int, rng: Generator) -> list[int]:
    """Cuts a user's listens into sessions of geometric length."""
    lengths = []
    left = listens
    while left:
        lengths.append(min(left, int(rng.geometric(1 / SESSION_TRACKS))))
        left -= lengths[-1]
    return lengths


def session_starts(sessions: int, founder: bool, rng: Generator) -> NDArray[np.int64]:
    """Draws when a user sits down to listen.

    Users join at any time and stay for a while, so that ever more are there; days follow the week, hours the evening.

    Args:
        sessions: How many.
        founder: Whether the user was there on the first day.
        rng: The random numbers.

    Returns:
        Seconds since `START`, ascending, shape (sessions,).
    """
    joined = 0 if founder else int((DAYS - 60) * rng.random())
    stays = 20 + int(rng.exponential(280))
    days = np.arange(joined, min(DAYS, joined + stays))
    weekday = (days + 2) % 7  # START is a Wednesday
    weight = WEEKDAYS[weekday] * (1 + days / DAYS)
    day = rng.choice(days, sessions, p=weight / weight.sum())
    if founder:
        day[0] = 0
    hour = rng.choice(24, sessions, p=HOURS / HOURS.sum())
    return np.sort(day * 86_400 + hour * 3_600 + rng.integers(0, 3_600, sessions))


class Listener:
    """One user at work: remembers what was played and picks what comes next."""

    def __init__(self, user: int, listens: int, catalogue: Catalogue, rng: Generator) -> None:
        self.user = user
        self.catalogue = catalogue
        self.rng = rng
        self.taste = draw_taste(listens, rng)
        self.listens = listens
        self.history: list[int] = []
        self.known: set[int] = set()

    def _discover(self, scene: int) -> int:
        """Returns an artist of the scene or the charts, by its pull, preferably one not heard yet."""
        shelf = self.catalogue.charts if self.rng.random() < self.taste.radio else self.catalogue.shelves[scene]
        apart = np.abs(shelf.moods - self.taste.moods[scene])
        appeal = np.exp(-((np.minimum(apart, 1 - apart) / NICHE) ** 2))
        total = np.cumsum(appeal * shelf.pull**self.taste.digging)
        for _ in range(8):
            place = int(np.searchsorted(total, self.rng.random() * total[-1], side="right"))
            artist = int(shelf.artists[min(place, len(total) - 1)])
            if artist not in self.known:
                break
        return artist

    def _pick(self, scene: int) -> int:
        """Returns the next artist: a discovery, or a return to one played before."""
        known = len(self.known)
        explore = 0.0 if known and self.taste.fan else EXPLORE * max(known, 1) ** -EXPLORE_DECAY
        if not known or self.rng.random() < explore:
            artist = self._discover(scene)
        else:
            artist = self.history[int(self.rng.integers(len(self.history)))]
        self.history.append(artist)
        self.known.add(artist)
        return artist

    def _tracks(self, artist: int, room: int) -> list[tuple[int, int]]:
        """Returns (album, track) pairs: one track, or a run of an album's tracks in order."""
        albums = self.catalogue.artists[artist].discography()
        album = min(int(self.rng.geometric(0.45)) - 1, len(albums) - 1)
        length = len(albums[album].tracks)
        if self.rng.random() >= ALBUM_RUN:
            return [(album, min(int(self.rng.geometric(0.25)) - 1, length - 1))]
        run = min(room, int(self.rng.integers(3, length + 1)))
        return [(album, track) for track in range(run)]

    def _session(self, start: int, length: int, phase: float) -> list[Play]:
        """Plays one session of `length` listens from second `start` on."""
        weights = _SIZES if self.rng.random() < STRAY else self.taste.at(phase)
        scene = int(self.rng.choice(len(SCENES), p=weights / weights.sum()))
        plays: list[Play] = []
        second = start
        while len(plays) < length:
            artist = self._pick(scene)
            for album, track in self._tracks(artist, length - len(plays)):
                plays.append(Play(self.user, second, artist, album, track))
                second += int(self.rng.lognormal(5.45, 0.3)) + int(self.rng.random() < 0.05) * 600
        return plays

    def listen(self) -> list[Play]:
        """Returns all of the user's listens in order of time."""
        lengths = session_lengths(self.listens, self.rng)
        starts = session_starts(len(lengths), self.user == 0, self.rng)
        span = max(int(starts[-1] - starts[0]), 1)
        plays: list[Play] = []
        for start, length in zip(starts.tolist(), lengths, strict=True):
            begin = max(start, plays[-1].second + 240) if plays else start
            plays.extend(self._session(begin, length, (start - int(starts[0])) / span))
        return plays
