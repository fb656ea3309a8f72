"""The service as a process: JSON Lines over stdin and stdout, until stdin ends. See `protocol` and `client`.

`python -m musicrec_tui.jobs.host [OPINIONS]`: the path of the file that says what people love and block.

Nothing but answers may get into stdout: file descriptor 1 is taken aside at once, and what libraries print goes to
stderr, which is the host's log.
"""

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from musicrec_tui.jobs import environment
from musicrec_tui.jobs.host_protocol import Refused, Request, Response

if TYPE_CHECKING:
    from musicrec_tui.jobs.service import Service


class _Numbered(msgspec.Struct, frozen=True):
    """As much of a request as an answer needs, where the rest cannot be understood."""

    id: int = 0


def main() -> int:
    """Serve this process's stdin and stdout; returns the exit code."""
    environment.prepare()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the TUI's Ctrl-C is not ours; the end of stdin is
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return serve(sys.stdin.buffer, answers, Path(sys.argv[1]) if len(sys.argv) > 1 else None)


def serve(requests: BinaryIO, answers: BinaryIO, opinions: Path | None = None) -> int:
    """Answer line after line; 0 when there are no more, 1 when the answers are no longer read."""
    from musicrec_tui.jobs.service import Service  # after stdout is safe, and the environment set

    service = Service(opinions, alone=True)
    try:
        for line in requests:
            answers.write(msgspec.json.encode(_respond(service, line)) + b"\n")
            answers.flush()
    except BrokenPipeError:
        return 1
    finally:
        service.close()
    return 0


def _respond(service: "Service", line: bytes) -> Response:
    try:
        request = msgspec.json.decode(line, type=Request)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return Response(_number(line), Refused(f"This is no request: {error}.", defect=True))
    return Response(request.id, service.answer(request.ask))


def _number(line: bytes) -> int:
    """The id of a request that cannot be understood; 0 where not even that can."""
    try:
        return msgspec.json.decode(line, type=_Numbered).id
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return 0


if __name__ == "__main__":
    os._exit(main())  # there is nothing to tidy up that the system does not do faster, and the TUI waits to quit
