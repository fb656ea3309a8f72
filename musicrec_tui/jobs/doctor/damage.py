"""Damaged things in a home, each with what to do about it. Everything is read, nothing is changed."""

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from musicrec_tui import files, paths, sealed, settings
from musicrec_tui.dataset import bookmarks, opinions
from musicrec_tui.dataset.index.opened import Dataset, damage_mark
from musicrec_tui.dataset.index.schema import VERSION
from musicrec_tui.dataset.profiles import store as profiles
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home
from musicrec_tui.runs import eventlog, store, test_usage, trials, tuning_store
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.runs.status import Status
from musicrec_tui.runs.tuning_info import TuningInfo

STATE_SCHEMA = 1
"""Of the screen's state file, which only the screen can read whole."""
_SQL_HISTORY_BYTES = 2**26

Looking = Callable[[str], None]
"""Hears of each thing before it is looked at. May raise `Cancelled`."""


class Damaged(msgspec.Struct, frozen=True):
    """A thing that cannot be used as it is.

    Attributes:
        what: the kind of thing, with its name where it has one.
        path: where it is.
        problem: what is wrong, a sentence.
        remedy: how to repair or remove it, a sentence.
    """

    what: str
    path: str
    problem: str
    remedy: str


def find_damaged(home: Home, looking: Looking = lambda what: None) -> list[Damaged]:
    """Everything damaged in a home. Models are hashed whole, so a home of many large models takes a while.

    Args:
        home: where to look.
        looking: see there.
    """
    checks = (
        ("settings", _settings), ("the user's files", _own_files), ("profiles", _profiles), ("runs", _runs),
        ("tunings", _tunings), ("trash", _trash), ("test evaluations", _test_uses), ("indexes", _indexes),
    )  # fmt: skip
    found: list[Damaged] = []
    for what, check in checks:
        looking(what)
        try:
            found += check(home, looking)
        except Cancelled:
            raise
        except (UserError, OSError) as error:
            found.append(_damaged(what, home.root, str(error), "Make its files readable, or restore them."))
    return found


def _damaged(what: str, path: Path, problem: str, remedy: str) -> Damaged:
    """A finding; what may not be read is not damaged, so it is not to be deleted."""
    shown = paths.abbreviated(str(path))
    if os.strerror(errno.EACCES) in problem:
        remedy = f"Make it readable: `chmod -R u+rwX {shown}`."
    return Damaged(what, shown, problem, remedy)


def _settings(home: Home, looking: Looking) -> Iterator[Damaged]:
    """The settings file."""
    try:
        settings.load(home)
    except UserError as error:
        remedy = "Correct that line, or delete the file: all settings then have their defaults."
        yield _damaged("settings", home.settings, str(error), remedy)


def _own_files(home: Home, looking: Looking) -> Iterator[Damaged]:
    """Opinions, bookmarks, the screen's state and the SQL history; and who can read them."""
    again = "Delete the file to start with an empty one"
    for what, path, check, lost in (
        ("opinions", home.opinions, lambda: opinions.read_opinions(home.opinions), "loved and blocked artists"),
        ("bookmarks", home.bookmarks, lambda: bookmarks.list_bookmarks(home), "bookmarks"),
        (
            "screen state",
            home.state,
            lambda: sealed.read(home.state, dict, STATE_SCHEMA),
            "cursors and views of the last session",
        ),
        ("SQL history", home.sql_history, lambda: _check_queries(home.sql_history), "earlier queries"),
    ):
        if not os.path.lexists(path):
            continue
        try:
            check()
        except UserError as error:
            yield _damaged(what, path, str(error), f"{again}; lost: {lost}.")
        yield from _readable_by_others(what, path, 0o600)


def _check_queries(path: Path) -> None:
    """Refuse a file that is no list of queries."""
    try:
        msgspec.json.decode(files.read_bytes(path, _SQL_HISTORY_BYTES), type=list[str])
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.", exit_code=1) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UserError(f"{path} is damaged: it is not a list of queries.", exit_code=1) from error


def _readable_by_others(what: str, path: Path, mode: int) -> Iterator[Damaged]:
    """A private file or folder that other users of the machine may read."""
    with contextlib.suppress(OSError):
        found = stat.S_IMODE(path.stat().st_mode)
        if found & 0o077:
            problem = f"Other users of this machine may read it: its mode is {found:04o}."
            yield _damaged(what, path, problem, f"Run `chmod {mode:o} {paths.abbreviated(str(path))}`.")


def _profiles(home: Home, looking: Looking) -> Iterator[Damaged]:
    """Personal histories."""
    listed = profiles.list_profiles(home)
    for sentence in listed.damaged:
        problem, _, remedy = sentence.partition(". Delete it with ")
        yield _damaged("profile", home.profiles, f"{problem}.", f"Delete it with {remedy}")
    for profile in listed.profiles:
        looking(f"profile {profile.name}")
        path = profile.folder / profile.stored.history_file
        if (damage := _wrong_checksum(path, profile.stored.sha256)) is not None:
            remedy = f"Delete it with `musicrec-tui profiles forget {profile.folder.name}` and import its files again."
            yield _damaged(f"profile {profile.name}", path, damage, remedy)
        yield from _readable_by_others(f"profile {profile.name}", profile.folder, 0o700)


def _wrong_checksum(path: Path, sha256: str) -> str | None:
    """A sentence on a file whose content is not what was written; None where it is."""
    try:
        if files.sha256_of(path) == sha256:
            return None
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}."
    return f"{path} is damaged: its checksum does not match its content."


