"""The files of a finished run that its metrics have checksums of, hashed without loading what reads them."""

from pathlib import Path

import msgspec

from musicrec_tui import files
from musicrec_tui.runs.info import RunInfo

PER_USER = "per_user.parquet"
MODEL, MANIFEST = "model", "manifest.json"
_LARGEST_MANIFEST = 2**20


class _File(msgspec.Struct):
    sha256: str


class _Content(msgspec.Struct):
    files: dict[str, _File]


class _Manifest(msgspec.Struct):
    content: _Content


def damage_of(run: RunInfo) -> list[str]:
    """A sentence on each file of a run that is missing or damaged; nothing for a run without results."""
    if run.result is None:
        return []
    manifest = run.folder / MODEL / MANIFEST
    sums = {manifest: run.result.model_sha256}
    if run.result.per_user_sha256:
        sums[run.folder / PER_USER] = run.result.per_user_sha256
    try:
        told = msgspec.json.decode(files.read_bytes(manifest, _LARGEST_MANIFEST), type=_Manifest)
        sums |= {manifest.parent / Path(name).name: file.sha256 for name, file in told.content.files.items()}
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass  # the manifest's own checksum is wrong then
    return [sentence for path, sha256 in sums.items() if (sentence := _problem(path, sha256))]


def _problem(path: Path, sha256: str) -> str:
    """What is wrong with a file; empty where nothing is."""
    try:
        damaged = files.sha256_of(path) != sha256
    except FileNotFoundError:
        return f"{path} is missing."
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}."
    return f"{path} is damaged: its checksum does not match its content." if damaged else ""
