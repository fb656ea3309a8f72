"""Tunings as processes: trials are what single fits give, and a kill loses none that ended."""

import errno
import os
import shutil
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import stopping, supervisor
from musicrec_tui.recommenders import param_fields
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.ncf import NcfParams
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs import auto_search, eventlog, events, store, trials, tuning_store
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.status import Status, is_alive
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.runs.tuning_spec import Grid, Search, TuneRequest
from tests.jobs.conftest import World
from tests.waiting import until

NOW = datetime(2030, 1, 1, tzinfo=UTC)
SMALL = AlsParams(factors=4, regularization=1.0)


def tune(world: World, plan: Grid | Search, base: Params = SMALL, **more: object) -> TuningInfo:
    """Start a tuning of the small log."""
    request = TuneRequest(base=base, plan=plan, **more)  # type: ignore[arg-type]
    return supervisor.submit_tuning(world.home, request, world.indexed_log)


def ended(world: World, tuning: TuningInfo) -> TuningInfo:
    """Wait for its end."""
    until(lambda: not tuning_store.read_tuning(world.home, tuning.id).status.live, "the end of the tuning")
    return tuning_store.read_tuning(world.home, tuning.id)


@pytest.fixture(autouse=True)
def _stop(world: World) -> Iterator[None]:
    """Nothing goes on after a test."""
    yield
    for tuning in tuning_store.list_tunings(world.home):
        if tuning.status.live:
            supervisor.ensure_stopped(tuning, grace=1.0)


def test_trials_are_what_single_fits_give(world: World) -> None:
    plan = Grid({"factors": (3, 5), "iterations": (2, 4)})
    tuning = ended(world, tune(world, plan))
    assert tuning.status is Status.FINISHED, tuning.reason
    assert [trial.number for trial in tuning.trials] == [0, 1, 2, 3]
    for trial in tuning.trials:
        alone = world.finished(trial.params)
        assert {"ndcg@10", "auc@10", "auc"} <= trial.metrics.keys()
        assert trial.metrics == pytest.approx({name: alone.metrics[name] for name in trial.metrics})
        assert trial.value == alone.metrics["ndcg@10"]
    assert tuning.best is not None
    assert tuning.best.value == max(trial.value or 0 for trial in tuning.trials)
    assert tuning.varied == ("factors", "iterations")


def test_the_best_is_trained_on_both_and_tested(world: World) -> None:
    tuning = ended(world, tune(world, Grid({"factors": (2, 6)}), processes=1))
    run = supervisor.train_best(world.home, tuning, name="the best")
    until(lambda: not world.read(run).status.live, "the end of the run")
    run = world.read(run)
    assert run.status is Status.FINISHED
    assert run.evaluated_on == "test"
    assert run.spec is not None
    assert tuning.best is not None
    assert run.spec.params == tuning.best.params
    assert run.test_looks == 1  # by this run; the tuning looked at validation only


def begun_by(world: World, tuning: TuningInfo) -> RunInfo:
    """The run that a tuning started, once it has ended."""
    run = store.run_of_tuning(world.home, tuning.id)
    until(lambda: not world.read(run).status.live, "the end of the run")
    return world.read(run)


@pytest.mark.parametrize("final", [False, True])
def test_a_search_tries_the_defaults_first_and_starts_a_run_with_the_best(world: World, final: bool) -> None:
    wanted = TrainRequest(params=SMALL, final=final, name="mine")
    search = auto_search.search_for(wanted, seconds=10_000, fixed=("iterations",))
    assert isinstance(search.plan, Search)
    search = msgspec.structs.replace(search, plan=msgspec.structs.replace(search.plan, trials=4))
    tuning = ended(world, supervisor.submit_tuning(world.home, search, world.indexed_log))
    assert tuning.status is Status.FINISHED, tuning.reason
    told = msgspec.structs.replace(tuning.trials[0].params, factors=SMALL.factors)  # 4 is below what is searched
    assert told == SMALL
    assert {trial.params.iterations for trial in tuning.trials if isinstance(trial.params, AlsParams)} == {15}
    assert tuning.best is not None
    run = begun_by(world, tuning)
    assert run.spec is not None
    assert (run.spec.params, run.spec.final, run.label) == (tuning.best.params, final, "mine")
    assert run.evaluated_on == ("test" if final else "validation")
    if not final:
        assert run.metrics["ndcg@10"] == tuning.best.value


