"""One question to a trained model, answered in this process: what commands and the Python API ask.

A single answer is not worth a host; the screen, which asks again and again, has one (see `host_client`).
"""

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from musicrec_tui.errors import UserError
from musicrec_tui.jobs import environment, host_protocol

if TYPE_CHECKING:
    from musicrec_tui.jobs.service import Service


def answer_once(opinions: Path | None, ask: host_protocol.AnyAsk) -> host_protocol.AnyAnswer:
    """The answer to one question.

    Args:
        opinions: the file of what users love and block (`Home.opinions`).
        ask: the question.

    Raises:
        UserError: the model refuses, with its sentence.
    """
    environment.limit_blas()
    from musicrec_tui.jobs.service import Service  # numpy, SciPy and the rest: when asked only

    with contextlib.closing(Service(opinions)) as service:
        return answer_of(service, ask)


def answer_of(service: "Service", ask: host_protocol.AnyAsk) -> host_protocol.AnyAnswer:
    """The answer of a service that stays open for others.

    Raises:
        UserError: the model refuses, with its sentence.
    """
    with _tracebacks() as said:
        answer = service.answer(ask)
    if isinstance(answer, host_protocol.Refused):
        if answer.defect:
            defect = RuntimeError(answer.sentence)
            defect.add_note(said.getvalue())
            raise defect
        raise UserError(answer.sentence, exit_code=1)
    return answer


@contextlib.contextmanager
def _tracebacks() -> Iterator[io.StringIO]:
    """What the service prints of its defects: for the note of an error, not for the terminal."""
    with contextlib.redirect_stderr(io.StringIO()) as said:
        yield said
