"""What a model checks before it believes arrays that come from a file."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.base import FloatArray


def array_of(arrays: Mapping[str, NDArray[Any]], name: str, shape: tuple[int, ...]) -> FloatArray:
    """The float32 array of that name.

    Raises:
        UserError: it is missing, has another shape or type, or holds NaN or infinity.
    """
    array = arrays.get(name)
    if array is None:
        raise UserError(f"The saved model has no array {name!r}; train the model again.")
    if array.dtype != np.float32 or array.shape != shape:
        raise UserError(
            f"The saved model's array {name!r} is {array.dtype} of shape {array.shape}, not float32 of {shape}; "
            "train the model again."
        )
    if not np.isfinite(array).all():
        raise UserError(f"The saved model's array {name!r} holds NaN or infinity; train the model again.")
    return array


def epoch_of(arrays: Mapping[str, NDArray[Any]]) -> int:
    """The number of epochs that a network was trained, from the array `best_epoch`.

    Raises:
        UserError: it is missing, or no number.
    """
    epoch = arrays.get("best_epoch")
    if epoch is None or epoch.shape != (1,) or epoch.dtype.kind != "i":
        raise UserError("The saved model does not say how many epochs it was trained; train the model again.")
    return int(epoch[0])
