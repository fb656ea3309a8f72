"""The fit of ALS: `implicit`'s sweeps, watched."""

from collections.abc import Callable, Collection

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.recommender_base import ModelFitError
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.als import EQUATIONS_BYTES, AlsParams
from musicrec_tui.recommenders.als.solving import solve_users
from musicrec_tui.recommenders.base import Fit, FloatArray

_SAMPLE = 512
_STEPS = 8
"""Of conjugate gradients from the last sweep's factors; most data need no more."""
_NEAR = 1e-4

Visit = Callable[[int, FloatArray, FloatArray], None]
"""Called with a sweep's number, and of the user and artist factors after it, which it may keep."""


def factorise(confidence: csr_matrix, params: AlsParams, fit: Fit) -> tuple[FloatArray, FloatArray]:
    """User and artist factors, (users, factors) and (artists, factors) float32, after the last sweep.

    Args:
        confidence: (users, artists) float32, alpha × weight.
        params: factors, regularization and iterations are used.
        fit: the seed and the sink; `Cancelled` from the sink ends the fit between two sweeps.

    Raises:
        UserError: the factors are not finite numbers, or a user's equations cannot be solved.
    """
    found: list[tuple[FloatArray, FloatArray]] = []
    sweep(confidence, params, fit, [params.iterations], lambda _, users, artists: found.append((users, artists)))
    return found[0]


def sweep(confidence: csr_matrix, params: AlsParams, fit: Fit, stages: Collection[int], visit: Visit) -> None:
    """Fit, and look at the factors after some of the sweeps: each time what a fit of so many sweeps would end with.

    After a sweep the user factors are older than the artists' (a sweep does users first), and `implicit`'s conjugate
    gradient is approximate, so all users are solved for once more, exactly: then scores, fold-in and explanations
    agree. Sweeping continues from the factors as they were.

    Args:
        confidence: see `factorise`; so are `params` (whose iterations are the most that any stage has) and `fit`.
        params: see there.
        fit: see there.
        stages: after which sweeps to look, counted from 1.
        visit: called for each of them, in order.

    Raises:
        UserError: as `factorise` does.
    """
    model = AlternatingLeastSquares(
        factors=params.factors,
        regularization=params.regularization,
        alpha=1.0,
        iterations=params.iterations,
        dtype=np.float32,
        random_state=np.random.default_rng(fit.seed),
    )
    loss = _SampledLoss(confidence, params.regularization, fit.seed)
    steps = params.iterations + 1

    def after_sweep(place: int, seconds: float, _: object) -> None:
        with np.errstate(over="ignore", invalid="ignore"):
            estimate = loss(model.user_factors, model.item_factors)
        if not np.isfinite(estimate):
            raise _diverged()
        fit.sink.epoch(place + 1, params.iterations, {"loss": estimate}, seconds)
        fit.sink.progress(place + 1, steps)
        if place + 1 in stages:
            users = solved_from(model.item_factors, confidence, params.regularization, model.user_factors)
            if not (np.isfinite(users).all() and np.isfinite(model.item_factors).all()):
                raise _diverged()
            visit(place + 1, users, model.item_factors.copy())

    fit.sink.device("no GPU", None)
    fit.sink.progress(0, steps)
    try:
        model.fit(confidence, show_progress=False, callback=after_sweep)
    except (ModelFitError, ValueError) as error:
        raise _diverged() from error
    fit.sink.progress(steps, steps)


def _diverged() -> UserError:
    return UserError(
        "ALS did not arrive at finite factors; train it with more regularization, or a smaller alpha.", exit_code=1
    )


