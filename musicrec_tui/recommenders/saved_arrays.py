"""The arrays of a saved model, checked before anything believes them or indexes by them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.base import FloatArray
from musicrec_tui.recommenders.factor_rows import FactorRows

PARTS = ("indptr", "indices", "data")


class CheckedArrays(dict[str, NDArray[Any]]):
    """Arrays whose content was checked before and is unchanged since: only types and shapes are looked at again."""


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
    if not isinstance(arrays, CheckedArrays) and not are_finite(array):
        raise UserError(f"The saved model's array {name!r} holds NaN or infinity; train the model again.")
    return array


def rows_of(arrays: Mapping[str, NDArray[Any]], name: str, shape: tuple[int, int]) -> FactorRows:
    """The rows of that name: one array, or its parts in order, `<name>.00000` and so on.

    Raises:
        UserError: as `array_of` does.
    """
    parts = sorted(part for part in arrays if part.startswith(f"{name}."))
    rows = sum(len(arrays[part]) for part in parts)
    if not parts or name in arrays:
        return FactorRows([array_of(arrays, name, shape)])
    if rows != shape[0]:
        raise UserError(f"The saved model's array {name!r} has {rows} rows, not {shape[0]}; train the model again.")
    return FactorRows([array_of(arrays, part, (len(arrays[part]), shape[1])) for part in parts])


def are_finite(array: NDArray[Any]) -> bool:
    """Whether all are finite numbers: by two reductions, because `isfinite` would make an array as long."""
    return not array.size or bool(np.isfinite(array.max()) and np.isfinite(array.min()))


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
    if data.shape != indices.shape or data.dtype.kind != "f" or not are_finite(data):
        return "data", "does not have one finite number for each entry"
    return None
