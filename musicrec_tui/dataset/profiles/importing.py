"""An import: a log is read_rows, joined with what the profile holds, and kept."""

import glob
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.index import engine
from musicrec_tui.dataset.index.running import Report, Runner
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles import history, joining, merging, saving, store
from musicrec_tui.dataset.profiles.names import checked_name
from musicrec_tui.dataset.profiles.reading import Read, read_rows
from musicrec_tui.dataset.profiles.store import Profile
from musicrec_tui.dataset.profiles.stored import FetchMark, Imported
from musicrec_tui.dataset.sources import salvage
from musicrec_tui.dataset.sources.recognise import Source, recognise
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.text import printable

WAITING = "waiting for another program that changes profiles"

_JOINING = "joining"
_KEPT_IMPORTS = 100


class _Wish(NamedTuple):
    """What is to be added to which profile; `before`: as it was, where there is one; `mark`: see `Imported`."""

    home: Home
    name: str
    source: Source
    user: str | None
    before: Profile | None
    mark: FetchMark | None = None


def _silent(phase: str, fraction: float | None) -> None:
    """A report that nobody reads."""


def _never() -> bool:
    """Nobody cancels."""
    return False


def import_history(
    home: Home,
    name: str,
    log: Log,
    *,
    user: str | None = None,
    mark: FetchMark | None = None,
    memory_limit: str = "60%",
    report: Report = _silent,
    cancelled: Callable[[], bool] = _never,
) -> Profile:
    """Add a log to a profile, which is made where there is none; its last import says what happened.

    Args:
        home: whose profiles.
        name: of the profile.
        log: what is read.
        user: whose rows, where the log has several users.
        mark: how far the history of a service is imported with this.
        memory_limit: what DuckDB may use ("60%" of RAM, or "4GB").
        report: hears of the phase and of how far the whole is, a few times a second.
        cancelled: asked as often whether to stop.

    Raises:
        UserError: the log cannot be read or has no usable rows, or the profile is damaged or cannot be written.
        Cancelled: `cancelled` said so; the profile is as it was.
    """
    name = checked_name(name)
    with store.changing(home, cancelled, lambda: report(WAITING, None)) as folder:
        before = store.read_profile(home, name) if store.has_profile(home, name) else None

        def attempt(without: Mapping[Path, str]) -> Profile:
            wish = _Wish(home, name, recognise(log, without=without), user, before, mark)
            return _imported(folder, wish, memory_limit, report, cancelled)

        return salvage.read_around(log, attempt)


def _imported(folder: Path, wish: _Wish, memory_limit: str, report: Report, cancelled: Callable[[], bool]) -> Profile:
    """Read and keep what is wished for; the lock is held."""
    with (
        tempfile.TemporaryDirectory(prefix=".", suffix=".spill", dir=folder) as spill,
        duckdb.connect(config=engine.config(memory_limit, spill)) as connection,
    ):
        runner = Runner(connection, report, cancelled)
        try:
            return _add(runner, wish)
        except duckdb.Error as error:
            raise engine.explained(
                error, wish.source, store.profile_folder(wish.home, wish.name), "the profile"
            ) from error
        except OSError as error:
            raise store.unwritable(folder, error) from error
        finally:
            runner.close()


def _add(runner: Runner, wish: _Wish) -> Profile:
    """Read, join and keep; the lock is held."""
    at = datetime.now(UTC)
    was_read = read_rows(runner, wish.source, wish.user, at.replace(tzinfo=None))
    if wish.before:
        sql = f"CREATE TEMP TABLE history AS {history.CURRENT.format(source='read_parquet($file)')}"
        runner.step(_JOINING, 0.6, sql, {"file": glob.escape(str(history.file(wish.before)))})
    else:
        runner.step(_JOINING, 0.6, merging.EMPTY)
    joined = joining.join_plays(runner, was_read.steps)
    runner.step(_JOINING, 0.8, merging.MERGED)
    scales = _like(runner)
    [(new,)] = runner.step(_JOINING, 0.9, merging.NEW)
    runner.check()
    return _keep(runner, wish, scales, _account(wish, was_read, int(new), at, joined))


def _like(runner: Runner) -> tuple[str, ...]:
    """Fill in the likings of `merged`; gives the scales of its ratings, one for each layout that has some.

    All ratings that the profile has of a layout tell its scale: the few of one import may be all ones.
    """
    scales: list[str] = []
    for (layout,) in runner.step(_JOINING, 0.8, merging.RATED):
        which = {"layout": layout}
        rated = "merged WHERE rating IS NOT NULL AND layout = $layout"
        [(lowest, highest, whole)] = runner.step(_JOINING, 0.8, f"SELECT {ratings.BOUNDS} FROM {rated}", which)  # noqa: S608
        scale = ratings.recognise_scale(lowest, highest, whole)
        if scale is None:
            raise UserError(ratings.unknown_scale(lowest, highest))
        update = f"UPDATE merged SET liking = {ratings.liking_sql(scale)} WHERE rating IS NOT NULL AND layout = $layout"  # noqa: S608
        runner.step(_JOINING, 0.8, update, which)
        scales.append(scale)
    return tuple(dict.fromkeys(scales))


def _account(wish: _Wish, was_read: Read, new: int, at: datetime, joined: int) -> Imported:
    """What the import did."""
    account, source = was_read.account, wish.source
    return Imported(
        at=at,
        files=tuple(printable(file.name, None) for file in source.files),
        layout=source.layout_name,
        user_id=was_read.user_id,
        rows=account.rows,
        kept=account.kept,
        new=new,
        known=account.kept - new,
        rejected=account.rejected,
        repaired=account.repaired,
        offenders=was_read.offenders,
        understood=was_read.understood,
        joined=joined,
        mark=wish.mark,
        unreadable={printable(file.name, None): why for file, why in source.unreadable.items()},
    )


def _keep(runner: Runner, wish: _Wish, scales: tuple[str, ...], account: Imported) -> Profile:
    """Write the joined history, beside the former one where there is one, then let it count."""
    [totals] = runner.step(_JOINING, 0.95, saving.TOTALS)
    imports = ((*wish.before.stored.imports, account) if wish.before else (account,))[-_KEPT_IMPORTS:]
    change = saving.ProfileChange(wish.name, wish.before, totals, scales, imports)
    return saving.save_change(wish.home, runner.connection, change)
