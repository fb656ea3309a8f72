"""The keys of a saved model's rows or columns: from code to key and back, without a dictionary of all.

They are two arrays, which may be mapped files: the keys' UTF-8 bytes one after another, and where each begins. Keys
ascend by their bytes with the code, as those of an index do, so a key is found by bisection.
"""

import bisect
import contextlib
from collections.abc import Iterable, Sequence
from typing import overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

IntArray = NDArray[np.int32]
_FEW = 8
"""Up to so many keys are looked up one by one."""


class ModelKeys(Sequence[str]):
    """Text keys by code; a key is found by bisection.

    Args:
        text: (bytes,) uint8, UTF-8.
        starts: (keys + 1,) int64, where each key begins, and the end of the last.
        known_to_ascend: so that need not be looked at.

    Attributes:
        ascend: whether each key is larger than the one before it, so that none is there twice.
    """

    def __init__(self, text: NDArray[np.uint8], starts: NDArray[np.int64], *, known_to_ascend: bool = False) -> None:
        self.text, self.starts = text, starts
        self._column = _column_of(text, starts)
        self.ascend = known_to_ascend or len(self) <= 1 or _ascend(self._column)
        self._order: IntArray | None = None  # for keys of schema 1, which may not ascend
        if not self.ascend:
            self._order = np.from_dlpack(pc.sort_indices(self._column)).astype(np.int32)

    @classmethod
    def of(cls, keys: Iterable[str]) -> "ModelKeys":
        """Keys in memory."""
        return cls(*encoded(keys))

    def __len__(self) -> int:
        return len(self._column)

    @overload
    def __getitem__(self, code: int) -> str: ...
    @overload
    def __getitem__(self, code: slice) -> list[str]: ...
    def __getitem__(self, code: int | slice) -> str | list[str]:
        if isinstance(code, slice):
            return [self[place] for place in range(*code.indices(len(self)))]
        return self._bytes(range(len(self))[code]).decode()

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.code(key) is not None

    def are_text(self) -> bool:
        """Whether all are proper UTF-8."""
        with contextlib.suppress(pa.ArrowInvalid):
            self._column.view(pa.large_string()).validate(full=True)
            return True
        return False

    def arrow(self) -> pa.Array:
        """The keys as Arrow strings."""
        return self._column.view(pa.large_string()).cast(pa.string())

    def code(self, key: str) -> int | None:
        """The code of a key; None where it is unknown."""
        wanted = _encoded(key)
        place = bisect.bisect_left(range(len(self)), wanted, key=lambda rank: self._bytes(self._code(rank)))
        if place == len(self) or self._bytes(self._code(place)) != wanted:
            return None
        return self._code(place)

    def codes(self, keys: Sequence[str]) -> IntArray:
        """(keys,): the code of each; -1 where it is unknown."""
        if len(keys) <= _FEW:
            return np.array([-1 if (code := self.code(key)) is None else code for key in keys], np.int32)
        return self.codes_of_column(_column_of(*_joined([_encoded(key) for key in keys])))

    def codes_of_column(self, wanted: pa.Array, first: int = 0) -> IntArray:
        """The same for an Arrow column of keys, without nulls.

        Args:
            wanted: strings or bytes.
            first: where they may be all, one after another: then nothing is looked up.
        """
        wanted = wanted.cast(pa.large_binary())
        if self._column[first : first + len(wanted)].equals(wanted):
            return np.arange(first, first + len(wanted), dtype=np.int32)
        if not len(self):
            return np.full(len(wanted), -1, np.int32)
        low, high = np.zeros(len(wanted), np.int64), np.full(len(wanted), len(self), np.int64)
        while (open_ := low < high).any():
            middle = (low + high) // 2
            smaller = _flags(pc.less(self._ranked(middle), wanted)) & open_
            low, high = np.where(smaller, middle + 1, low), np.where(open_ & ~smaller, middle, high)
        known = (low < len(self)) & _flags(pc.equal(self._ranked(low), wanted))
        codes: IntArray = np.where(known, self._codes(low), -1).astype(np.int32)
        return codes

    def _bytes(self, code: int) -> bytes:
        return self.text[self.starts[code] : self.starts[code + 1]].tobytes()

    def _code(self, rank: int) -> int:
        """The code of the key that has so many smaller ones."""
        return rank if self._order is None else int(self._order[rank])

    def _codes(self, ranks: NDArray[np.int64]) -> NDArray[np.int64]:
        """The same for many; a rank beyond the last counts as the last."""
        within = np.minimum(ranks, len(self) - 1)
        return within if self._order is None else self._order[within].astype(np.int64)

    def _ranked(self, ranks: NDArray[np.int64]) -> pa.Array:
        """The keys of these ranks."""
        codes = np.ascontiguousarray(self._codes(ranks), np.int64)
        return self._column.take(pa.Array.from_buffers(pa.int64(), len(codes), [None, pa.py_buffer(codes)]))


def encoded(keys: Iterable[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The two arrays of `ModelKeys`."""
    return _joined([key.encode() for key in keys])


def _joined(parts: Sequence[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Bytes one after another, and where each begins."""
    starts = np.concatenate([[0], np.cumsum([len(part) for part in parts], dtype=np.int64)]).astype(np.int64)
    return np.frombuffer(b"".join(parts), np.uint8), starts


def _column_of(text: NDArray[np.uint8], starts: NDArray[np.int64]) -> pa.Array:
    """An Arrow column of these bytes, not copied: `pa.array` would load pandas where that is installed."""
    buffers = [None, pa.py_buffer(starts), pa.py_buffer(text)]
    return pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(starts) - 1, buffers)


def _flags(column: pa.Array) -> NDArray[np.bool_]:
    """Arrow's bits as booleans; as above, pandas is not loaded."""
    return np.from_dlpack(column.cast(pa.uint8())).astype(bool)


def _encoded(key: str) -> bytes:
    """A key that is looked up, which may be no proper text: then it is unknown."""
    return key.encode("utf-8", "surrogatepass")


def _ascend(column: pa.Array) -> bool:
    """Whether each key is larger than the one before it."""
    return bool(pc.all(pc.less(column[:-1], column[1:])).as_py())
