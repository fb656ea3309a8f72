"""Whether BPR is at its library's limit: 100 settings of bare `implicit`, and another implementation, on one split.

    python -m benchmarks.bpr --data lastfm-hetrec-half.parquet [--trials 100] [--others 40] [--save FILE]

The split is random, 20 % for test and 10 % for validation, seed 1. Settings are spread evenly over ranges (a scrambled
Sobol sequence) and judged by NDCG@10 on validation. Then the defaults and the three best of each implementation are
fitted on train and validation with seeds 1, 2 and 3 of split and fit, and judged on test. With `--save` a run that was
stopped goes on.

The other implementation is the paper's in NumPy (Rendle et al. 2009): steps by Adam on batches, and artists to compare
with that are drawn evenly (as in the paper), or in proportion to their listeners (as `implicit` draws them).
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from implicit.cpu.bpr import BayesianPersonalizedRanking
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import expit
from scipy.stats import qmc

from benchmarks.defaults import SEEDS, splits_in_home
from benchmarks.measure import arguments, machine
from benchmarks.record import Record
from musicrec_tui.dataset import splits
from musicrec_tui.evaluation import ranking
from musicrec_tui.recommenders.bpr import BprParams
from musicrec_tui.recommenders.cold_start import ColdStart

BATCH = 4096
BARE = {
    "factors": (16, 256), "learning_rate": (0.001, 0.05), "regularization": (0.003, 0.1), "iterations": (60, 500),
}  # fmt: skip
OTHER = {
    "factors": (16, 256), "learning_rate": (0.003, 0.05), "regularization": (0.003, 0.1), "epochs": (10, 80),
    "popular": (0, 1),
}  # fmt: skip
Scores = Callable[[NDArray[np.int32]], NDArray[np.float32]]
Setting = Mapping[str, float]


def bare(train: csr_matrix, setting: Setting, seed: int) -> Scores:
    """Scores of `implicit`'s model."""
    model = BayesianPersonalizedRanking(**setting, num_threads=1, random_state=np.random.default_rng(seed))
    ones = csr_matrix((np.ones_like(train.data), train.indices, train.indptr), shape=train.shape)
    model.fit(ones, show_progress=False)
    return lambda users: np.asarray(model.user_factors[users] @ model.item_factors.T, np.float32)


class Adam:
    """A table that moves against its gradients (Kingma & Ba 2015)."""

    def __init__(self, table: NDArray[np.float32], rate: float) -> None:
        self.table, self._rate, self._steps = table, rate, 0
        self._mean, self._square = np.zeros_like(table), np.zeros_like(table)

    def step(self, gradient: NDArray[np.float32]) -> None:
        """One step."""
        self._steps += 1
        self._mean += 0.1 * (gradient - self._mean)
        self._square += 0.001 * (gradient**2 - self._square)
        rate = self._rate * np.sqrt(1 - 0.999**self._steps) / (1 - 0.9**self._steps)
        self.table -= np.float32(rate) * self._mean / (np.sqrt(self._square) + 1e-8)


def other(train: csr_matrix, setting: Setting, seed: int) -> Scores:
    """Scores of the NumPy model; an artist's bias is the last number of its vector."""
    rng, factors = np.random.default_rng(seed), int(setting["factors"])
    users = Adam(rng.normal(0, 0.1, (train.shape[0], factors + 1)).astype(np.float32), setting["learning_rate"])
    artists = Adam(rng.normal(0, 0.1, (train.shape[1], factors + 1)).astype(np.float32), setting["learning_rate"])
    users.table[:, -1], artists.table[:, -1] = 1, 0
    rows = np.repeat(np.arange(train.shape[0]), np.diff(train.indptr))
    heard = np.sort(rows * np.int64(train.shape[1]) + train.indices)
    for _ in range(int(setting["epochs"])):
        order = rng.permutation(train.nnz)
        for start in range(0, train.nnz, BATCH):
            picked = order[start : start + BATCH]
            drawn = rng.integers(0, train.nnz if setting["popular"] else train.shape[1], len(picked))
            unheard = train.indices[drawn] if setting["popular"] else drawn
            pairs = rows[picked] * np.int64(train.shape[1]) + unheard
            fine = heard[np.minimum(np.searchsorted(heard, pairs), len(heard) - 1)] != pairs
            _step(users, artists, rows[picked][fine], train.indices[picked][fine], unheard[fine], setting)
    return lambda asked: np.asarray(users.table[asked] @ artists.table.T, np.float32)


