"""Runs that Spark trains on the cluster of the tests, held to NumPy and to runs of this machine."""

import os
import signal

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from musicrec_tui.dataset import interactions, splits
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.evaluation import assessment
from musicrec_tui.jobs import per_user_metrics, supervisor
from musicrec_tui.jobs.opened_run import MODEL
from musicrec_tui.recommenders import store as models
from musicrec_tui.recommenders import weighting
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.base import SavedModel
from musicrec_tui.runs import comparison, store
from musicrec_tui.runs.events import Epoch, Progress
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.status import Status
from musicrec_tui.runs.store import RunInfo
from tests.spark import als_oracle
from tests.spark.world import PARAMS, World, applications, children, lives
from tests.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trained(world: World) -> RunInfo:
    """A run of the cluster, undisturbed."""
    run = world.ended(world.submit())
    assert run.status is Status.FINISHED, run.reason
    return run


def parts_of(world: World) -> splits.Split:
    """The split as this machine makes it."""
    dataset = Dataset(world.log.index)
    try:
        return splits.split(dataset, interactions.load_interactions(dataset), TrainRequest(params=PARAMS).split)
    finally:
        dataset.close()


def confidence_of(model: SavedModel) -> csr_matrix:
    """The confidence of each pair of train."""
    weights = weighting.weigh(model.train, model.params.weighting)  # type: ignore[attr-defined]
    return csr_matrix((weights.data * model.params.alpha, weights.indices, weights.indptr), shape=weights.shape)  # type: ignore[attr-defined]


def factors_of(model: SavedModel) -> tuple[als_oracle.Factors, als_oracle.Factors]:
    """User and artist factors."""
    arrays = model.recommender.arrays()
    return arrays["users"].astype(np.float64), arrays["artists"].astype(np.float64)


def test_it_is_fitted_on_the_same_pairs(world: World, trained: RunInfo) -> None:
    saved, local = models.load(trained.folder / MODEL).train, parts_of(world).train
    assert (saved != local).nnz == 0
    assert saved.has_sorted_indices


def test_user_factors_are_the_exact_solutions(trained: RunInfo) -> None:
    model = models.load(trained.folder / MODEL)
    users, artists = factors_of(model)
    exact = als_oracle.solved(artists, confidence_of(model), model.params.regularization)  # type: ignore[attr-defined]
    assert np.abs(users - exact).max() < 1e-5


def test_artists_without_a_pair_are_zeros(trained: RunInfo) -> None:
    model = models.load(trained.folder / MODEL)
    _, artists = factors_of(model)
    listeners = np.bincount(model.train.indices, minlength=len(artists))
    assert (listeners == 0).any()
    assert ((artists == 0).all(axis=1) == (listeners == 0)).all()


def test_the_loss_is_that_of_a_plain_als(trained: RunInfo) -> None:
    model = models.load(trained.folder / MODEL)
    confidence, regularization = confidence_of(model), model.params.regularization  # type: ignore[attr-defined]
    plain = als_oracle.fitted(confidence, PARAMS.factors, regularization, PARAMS.iterations)
    found, wanted = (als_oracle.loss(*pair, confidence, regularization) for pair in (factors_of(model), plain))
    assert found == pytest.approx(wanted, rel=0.005)


def test_reasons_sum_to_the_score(trained: RunInfo) -> None:
    model = models.load(trained.folder / MODEL)
    busiest = np.argsort(-np.diff(model.train.indptr))[:5].astype(np.int32)
    scores = model.recommender.scores(busiest)
    for user, own in zip(busiest, scores, strict=True):
        best = np.argsort(-own)[:10].astype(np.int32)
        for artist, reasons in zip(best, model.recommender.explain(int(user), best), strict=True):
            assert sum(reason.amount for reason in reasons) == pytest.approx(own[artist], abs=1e-4)


def test_folding_in_the_row_of_a_user_gives_their_scores(trained: RunInfo) -> None:
    model = models.load(trained.folder / MODEL)
    folded = model.recommender.fold_in(model.train[:20])
    np.testing.assert_allclose(folded, model.recommender.scores(np.arange(20, dtype=np.int32)), atol=1e-4)


