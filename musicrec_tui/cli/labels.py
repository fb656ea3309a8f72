"""What `runs` and `tunings` share: a name, a note and a star for a job, and the trash that deleted ones go to."""

from collections.abc import Callable
from typing import Generic, Literal, NamedTuple, TypeVar

from musicrec_tui.cli import output
from musicrec_tui.errors import UserError
from musicrec_tui.runs import labels
from musicrec_tui.runs.trash import Bin, Job

Action = Literal["rename", "note", "star", "unstar", "delete", "trash", "restore", "empty"]
J = TypeVar("J", bound=Job)


class Shelf(NamedTuple, Generic[J]):
    """Where the jobs of a command are.

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

    def keep(self, action: Action, name: str | None, text: str | None, *, yes: bool, as_json: bool) -> None:
        """Do what is asked for.

        Args:
            action: see there.
            name: which job, as it was typed.
            text: the new name or note.
            yes: delete without asking.
            as_json: for programs.

        Raises:
            UserError: a word is missing or too many, there is no such job, or it cannot be done.
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
        if action in ("delete", "trash"):
            self._discard(self.find(name), as_json=as_json)
        elif action == "restore":
            restored = self.bin.restore(self.find_trashed(name))
            _print(restored, f"Restored {restored.label} ({restored.folder.name}).", as_json=as_json)
        else:
            self._label(action, self.find(name), text, as_json=as_json)

    def _label(self, action: Action, job: J, text: str | None, *, as_json: bool) -> None:
        """Name, note, star."""
        if action in ("rename", "note") and text is None:
            raise UserError(f"`{self.command} {action}` needs a text after {_one(self.command)}; '' takes it away.")
        if action == "rename":
            labels.change(job.folder, name=text)
        elif action == "note":
            labels.change(job.folder, note=text)
        else:
            labels.change(job.folder, starred=action == "star")
        now = self.bin.read(job.folder)
        done = {
            "rename": f"{job.label} is called {now.label} now.",
            "note": f"Noted of {now.label}." if text else f"{now.label} has no note now.",
            "star": f"{now.label} has a star.",
            "unstar": f"{now.label} has no star.",
        }
        _print(now, done[action], as_json=as_json)

    def _discard(self, job: J, *, as_json: bool) -> None:
        """Into the trash."""
        self.bin.expire(self.days)
        self.bin.discard(job)
        name = job.folder.name
        if as_json:
            output.print_json({"trashed": name, "days": self.days})
        else:
            output.print_line(
                f"{job.label} ({name}) is in the trash for {self.days} days; "
                f"`musicrec-tui {self.command} restore {name}` brings it back."
            )

    def _list_trash(self, *, as_json: bool) -> None:
        """What is in the trash, and for how long."""
        self.bin.expire(self.days)
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
        """Delete what is in the trash for good, or one of it."""
        found = [one.job for one in self.bin.entries()] if name is None else [self.find_trashed(name)]
        if found and not yes:
            what = f"the {len(found):,} {self.command} in the trash" if name is None else found[0].label
            output.confirm(f"Delete {what} for good")
        for job in found:
            self.bin.remove(job)
        if as_json:
            output.print_json({"deleted": [job.folder.name for job in found]})
        else:
            output.print_line(f"Deleted {len(found):,} of the trash for good." if found else "The trash is empty.")


def starred(label: str, *, star: bool) -> str:
    """A name with its star, as lists show it."""
    return f"★ {label}" if star else label


def _one(command: str) -> str:
    """What the help calls the argument."""
    return "a RUN" if command == "runs" else "a TUNING"


def _print(job: Job, sentence: str, *, as_json: bool) -> None:
    """The job as it is now, or what was done."""
    output.print_json(job.to_json()) if as_json else output.print_line(sentence)
