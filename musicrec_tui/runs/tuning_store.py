"""The tunings of a home: make one, resume one, list them, find one, delete one."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from musicrec_tui import files, sealed
from musicrec_tui.dataset.log import IndexedLog
from musicrec_tui.errors import UserError
from musicrec_tui.evaluation.metrics import OBJECTIVES
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import param_fields
from musicrec_tui.runs import deaths, eventlog, grids, job_folders, labels, picking, status, trials, tuning_info
from musicrec_tui.runs import store as runs
from musicrec_tui.runs.info import Stamp, stamp_of_file
from musicrec_tui.runs.spec import fields_of
from musicrec_tui.runs.status import Status
from musicrec_tui.runs.trash import Bin
from musicrec_tui.runs.tuning_info import SPEC, Known, TuningInfo
from musicrec_tui.runs.tuning_spec import SCHEMA, Grid, TuneRequest, TuneSpec

_READ = (SPEC, eventlog.FILE, status.CANCEL, trials.FOLDER, labels.FILE, deaths.FILE)
_known: dict[Path, tuple[Stamp, TuningInfo, Known]] = {}


def parse_objective(text: str, k: int) -> str:
    """The metric that a person means, such as `ndcg@10`, `auc@10` or `auc`.

    Raises:
        UserError: there is no such metric, or it has another K.
    """
    known = [metric.at(k) for metric in OBJECTIVES]
    if (wanted := text.strip().lower()) in known:
        return wanted
    raise UserError(f"Unknown objective {text!r} (K is {k}); objectives are {', '.join(known)}.")


def create_tuning(home: Home, request: TuneRequest, log: IndexedLog) -> tuple[TuningInfo, int]:
    """Make a tuning's folder, locked from its first moment.

    Returns:
        The tuning, and the descriptor that holds its lock.

    Raises:
        UserError: the home cannot be written to, or an argument does not fit.
    """
    if request.split.validation == 0:
        raise UserError("A tuning needs a validation part, and this split has none: set a validation share.")
    if isinstance(request.plan, Grid):
        grids.expand(request.plan, request.base)  # refuses what cannot be
    else:
        param_fields.axes(request.model, request.plan.over)
    request = msgspec.structs.replace(request, objective=parse_objective(request.objective, request.k))
    now = datetime.now(UTC)
    tuning = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    try:
        files.make_folder(home.runs)
        files.make_folder(home.tunings)
        number = job_folders.next_number(home, lambda: runs.highest_number(home))
        spec = TuneSpec(tuning=tuning, number=number, created_at=now, **fields_of(request, log))
        msgspec.convert(msgspec.to_builtins(spec), TuneSpec)  # checks the bounds
        lock = job_folders.publish(home.tunings, tuning, lambda folder: sealed.write(folder / SPEC, spec, SCHEMA))
    except OSError as error:
        raise UserError(f"Cannot make a tuning in {home.tunings}: {error.strerror}.", exit_code=1) from error
    except msgspec.ValidationError as error:
        raise UserError(f"This tuning is not possible: {error}.") from error
    return read_tuning(home, tuning), lock


def lock_for_resume(tuning: TuningInfo) -> int:
    """Lock a tuning that no process works on, to continue it; gives the descriptor that holds the lock.

    Raises:
        UserError: it is damaged, finished, or another process works on it.
    """
    if tuning.status is Status.DAMAGED:
        raise UserError(f"{tuning.label} cannot be resumed: {tuning.reason}", exit_code=1)
    if tuning.status is Status.FINISHED and not tuning.lacks_trials:
        raise UserError(f"{tuning.label} is finished: there is nothing to resume.")
    try:
        lock = files.try_lock(tuning.folder / status.LOCK)
        if lock is None:
            raise UserError(f"{tuning.label} is still running; there is nothing to resume.")
        (tuning.folder / status.CANCEL).unlink(missing_ok=True)
        (tuning.folder / deaths.FILE).unlink(missing_ok=True)
    except OSError as error:
        raise UserError(f"Cannot resume {tuning.label}: {error.strerror}.", exit_code=1) from error
    return lock


def list_tunings(home: Home, content: str | None = None) -> list[TuningInfo]:
    """The tunings, newest first; of one log only where its content hash is given (damaged ones are listed always).

    Cheap enough to be polled: what has not changed since the last call is not read again.

    Raises:
        UserError: the folder of tunings cannot be read.
    """
    try:
        folders = [folder for folder in home.tunings.iterdir() if folder.is_dir() and not folder.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise UserError(f"Cannot read the tunings in {home.tunings}: {error.strerror}.", exit_code=1) from error
    present = set(folders)
    # A copy: another thread may read tunings meanwhile.
    for gone in [folder for folder in list(_known) if folder.parent == home.tunings and folder not in present]:
        _known.pop(gone, None)
    found = [_read(folder) for folder in folders]
    if content is not None:
        found = [one for one in found if one.spec is None or one.spec.content == content]
    return sorted(found, key=lambda one: (one.id[:15], one.number), reverse=True)


def read_tuning(home: Home, tuning: str) -> TuningInfo:
    """One tuning by its id.

    Raises:
        UserError: there is no such tuning.
    """
    folder = home.tunings / tuning
    if not tuning or Path(tuning).name != tuning or tuning.startswith(".") or not folder.is_dir():
        raise UserError(f"There is no tuning {tuning!r} in {home.tunings}; `musicrec-tui tunings` lists all.")
    return _read(folder)


def find_tuning(home: Home, text: str) -> TuningInfo:
    """The tuning that a person means by an id, its unique beginning, its number, a name, or `latest`.

    Raises:
        UserError: none, or several.
    """
    known = list_tunings(home)
    wanted = text.strip()
    if wanted.casefold() == "latest" and known:  # by number: a clock may have been wrong
        return max(known, key=lambda one: one.number)
    return pick_tuning(known, wanted, "musicrec-tui tunings")


def pick_tuning(known: Sequence[TuningInfo], wanted: str, listed_by: str) -> TuningInfo:
    """The one tuning of this id, number or name, or whose id begins so; `listed_by` is the command that lists them.

    Raises:
        UserError: none, or several.
    """
    return picking.pick_named(known, wanted, listed_by, "tuning")


def trash_of(home: Home) -> Bin[TuningInfo]:
    """The trash of tunings: to put one there, list what is there, restore one, or delete it for good."""
    return Bin(home.tunings, home.trash / "tunings", tuning_info.read_info)


def delete_tuning(home: Home, tuning: TuningInfo) -> None:
    """Permanently delete a tuning that no process works on, with its trials.

    Front ends move tunings to the trash instead, see `trash_of`.

    Raises:
        UserError: another process works on it, or it cannot be deleted.
    """
    job_folders.remove(tuning.folder, tuning.label)
    _known.pop(tuning.folder, None)


def _read(folder: Path) -> TuningInfo:
    """Read a tuning where it has changed."""
    stamp = tuple(stamp_of_file(folder / name) for name in _READ)
    before = _known.get(folder)
    if before and before[0] == stamp and _at_rest(before[1]):
        return before[1]
    known = before[2] if before else Known()
    found = tuning_info.read_info(folder, known)
    _known[folder] = stamp, found, known
    return found


def _at_rest(tuning: TuningInfo) -> bool:
    """Whether nothing changes about it without a change of its files: resuming a finished one writes its log."""
    if tuning.status is Status.FINISHED:
        return True
    return tuning.status in (Status.CANCELLED, Status.FAILED, Status.DIED) and not status.is_alive(tuning.folder)
