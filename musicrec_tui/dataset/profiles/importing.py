"""An import: a log is read, joined with what the profile holds, and kept."""

import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from musicrec_tui import files
from musicrec_tui.dataset.index.running import Report, Runner
from musicrec_tui.dataset.profiles import history, merging, store
from musicrec_tui.dataset.profiles.names import checked
from musicrec_tui.dataset.profiles.reading import Read, read
from musicrec_tui.dataset.profiles.store import Profile
from musicrec_tui.dataset.profiles.stored import Imported, Stored, history_file
from musicrec_tui.dataset.sources.recognise import Source, recognise
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.text import printable

WAITING = "waiting for another program that changes profiles"

_KEPT_IMPORTS = 100

_TOTALS = f"""
SELECT count(*) FILTER (plays > 0), CAST(coalesce(sum(plays), 0) AS BIGINT), CAST(coalesce(sum(ratings), 0) AS BIGINT),
    min(first_at), max(last_at)
FROM (WITH told AS (FROM merged) {history.ARTISTS})
"""  # noqa: S608


def _silent(phase: str, fraction: float | None) -> None:
    """A report that nobody reads."""


def _never() -> bool:
    """Nobody cancels."""
    return False


def add(
    home: Home,
    name: str,
    paths: Sequence[Path],
    *,
    layout: str = "",
    user: str | None = None,
    memory_limit: str = "60%",
    report: Report = _silent,
    cancelled: Callable[[], bool] = _never,
) -> Profile:
    """Add a log to a profile, which is made where there is none; its last import tells what happened.

    Args:
        home: whose profiles.
        name: of the profile.
        paths: files, folders or globs of one log.
        layout: the only layout to try; empty: by content.
        user: whose rows, where the log has several users.
        memory_limit: what DuckDB may use ("60%" of RAM, or "4GB").
        report: hears of the phase and of how far the whole is, a few times a second.
        cancelled: asked as often whether to stop.

    Raises:
        UserError: the log cannot be read or has no usable rows, or the profile is damaged or cannot be written.
        Cancelled: `cancelled` said so; the profile is as it was.
    """
    name = checked(name)
    with store.changing(home, cancelled, lambda: report(WAITING, None)) as folder:
        before = store.read(home, name) if store.has(home, name) else None
        source = recognise(paths, layout)
        with (
            tempfile.TemporaryDirectory(prefix=".", suffix=".spill", dir=folder) as spill,
            duckdb.connect(config=_config(memory_limit, spill)) as connection,
        ):
            runner = Runner(connection, report, cancelled)
            try:
                return _add(runner, home, name, before, source, user)
            except duckdb.Error as error:
                raise _explained(error, source) from error
            finally:
                runner.close()


def _add(runner: Runner, home: Home, name: str, before: Profile | None, source: Source, user: str | None) -> Profile:
    """Read, join and keep; the lock is held."""
    at = datetime.now(UTC)
    was_read = read(runner, source, user, at.replace(tzinfo=None))
    if before:
        sql = "CREATE TEMP TABLE history AS FROM read_parquet($file)"
        runner.step("joining", 0.92, sql, {"file": str(store.history(before))})
    else:
        runner.step("joining", 0.92, merging.EMPTY)
    runner.step("joining", 0.96, merging.MERGED)
    [(new,)] = runner.step("joining", 0.97, merging.NEW)
    runner.check()
    return _keep(runner, store.place(home, name), name, before, _account(source, was_read, int(new), at))


def _account(source: Source, was_read: Read, new: int, at: datetime) -> Imported:
    """What the import did."""
    return Imported(
        at=at,
        files=tuple(printable(file.name, None) for file in source.files),
        layout=source.layout_name,
        user_id=was_read.user_id,
        rows=was_read.rows,
        kept=was_read.kept,
        new=new,
        known=was_read.kept - new,
        rejected=was_read.rejected,
        repaired=was_read.repaired,
        rating_scale=was_read.rating_scale,
        offenders=was_read.offenders,
    )


def _keep(runner: Runner, folder: Path, name: str, before: Profile | None, account: Imported) -> Profile:
    """Write the joined history beside the former one, then let it count."""
    store.private_folder(folder)
    generation = 1 + (before.stored.generation if before else 0)
    target = folder / history_file(generation)
    with files.replacing(target, mode=store.PRIVATE_FILE) as temporary:
        runner.connection.table("merged").write_parquet(str(temporary), compression="zstd")
    [(artists, listens, ratings, first_at, last_at)] = runner.step("joining", 0.99, _TOTALS)
    stored = Stored(
        name=name,
        generation=generation,
        sha256=files.sha256_of(target),
        artists=int(artists),
        listens=int(listens),
        ratings=int(ratings),
        first_at=first_at.replace(tzinfo=UTC) if first_at else None,
        last_at=last_at.replace(tzinfo=UTC) if last_at else None,
        imports=((*before.stored.imports, account) if before else (account,))[-_KEPT_IMPORTS:],
    )
    return store.keep(folder, stored)


def _config(memory_limit: str, spill: str) -> dict[str, str | bool | int | float | list[str]]:
    """How DuckDB reads: within its memory, spilling where nobody else looks, from nothing but its own wheel."""
    return {
        "memory_limit": memory_limit,
        "temp_directory": spill,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }


def _explained(error: duckdb.Error, source: Source) -> UserError:
    """The sentence for what DuckDB could not do."""
    text = str(error)
    if "No space left" in text or "failed to offload" in text.lower() or "max_temp_directory_size" in text:
        return UserError("The disk is full: the profile needs more room, and is as it was.", exit_code=1)
    if isinstance(error, duckdb.OutOfMemoryException):
        return UserError("Not enough memory to import this: raise memory_limit, or give fewer files.", exit_code=1)
    where = printable(", ".join(str(path) for path in source.paths), None)
    return UserError(f"Cannot read {where}: {printable(text.splitlines()[0] if text else 'unknown error', 300)}")
