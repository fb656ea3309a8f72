"""JSON that notices damage: files (a schema number and the SHA-256 around the content), and lines of logs (CRC-32)."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

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
        UserError: it cannot be written, or holds a text that is no UTF-8, such as a path with other bytes.
    """
    try:
        raw = msgspec.json.encode(content)
    except UnicodeEncodeError as error:
        shown = printable(error.object, 200)
        raise UserError(f"{shown} cannot be saved: it holds bytes that are no UTF-8 text. Rename it.") from error
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


_CHECK = b',"check":"%08x"}'
_CHECK_BYTES = len(_CHECK % 0)


def check_line(content: bytes) -> bytes:
    """A JSON object (not an empty one) with the checksum of its bytes as its last field, which readers may ignore."""
    body = content[:-1]
    return body + _CHECK % zlib.crc32(body)


def is_whole(line: bytes) -> bool | None:
    """Whether a line is as `check_line` made it; None for one that has no checksum."""
    body, check = line[:-_CHECK_BYTES], line[-_CHECK_BYTES:]
    if len(check) == _CHECK_BYTES and check.startswith(_CHECK[:10]) and check.endswith(b'"}'):
        return check == _CHECK % zlib.crc32(body)
    return None


def whole_lines(lines: Iterable[bytes], *, checked: bool = False) -> Iterator[tuple[bytes | None, bool]]:
    """The lines of an append-only log that can be trusted.

    Args:
        lines: without line breaks; empty ones are skipped.
        checked: whether a line before these had a checksum: from the first one on, every line must have one.

    Yields:
        Each line, None for a damaged one, and whether the next must have a checksum.
    """
    for line in filter(None, lines):
        whole = is_whole(line)
        checked = checked or whole is not None
        yield (line if whole or not checked else None), checked
