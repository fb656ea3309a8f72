"""The trash: deleted jobs, whole, in a folder of their own until they are restored or their time is over."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from musicrec_tui import days_of_use, files
from musicrec_tui.errors import UserError
from musicrec_tui.runs import job_folders
from musicrec_tui.runs.job_folders import changing
from musicrec_tui.runs.status import Status

MARKER = "trashed"
_CLOCK_STEP = timedelta(days=1)
"""A mark that is later than this from now is from the future."""


class Job(Protocol):
    """A run or a tuning."""

    @property
    def folder(self) -> Path:
        """Where it is."""

    @property
    def label(self) -> str:
        """What front ends call it."""

    @property
    def status(self) -> Status:
        """Queued, running, finished and so on."""

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints."""


J = TypeVar("J", bound=Job)


class Trashed(NamedTuple, Generic[J]):
    """A job in the trash, and since when (UTC; None where it is unknown: then it stays until the trash is emptied)."""

    job: J
    since: datetime | None

    def days_left(self, days: int) -> int | None:
        """Whole days until it is deleted for good, where that happens after `days`; None: not by itself."""
        return None if self.since is None else max(0, days - max(0, (datetime.now(UTC) - self.since).days))

    def to_json(self) -> dict[str, Any]:
        """As the job's, with `trashed_at`."""
        return self.job.to_json() | {"trashed_at": self.since.isoformat() if self.since else None}


class Bin(NamedTuple, Generic[J]):
    """The trash of one kind of jobs.

    Attributes:
        jobs: the folder where they live.
        trash: the folder where the deleted ones are, on the same file system.
        read: gives the job of a folder.
    """

    jobs: Path
    trash: Path
    read: Callable[[Path], J]

    def discard(self, job: J) -> None:
        """Move a job into the trash.

        One rename does it. The marker, whose time says since when, is written before; outside of the trash it means
        nothing, so it does not matter if we are killed in between.

        Raises:
            UserError: a worker is on it, or it cannot be moved.
        """
        try:
            with job_folders.idle(job.folder, job.label), changing(self.jobs):
                files.make_folder(self.trash)
                if job.folder.is_dir():  # else writing the marker would make one
                    files.write_bytes(job.folder / MARKER, b"")
                job.folder.rename(self.trash / job.folder.name)
                _sync(self.trash, self.jobs)
        except OSError as error:
            raise UserError(f"Cannot move {job.folder} to the trash: {error.strerror}.", exit_code=1) from error

    def entries(self) -> list[Trashed[J]]:
        """What is in the trash, the last one first. All of them are read: not for polling."""
        never = datetime.min.replace(tzinfo=UTC)
        folders = sorted(self._folders(), key=lambda folder: (since(folder) or never, folder.name), reverse=True)
        return [Trashed(self.read(folder), since(folder)) for folder in folders]

    def restore(self, job: J) -> J:
        """Take a job out of the trash: it is the same as before, its number and its label included.

        Raises:
            UserError: it is gone, another one is in its place, or it cannot be moved.
        """
        target = self.jobs / job.folder.name
        try:
            files.make_folder(self.jobs)
            with changing(self.jobs):
                if target.exists():
                    raise UserError(f"Cannot restore {job.label}: {target} is there already.", exit_code=1)
                job.folder.rename(target)
                _sync(self.jobs, self.trash)
                (target / MARKER).unlink(missing_ok=True)
        except OSError as error:
            raise UserError(f"Cannot restore {job.label}: {error.strerror}.", exit_code=1) from error
        return self.read(target)

    def remove(self, job: J) -> None:
        """Delete a job in the trash for good.

        Raises:
            UserError: it cannot be deleted.
        """
        job_folders.remove(job.folder, job.label)

    def expire(self, days: int) -> list[str]:
        """Permanently delete what has been in the trash for `days` days.

        Called when the screen starts and when a command moves a job to the trash, never by listing. The clock alone is
        no evidence: the program must also have been used on `days` different days since it first saw the entry. Where
        the evidence cannot be written, and for an entry whose mark says nothing (see `since`), nothing is deleted.

        Returns:
            The names of the folders that were deleted. One that cannot be deleted is tried again the next time.
        """
        job_folders.sweep(self.trash)
        entries = {folder: key for folder in self._folders() if (key := _entry_key(folder))}
        if not entries:
            return []
        try:
            with changing(self.trash):
                use = days_of_use.count_today(self.trash, entries.values())
        except OSError:
            return []
        if use is None:
            return []
        before = datetime.now(UTC) - timedelta(days=days)
        over = [folder for folder, key in entries.items() if use.since(key) >= days]
        return [folder.name for folder in over if (at := since(folder)) and at <= before and _removed(folder)]

    def _folders(self) -> list[Path]:
        try:
            return [path for path in self.trash.iterdir() if path.is_dir() and not path.name.startswith(".")]
        except OSError:
            return []


def _sync(there: Path, here: Path) -> None:
    """Make a rename from one folder to another survive a power cut: it is in both for a moment rather than in none."""
    files.sync_folder(there)
    files.sync_folder(here)


def since(folder: Path) -> datetime | None:
    """When a job was moved to the trash, UTC; None if unknown.

    A mark from the future, or from before the job was made, comes from a wrong clock and says nothing.
    """
    try:
        at = datetime.fromtimestamp((folder / MARKER).stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return None
    made = _made_at(folder)
    return None if at > datetime.now(UTC) + _CLOCK_STEP or (made is not None and at < made) else at


def _made_at(folder: Path) -> datetime | None:
    """When a job was made, as its id says."""
    try:
        return datetime.strptime(folder.name[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _entry_key(folder: Path) -> str:
    """An entry of the trash: another one when the job is restored and deleted again; empty without a mark."""
    try:
        return f"{folder.name} {(folder / MARKER).stat().st_mtime_ns}"
    except OSError:
        return ""


def _removed(folder: Path) -> bool:
    """Delete a folder for good; whether that went well."""
    try:
        job_folders.remove(folder, folder.name)
    except UserError:
        return False
    return True
