"""Small matrices with taste in them, and a sink that remembers."""

from collections.abc import Mapping

import numpy as np
from scipy.sparse import csr_matrix

from musicrec_tui.errors import Cancelled
from musicrec_tui.recommenders.base import Contribution, Fit, Recommender


def matrix(users: int = 40, artists: int = 60, seed: int = 0, share: float = 0.2) -> csr_matrix:
    """Plays of users who like one of three kinds of artists; user 0 has nothing, artist 1 nobody."""
    rng = np.random.default_rng(seed)
    likes = (np.arange(users)[:, None] % 3) == (np.arange(artists) % 3)
    heard = rng.random((users, artists)) < np.where(likes, 2 * share, share / 4)
    heard[0] = False
    heard[:, 1] = False
    plays = np.where(heard, rng.geometric(0.05, (users, artists)), 0)
    return csr_matrix(plays.astype(np.float32)).sorted_indices()


class Sink:
    """Remembers what a fit said; raises `Cancelled` at the given epoch."""

    def __init__(self, cancel_at: int | None = None) -> None:
        self.cancel_at = cancel_at
        self.steps: list[tuple[int, int]] = []
        self.epochs: list[tuple[int, int, dict[str, float]]] = []
        self.seconds: list[float] = []

    def progress(self, done: int, of: int) -> None:
        self.steps.append((done, of))

    def epoch(self, epoch: int, of: int, metrics: Mapping[str, float], seconds: float) -> None:
        self.epochs.append((epoch, of, dict(metrics)))
        self.seconds.append(seconds)
        if epoch == self.cancel_at:
            raise Cancelled

    def device(self, name: str, memory_mb: int | None) -> None:
        assert name

    def summary(self, layers: list[tuple[str, str, int]], parameters: int) -> None:
        assert parameters >= 0

    def log(self, text: str) -> None:
        assert text


def quiet(seed: int = 0) -> Fit:
    """What surrounds a fit that nobody watches."""
    return Fit(seed, Sink())


def explained(model: Recommender, user: int, artist: int) -> list[Contribution]:
    """The reasons for one artist, which must be those of a list that has others as well."""
    (alone,) = model.explain(user, np.array([artist], np.int32))
    other = (artist + 1) % 5
    _, among = model.explain(user, np.array([other, artist], np.int32))
    assert [part.artist for part in among] == [part.artist for part in alone]
    assert np.allclose([part.amount for part in among], [part.amount for part in alone], rtol=1e-3, atol=1e-5)
    return alone