def test_where_one_fit_takes_longer_than_the_search_the_defaults_are_taken_and_it_says_so(world: World) -> None:
    slow = AlsParams(factors=1024, iterations=500)
    search = auto_search.search_for(TrainRequest(params=slow), seconds=1, fixed=("factors", "iterations"))
    tuning = ended(world, supervisor.submit_tuning(world.home, search, world.indexed_log))
    run = store.run_of_tuning(world.home, tuning.id)
    supervisor.ensure_stopped(run)
    assert tuning.status is Status.FINISHED, tuning.reason
    assert (tuning.trials, tuning.total) == ((), 0)
    said = [event.text for event in store.events(tuning.folder) if isinstance(event, events.Log)]
    assert said == ["One fit takes longer than 1 s, so the defaults are used."]
    assert run.spec is not None
    assert run.spec.params == slow


def test_there_is_nothing_to_search_for_where_all_is_fixed() -> None:
    names = [axis.name for axis in param_fields.axes("als")]
    with pytest.raises(UserError, match="nothing to search for"):
        auto_search.search_for(TrainRequest(params=AlsParams()), fixed=names)
    with pytest.raises(UserError, match="no parameter that a search can vary"):
        auto_search.search_for(TrainRequest(params=PopularityParams()))


def test_a_killed_tuning_loses_no_trial_and_goes_on(world: World) -> None:
    plan = Grid({"regularization": tuple(0.1 * step for step in range(1, 13)), "factors": (256,)})
    tuning = tune(world, plan, AlsParams(iterations=20))
    until(lambda: len(tuning_store.read_tuning(world.home, tuning.id).trials) >= 2, "some trials")
    pid = stopping.worker_pid(tuning.folder)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: not tuning_store.read_tuning(world.home, tuning.id).status.live, "its death")
    died = tuning_store.read_tuning(world.home, tuning.id)
    assert died.status is Status.DIED
    assert 2 <= len(died.trials) < 12
    before = {one.number: one for one in died.trials}
    tuning = ended(world, supervisor.resume_tuning(world.home, died))
    assert tuning.status is Status.FINISHED
    assert len(tuning.trials) == 12
    assert all(tuning.trials[number] == trial for number, trial in before.items())  # none was made again


def test_a_resumed_tuning_is_followed_to_its_new_end(world: World) -> None:
    tuning = tune(world, Grid({"factors": (1024,), "iterations": (400, 500)}), AlsParams(), processes=1)
    until(lambda: stopping.worker_pid(tuning.folder) is not None, "its tuner")
    supervisor.ensure_stopped(tuning)
    assert isinstance(list(supervisor.follow(tuning))[-1], events.Cancelled)
    again = supervisor.resume_tuning(world.home, tuning_store.read_tuning(world.home, tuning.id))
    assert again.status is Status.QUEUED  # at once, whatever its process has said
    followed = supervisor.follow(again)
    assert isinstance(next(followed), events.Resumed)
    supervisor.cancel(again)  # at once, too: what ended before does not hide that it lives
    assert [type(event) for event in followed if isinstance(event, events.Cancelled)] == [events.Cancelled]
    until(lambda: not tuning_store.read_tuning(world.home, tuning.id).status.live, "its second end")


@pytest.mark.parametrize("last", [events.Failed(at=NOW, reason="no room"), events.Cancelled(at=NOW)])
def test_what_ended_before_is_not_the_end_of_the_next_session(world: World, last: events.Failed) -> None:
    tuning = ended(world, tune(world, Grid({"factors": (2, 3)}), processes=1))
    shutil.rmtree(tuning.folder / trials.FOLDER / "000001")
    log = tuning.folder / eventlog.FILE
    log.write_bytes(b"".join(line for line in log.read_bytes().splitlines(True) if b'"finished"' not in line))
    eventlog.append(tuning.folder, last)
    tuning_store._known.clear()
    until(lambda: not is_alive(tuning.folder), "the end of its process")
    again = supervisor.resume_tuning(world.home, tuning_store.read_tuning(world.home, tuning.id))
    assert isinstance(list(supervisor.follow(again))[-1], events.Finished)
    assert len(ended(world, again).trials) == 2


