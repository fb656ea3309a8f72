"""How a command ends: exit codes, one sentence on stderr, never a traceback. Light: no Typer, no Rich."""

import contextlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from musicrec_tui import defects, paths
from musicrec_tui.entry_points import culprit
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.shortage import shortage
from musicrec_tui.text import printable

FINE, FAILED, USAGE, CANCELLED = 0, 1, 2, 130


def say(sentence: str) -> None:
    """Write one line to stderr; a closed stderr is ignored."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"musicrec-tui: {printable(sentence, limit=None)}\n")
        sys.stderr.flush()


def guarded(work: Callable[[], int], argv: Sequence[str]) -> int:
    """Run `work` and turn its end into an exit code, with one sentence on stderr if it failed.

    Args:
        work: does what the command line asked for.
        argv: that command line; a defect is logged in the home that it names.
    """
    _open_closed_streams()
    _forgive_the_encoding()
    try:
        code = work()
        sys.stdout.flush()
    except BrokenPipeError:
        _abandon_stdout()
        return FINE  # `| head` has seen enough, which is no failure of ours
    except UserError as error:
        say(str(error))
        return error.exit_code
    except (Cancelled, KeyboardInterrupt):
        say("Cancelled.")
        return CANCELLED
    except OSError as error:
        say(_system_sentence(error))
        return FAILED
    except Exception as error:  # noqa: BLE001  (the border: a defect must not reach the user as a traceback)
        say(shortage(error) or _defect_sentence(error, argv))
        return FAILED
    return code


def _open_closed_streams() -> None:
    """Point closed stdin, stdout and stderr (`>&-`) at nothing: else the next file that is opened has their number."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number: this one
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, closefd=False))  # noqa: SIM115  (a stream for the whole run)


def _forgive_the_encoding() -> None:
    """Print characters that the terminal's encoding lacks as "?" instead of raising."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _abandon_stdout() -> None:
    """Point stdout at nothing, or the interpreter complains about the broken pipe once more when it ends."""
    with contextlib.suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


def _system_sentence(error: OSError) -> str:
    """The error of the operating system as a sentence."""
    reason = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {reason}." if error.filename is not None else f"System error: {reason}."


def _defect_sentence(error: Exception, argv: Sequence[str]) -> str:
    """The error for an unexpected exception, with the file that has the traceback."""
    summary = " ".join(f"{type(error).__name__}: {error}".split())
    summary = summary if len(summary) <= 300 else summary[:299] + "…"
    log = defects.keep(paths.find_home(home_in(argv)), "cli", error, repr(list(argv)))
    where = f"the details are in {log}" if log else "the details could not be written to the log folder"
    return f"Internal error (a defect of {culprit(error)}): {summary}; {where}."


def home_in(argv: Sequence[str]) -> Path | None:
    """The home that a command line names, found without a parser: this is for what goes wrong before or after one."""
    for word, following in zip(argv, [*argv[1:], ""], strict=True):
        if word == "--home" and following:
            return Path(following)
        if word.startswith("--home="):
            return Path(word.removeprefix("--home="))
    return None
