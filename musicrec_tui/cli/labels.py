"""What `runs` and `tunings` share: name, note and star of a run or tuning, and the trash."""

from collections.abc import Callable, Sequence
from typing import Generic, Literal, NamedTuple, TypeVar

from musicrec_tui.cli import output
from musicrec_tui.errors import UserError
from musicrec_tui.runs import labels
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.runs.trash import Bin, Job
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.text import counted

Action = Literal["cancel", "rename", "note", "star", "unstar", "delete", "trash", "restore", "empty"]
J = TypeVar("J", bound=Job)


class Shelf(NamedTuple, Generic[J]):
    """The runs or tunings that a command changes.

    Attributes:
        command: `runs` or `tunings`.
        bin: their trash.
        find: the job that a text means; raises `UserError`.
        find_trashed: the same, of those in the trash.
        days: after how many days the trash deletes.
    """

    command: str
    bin: Bin[J]
    find: Callable[[str], J]
    find_trashed: Callable[[str], J]
    days: int

    def change(self, action: Action, name: str | None, text: str | None, *, yes: bool, as_json: bool) -> None:
        """Cancel, rename, note, star, delete or restore one; list or empty the trash.

        Args:
            action: see there.
            name: which job, as it was typed.
            text: the new name or note.
            yes: delete without asking.
            as_json: for programs.

        Raises:
            UserError: an argument is missing or too many, there is no such run or tuning, or it cannot be changed.
        """
        if action == "empty":
            self._empty(name, yes=yes, as_json=as_json)
            return
        if action == "trash" and name is None:
            self._list_trash(as_json=as_json)
            return
        if name is None:
            wanted = {"rename": " and its new name", "note": " and a note"}.get(action, "")
            raise UserError(f"`{self.command} {action}` needs {_one(self.command)}{wanted}.")
        if action == "cancel":
            self._cancel(self.find(name), as_json=as_json)
        elif action in ("delete", "trash"):
            self._discard(self.find(name), as_json=as_json)
        elif action == "restore":
            restored = self.bin.restore(self.find_trashed(name))
            _print(restored, f"Restored {restored.label} ({restored.folder.name}).", as_json=as_json)
        else:
            self._label(action, self.find(name), text, as_json=as_json)

    def _label(self, action: Action, job: J, text: str | None, *, as_json: bool) -> None:
        """Change the name, the note or the star."""
        if action in ("rename", "note") and text is None:
            raise UserError(f"`{self.command} {action}` needs a TEXT after {_one(self.command)}; '' removes it.")
        if action == "rename":
            labels.change(job.folder, name=text)
        elif action == "note":
            labels.change(job.folder, note=text)
        else:
            labels.change(job.folder, starred=action == "star")
        now = self.bin.read(job.folder)
        done = {
            "rename": f"Renamed {job.label} to {now.label}.",
            "note": f"Saved the note on {now.label}." if text else f"Removed the note on {now.label}.",
            "star": f"Starred {now.label}.",
            "unstar": f"Removed the star of {now.label}.",
        }
        _print(now, done[action], as_json=as_json)

    def _cancel(self, job: J, *, as_json: bool) -> None:
        """Stop its process, and wait until that is gone: it is killed if it does not end by itself."""
        from musicrec_tui.jobs import supervisor

        if not job.status.live:
            raise UserError(f"{job.label} {job.status.phrase}: there is nothing to cancel.")
        supervisor.ensure_stopped(job)
        _print(self.bin.read(job.folder), f"Cancelled {job.label}.", as_json=as_json)

    def _discard(self, job: J, *, as_json: bool) -> None:
        """Move it to the trash."""
        self.bin.expire(self.days)
        self.bin.discard(job)
        name = job.folder.name
        if as_json:
            output.print_json({"trashed": name, "days": self.days})
        else:
            output.print_line(
                f"Moved {job.label} ({name}) to the trash for {counted(self.days, 'day')}. "
                f"Restore it with `musicrec-tui {self.command} restore {name}`."
            )

    def _list_trash(self, *, as_json: bool) -> None:
        """List the trash, and the days until each is deleted."""
        found = self.bin.entries()
        if as_json:
            output.print_json({"trash": [one.to_json() for one in found], "days": self.days})
        elif not found:
            output.print_line("The trash is empty.")
        else:
            rows = [(one.job.folder.name, one.job.label, one.since, one.days_left(self.days)) for one in found]
            output.print_table((_one(self.command).lower()[2:], "name", "deleted (UTC)", "days left"), rows)
            output.note_cut(len(rows), len(rows), self.command)

    def _empty(self, name: str | None, *, yes: bool, as_json: bool) -> None:
        """Permanently delete all of the trash, or one of it."""
        found = [one.job for one in self.bin.entries()] if name is None else [self.find_trashed(name)]
        if found and not yes:
            what = f"{counted(len(found), self.command[:-1])} in the trash" if name is None else found[0].label
            output.confirm(f"Permanently delete {what}")
        for job in found:
            self.bin.remove(job)
        if as_json:
            output.print_json({"deleted": [job.folder.name for job in found]})
        else:
            output.print_line(
                f"Permanently deleted {counted(len(found), self.command[:-1])}." if found else "The trash is empty."
            )


def print_warnings(jobs: Sequence[RunInfo | TuningInfo]) -> None:
    """What is wrong with the files or the process of the jobs of a list, one line each."""
    for job in jobs:
        if damage := " ".join(filter(None, [job.label_damage, job.log_damage])):
            output.print_line(f"{job.label}: {damage}")
        if silent := silence(job):
            output.print_line(f"{job.label} ({job.id}): {silent}")


def silence(job: RunInfo | TuningInfo) -> str:
    """How long a live job has shown no sign of life, and what to do; empty where it does."""
    command = "runs" if isinstance(job, RunInfo) else "tunings"
    return f"{job.silence}. {job.silence_advice} `musicrec-tui {command} cancel {job.id}`" if job.silence else ""


def starred(label: str, *, star: bool) -> str:
    """A name with its star, as lists show it."""
    return f"★ {label}" if star else label


def _one(command: str) -> str:
    """What the help calls the argument."""
    return "a RUN" if command == "runs" else "a TUNING"


def _print(job: Job, sentence: str, *, as_json: bool) -> None:
    """The job as it is now, or what was done."""
    output.print_json(job.to_json()) if as_json else output.print_line(sentence)