def solved_from(artists: FloatArray, confidence: csr_matrix, regularization: float, near: FloatArray) -> FloatArray:
    """What `solve_users` gives, from factors that are near: most of the time at a tenth of the cost.

    Some steps of conjugate gradients, then each user's residual r = b - A x is looked at. A's least eigenvalue is at
    least the regularization, so x is within |r| / regularization of the solution; where that is more than `_NEAR` of
    |x| (a user near zero, or equations that single precision cannot solve so), the user is solved for directly.

    Args:
        artists: (artists, factors).
        confidence: (users, artists) float32, alpha × weight.
        regularization: of the equations.
        near: (users, factors) float32, left as they are.

    Raises:
        LinAlgError: a user's equations have no single solution.
    """
    if not regularization:
        return solve_users(artists, confidence, regularization)
    solver = AlternatingLeastSquares(factors=artists.shape[1])
    solver.cg_steps = _STEPS
    users = near.copy()
    solver.solver(confidence, users, artists, regularization, num_threads=0)
    with np.errstate(over="ignore", invalid="ignore"):
        far = np.flatnonzero(~(_residuals(users, artists, confidence, regularization) <= _NEAR * regularization))
    if len(far):
        users[far] = solve_users(artists, confidence[far], regularization)
    return users


def _residuals(
    users: FloatArray, artists: FloatArray, confidence: csr_matrix, regularization: float
) -> NDArray[np.float32]:
    """(users,): |b - A x| over |x|; NaN for zeros."""
    residuals = users @ (artists.T @ artists)
    residuals += np.float32(regularization) * users
    at_once, start = EQUATIONS_BYTES // 8 // artists.shape[1], 0
    while start < len(users):
        full = int(np.searchsorted(confidence.indptr, confidence.indptr[start] + at_once, side="right")) - 1
        rows = slice(start, start := max(start + 1, full))
        own = confidence[rows]
        dots = np.einsum("pf,pf->p", np.repeat(users[rows], np.diff(own.indptr), axis=0), artists[own.indices])
        missing = csr_matrix((own.data - (own.data - 1) * dots, own.indices, own.indptr), shape=own.shape)
        residuals[rows] -= missing @ artists
    lengths = np.einsum("uf,uf->u", users, users)
    found: NDArray[np.float32] = np.sqrt(np.einsum("uf,uf->u", residuals, residuals) / lengths)
    return found


class _SampledLoss:
    """The objective divided by the number of heard pairs, estimated.

    The exact loss costs as much as a good part of a sweep. The same pairs are looked at after every sweep, so the
    curve shows the fit and not the sampling: up to 512 heard pairs and as many unheard ones.
    """

    def __init__(self, confidence: csr_matrix, regularization: float, seed: int) -> None:
        rng = np.random.default_rng([seed, 1])  # a stream of its own: looking must not change what is fitted
        users, artists = confidence.shape
        self._pairs = max(1, confidence.nnz)
        self._regularization = regularization / self._pairs
        entries = np.unique(rng.integers(0, confidence.nnz, _SAMPLE)) if confidence.nnz else np.zeros(0, np.int64)
        heard = np.searchsorted(confidence.indptr, entries, side="right") - 1
        self._confidence = confidence.data[entries]
        rows = rng.integers(0, users, _SAMPLE, dtype=np.int32) if users and artists else np.zeros(0, np.int32)
        columns = rng.integers(0, max(1, artists), len(rows), dtype=np.int32)
        unheard = np.asarray(confidence[rows, columns]).ravel() == 0 if len(rows) else np.zeros(0, bool)
        self._users = np.concatenate([heard, rows[unheard]])
        self._artists = np.concatenate([confidence.indices[entries], columns[unheard]])
        self._unheard_share = (users * artists - confidence.nnz) / self._pairs

    def __call__(self, users: FloatArray, artists: FloatArray) -> float:
        """The estimate for these factors."""
        products = np.einsum("pf,pf->p", users[self._users], artists[self._artists])
        heard, unheard = np.split(products, [len(self._confidence)])
        error = float(np.mean(self._confidence * (1 - heard) ** 2)) if len(heard) else 0.0
        error += self._unheard_share * float(np.mean(unheard**2)) if len(unheard) else 0.0
        norms = float(np.vdot(users, users)) + float(np.vdot(artists, artists))
        estimate: float = error + self._regularization * norms
        return estimate
