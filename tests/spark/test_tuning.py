"""Tunings whose trials are tasks of the cluster of the tests, held to tunings of this machine."""

import os
import signal
from pathlib import Path

import pytest

from musicrec_tui.jobs import supervisor
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.mult_vae import MultVaeParams
from musicrec_tui.recommenders.ncf import NcfParams
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs import tuning_store
from musicrec_tui.runs.engine import LOCAL, Engine
from musicrec_tui.runs.status import Status
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.runs.tuning_spec import Grid, TuneRequest
from tests.spark.world import World, applications, children, lives
from tests.waiting import until

pytestmark = pytest.mark.slow

LONG = AlsParams(factors=64, iterations=60)
ALPHAS = Grid({"alpha": (2.0, 5.0, 10.0, 20.0)})


def submitted(world: World, base: Params, plan: Grid, engine: Engine) -> TuningInfo:
    """Start a tuning."""
    return supervisor.submit_tuning(world.home, TuneRequest(base=base, plan=plan, engine=engine), world.log)


def ended(world: World, tuning: TuningInfo) -> TuningInfo:
    """The same tuning, after its end."""
    for _ in supervisor.follow(tuning):
        pass
    return tuning_store.read_tuning(world.home, tuning.id)


@pytest.fixture(scope="module")
def local(world: World) -> TuningInfo:
    """The tuning of this machine."""
    return ended(world, submitted(world, LONG, ALPHAS, LOCAL))


def check_equal(found: TuningInfo, wanted: TuningInfo, rel: float = 0.0) -> None:
    """Both are finished, with the same trials."""
    assert (found.status, wanted.status) == (Status.FINISHED, Status.FINISHED), found.reason or wanted.reason
    assert [trial.params for trial in found.trials] == [trial.params for trial in wanted.trials]
    for ours, theirs in zip(found.trials, wanted.trials, strict=True):
        assert ours.state == "finished", ours.reason
        assert ours.metrics == pytest.approx(theirs.metrics, rel=rel, abs=rel), ours.params
        assert [epoch for epoch, _ in ours.steps] == [epoch for epoch, _ in theirs.steps]


def evaluators(world: World) -> list[int]:
    """The process ids of the evaluators on the nodes."""
    below = [pid for worker in world.cluster.place.workers for pid in children(worker)]
    return [pid for pid in below if b"musicrec_tui.jobs.tuning.evaluator" in command_of(pid)]


def command_of(pid: int) -> list[bytes]:
    """The words of a process's command; none where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


@pytest.mark.neural
@pytest.mark.parametrize(
    ("base", "plan"),
    [
        (NcfParams(layers=(8, 4), epochs=2), Grid({"learning_rate": (0.001, 0.01)})),
        (MultVaeParams(hidden=16, epochs=2), Grid({"latent": (4, 8)})),
    ],
    ids=["ncf", "mult-vae"],
)
def test_networks_are_tuned_as_on_this_machine(world: World, base: Params, plan: Grid) -> None:
    found = ended(world, submitted(world, base, plan, world.engine))
    check_equal(found, ended(world, submitted(world, base, plan, LOCAL)), 1e-5)
    assert found.trials[0].steps


def test_a_worker_that_is_killed_loses_no_trial(world: World, local: TuningInfo) -> None:
    tuning = submitted(world, LONG, ALPHAS, world.engine)
    until(lambda: len(evaluators(world)) == 2, "a trial on both nodes")
    victim = world.cluster.place.workers[0]
    os.killpg(victim, signal.SIGKILL)
    found = ended(world, tuning)
    world.cluster.replace(victim)
    check_equal(found, local)


def test_a_cancelled_tuning_leaves_no_process(world: World) -> None:
    tuning = submitted(world, AlsParams(factors=128, iterations=500), ALPHAS, world.engine)
    until(lambda: len(evaluators(world)) == 2, "a trial on both nodes")
    working = evaluators(world)
    supervisor.cancel(tuning)
    assert ended(world, tuning).status is Status.CANCELLED
    assert not (left := list(tuning.folder.glob(".spark.*"))), left
    until(lambda: not any(map(lives, working)), "the evaluators to end")
    until(lambda: not applications(world), "the cluster to be idle")


def test_a_killed_tuner_leaves_no_process_and_is_resumed(world: World, local: TuningInfo) -> None:
    tuning = submitted(world, LONG, ALPHAS, world.engine)
    until(lambda: bool(tuning_store.read_tuning(world.home, tuning.id).trials), "the first trial")
    pid = tuning_store.read_tuning(world.home, tuning.id).pid
    assert pid is not None
    below = [*children(pid), *evaluators(world)]
    os.kill(pid, signal.SIGKILL)
    until(lambda: not any(map(lives, below)), "the tuning's processes to end")
    until(lambda: not applications(world), "the cluster to be idle")
    died = tuning_store.read_tuning(world.home, tuning.id)
    assert died.status is Status.DIED
    found = ended(world, supervisor.resume_tuning(world.home, died))
    check_equal(found, local)
    assert {trial.number: trial.at for trial in died.trials}.items() <= {
        trial.number: trial.at for trial in found.trials
    }.items()
