"""A fitted model as a folder: a manifest, one .npy for each array, keys as Parquet. Nothing in it is executed.

manifest.json   {"sha256": of the content's bytes, "content": Manifest}
model_*.npy     what the model needs to score
train_*.npy     the matrix it was fitted on, CSR
users.parquet, artists.parquet   the keys of rows and columns, one text column `key`
"""

import contextlib
import errno
import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import factory, saved_arrays
from musicrec_tui.recommenders.base import Recommender, SavedModel
from musicrec_tui.recommenders.registry import Params

SCHEMA = 1
_LARGEST_MANIFEST, _LARGEST_KEYS = 2**26, 2**31
"""Bytes of these files."""
_ADVICE = "train the model again, or restore the folder"
_TRAIN = {f"train_{part}.npy": part for part in saved_arrays.PARTS}
_KEYS = ("users.parquet", "artists.parquet")


class StoredFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the folder; `dtype` and `shape` are those of an array, empty for keys."""

    sha256: str
    dtype: str = ""
    shape: tuple[int, ...] = ()


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the folder holds. The matrix is users × artists."""

    params: Params
    users: int
    artists: int
    files: dict[str, StoredFile]
    schema: int = SCHEMA


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The manifest with a checksum of its bytes."""

    sha256: str
    content: msgspec.Raw


class _Version(msgspec.Struct, frozen=True):
    """Just the schema number, to tell a newer manifest from a damaged one."""

    schema: int


def save(
    folder: Path,
    recommender: Recommender,
    params: Params,
    train: csr_matrix,
    user_keys: list[str],
    artist_keys: list[str],
) -> None:
    """Write a model: the folder appears whole or not at all.

    Args:
        folder: must not exist.
        recommender: fitted on `train`.
        params: what it was made with.
        train: (users, artists).
        user_keys: keys of the rows.
        artist_keys: keys of the columns.

    Raises:
        UserError: the folder exists, cannot be written, or the disk is full.
    """
    if train.shape != (len(user_keys), len(artist_keys)):
        raise ValueError(f"a {train.shape} matrix has {len(user_keys)} user keys and {len(artist_keys)} artist keys")
    arrays = {f"model_{name}.npy": array for name, array in recommender.arrays().items()}
    arrays |= {file: getattr(train, part) for file, part in _TRAIN.items()}
    with files.replacing_folder(folder) as temporary:
        stored = {file: _write_array(temporary / file, array) for file, array in arrays.items()}
        for file, keys in zip(_KEYS, (user_keys, artist_keys), strict=True):
            pq.write_table(pa.table({"key": pa.array(keys, pa.string())}), temporary / file, compression="zstd")
            stored[file] = StoredFile(files.sha256_of(temporary / file))
        content = msgspec.json.encode(Manifest(params, len(user_keys), len(artist_keys), stored))
        envelope = _Envelope(files.sha256_of_bytes(content), msgspec.Raw(content))
        (temporary / "manifest.json").write_bytes(msgspec.json.encode(envelope))


def _write_array(path: Path, array: NDArray[Any]) -> StoredFile:
    """Write one array, in C order."""
    plain = np.ascontiguousarray(array)
    np.save(path, plain, allow_pickle=False)
    return StoredFile(files.sha256_of(path), plain.dtype.str, plain.shape)


def load(folder: Path) -> SavedModel:
    """Read a model, and check all of it before it is used.

    Raises:
        UserError: a file is missing, damaged, of another version or does not fit the others; the sentence names it.
    """
    manifest = _read_manifest(folder)
    contents = {file: _checked_bytes(folder, file, stored) for file, stored in manifest.files.items()}
    for file in (*_TRAIN, *_KEYS):
        if file not in contents:
            _refuse(folder / "manifest.json", f"does not list {file}")
    arrays = {
        file: _array(folder / file, content, manifest.files[file])
        for file, content in contents.items()
        if file not in _KEYS
    }
    shape = (manifest.users, manifest.artists)
    train = _matrix(folder, {part: arrays.pop(file) for file, part in _TRAIN.items()}, shape)
    user_keys, artist_keys = (
        _keys(folder / file, contents[file], count) for file, count in zip(_KEYS, shape, strict=True)
    )
    return SavedModel(_restore(folder, manifest, arrays, train), manifest.params, train, user_keys, artist_keys, folder)


def verify(folder: Path) -> None:
    """Check the checksums of a model's files, one file in memory at a time.

    Raises:
        UserError: a file is missing, damaged or of another version; the sentence names it.
    """
    for file, stored in _read_manifest(folder).files.items():
        _checked_bytes(folder, file, stored)


def _refuse(path: Path, what: str) -> NoReturn:
    raise UserError(f"The model cannot be used: {path} {what}; {_ADVICE}.", exit_code=1)


def _read_bytes(path: Path, most: int) -> bytes:
    """A file's content, which has at most so many bytes."""
    try:
        return files.read_bytes(path, most)
    except FileNotFoundError:
        _refuse(path, "is missing")
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.EFBIG, errno.EISDIR):
            _refuse(path, f"cannot be read ({error.strerror})")
        raise UserError(f"The model cannot be read: {path}: {error.strerror}.", exit_code=1) from error


