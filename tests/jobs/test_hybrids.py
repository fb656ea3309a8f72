"""Hybrids of runs: who may be a member, and a job from members to a model that is whole in itself."""

import numpy as np
import pytest

from musicrec_tui.cli.app import run
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import hybrids
from musicrec_tui.recommenders import neural, param_fields
from musicrec_tui.recommenders import store as models
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.hybrid import HybridParams
from musicrec_tui.recommenders.params import Need
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.recommenders.rp3beta import Rp3BetaParams
from musicrec_tui.runs import events, store
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.store import Status
from musicrec_tui.tui.tabular.values import described
from tests.jobs.conftest import ENDLESS, World
from tests.waiting import until


def named(world: World, *members: str, split: SplitSpec | None = None, content: str | None = None) -> tuple[str, ...]:
    """What the members are called in the run's spec."""
    request = TrainRequest(params=HybridParams(members=members), split=split or SplitSpec())
    found = hybrids.resolved(world.home, request, content or world.content).params
    assert isinstance(found, HybridParams)
    return found.members


def test_members_are_models_or_finished_runs_by_name_or_id(trained: World) -> None:
    als, popular = (store.find_run(trained.home, name).id for name in ("als", "popular"))
    # A model's name is the model, even where a run is called the same.
    assert named(trained, "rp3beta", "popular", als) == ("rp3beta", popular, als)
    request = TrainRequest(params=AlsParams())
    assert hybrids.resolved(trained.home, request, trained.content) == request


def test_auto_takes_the_best_run_of_each_model_and_the_defaults_of_strong_ones(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert named(world, "auto") == ("ease", "als factors=128", "als regularization=80 alpha=20", "rp3beta")
    small, larger = (world.finished(AlsParams(factors=factors, regularization=1.0, iterations=5)) for factors in (1, 8))
    world.finished(AlsParams(factors=8), final=True)
    world.finished(AlsParams(factors=8), split=SplitSpec(seed=7))
    world.finished(PopularityParams())
    walk = world.finished(Rp3BetaParams())
    best = max((small, larger), key=lambda run: run.metrics["ndcg@10"])
    runs = sorted((best, walk), key=lambda run: -run.metrics["ndcg@10"])
    assert named(world, "auto") == (*(run.id for run in runs), "ease")
    with pytest.raises(UserError, match="found on validation"):
        world.submit(HybridParams(weights=(1.0, 2.0)))
    need = Need("", "RP3β needs what is not installed.")
    monkeypatch.setattr(neural, "missing", lambda params: need if isinstance(params, Rp3BetaParams) else None)
    assert named(world, "auto") == (best.id, "ease", "rp3beta")


def test_a_model_may_have_settings(trained: World) -> None:
    assert named(trained, " als  factors=8 alpha=20", "rp3beta") == ("als factors=8 alpha=20", "rp3beta")
    params = param_fields.parse("hybrid", {"members": "als factors=8 iterations=3, ease dropout=0"})
    request = TrainRequest(params=params, seed=5)
    assert hybrids.members(trained.home, request) == [
        (param_fields.parse("als", {"factors": 8, "iterations": 3}), 5),
        (param_fields.parse("ease", {"dropout": 0.0}), 5),
    ]
    # A name with other words is a run's, and a setting that is none is refused where it is typed.
    second = trained.finished(PopularityParams(), name="als the second")
    assert named(trained, "als", "als the second") == ("als", second.id)
    with pytest.raises(UserError, match="als has no parameter 'factor'"):
        param_fields.parse("hybrid", {"members": "ease, als factor=8"})
    with pytest.raises(UserError, match="factors"):
        param_fields.parse("hybrid", {"members": "ease, als factors=many"})


def test_what_cannot_be_a_member_is_a_sentence(trained: World) -> None:
    with pytest.raises(UserError, match="no run 'nobody'"):
        named(trained, "als", "nobody")
    with pytest.raises(UserError, match="no run 'popular'"):
        named(trained, "als", "popular", content="another log")
    with pytest.raises(UserError, match="popular has another split"):
        named(trained, "als", "popular", split=SplitSpec(seed=7))
    for hybrid in ("hybrid", "hybrid members=als,ease"):
        with pytest.raises(UserError, match="cannot be a member of a hybrid"):
            named(trained, "als", hybrid)


def test_a_run_that_is_not_finished_cannot_be_a_member(world: World) -> None:
    run = world.submit(ENDLESS, name="endless")
    until(lambda: world.read(run).status is Status.RUNNING, "a running job")
    with pytest.raises(UserError, match="endless is running, so it cannot be a member"):
        world.submit(HybridParams(members=("endless", "als")))
    assert len(store.list_runs(world.home)) == 1


@pytest.mark.parametrize("final", [False, True])
def test_a_hybrid_of_runs_is_fitted_with_their_parameters_and_needs_them_no_more(
    world: World, final: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    walk = world.finished(Rp3BetaParams(beta=0.7), name="my walk")
    hybrid = world.finished(HybridParams(members=("my walk", "popularity")), final=final, seed=9)
    assert hybrid.status is Status.FINISHED, hybrid.reason
    assert hybrid.evaluated_on == ("test" if final else "validation")
    assert hybrid.members == {walk.id: "my walk"}
    assert described(hybrid.spec.params, hybrid.members) == "members my walk, popularity" if hybrid.spec else False
    said = " ".join(event.text for event in store.events(hybrid.folder) if isinstance(event, events.Log))
    assert "Weights found on validation by cross-fitting: my walk " in said
    assert walk.id not in said
    assert run(["runs", "show", hybrid.id, "--home", str(world.home.root)]) == 0
    shown = capsys.readouterr().out
    assert "weights" not in shown
    assert shown.split("joins", 1)[1].splitlines()[0].strip() == "my walk"
    store.delete_run(world.home, walk)
    assert store.read_run(world.home, hybrid.id).members == {}
    saved = models.load(hybrid.folder / "model")
    assert isinstance(saved.params, HybridParams)
    assert saved.params.members == (walk.id, "popularity")
    assert sum(saved.params.weights) == pytest.approx(1, abs=1e-5)
    beta = saved.recommender.arrays()["0_params"].tobytes()
    assert b'"beta":0.7' in beta
    assert np.isfinite(saved.recommender.scores(np.array([0, 5], np.int32))).all()


def test_a_hybrid_is_no_member(world: World) -> None:
    world.finished(HybridParams(members=("popularity", "rp3beta"), weights=(1.0, 1.0)), name="both")
    with pytest.raises(UserError, match="both is a hybrid"):
        world.submit(HybridParams(members=("both", "als")))


def test_models_that_are_no_hybrid_have_no_members(trained: World) -> None:
    spec = store.find_run(trained.home, "popular").spec
    assert spec is not None
    assert spec.params == PopularityParams()
    assert hybrids.members(trained.home, spec) == []
