"""The trash: deleted jobs, whole, in a folder of their own until they are restored or their time is over."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.runs import job_folders
from musicrec_tui.runs.job_folders import changing

MARKER = "trashed"


class Job(Protocol):
    """A run or a tuning."""

    @property
    def folder(self) -> Path:
        """Where it is."""

    @property
    def label(self) -> str:
        """What front ends call it."""

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints."""


J = TypeVar("J", bound=Job)


class Trashed(NamedTuple, Generic[J]):
    """A job in the trash, and since when (UTC; None where it is unknown: then it stays until the trash is emptied)."""

    job: J
    since: datetime | None

    def days_left(self, days: int) -> int | None:
        """Whole days until it is deleted for good, where that happens after `days`; None: not by itself."""
        return None if self.since is None else max(0, days - (datetime.now(UTC) - self.since).days)

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
                self.trash.mkdir(parents=True, exist_ok=True)
                if job.folder.is_dir():  # else writing the marker would make one
                    files.write_bytes(job.folder / MARKER, b"")
                job.folder.rename(self.trash / job.folder.name)
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
            self.jobs.mkdir(parents=True, exist_ok=True)
            with changing(self.jobs):
                if target.exists():
                    raise UserError(f"Cannot restore {job.label}: {target} is there already.", exit_code=1)
                job.folder.rename(target)
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
        """Delete for good what has been in the trash for `days` days; gives the names of those folders.

        Entries without a time (put there by hand) stay. One that cannot be deleted is tried again
        the next time.
        """
        before = datetime.now(UTC) - timedelta(days=days)
        over = [folder for folder in self._folders() if (at := since(folder)) is not None and at <= before]
        job_folders.sweep(self.trash)
        return [folder.name for folder in over if _removed(folder)]

    def _folders(self) -> list[Path]:
        try:
            return [path for path in self.trash.iterdir() if path.is_dir() and not path.name.startswith(".")]
        except OSError:
            return []


def since(folder: Path) -> datetime | None:
    """When a job was moved into the trash, UTC; None where it is unknown."""
    try:
        return datetime.fromtimestamp((folder / MARKER).stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return None


def _removed(folder: Path) -> bool:
    """Delete a folder for good; whether that went well."""
    try:
        job_folders.remove(folder, folder.name)
    except UserError:
        return False
    return True
