"""A fitted model as a folder, saved and opened again: see `model_format` for its files.

Arrays are mapped, not read: what is not looked at takes no memory. All checksums are compared when a model is opened;
of a large one that is remembered (see `verified`).
"""

import contextlib
import errno
import hashlib
import io
import math
import mmap
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import factory, model_writer, saved_arrays, verified
from musicrec_tui.recommenders.base import Recommender, SavedModel
from musicrec_tui.recommenders.model_format import (
    MANIFEST,
    SCHEMA,
    SIDES,
    TRAIN,
    Envelope,
    Manifest,
    Side,
    StoredFile,
    key_files,
    old_key_file,
)
from musicrec_tui.recommenders.model_keys import ModelKeys
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.recommenders.saved_arrays import CheckedArrays

_LARGEST_MANIFEST, _LARGEST_KEYS = 2**26, 2**31
"""Bytes of these files."""
_ADVICE = "train the model again, or restore the folder"
_LONGEST_HEADER = 2**16
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


class _Version(msgspec.Struct, frozen=True):
    """Just the schema number, to tell a newer manifest from a damaged one."""

    schema: int


class _MappedFile(NamedTuple):
    """A file of the folder: its mapped content and its stamp; `checked`: it is as it was when it was checked before."""

    content: mmap.mmap | bytes
    stamp: verified.FileStamp
    checked: bool


def save(
    folder: Path,
    recommender: Recommender,
    params: Params,
    train: csr_matrix,
    user_keys: Sequence[str],
    artist_keys: Sequence[str],
) -> None:
    """Write a model: the folder appears whole or not at all.

    Args:
        folder: must not exist.
        recommender: fitted on `train`.
        params: what it was made with.
        train: (users, artists).
        user_keys: keys of the rows, ascending by their UTF-8 bytes.
        artist_keys: keys of the columns, ascending likewise.

    Raises:
        UserError: the folder exists, cannot be written, or the disk is full.
    """
    if train.shape != (len(user_keys), len(artist_keys)):
        raise ValueError(f"a {train.shape} matrix has {len(user_keys)} user keys and {len(artist_keys)} artist keys")
    with model_writer.writing(folder, params, train.shape) as model:
        for name, array in recommender.arrays().items():
            model.array(name, array)
        model.train(train)
        for side, keys in zip(SIDES, (user_keys, artist_keys), strict=True):
            model.keys(side, [keys])


def load(folder: Path) -> SavedModel:
    """Open a model, and check all of it that was not checked before and is unchanged since.

    Raises:
        UserError: a file is missing, damaged, of another version or does not fit the others; the sentence names it.
    """
    manifest, sha256 = _read_manifest(folder)
    remembered = verified.read(folder, sha256)
    mapped = {
        file: _open_checked(folder, file, stored, remembered.get(file)) for file, stored in manifest.files.items()
    }
    checked = all(one.checked for one in mapped.values())
    arrays = {file: _array(folder / file, mapped[file].content, stored) for file, stored in _arrays_of(manifest)}
    for file in (*TRAIN, *_key_files(manifest)):
        if file not in mapped:
            _refuse(folder / MANIFEST, f"does not list {file}")
    shape = (manifest.users, manifest.artists)
    train = _matrix(folder, {part: arrays.pop(file) for file, part in TRAIN.items()}, shape, checked=checked)
    user_keys, artist_keys = (
        _old_keys(folder / old_key_file(side), mapped[old_key_file(side)].content, count)
        if manifest.schema == 1
        else _keys(folder, side, [arrays.pop(file) for file in key_files(side)], count, checked=checked)
        for side, count in zip(SIDES, shape, strict=True)
    )
    recommender = _restore(folder, manifest, arrays, train, checked=checked)
    if not checked:
        verified.remember(folder, sha256, {file: one.stamp for file, one in mapped.items()})
    return SavedModel(recommender, manifest.params, train, user_keys, artist_keys, folder)


def verify(folder: Path) -> None:
    """Check the checksums of all of a model's files, whatever is remembered of them.

    Raises:
        UserError: a file is missing, damaged or of another version; the sentence names it.
    """
    manifest, _ = _read_manifest(folder)
    for file, stored in manifest.files.items():
        _open_checked(folder, file, stored, None)


def _arrays_of(manifest: Manifest) -> list[tuple[str, StoredFile]]:
    """The files with an array."""
    return [(file, stored) for file, stored in manifest.files.items() if file.endswith(".npy")]


def _key_files(manifest: Manifest) -> list[str]:
    """The files with keys."""
    return [file for side in SIDES for file in ([old_key_file(side)] if manifest.schema == 1 else key_files(side))]


