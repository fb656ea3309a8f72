"""Fast, easy to tune, good: the rules on runs made by hand."""

from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.ncf import NcfParams
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.runs.status import Status
from musicrec_tui.runs.takeaways import Takeaway, takeaways
from musicrec_tui.runs.trials import Trial
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.runs.tuning_spec import Search, TuneSpec
from tests.runs.conftest import NOW, MakeRun


def of(page: tuple[Takeaway, ...], model: str) -> Takeaway:
    return next(one for one in page if one.model == model)


def test_models_are_listed_best_first_with_the_run_that_is_best(make: MakeRun) -> None:
    popularity = make(0.08, params=PopularityParams())
    better, worse = make(0.2), make(0.1, params=AlsParams(factors=8))
    page = takeaways([worse, better, popularity])
    assert [(one.model, one.best, one.runs) for one in page.models] == [
        ("als", better.id, 2), ("popularity", popularity.id, 1),
    ]  # fmt: skip
    assert page.basis.startswith("From 3 finished runs on validation, split random")


def test_fast_is_the_median_fit(make: MakeRun) -> None:
    runs = [make(fit=9.0), make(fit=1.0), make(fit=500.0), make(params=PopularityParams(), fit=30.0)]
    page = takeaways([*runs, make(params=NcfParams(), fit=61.0)])
    assert of(page.models, "als").fast.word == "yes"
    assert "9.0 s" in of(page.models, "als").fast.sentence
    assert of(page.models, "popularity").fast.word == "middling"
    assert of(page.models, "ncf").fast.word == "no"


def test_easy_is_a_typical_setting_near_the_best(make: MakeRun) -> None:
    def verdict(*ndcg: float) -> str:
        settings = [make(value, params=AlsParams(factors=8 + place)) for place, value in enumerate(ndcg)]
        return of(takeaways(settings).models, "als").easy.word

    assert verdict(0.2, 0.195, 0.1) == "yes"
    assert verdict(0.2, 0.17, 0.1) == "middling"
    assert verdict(0.2, 0.1, 0.1) == "no"
    assert verdict(0.2, 0.1) == "unknown"
    assert verdict(0.0, 0.0, 0.0) == "yes"


def test_trials_of_tunings_are_settings_that_were_tried(make: MakeRun) -> None:
    """The deck's 90 fits say more than the one run that was trained."""
    run = make(0.2)
    [like] = [spec for spec in (run.spec,) if spec]

    def tuning(*ndcg: float, k: int = 10) -> TuningInfo:
        trials = tuple(
            Trial(
                number=place, params=AlsParams(factors=8 + place), state="finished", at=NOW, value=value,
                metrics={f"ndcg@{k}": value},
            )
            for place, value in enumerate(ndcg)
        )  # fmt: skip
        pruned = Trial(number=99, params=AlsParams(factors=99), state="pruned", at=NOW, metrics={f"ndcg@{k}": 0.01})
        spec = TuneSpec(
            tuning="t", number=2, base=AlsParams(), plan=Search(len(ndcg)), objective=f"ndcg@{k}", data=like.data,
            index="/index", content=like.content, split=like.split, created_at=NOW, k=k,
        )  # fmt: skip
        return TuningInfo(id="t", folder=run.folder, status=Status.FINISHED, spec=spec, trials=(*trials, pruned))

    page = takeaways([run], [tuning(0.18, 0.1, 0.1)])
    [als] = page.models
    assert (als.easy.word, als.runs, als.best) == ("no", 1, run.id)
    assert "4 settings gave 0.100 to 0.200" in als.easy.sentence
    assert "3 settings of tunings" in page.basis
    elsewhere = takeaways([run], [tuning(0.18, 0.1, 0.1, k=20)])
    assert elsewhere.models[0].easy.word == "unknown"
    assert "tunings" not in elsewhere.basis


def test_the_same_setting_again_is_one_setting(make: MakeRun) -> None:
    easy = of(takeaways([make(0.2), make(0.2), make(0.2)]).models, "als").easy
    assert easy.word == "unknown"
    assert "Only 1 setting was tried" in easy.sentence


def test_without_parameters_there_is_nothing_to_tune(make: MakeRun) -> None:
    assert of(takeaways([make(params=PopularityParams())]).models, "popularity").easy.word == "yes"


def test_good_is_near_the_best_and_above_popularity(make: MakeRun) -> None:
    best, popularity = make(0.2), make(0.1, params=PopularityParams())

    def verdict(ndcg: float, interval: tuple[float, float] | None = None) -> tuple[str, str]:
        told = {"ndcg@10": interval} if interval else None
        run = make(ndcg, params=NcfParams(), intervals=told)
        good = of(takeaways([run, best, popularity]).models, "ncf").good
        return good.word, good.sentence

    assert verdict(0.195)[0] == "yes"
    assert verdict(0.17)[0] == "middling"
    assert verdict(0.17, (0.13, 0.21))[0] == "yes"
    assert verdict(0.12)[0] == "no"
    assert verdict(0.09, (0.0, 0.3)) == (
        "no",
        "NDCG@10 0.090 (0.000 to 0.300), 0.9 × popularity: no better than popularity.",
    )
    assert "2.0 × popularity, the best" in of(takeaways([best, popularity]).models, "als").good.sentence
    assert of(takeaways([best]).models, "als").good.word == "unknown"


def test_what_was_measured_otherwise_does_not_count(make: MakeRun) -> None:
    page = takeaways([make(0.9, final=True), make(None), make(0.2), make(0.5, split=SplitSpec(seed=1))])
    assert page.basis.startswith("From 1 finished run on validation")
    assert "1 measured otherwise do not count" in page.basis
    assert [one.runs for one in page.models] == [1]


def test_without_runs_it_says_what_to_do(make: MakeRun) -> None:
    for runs in ([], [make(None), make(0.2, final=True)]):
        page = takeaways(runs)
        assert page.models == ()
        assert "train one without --final" in page.basis
