"""A model's folder as it is written: array by array, part by part, with no more than a part in memory.

`store.save` writes a model that is in memory; a job whose factors are in many places writes them here as they come.
"""

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui import files
from musicrec_tui.recommenders import model_keys
from musicrec_tui.recommenders.model_format import (
    MANIFEST,
    SIDES,
    TRAIN,
    Envelope,
    Manifest,
    Side,
    StoredFile,
    key_files,
    part_name,
)
from musicrec_tui.recommenders.registry import Params


class ModelWriter:
    """The folder of a model that is being written; see `writing`."""

    def __init__(self, folder: Path, shape: tuple[int, int]) -> None:
        self._folder = folder
        self._shape = shape
        self._files: dict[str, StoredFile] = {}

    def array(self, name: str, array: NDArray[Any]) -> None:
        """Write an array of `Recommender.arrays`."""
        self._write(f"model_{name}.npy", array)

    def parts(self, name: str, blocks: Iterable[NDArray[Any]]) -> None:
        """Write such an array in parts, a file for each block of its rows, in the order of codes."""
        for number, block in enumerate(blocks):
            self._write(part_name(name, number), block)

    def train(self, matrix: csr_matrix) -> None:
        """Write the matrix that the model was fitted on."""
        for file, part in TRAIN.items():
            self._write(file, getattr(matrix, part))

    def keys(self, side: Side, batches: Iterable[Iterable[str]]) -> None:
        """Write the keys of rows or columns, batch after batch, in the order of codes.

        Raises:
            ValueError: they do not ascend by their UTF-8 bytes, or are not as many as rows or columns.
        """
        (text_file, starts_file), wanted = key_files(side), self._shape[SIDES.index(side)]
        with (
            _Stream(self._folder / text_file, np.dtype(np.uint8)) as text,
            _Stream(self._folder / starts_file, np.dtype(np.int64)) as starts,
        ):
            starts.append(np.zeros(1))
            last = ""
            for batch in batches:
                listed = list(batch)
                content, begins = model_keys.encoded(listed)
                if not model_keys.ModelKeys(content, begins).ascend or (
                    listed and starts.rows > 1 and listed[0] <= last
                ):
                    raise ValueError(f"the keys of {side} do not ascend")
                starts.append(begins[1:] + text.rows)
                text.append(content)
                last = listed[-1] if listed else last
            if starts.rows != wanted + 1:
                raise ValueError(f"{starts.rows - 1} keys for {wanted} {side}")
            for stream in (text, starts):
                file, stored = stream.stored()
                self._files[file] = stored

    def _write(self, file: str, array: NDArray[Any]) -> None:
        """Write one array, in C order."""
        plain = np.ascontiguousarray(array)
        path = self._folder / file
        np.save(path, plain, allow_pickle=False)
        self._files[file] = StoredFile(files.sha256_of(path), plain.dtype.str, plain.shape)

    def finish(self, params: Params) -> None:
        """Write the manifest."""
        content = msgspec.json.encode(Manifest(params, *self._shape, self._files))
        envelope = Envelope(files.sha256_of_bytes(content), msgspec.Raw(content))
        (self._folder / MANIFEST).write_bytes(msgspec.json.encode(envelope))


@contextlib.contextmanager
def writing(folder: Path, params: Params, shape: tuple[int, int]) -> Iterator[ModelWriter]:
    """Write a model: the folder appears whole at the end, or not at all.

    Args:
        folder: must not exist.
        params: what the model was made with.
        shape: users and artists.

    Raises:
        UserError: the folder exists, cannot be written, or the disk is full.
    """
    with files.replacing_folder(folder) as temporary:
        writer = ModelWriter(temporary, shape)
        yield writer
        writer.finish(params)


class _Stream:
    """A one-dimensional .npy file that grows. Its header is written anew at the end, which takes the same room.

    Attributes:
        rows: how many numbers it has.
    """

    def __init__(self, path: Path, dtype: np.dtype[Any]) -> None:
        self._path, self._dtype, self.rows = path, dtype, 0
        self._file = path.open("wb")
        self._write_header()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def append(self, numbers: NDArray[Any]) -> None:
        """Write more of them."""
        self._file.write(np.ascontiguousarray(numbers, self._dtype).data)
        self.rows += len(numbers)

    def stored(self) -> tuple[str, StoredFile]:
        """End the file; returns its name, and what the manifest says of it."""
        self._file.seek(0)
        self._write_header()
        self._file.close()
        return self._path.name, StoredFile(files.sha256_of(self._path), self._dtype.str, (self.rows,))

    def _write_header(self) -> None:
        """The header for as many numbers as there are."""
        header = {"descr": self._dtype.str, "fortran_order": False, "shape": (self.rows,)}
        np.lib.format.write_array_header_1_0(self._file, header)
