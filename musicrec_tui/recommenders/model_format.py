"""What a saved model's folder holds. Nothing in it is executed.

manifest.json   {"sha256": of the content's bytes, "content": Manifest}
model_*.npy     what the model needs to score; an array in parts is model_<name>.00000.npy and so on, rows in order
train_*.npy     the matrix it was fitted on, CSR
users_keys.npy, users_starts.npy, artists_…   the keys of rows and columns, see `model_keys`

Schema 1 has the keys in users.parquet and artists.parquet, a column `key`. It is read, and no longer written.
"""

from typing import Literal

import msgspec

from musicrec_tui.recommenders import registry, saved_arrays

MANIFEST = "manifest.json"
SCHEMA = 2
TRAIN = {f"train_{part}.npy": part for part in saved_arrays.PARTS}
Side = Literal["users", "artists"]
SIDES: tuple[Side, Side] = ("users", "artists")


class StoredFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the folder; `dtype` and `shape` are those of an array, empty for keys of schema 1."""

    sha256: str
    dtype: str = ""
    shape: tuple[int, ...] = ()


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the folder holds. The matrix is users × artists."""

    params: "registry.AnyParams"
    users: int
    artists: int
    files: dict[str, StoredFile]
    schema: int = SCHEMA


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The manifest with a checksum of its bytes."""

    sha256: str
    content: msgspec.Raw


def key_files(side: Side) -> tuple[str, str]:
    """The files with the keys of rows or columns: their text, and where each begins."""
    return f"{side}_keys.npy", f"{side}_starts.npy"


def old_key_file(side: Side) -> str:
    """The file of schema 1 with these keys."""
    return f"{side}.parquet"


def part_name(name: str, number: int) -> str:
    """The file of a part of an array."""
    return f"model_{name}.{number:05d}.npy"
