"""How a job fails: always with a sentence."""

import errno
import os
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import job_main, worker
from musicrec_tui.jobs.cancellation import Cancellation
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.rp3beta import Rp3BetaParams
from musicrec_tui.runs import eventlog, events, info, store
from musicrec_tui.runs.eventlog import Appender
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.store import RunInfo, Status
from tests.jobs.conftest import World, write_log


def attempt(world: World, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> tuple[RunInfo, int]:
    """Let a worker meet an error; in this process, so that the error can be chosen."""
    run, lock = store.create_run(world.home, TrainRequest(params=AlsParams()), world.indexed_log)

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(worker, "_train", fail)
    monkeypatch.setattr(Cancellation, "install", lambda _: None)
    code = job_main.work(run.folder, world.home, worker._task, worker._model_of)
    os.close(lock)
    return store.read_run(world.home, run.id), code


def refused(cause: OSError) -> UserError:
    """What `files.replacing` makes of an error of the system."""
    error = UserError(f"Cannot write /x: {cause.strerror}.")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "reason", "advice"),
    [
        (UserError("Do this instead."), "Do this instead.", ""),
        (MemoryError(), "not enough memory", "factors"),
        (OSError(28, "No space left on device"), "disk is full", "Free some disk space"),
        (refused(OSError(28, "No space left on device")), "Cannot write", "Free some disk space"),
        (refused(OSError(30, "Read-only file system")), "Cannot write", ""),
        (ImportError("no libcuda"), "no libcuda", "Reinstall"),
        (ZeroDivisionError("secret"), "defect of musicrec-tui", "log.txt"),
        (SystemExit(3), "defect of musicrec-tui", "log.txt"),
    ],
)
def test_every_error_becomes_a_last_word(
    world: World, monkeypatch: pytest.MonkeyPatch, error: BaseException, reason: str, advice: str
) -> None:
    run, code = attempt(world, monkeypatch, error)
    assert (run.status, code) == (Status.FAILED, 1)
    assert reason in run.reason
    assert advice in run.advice
    assert "Traceback" not in run.reason + run.advice


def test_an_index_that_is_gone_is_built_again(world: World, tmp_path: Path) -> None:
    world.index = tmp_path / "nowhere.duckdb"
    assert world.finished().status is Status.FINISHED
    assert list(world.home.indexes.glob("*.duckdb"))


def test_a_log_that_has_changed_is_not_trained_on(world: World, tmp_path: Path) -> None:
    world.log, world.index = write_log(tmp_path / "other.csv", users=50), tmp_path / "nowhere.duckdb"
    run = world.finished()
    assert run.status is Status.FAILED
    assert "have changed" in run.reason


def test_a_log_that_is_gone_is_a_sentence(world: World, tmp_path: Path) -> None:
    world.log, world.index = tmp_path / "gone.csv", tmp_path / "nowhere.duckdb"
    run = world.finished()
    assert run.status is Status.FAILED
    assert "gone.csv" in run.reason


@pytest.mark.parametrize(
    ("split", "said"),
    [
        (SplitSpec(validation=0.0), "--validation-size"),
        (SplitSpec(min_artists=1000), "no user has more than 12, so there is nothing to evaluate on"),
        (SplitSpec(validation=0.01), "too small"),
        (SplitSpec(kind="time"), "no times"),
    ],
)
def test_a_split_that_leaves_nothing_to_evaluate_is_a_sentence(world: World, split: SplitSpec, said: str) -> None:
    run = world.finished(split=split)
    assert run.status is Status.FAILED
    assert said in run.reason


def test_settings_that_cannot_be_read_are_a_sentence(world: World) -> None:
    world.home.root.mkdir(parents=True, exist_ok=True)
    world.home.settings.write_text("slots = 'many'")
    run = world.finished()
    assert run.status is Status.FAILED
    assert str(world.home.settings) in run.reason


def test_a_damaged_spec_fails_with_a_sentence(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run, lock = store.create_run(world.home, TrainRequest(params=AlsParams()), world.indexed_log)
    (run.folder / info.SPEC).write_text("{")
    monkeypatch.setattr(Cancellation, "install", lambda _: None)
    assert job_main.work(run.folder, world.home, worker._task, worker._model_of) == 1
    os.close(lock)
    [last] = list(store.events(run.folder))
    assert isinstance(last, events.Failed)
    assert "damaged" in last.reason


def test_per_user_metrics_average_to_the_totals(trained: World) -> None:
    run = store.find_run(trained.home, "als")
    table = pq.read_table(run.folder / "per_user.parquet")
    assert table.num_rows == (run.result.users if run.result else 0) > 0
    values = table.column("ndcg@10").to_pylist()
    assert sum(values) / len(values) == pytest.approx(run.metrics["ndcg@10"])
    assert all(key.startswith("u") for key in table.column("user_key").to_pylist())


def test_a_full_disk_still_gets_its_last_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    eventlog.hold_room(tmp_path)
    appender = Appender(tmp_path)
    at = datetime.now(UTC)
    reserve = tmp_path / ".reserve"
    real = os.write

    def write(descriptor: int, data: bytes) -> int:
        if reserve.exists():  # the disk is full as long as room is held back
            raise OSError(28, "No space left on device")
        return real(descriptor, data)

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(OSError, match="No space"):
        appender.append(events.Log(at=at, text="does not fit"))
    appender.append_last(events.Failed(at=at, reason="The disk is full."))
    [last], _ = eventlog.read(tmp_path)
    assert isinstance(last, events.Failed)


def test_a_disk_that_is_full_at_the_first_byte_gets_a_last_word_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, lock = store.create_run(world.home, TrainRequest(params=AlsParams()), world.indexed_log)
    monkeypatch.setattr(Cancellation, "install", lambda _: None)
    reserve, real = run.folder / ".reserve", os.write

    def write(descriptor: int, data: bytes) -> int:
        if reserve.exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, data)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write)
        assert job_main.work(run.folder, world.home, worker._task, worker._model_of) == 1
    os.close(lock)
    failed = store.read_run(world.home, run.id)
    assert failed.status is Status.FAILED
    assert "disk is full" in failed.reason


def test_no_job_is_made_where_there_is_no_room_for_its_last_word(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(eventlog, "hold_room", full)
    before = store.list_runs(world.home)
    with pytest.raises(UserError, match="No space left"):
        store.create_run(world.home, TrainRequest(params=AlsParams()), world.indexed_log)
    assert store.list_runs(world.home) == before


def test_a_log_without_timestamps_refuses_a_half_life(world: World) -> None:
    run = world.finished(Rp3BetaParams(half_life=5.0))
    assert run.status is Status.FAILED
    assert "this log has no timestamps" in run.reason