def _read_manifest(folder: Path) -> Manifest:
    """The manifest, its checksum and version checked."""
    path = folder / "manifest.json"
    try:
        envelope = msgspec.json.decode(_read_bytes(path, _LARGEST_MANIFEST), type=_Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        _refuse(path, "is not a model's manifest")
    content = bytes(envelope.content)
    if files.sha256_of_bytes(content) != envelope.sha256:
        _refuse(path, "is damaged: its checksum does not fit")
    try:
        schema = msgspec.json.decode(content, type=_Version).schema
        if schema != SCHEMA:
            _refuse(path, f"has schema {schema}, and this version of musicrec-tui reads {SCHEMA}")
        return msgspec.json.decode(content, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        _refuse(path, f"is not a model's manifest ({error})")


def _most_bytes(stored: StoredFile) -> int:
    """The bytes that a listed file may have: of an array as many as its shape says, with room for a header."""
    if not stored.dtype:
        return _LARGEST_KEYS
    with contextlib.suppress(TypeError, ValueError):
        return math.prod(stored.shape) * np.dtype(stored.dtype).itemsize + 2**16
    return 0


def _checked_bytes(folder: Path, file: str, stored: StoredFile) -> bytes:
    """A listed file's content, if its checksum fits; a name that leads out of the folder is refused."""
    if Path(file).name != file or not file.endswith((".npy", ".parquet")):
        _refuse(folder / "manifest.json", f"lists {file!r}, which is no file of a model")
    content = _read_bytes(folder / file, _most_bytes(stored))
    if files.sha256_of_bytes(content) != stored.sha256:
        _refuse(folder / file, "is damaged: its checksum does not fit")
    return content


def _array(path: Path, content: bytes, stored: StoredFile) -> NDArray[Any]:
    """A numeric array from the bytes of an .npy file."""
    try:
        array: NDArray[Any] = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    except (ValueError, EOFError, OSError, SyntaxError):
        _refuse(path, "is not a numeric array")
    if array.dtype.kind not in "fiub" or array.dtype.str != stored.dtype or array.shape != stored.shape:
        _refuse(path, f"holds {array.dtype} of shape {array.shape}, not what the manifest says")
    return array


def _matrix(folder: Path, parts: Mapping[str, NDArray[Any]], shape: tuple[int, int]) -> csr_matrix:
    """The train matrix."""
    if (fault := saved_arrays.fault_of(parts["indptr"], parts["indices"], parts["data"], shape)) is not None:
        part, what = fault
        _refuse(folder / f"train_{part}.npy", what)
    return csr_matrix((parts["data"], parts["indices"], parts["indptr"]), shape=shape)


def _keys(path: Path, content: bytes, count: int) -> list[str]:
    """The keys of rows or columns."""
    try:
        column = pq.read_table(io.BytesIO(content)).column("key")
        keys: list[str] = column.to_pylist()
    except pa.ArrowMemoryError:
        raise
    except (pa.ArrowException, KeyError, OSError):
        _refuse(path, "is not a list of keys")
    if column.type != pa.string() or column.null_count or len(keys) != count:
        _refuse(path, f"does not hold {count} keys")
    return keys


def _restore(folder: Path, manifest: Manifest, arrays: Mapping[str, NDArray[Any]], train: csr_matrix) -> Recommender:
    """The recommender from its arrays."""
    kind = factory.recommender_class(manifest.params.model)
    named = {file.removeprefix("model_").removesuffix(".npy"): array for file, array in arrays.items()}
    try:
        return kind.restore(manifest.params, named, train)
    except UserError as error:
        raise UserError(f"The model in {folder} cannot be used: {error}", exit_code=1) from None
