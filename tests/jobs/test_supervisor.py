"""Jobs in real processes: they finish, queue, stop, survive who started them, and are seen to die."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from musicrec_tui import files, settings
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import stopping, supervisor
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs import eventlog, events, status, store
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.store import RunInfo, Status
from tests.jobs.conftest import ENDLESS, World
from tests.waiting import until


def busy(world: World, run: RunInfo) -> bool:
    """Whether the job is in its sweeps."""
    return world.read(run).epoch is not None


def gone(run: RunInfo) -> bool:
    return not files.is_locked(run.folder / "lock")


def test_a_job_runs_from_queued_to_finished_and_leaves_all_its_files(world: World) -> None:
    run = world.submit(AlsParams(factors=4, iterations=3), name="small one")
    assert run.status.live  # never dead before it lives
    told = list(supervisor.follow(run))
    assert isinstance(told[0], events.Queued)
    assert isinstance(told[-1], events.Finished)
    kinds = [type(event) for event in told]
    assert kinds.index(events.Started) < kinds.index(events.Data) < kinds.index(events.Epoch)
    assert [event.epoch for event in told if isinstance(event, events.Epoch)] == [1, 2, 3]
    done = world.read(run)
    assert (done.status, done.label, done.evaluated_on) == (Status.FINISHED, "small one", "validation")
    assert done.metrics == told[-1].metrics
    assert set(done.seconds) == {"load", "fit", "evaluate"}
    assert (done.peak_memory_mb or 0) > 10
    names = {path.name for path in run.folder.iterdir()}
    assert {"spec.json", "lock", "events.jsonl", "metrics.json", "per_user.parquet", "model", "log.txt"} == names


def test_a_final_job_is_of_test_and_is_counted_even_when_deleted(world: World) -> None:
    run = world.finished(final=True)
    assert (run.evaluated_on, run.test_looks) == ("test", 1)
    store.delete_run(world.home, run)
    assert world.finished(final=True).test_looks == 2


def test_cancelling_a_running_job_ends_it_with_a_word(world: World) -> None:
    run = world.submit(ENDLESS)
    until(lambda: busy(world, run), "sweeps")
    supervisor.ensure_stopped(run)
    assert world.read(run).status is Status.CANCELLED
    assert isinstance(list(supervisor.follow(run))[-1], events.Cancelled)
    assert not (run.folder / "model").exists()


async def test_stopping_does_not_block_an_event_loop(world: World) -> None:
    run = world.submit(ENDLESS)
    await supervisor.stop(run)
    assert gone(run)
    assert world.read(run).status is Status.CANCELLED


def test_the_marker_alone_is_enough_to_cancel(world: World) -> None:
    run = world.submit(ENDLESS)
    until(lambda: busy(world, run), "sweeps")
    (run.folder / "cancel").touch()
    until(lambda: gone(run), "the end")
    assert world.read(run).status is Status.CANCELLED


def test_two_run_at_once_the_third_waits_and_can_be_cancelled(world: World) -> None:
    runs = [world.submit(ENDLESS) for _ in range(2)]
    until(lambda: all(busy(world, run) for run in runs), "two jobs in their sweeps")
    third, fourth = world.submit(ENDLESS), world.submit(ENDLESS)
    until(lambda: world.read(fourth).pid is not None and world.read(third).pid is not None, "two in the queue")
    assert [world.read(run).status for run in (third, fourth)] == [Status.QUEUED, Status.QUEUED]
    libraries = Path(f"/proc/{world.read(fourth).pid}/maps")
    if libraries.exists():
        assert "numpy" not in libraries.read_text(encoding="utf-8")
    supervisor.ensure_stopped(third)
    assert world.read(third).status is Status.CANCELLED
    supervisor.ensure_stopped(runs[0])
    until(lambda: busy(world, fourth), "the fourth in the freed slot")


def test_the_queue_is_first_come_first_served(world: World) -> None:
    settings.save(world.home, settings.Settings(slots=1))
    running = world.submit(ENDLESS)
    until(lambda: busy(world, running), "sweeps")
    waiting = [world.submit() for _ in range(3)]
    queue = world.home.slots / "queue"
    until(lambda: sum(files.is_locked(ticket) for ticket in queue.iterdir()) == 3, "three in the queue")
    supervisor.ensure_stopped(running)
    until(lambda: all(world.read(run).status is Status.FINISHED for run in waiting), "all three")
    started = [world.read(run).started_at for run in waiting]
    assert started == sorted(started, key=lambda at: at.timestamp() if at else 0)


def test_a_suspended_worker_keeps_its_slot_until_it_was_killed_and_is_gone(world: World) -> None:
    settings.save(world.home, settings.Settings(slots=1))
    run = world.submit(ENDLESS)
    until(lambda: busy(world, run), "sweeps")
    pid = world.read(run).pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    waiting = world.submit()
    until(lambda: world.read(waiting).pid is not None, "one in the queue")
    slot = world.home.slots / "0.lock"
    assert files.is_locked(slot)
    assert world.read(waiting).status is Status.QUEUED
    supervisor.ensure_stopped(run, grace=0.2)
    assert gone(run)
    assert world.read(run).status is Status.CANCELLED
    until(lambda: world.read(waiting).status is Status.FINISHED, "the next one in the freed slot")


def test_a_killed_worker_died_and_nothing_else_breaks(world: World) -> None:
    other = world.finished()
    run = world.submit(ENDLESS)
    until(lambda: busy(world, run), "sweeps")
    pid = world.read(run).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: gone(run), "the kernel to let go")
    died = world.read(run)
    assert died.status is Status.DIED
    assert "killed" in died.reason
    assert [found.status for found in store.list_runs(world.home)] == [Status.DIED, Status.FINISHED]
    assert store.find_run(world.home, "best").id == other.id
    assert world.finished().status is Status.FINISHED  # its slot is free again
    store.delete_run(world.home, died)


def test_a_stopped_worker_that_does_not_listen_is_killed(world: World) -> None:
    run = world.submit(ENDLESS)
    until(lambda: busy(world, run), "sweeps")
    pid = world.read(run).pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)  # hears no TERM
    supervisor.ensure_stopped(run, grace=0.3)
    assert world.read(run).status is Status.CANCELLED


SUBMITTER = """
import sys, time
from pathlib import Path
from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.jobs import supervisor
from musicrec_tui.paths import find_home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs.spec import TrainRequest
log, index, content = sys.argv[1:]
request = TrainRequest(params=AlsParams(factors=1024, iterations=6))
run = supervisor.submit(find_home(), request, IndexedLog(Log([log]), Path(index), content))
print(run.id, flush=True)
time.sleep(600)
"""


def test_the_job_outlives_a_killed_submitter(world: World) -> None:
    command = [sys.executable, "-c", SUBMITTER, str(world.log), str(world.index), world.content]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as submitter:
        assert submitter.stdout is not None
        run = store.read_run(world.home, submitter.stdout.readline().strip())
        until(lambda: busy(world, run), "sweeps")
        submitter.kill()
    assert world.read(run).status is Status.RUNNING
    list(supervisor.follow(run))  # re-attached
    assert world.read(run).status is Status.FINISHED


def test_a_process_that_is_gone_is_no_worker(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", ""]) as gone:
        pass
    assert not stopping._is_worker(gone.pid, tmp_path)


@pytest.mark.parametrize("whose", ["0", "1", "-1", "own", "parent"])
def test_no_signal_ever_goes_to_a_stranger(world: World, whose: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pid = {"own": os.getpid(), "parent": os.getppid()}.get(whose) or int(whose)
    run, lock = store.create_run(world.home, TrainRequest(params=ENDLESS), world.indexed_log)
    try:
        eventlog.Appender(run.folder).append(events.Queued(at=datetime.now(UTC), pid=pid))
        monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("a signal was sent"))
        monkeypatch.setattr(os, "killpg", lambda *_: pytest.fail("a signal was sent"))
        assert stopping.terminate(run.folder) is False
        assert stopping.kill(run.folder) is False
    finally:
        os.close(lock)


def test_cancelling_what_is_over_changes_nothing(world: World) -> None:
    run = world.finished()
    supervisor.cancel(run)
    assert not status.is_cancel_asked(run.folder)
    assert world.read(run).status is Status.FINISHED


def test_a_home_that_cannot_be_written_is_a_sentence(world: World) -> None:
    world.home.root.mkdir(parents=True, exist_ok=True)
    world.home.runs.write_text("not a folder")
    with pytest.raises(UserError, match="Cannot make a run"):
        world.submit()


def test_arguments_out_of_bounds_are_a_sentence_and_leave_nothing(world: World) -> None:
    with pytest.raises(UserError, match="not possible"):
        world.submit(k=0)
    assert store.list_runs(world.home) == []
    assert [path.name for path in world.home.runs.iterdir()] == [".counter"]


def test_a_second_worker_on_a_run_is_refused(world: World) -> None:
    run = world.submit(ENDLESS)
    until(lambda: busy(world, run), "sweeps")
    again = subprocess.run(
        [sys.executable, "-m", "musicrec_tui.jobs.worker", str(run.folder)], check=False, capture_output=True, text=True
    )
    assert again.returncode == 2
    assert "worker already" in again.stderr
    assert world.read(run).status is Status.RUNNING


def test_a_spec_is_read_back_as_it_was_given(world: World) -> None:
    split = SplitSpec(test=0.3, validation=0.15, seed=9)
    run = world.finished(AlsParams(factors=4, iterations=1, weighting="log"), split=split, seed=3, k=7)
    assert run.spec is not None
    assert (run.spec.split, run.spec.seed, run.spec.k) == (split, 3, 7)
    assert run.spec.params == AlsParams(factors=4, iterations=1, weighting="log")
    assert {"ndcg@7", "recall@7", "auc"} <= run.metrics.keys()
    assert msgspec.json.decode(msgspec.json.encode(run.to_json()))["metrics"] == pytest.approx(run.metrics)