def test_a_tuning_that_cannot_be_resumed_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tuning = tune(world, Grid({"factors": (1024,), "iterations": (400,)}), AlsParams(), processes=1)
    supervisor.ensure_stopped(tuning)

    def start(*_: object, **__: object) -> None:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(supervisor, "start", start)
    with pytest.raises(UserError, match="Cannot start a tuner"):
        supervisor.resume_tuning(world.home, tuning_store.read_tuning(world.home, tuning.id))
    found = tuning_store.read_tuning(world.home, tuning.id)
    assert (found.status, found.reason) == (Status.FAILED, "Cannot start a tuner: Resource temporarily unavailable.")


def test_cancelling_ends_its_processes_and_keeps_what_ended(world: World) -> None:
    tuning = tune(world, Grid({"factors": (2, 1024), "iterations": (1, 400)}), AlsParams())
    until(lambda: len(tuning_store.read_tuning(world.home, tuning.id).trials) >= 1, "the short trial")
    supervisor.ensure_stopped(tuning)
    found = tuning_store.read_tuning(world.home, tuning.id)
    assert found.status is Status.CANCELLED
    assert found.trials
    until(lambda: not _evaluators(tuning.folder), "the end of its evaluators")


def _evaluators(folder: Path) -> list[int]:
    """The processes that evaluate for a tuning."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"musicrec_tui.jobs.tuning.evaluator" in words and os.fsencode(folder) in words:
            found.append(int(process.name))
    return found


def test_an_evaluator_that_dies_costs_its_trial_only(world: World) -> None:
    tuning = tune(world, Grid({"factors": (400, 390, 380)}), AlsParams(), processes=1)
    until(lambda: bool(tuning_store.read_tuning(world.home, tuning.id).trials), "the first trial")
    for pid in _evaluators(tuning.folder):
        os.kill(pid, signal.SIGKILL)
    tuning = ended(world, tuning)
    assert tuning.status is Status.FINISHED
    assert len(tuning.trials) == 3
    [failed] = [trial for trial in tuning.trials if trial.state == "failed"]
    assert "killed (signal 9)" in failed.reason


def test_a_damaged_trial_is_told_and_made_again(world: World) -> None:
    tuning = ended(world, tune(world, Grid({"factors": (2, 3)}), processes=1))
    file = tuning.folder / trials.FOLDER / "000001" / trials.FILE
    file.write_bytes(file.read_bytes()[:-20])
    tuning_store._known.clear()
    damaged = tuning_store.read_tuning(world.home, tuning.id)
    assert [one.number for one in damaged.trials] == [0]
    assert "will be tried again" in damaged.reason
    supervisor.resume_tuning(world.home, damaged)
    resumed = ended(world, tuning)
    assert ([one.number for one in resumed.trials], resumed.status, resumed.reason) == ([0, 1], Status.FINISHED, "")


def test_a_split_without_validation_is_refused_before_anything_starts(world: World) -> None:
    with pytest.raises(UserError, match="validation"):
        tune(world, Search(3), split=SplitSpec(validation=0.0))
    with pytest.raises(UserError, match="objective 'speed'"):
        tune(world, Search(3), objective="speed")
    assert tuning_store.list_tunings(world.home) == []


def test_what_is_finished_or_at_work_cannot_be_resumed(world: World) -> None:
    done = ended(world, tune(world, Grid({"factors": (2,)}), processes=1))
    with pytest.raises(UserError, match="finished"):
        supervisor.resume_tuning(world.home, done)
    going = tune(world, Grid({"factors": (1024,), "iterations": (500,)}), processes=1)
    with pytest.raises(UserError, match="still running"):
        supervisor.resume_tuning(world.home, going)
    with pytest.raises(UserError, match="still running"):
        tuning_store.delete_tuning(world.home, going)


def test_a_search_of_ncf_is_judged_by_epoch(world: World) -> None:
    base = msgspec.structs.replace(NcfParams(), epochs=2, factors=4, layers=(8, 4), batch=64)
    tuning = ended(world, tune(world, Search(2, ("learning_rate",)), base, processes=1))
    assert tuning.status is Status.FINISHED, tuning.reason
    assert len(tuning.trials) == 2
    assert all(trial.steps for trial in tuning.trials)