def _refuse(path: Path, what: str) -> NoReturn:
    raise UserError(f"The model cannot be used: {path} {what}; {_ADVICE}.", exit_code=1)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say in a sentence why a file cannot be read."""
    try:
        yield
    except FileNotFoundError:
        _refuse(path, "is missing")
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.EFBIG, errno.EISDIR):
            _refuse(path, f"cannot be read ({error.strerror})")
        raise UserError(f"The model cannot be read: {path}: {error.strerror}.", exit_code=1) from error


def _read_manifest(folder: Path) -> tuple[Manifest, str]:
    """The manifest, its checksum and version checked; and that checksum."""
    path = folder / MANIFEST
    try:
        with _told(path):
            raw = files.read_bytes(path, _LARGEST_MANIFEST)
        envelope = msgspec.json.decode(raw, type=Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        _refuse(path, "is not a model's manifest")
    content = bytes(envelope.content)
    if files.sha256_of_bytes(content) != envelope.sha256:
        _refuse(path, "is damaged: its checksum does not fit")
    try:
        schema = msgspec.json.decode(content, type=_Version).schema
        if not 1 <= schema <= SCHEMA:
            _refuse(path, f"has schema {schema}, and this version of musicrec-tui reads 1 to {SCHEMA}")
        return msgspec.json.decode(content, type=Manifest), envelope.sha256
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        _refuse(path, f"is not a model's manifest ({error})")


def _most_bytes(stored: StoredFile) -> int:
    """The bytes that a listed file may have: of an array as many as its shape says, with room for a header."""
    if not stored.dtype:
        return _LARGEST_KEYS
    with contextlib.suppress(TypeError, ValueError):
        return math.prod(stored.shape) * np.dtype(stored.dtype).itemsize + 2**16
    return 0


def _open_checked(folder: Path, file: str, stored: StoredFile, remembered: verified.FileStamp | None) -> _MappedFile:
    """A listed file, if its checksum fits; a name that leads out of the folder is refused.

    The checksum is not calculated anew where the file is as remembered.
    """
    if Path(file).name != file or not file.endswith((".npy", ".parquet")):
        _refuse(folder / MANIFEST, f"lists {file!r}, which is no file of a model")
    path = folder / file
    with _told(path):
        descriptor = files.open_regular(path)
        try:
            stamp = verified.stamp_of(descriptor)
            if stamp.size > _most_bytes(stored):
                raise OSError(errno.EFBIG, "it is far too large", str(path))
            content = mmap.mmap(descriptor, stamp.size, access=mmap.ACCESS_READ) if stamp.size else b""
            checked = stamp == remembered
            if not checked and _sha256_of(descriptor) != stored.sha256:
                _refuse(path, "is damaged: its checksum does not fit")
        finally:
            os.close(descriptor)
    return _MappedFile(content, stamp, checked)


def _sha256_of(descriptor: int) -> str:
    """Of an open file, read from its beginning in blocks."""
    with os.fdopen(os.dup(descriptor), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _array(path: Path, content: mmap.mmap | bytes, stored: StoredFile) -> NDArray[Any]:
    """The numeric array of an .npy file, not copied."""
    header = io.BytesIO(content[:_LONGEST_HEADER])
    try:
        version = np.lib.format.read_magic(header)
        shape, fortran, dtype = _HEADERS[version](header)
    except (KeyError, ValueError, EOFError, SyntaxError):
        _refuse(path, "is not a numeric array")
    if dtype.kind not in "fiub" or fortran:
        _refuse(path, "is not a numeric array")
    if dtype.str != stored.dtype or shape != stored.shape:
        _refuse(path, f"holds {dtype} of shape {shape}, not what the manifest says")
    count = math.prod(shape)
    if len(content) != header.tell() + count * dtype.itemsize:
        _refuse(path, "is not a numeric array")
    array: NDArray[Any] = np.frombuffer(content, dtype, count, header.tell()).reshape(shape)
    return array


def _matrix(folder: Path, parts: Mapping[str, NDArray[Any]], shape: tuple[int, int], *, checked: bool) -> csr_matrix:
    """The train matrix."""
    fault = None if checked else saved_arrays.fault_of(parts["indptr"], parts["indices"], parts["data"], shape)
    if fault is not None:
        part, what = fault
        _refuse(folder / f"train_{part}.npy", what)
    return csr_matrix((parts["data"], parts["indices"], parts["indptr"]), shape=shape)


def _keys(folder: Path, side: Side, arrays: list[NDArray[Any]], count: int, *, checked: bool) -> ModelKeys:
    """The keys of rows or columns."""
    text, starts = arrays
    text_path, starts_path = (folder / file for file in key_files(side))
    if not checked:
        if text.dtype != np.uint8 or text.ndim != 1:
            _refuse(text_path, "is not a list of keys")
        if starts.dtype != np.int64 or starts.shape != (count + 1,):
            _refuse(starts_path, f"does not hold {count} keys")
        if starts[0] != 0 or starts[-1] != len(text) or (np.diff(starts) < 0).any():
            _refuse(starts_path, "does not ascend to the end of the keys")
    keys = ModelKeys(text, starts, known_to_ascend=checked)
    if not keys.ascend or not (checked or keys.are_text()):
        _refuse(text_path, "does not hold ascending keys")
    return keys


def _old_keys(path: Path, content: mmap.mmap | bytes, count: int) -> ModelKeys:
    """The keys of rows or columns in schema 1."""
    try:
        column = pq.read_table(pa.BufferReader(content)).column("key")
        keys: list[str] = column.to_pylist()
    except pa.ArrowMemoryError:
        raise
    except (pa.ArrowException, KeyError, OSError):
        _refuse(path, "is not a list of keys")
    if column.type != pa.string() or column.null_count or len(keys) != count:
        _refuse(path, f"does not hold {count} keys")
    return ModelKeys.of(keys)


def _restore(
    folder: Path, manifest: Manifest, arrays: Mapping[str, NDArray[Any]], train: csr_matrix, *, checked: bool
) -> Recommender:
    """The recommender from its arrays."""
    kind = factory.recommender_class(manifest.params.model)
    named = {file.removeprefix("model_").removesuffix(".npy"): array for file, array in arrays.items()}
    if checked:
        named = CheckedArrays(named)
    try:
        return kind.restore(manifest.params, named, train)
    except UserError as error:
        raise UserError(f"The model in {folder} cannot be used: {error}", exit_code=1) from None