def _step(
    users: Adam, artists: Adam, rows: NDArray[Any], liked: NDArray[Any], unheard: NDArray[Any], setting: Setting
) -> None:
    """A step of all pairs of a batch, which the users' vectors of ones for the biases take no part in."""
    of_users, difference = users.table[rows], artists.table[liked] - artists.table[unheard]
    pull = expit(-np.einsum("pf,pf->p", of_users, difference)).astype(np.float32)[:, None]
    shrink = np.float32(setting["regularization"])
    towards = _added(rows, -pull * difference, users.table) + shrink * users.table
    towards[:, -1] = 0
    moved = -pull * of_users
    apart = _added(liked, moved, artists.table) + _added(unheard, -moved, artists.table)
    artists.step(apart + shrink * artists.table)
    users.step(towards)


def _added(rows: NDArray[Any], values: NDArray[np.float32], table: NDArray[np.float32]) -> NDArray[np.float32]:
    """Values added up by row."""
    places = np.arange(len(rows), dtype=np.int32)
    summed: NDArray[np.float32] = (
        csr_matrix((np.ones(len(rows), np.float32), (rows, places)), (len(table), len(rows))) @ values
    )
    return summed


def drawn(ranges: Mapping[str, tuple[float, float]], count: int) -> list[dict[str, float]]:
    """Settings spread evenly over ranges, in the logarithm of all that do not begin with 0."""
    found = []
    for point in qmc.Sobol(len(ranges), seed=1).random_base2((count - 1).bit_length())[:count]:
        setting = {}
        for (name, (low, high)), share in zip(ranges.items(), point, strict=True):
            value = low * (high / low) ** share if low else low + share * (high - low)
            setting[name] = round(value) if isinstance(low, int) else float(f"{value:.3g}")
        found.append(setting)
    return found


def on_validation(fit: Callable[..., Scores], split: splits.Split, setting: Setting) -> float:
    """NDCG@10 after a fit on train."""
    scores = fit(split.train, setting, 1)
    return ranking.ndcg_at(ColdStart(scores, split.train), split.train, split.validation, 10, None)


def on_test(fit: Callable[..., Scores], split: splits.Split, setting: Setting, seed: int) -> float:
    """NDCG@10 after a fit on train and validation."""
    both = (split.train + split.validation).tocsr()
    both.sort_indices()
    return ranking.ndcg_at(ColdStart(fit(both, setting, seed), both), both, split.test, 10, None)


def main() -> None:
    """Print the table."""
    given = arguments(__doc__, data=Path, trials=100, others=40, save=Path)
    record, cuts = Record(given.save), splits_in_home(given.data)
    default = {name: getattr(BprParams(), name) for name in BARE}
    print(machine(), "| implementation | setting | validation | test, mean of three seeds |", sep="\n")
    print("|---" * 4 + "|", flush=True)
    for name, fit, settings in (
        ("implicit", bare, [default, *drawn(BARE, given.trials - 1)]), ("NumPy", other, drawn(OTHER, given.others)),
    ):  # fmt: skip
        values = [
            record.value([name, "validation", one], partial(on_validation, fit, cuts[0], one)) for one in settings
        ]
        for place in dict.fromkeys([*([0] if fit is bare else []), *np.argsort(values)[::-1][:3].tolist()]):
            one = settings[place]
            tests = [
                record.value([name, "test", one, seed], partial(on_test, fit, cut, one, seed))
                for seed, cut in zip(SEEDS, cuts, strict=True)
            ]
            label = f"{name}, the defaults" if one == default else name
            told = ", ".join(f"{key} {value}" for key, value in one.items())
            print(f"| {label} | {told} | {values[place]:.4f} | {np.mean(tests):.4f} |", flush=True)


if __name__ == "__main__":
    main()
