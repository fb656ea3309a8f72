"""Messages on pipes: what one end prints is what the other reads; every end of the work becomes a last message."""

import json
import signal
from collections.abc import Callable
from typing import get_args

import msgspec
import pytest

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs import json_lines
from musicrec_tui.jobs.json_lines import AnyMessage, FileWritten, Message, Progress, Speaker, Stopped
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.ease import EaseParams


@pytest.mark.parametrize(
    "message",
    [
        Progress("reading", None),
        Stopped(),
        FileWritten(3, ("one artist has no recording",)),
        json_lines.Failure("no", 7),
        json_lines.Proposal((1, 2), (AlsParams(factors=8), EaseParams())),
        json_lines.TrialEnded(number=3, metrics={"ndcg@10": 0.2}),
    ],
)
def test_what_one_end_says_the_other_reads(message: AnyMessage) -> None:
    line = json_lines.encode(message)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json_lines.decode(line) == message
    assert json_lines.expect(line, type(message)) == message


def test_every_message_is_in_the_union() -> None:
    assert set(get_args(AnyMessage)) == set(Message.__subclasses__())


@pytest.mark.parametrize("line", [b"", b"{}\n", b'{"message":"unheard of"}\n', b'{"message":"progress"}\n', b"\xff\n"])
def test_any_other_line_is_refused(line: bytes) -> None:
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)):
        json_lines.decode(line)


def raising(error: Exception) -> Callable[[], AnyMessage]:
    def work() -> AnyMessage:
        raise error

    return work


@pytest.mark.parametrize(
    ("work", "code", "last"),
    [
        (lambda: FileWritten(3), 0, {"message": "filewritten", "rows": 3}),
        (raising(Cancelled()), 130, {"message": "stopped"}),
        (raising(UserError("No room.", exit_code=1)), 1, {"message": "failure", "sentence": "No room."}),
        (raising(UserError("No such file.")), 2, {"message": "failure", "sentence": "No such file."}),
    ],
)
def test_the_last_message_says_how_it_ended(
    work: Callable[[], AnyMessage], code: int, last: dict[str, object],
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes],
) -> None:  # fmt: skip
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert Speaker().conclude(work, "Writing failed") == code
    assert json.loads(capsysbinary.readouterr().out) == last


@pytest.mark.parametrize("logged", [True, False])
def test_a_defect_is_a_sentence_too(
    logged: bool, home: Home, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    arguments = (home, "writer") if logged else ()
    assert Speaker().conclude(raising(ZeroDivisionError()), "Writing failed", *arguments) == 1
    where = f"the details are in {home.logs / 'writer.log'}" if logged else "it said ZeroDivisionError"
    sentence = f"Writing failed, which is a defect of musicrec-tui; {where}."
    assert json.loads(capsysbinary.readouterr().out)["sentence"] == sentence
