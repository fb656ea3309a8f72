"""The arrays of a saved model, checked before anything believes them or indexes by them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.base import FloatArray

PARTS = ("indptr", "indices", "data")


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


def parts_of(name: str, matrix: csr_matrix) -> dict[str, NDArray[Any]]:
    """`<name>_indptr`, `<name>_indices` and `<name>_data`."""
    return {f"{name}_{part}": getattr(matrix, part) for part in PARTS}


def matrix_of(arrays: Mapping[str, NDArray[Any]], name: str, shape: tuple[int, int]) -> csr_matrix:
    """The matrix that `parts_of` took apart.

    Raises:
        UserError: a part is missing, or they do not make a matrix of that shape.
    """
    parts = [arrays.get(f"{name}_{part}") for part in PARTS]
    for part, array in zip(PARTS, parts, strict=True):
        if array is None:
            raise UserError(f"The saved model has no array '{name}_{part}'; train the model again.")
    indptr, indices, data = (np.asarray(array) for array in parts)
    if (fault := fault_of(indptr, indices, data, shape)) is not None:
        part, what = fault
        raise UserError(f"The saved model's array '{name}_{part}' {what}; train the model again.")
    return csr_matrix((data, indices, indptr), shape=shape)


def fault_of(
    indptr: NDArray[Any], indices: NDArray[Any], data: NDArray[Any], shape: tuple[int, int]
) -> tuple[str, str] | None:
    """What is wrong with the parts of a matrix, as (part, sentence's end); None where nothing is.

    Native code indexes by them, so nothing may be out of range.
    """
    if indptr.shape != (shape[0] + 1,) or indptr.dtype.kind != "i":
        return "indptr", f"does not have {shape[0] + 1} row starts"
    if indptr[0] != 0 or indptr[-1] != len(indices) or (np.diff(indptr) < 0).any():
        return "indptr", "has row starts that do not ascend to the number of entries"
    if (
        indices.ndim != 1
        or indices.dtype.kind != "i"
        or (len(indices) and not 0 <= indices.min() <= indices.max() < shape[1])
    ):
        return "indices", f"has artists outside 0 to {shape[1] - 1}"
    if data.shape != indices.shape or data.dtype.kind != "f" or not np.isfinite(data).all():
        return "data", "does not have one finite number for each entry"
    return None
