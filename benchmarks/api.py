"""The Python API against the bare libraries beneath it, the same fitted model and users, in turns.

    python -m benchmarks.api [--data PATH] [--repeats 9]

`Model.recommend` for all users against `implicit`'s `recommend` on the same factors; `evaluate` of list metrics against
`implicit.evaluation.ranking_metrics_at_k`; all of `evaluate` against `evaluation.assessment`, and one user's
`Run.recommend` against the host's service, which are what it calls. Set OPENBLAS_NUM_THREADS=1 for `implicit`.
"""

import tempfile

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.evaluation import ranking_metrics_at_k

from benchmarks.measure import Row, alternate, arguments, compared, report, timed
from musicrec_tui import api, paths
from musicrec_tui.evaluation import assessment
from musicrec_tui.jobs.host_protocol import Recommend
from musicrec_tui.jobs.service import Service

K, GOAL = 10, 1.1
_OF_LISTS = ["ndcg", "map", "precision", "auc@k"]  # as many as implicit's


def of_model(parts: api.Split, repeats: int) -> list[Row]:
    """Recommend and evaluate on arrays."""
    model = api.fit("als", parts)
    arrays = model._recommender.arrays()
    bare = AlternatingLeastSquares(factors=64)
    bare.user_factors, bare.item_factors = arrays["users"], arrays["artists"]
    train, held_out = parts.train, parts.validation
    users = np.arange(train.shape[0], dtype=np.int32)
    seconds = alternate(repeats, {
        "lists": timed(lambda: model.recommend(k=K)),
        "bare lists": timed(lambda: bare.recommend(users, train, N=K)),
        "metrics": timed(lambda: api.evaluate(model, parts, metrics=_OF_LISTS)),
        "bare metrics": timed(lambda: ranking_metrics_at_k(bare, train, held_out, K=K, show_progress=False)),
        "all": timed(lambda: api.evaluate(model, parts)),
        "bare all": timed(lambda: assessment.assess(model.scores, train, train, held_out, K)),
    })  # fmt: skip
    return [
        compared(
            "API: lists of all users, against implicit's recommend", seconds["lists"], seconds["bare lists"], GOAL
        ),
        compared("API: list metrics, against implicit's", seconds["metrics"], seconds["bare metrics"], GOAL),
        compared("API: all of an evaluation, against what it calls", seconds["all"], seconds["bare all"], GOAL),
    ]


def of_run(log: api.Log, repeats: int) -> Row:
    """One user's list with reasons, a hundred times."""
    run = api.train(log, "als")
    index = str(log._dataset.path)
    users = log.users()["key"].to_pylist()[:100]
    service = Service(log._home.opinions)
    seconds = alternate(repeats, {
        "ours": timed(lambda: [run.recommend(user) for user in users]),
        "bare": timed(
            lambda: [service.answer(Recommend(run=str(run.folder), index=index, user=user)) for user in users]
        ),
    })  # fmt: skip
    service.close()
    return compared(
        "API: recommend for 100 users one by one, against the service", seconds["ours"], seconds["bare"], GOAL
    )


def main() -> None:
    """Print the table."""
    chosen = arguments(__doc__, data=paths.sample_data(), repeats=9)
    with tempfile.TemporaryDirectory() as home, api.open_log(chosen.data, home=home) as log:
        report([*of_model(api.split(log), chosen.repeats), of_run(log, chosen.repeats)])


if __name__ == "__main__":
    main()
