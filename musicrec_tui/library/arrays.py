"""Arrays of a caller, checked before a model sees them: wrong ones would give wrong scores without a word."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.errors import UserError

Codes = NDArray[np.int32]
Scores = NDArray[np.float32]


def plays_matrix(given: Any, name: str, *, columns: int | None = None) -> csr_matrix:
    """Plays as models want them: CSR, float32, sorted indices, no explicit zeros; the caller's matrix is left as it is.

    Args:
        given: (users, items), sparse or dense.
        name: what the caller calls it.
        columns: how many items there must be; None: any number.

    Raises:
        UserError: it is no matrix of plays.
    """
    try:
        made = csr_matrix(given, dtype=np.float32, copy=True)
    except (TypeError, ValueError) as error:
        raise UserError(f"{name} must be a matrix of plays, (users, items): {error}.") from error
    if columns is not None and made.shape[1] != columns:
        raise UserError(f"{name} has {made.shape[1]:,} columns, and the model knows {columns:,} items.")
    made.sum_duplicates()
    made.eliminate_zeros()
    if not (np.isfinite(made.data) & (made.data > 0)).all():
        raise UserError(f"{name} must hold plays, which are finite and not below 0.")
    return made


def codes(given: Sequence[int] | NDArray[Any] | int, known: int, name: str) -> Codes:
    """Codes of users or items, (codes,).

    Args:
        given: whole numbers from 0 on.
        known: how many codes there are.
        name: what they are of, such as "users".

    Raises:
        UserError: one is no code.
    """
    made = np.atleast_1d(np.asarray(given))
    if not made.size:
        return np.empty(0, np.int32)
    if made.ndim != 1 or made.dtype.kind not in "iu":
        raise UserError(f"{name} are given by their codes, which are whole numbers; `keys` has the key of each.")
    if made.min() < 0 or made.max() >= known:
        wrong = made[(made < 0) | (made >= known)][0]
        raise UserError(f"There is no code {wrong} among the {known:,} {name}; codes begin at 0.")
    return made.astype(np.int32)


def checked(scores: Callable[[Codes], Any], items: int) -> Callable[[Codes], Scores]:
    """A caller's function that scores all items, (users, items), refused where it gives something else.

    Its scores are copied: they are written into where they are ranked, and it may give a part of a table of its own.
    Whether they are finite is checked there, too.
    """

    def scored(users: Codes) -> Scores:
        made = np.asarray(scores(users))
        if made.shape != (len(users), items) or made.dtype.kind not in "fiub":
            raise UserError(
                f"The function must give the scores of all {items:,} items for {len(users):,} users, "
                f"{(len(users), items)}, and gave {made.dtype} {made.shape}."
            )
        return made.astype(np.float32)

    return scored


def list_length(k: int) -> int:
    """A length of lists.

    Raises:
        UserError: it is below 1.
    """
    if k < 1:
        raise UserError(f"k is the length of the lists, and must be 1 or more, not {k}.")
    return k
