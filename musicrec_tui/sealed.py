"""JSON files that notice damage: a schema number and the SHA-256 of the content around the content itself."""

import hashlib
from pathlib import Path
from typing import TypeVar

import msgspec

from musicrec_tui import files
from musicrec_tui.errors import UserError

T = TypeVar("T")
_LARGEST = 64 * 2**20


class _Envelope(msgspec.Struct, frozen=True):
    """What is in the file. The checksum is over the bytes of `content` as they stand there."""

    schema: int
    sha256: str
    content: msgspec.Raw


def write(path: Path, content: msgspec.Struct, schema: int, *, mode: int | None = None) -> None:
    """Write `content` with its schema number and checksum, whole or not at all; `mode` as in `files.replacing`.

    Raises:
        UserError: it cannot be written.
    """
    raw = msgspec.json.encode(content)
    envelope = _Envelope(schema, hashlib.sha256(raw).hexdigest(), msgspec.Raw(raw))
    files.write_bytes(path, msgspec.json.encode(envelope) + b"\n", mode=mode)


def read(path: Path, kind: type[T], schema: int) -> T:
    """Read what `write` wrote.

    Raises:
        UserError: it is missing, damaged, of a later version or not ours; the sentence says which.
    """
    try:
        envelope = msgspec.json.decode(files.read_bytes(path, _LARGEST), type=_Envelope)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.", exit_code=1) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UserError(f"{path} is damaged: it is not valid JSON.", exit_code=1) from error
    if envelope.schema != schema:
        raise UserError(
            f"{path} has schema {envelope.schema}, this version reads schema {schema}: "
            "open it with the version that wrote it.",
            exit_code=1,
        )
    raw = bytes(envelope.content)
    if hashlib.sha256(raw).hexdigest() != envelope.sha256:
        raise UserError(f"{path} is damaged: its checksum does not match its content.", exit_code=1)
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UserError(f"{path} is not what this version expects: {error}.", exit_code=1) from error