def _runs(home: Home, looking: Looking) -> Iterator[Damaged]:
    """Runs, their labels, logs, metrics and models."""
    for run in store.list_runs(home):
        looking(f"run {run.label}")
        remove = f"`musicrec-tui runs delete {run.id}` moves it to the trash"
        if run.status is Status.DAMAGED:
            yield _damaged(f"run {run.id}", run.folder, run.reason, f"Restore the file from a backup; {remove}.")
            continue
        yield from _log_and_label(f"run {run.id}", run)
        if run.status is Status.FINISHED:
            yield from _results(run, f"Train it again; {remove}.")


def _results(run: RunInfo, remedy: str) -> Iterator[Damaged]:
    """The files of a finished run that its metrics have checksums of."""
    from musicrec_tui.jobs.per_user_metrics import FILE
    from musicrec_tui.recommenders import store as models

    if run.result is None:
        return
    folder = run.folder / "model"
    try:
        models.verify(folder)
    except UserError as error:
        yield _damaged(f"model of run {run.id}", folder, str(error), remedy)
    else:
        if _wrong_checksum(folder / "manifest.json", run.result.model_sha256) is not None:
            yield _damaged(f"model of run {run.id}", folder, "It is not the model that this run made.", remedy)
    path = run.folder / FILE
    if run.result.per_user_sha256 and (problem := _wrong_checksum(path, run.result.per_user_sha256)) is not None:
        yield _damaged(f"metrics per user of run {run.id}", path, problem, remedy)


def _log_and_label(what: str, job: RunInfo | TuningInfo) -> Iterator[Damaged]:
    """The label of a job, its process that hangs, and the lines of its log that cannot be read."""
    if job.label_damage:
        kind = what.partition(" ")[0]
        remedy = f"`musicrec-tui {kind}s rename {job.id} NAME` writes a new one."
        yield _damaged(f"label of {what}", job.folder / "label.json", job.label_damage, remedy)
    if job.silence:
        yield _damaged(what, job.folder, f"{job.status.capitalize()}, but {job.silence}.", job.silence_advice)
    if job.log_damage:
        remedy = "Nothing need be done: the results have checksums of their own."
        yield _damaged(f"log of {what}", job.folder / eventlog.FILE, job.log_damage, remedy)


def _tunings(home: Home, looking: Looking) -> Iterator[Damaged]:
    """Tunings, their labels, logs and trials."""
    for tuning in tuning_store.list_tunings(home):
        looking(f"tuning {tuning.label}")
        remove = f"`musicrec-tui tunings delete {tuning.id}` moves it to the trash"
        if tuning.status is Status.DAMAGED:
            yield _damaged(
                f"tuning {tuning.id}", tuning.folder, tuning.reason, f"Restore the file from a backup; {remove}."
            )
            continue
        yield from _log_and_label(f"tuning {tuning.id}", tuning)
        for sentence in trials.read_new_trials(tuning.folder, {}):
            remedy = f"`musicrec-tui tunings resume {tuning.id}` makes that trial again; {remove}."
            if tuning.status is Status.FINISHED and not tuning.lacks_trials:
                remedy = f"Nothing need be done: it does not count; {remove}."
            yield _damaged(f"trial of tuning {tuning.id}", tuning.folder / "trials", sentence, remedy)


def _trash(home: Home, looking: Looking) -> Iterator[Damaged]:
    """Jobs in the trash that are damaged."""
    for command, entries in (
        ("runs", store.trash_of(home).entries()),
        ("tunings", tuning_store.trash_of(home).entries()),
    ):
        for one in entries:
            job: RunInfo | TuningInfo = one.job
            if job.status is Status.DAMAGED:
                remedy = f"`musicrec-tui {command} empty {job.id}` deletes it permanently."
                yield _damaged(f"{command[:-1]} {job.id} in the trash", job.folder, job.reason, remedy)


def _test_uses(home: Home, looking: Looking) -> Iterator[Damaged]:
    """The count of evaluations on test."""
    path = test_usage.log_of(home)
    if os.path.lexists(path) and not path.is_file():
        yield _damaged("test evaluations", path, "It is not a regular file.", "Remove it.")
    if count := test_usage.UsageReader().usage(home).damaged:
        problem = f"{count} of its lines are damaged: the count of evaluations on test may be too low."
        yield _damaged("test evaluations", path, problem, "Restore it from a backup, or continue with the lower count.")


def _indexes(home: Home, looking: Looking) -> Iterator[Damaged]:
    """Indexes of this version; those of others are not opened, and deleted when they are old."""
    remedy = "Delete it: the index is built anew when its log is opened next."
    for path in sorted(home.indexes.glob("[!.]*.duckdb")):
        looking(f"index {path.name}")
        if damage_mark(path).exists():
            yield _damaged("index", path, "It was found to be damaged when it was last used.", remedy)
        elif (problem := _index_problem(path)) is not None:
            yield _damaged("index", path, problem, remedy)


def _index_problem(path: Path) -> str | None:
    """Why an index cannot be used; None where it can, or is another version's."""
    try:
        os.close(files.open_regular(path))
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}."
    dataset = Dataset(path)
    try:
        if dict(dataset.query("SELECT name, value FROM meta")).get("schema") == str(VERSION):
            _ = dataset.info
    except Exception as error:  # noqa: BLE001  (whatever a damaged index makes DuckDB raise, the others are still checked)
        return str(error)
    finally:
        dataset.close()
    return None