def test_the_metrics_are_those_of_a_local_evaluation(world: World, trained: RunInfo) -> None:
    model, split = models.load(trained.folder / MODEL), parts_of(world)
    local = assessment.assess(model.recommender.scores, split.train, split.train, split.validation, 10)
    assert trained.result is not None
    assert trained.metrics == pytest.approx(local.metrics, abs=1e-9)
    assert list(trained.metrics) == list(local.metrics)
    assert trained.result.intervals == {name: pytest.approx(ends, abs=1e-9) for name, ends in local.intervals.items()}
    assert trained.groups == {name: pytest.approx(values, abs=1e-9) for name, values in local.groups.items()}
    assert trained.result.against_popularity == pytest.approx(local.against_popularity, abs=1e-9)
    assert trained.result.users == len(local.users)
    per_user = per_user_metrics.read_per_user(trained)
    assert per_user.users == [model.user_keys[code] for code in local.users]
    for name, values in local.per_user.items():
        np.testing.assert_allclose(per_user.metrics[name], values, atol=1e-9, err_msg=name)


def test_it_compares_with_a_run_of_this_machine(world: World, trained: RunInfo) -> None:
    local = world.ended(supervisor.submit(world.home, TrainRequest(params=PARAMS), world.log))
    found = comparison.compare([trained, local])
    assert found.comparable, found.sentence
    first = next(row for row in found.rows if row.metric == "ndcg@10")
    assert first.values[0] == pytest.approx(first.values[1], abs=0.03)


def check_progress(run: RunInfo) -> list[Epoch]:
    """Iterations are told of one by one, and the steps that are done never become fewer; the iterations."""
    events, _ = store.read_events(run.folder, 0)
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert [event.epoch for event in epochs] == list(range(1, PARAMS.iterations + 1))
    done = [event.done for event in events if isinstance(event, Progress) and event.phase == "fit"]
    assert done == sorted(done)
    return epochs


def test_progress_goes_by_iterations_and_never_back(trained: RunInfo) -> None:
    last = check_progress(trained)[-1]
    assert last.metrics["executors"] == 2
    assert last.metrics["shuffle_mb"] > 0


def test_a_worker_that_is_killed_changes_nothing(world: World, trained: RunInfo) -> None:
    run = world.submit()
    victim = world.cluster.place.workers[0]
    for event in supervisor.follow(run):
        if isinstance(event, Epoch) and event.epoch == 2:
            os.killpg(victim, signal.SIGKILL)
            break
    found = world.ended(run)
    world.cluster.replace(victim)
    assert found.status is Status.FINISHED, found.reason
    for name, wanted in models.load(trained.folder / MODEL).recommender.arrays().items():
        np.testing.assert_allclose(
            models.load(found.folder / MODEL).recommender.arrays()[name], wanted, atol=1e-5, err_msg=name
        )
    check_progress(found)


def started(world: World) -> RunInfo:
    """A run without end, in mid-training."""
    run = world.submit(AlsParams(factors=64, iterations=500))
    for event in supervisor.follow(run):
        if isinstance(event, Epoch):
            return store.read_run(world.home, run.id)
    raise AssertionError(store.read_run(world.home, run.id).reason)


def test_a_run_is_cancelled_in_mid_training(world: World) -> None:
    run = started(world)
    supervisor.cancel(run)
    assert world.ended(run).status is Status.CANCELLED
    until(lambda: not applications(world), "the cluster to be idle")


def test_a_killed_driver_leaves_no_process(world: World) -> None:
    run = started(world)
    assert run.pid is not None
    below = children(run.pid)
    assert below, "Spark's Java process"
    os.kill(run.pid, signal.SIGKILL)
    until(lambda: not any(map(lives, below)), "the processes of the driver to end")
    until(lambda: not applications(world), "the cluster to be idle")
    assert store.read_run(world.home, run.id).status is Status.DIED
