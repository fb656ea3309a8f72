"""The Python API: the same results as the commands, oracles for what works on arrays, and the list of its names."""

import csv
import doctest
import json
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from implicit.cpu.als import AlternatingLeastSquares
from implicit.evaluation import ranking_metrics_at_k
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from docs import pages
from musicrec_tui import api
from musicrec_tui.cli.app import run as command
from musicrec_tui.jobs import supervisor
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.hybrid.model import HybridRecommender
from musicrec_tui.runs import status, test_usage
from tests.jobs.conftest import _work_here, write_log

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log and a home; jobs are done in this process, where starting another takes longer than the job."""
    made = tmp_path_factory.mktemp("api")
    write_log(made / "listens.csv")
    return made


@pytest.fixture
def here() -> Iterator[None]:
    """Runs are trained in this process; a tuner has its own, as it starts others itself."""
    start = supervisor.start

    def begin(module: str, folder: Path, home: Home, lock: int, **more: Any) -> None:
        (start if module.endswith("tuner") else _work_here)(module, folder, home, lock, **more)

    with mock.patch.object(supervisor, "start", begin):
        yield


@pytest.fixture(scope="module")
def log(folder: Path) -> Iterator[api.Log]:
    with api.open_log(folder / "listens.csv", home=folder / "home") as opened:
        yield opened


@pytest.fixture(scope="module")
def als(log: api.Log) -> api.Run:
    with mock.patch.object(supervisor, "start", _work_here):
        return api.train(log, "als", factors=8, iterations=5, name="small")


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "listens.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("text", ["module", "page"])
def test_the_examples_say_what_happens(
    text: str, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MUSICREC_HOME", str(tmp_path))
    source = api.__doc__ if text == "module" else (DOCS / "api.md").read_text(encoding="utf-8").replace("```", "")
    parsed = doctest.DocTestParser().get_doctest(source or "", {}, text, None, 0)
    assert len(parsed.examples) > 5
    runner = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    runner.run(parsed, clear_globs=False)
    parsed.globs["log"].close()
    assert runner.summarize(verbose=False).failed == 0


def test_the_page_lists_the_names_and_signatures_as_they_are() -> None:
    assert (DOCS / "api.md").read_text(encoding="utf-8") == pages.api_page(), "run `make pages`"
    listed = re.findall(r"^### (\w+)$", pages.api_names(), re.MULTILINE)
    assert sorted(listed) == sorted(api.__all__)
    signatures = [line for line in pages.api_names().splitlines() if "(" in line]
    assert not [line for line in signatures if "artist" in line.replace('"artists"', "")], "signatures speak of items"


def test_counts_tables_and_the_matrix_are_those_of_the_file(log: api.Log, folder: Path) -> None:
    rows = rows_of(folder)
    plays = {(row["user_id"], row["artist_name"]): float(row["play_count"]) for row in rows}
    assert log.counts == (60, 40, len(plays), sum(plays.values()), len(rows), len(rows))
    users, names = log.users()["user_id"].to_pylist(), log.items()["name"].to_pylist()
    table = log.plays().to_pydict()
    assert plays == {
        (users[user], names[item]): count
        for user, item, count in zip(table["user"], table["item"], table["plays"], strict=True)
    }
    matrix = log.matrix()
    pairs = matrix.plays.tocoo()
    assert plays == {
        (users[row], names[column]): value for row, column, value in zip(pairs.row, pairs.col, pairs.data, strict=True)
    }
    assert (matrix.users, matrix.items) == (log.users()["key"].to_pylist(), log.items()["key"].to_pylist())


def test_a_fit_in_this_process_is_the_run_of_a_worker(log: api.Log, als: api.Run) -> None:
    parts = api.split(log)
    model = api.fit("als", parts, factors=8, iterations=5)
    found = api.evaluate(model, parts)
    assert (found.metrics, found.intervals, found.groups) == (als.metrics, als.intervals, als._info.groups)
    assert als.per_user()["ndcg@10"].to_pylist() == found.per_user["ndcg@10"].tolist()
    np.testing.assert_array_equal(model.scores([0, 7]), als.model().scores([0, 7]))
    assert model.parameters == als.parameters
    whole = api.fit("als", parts, final=True, factors=8, iterations=5)
    assert (whole.train != (parts.train + parts.validation)).nnz == 0


def test_another_librarys_model_is_measured_as_that_library_does(log: api.Log) -> None:
    parts = api.split(log)
    bare = AlternatingLeastSquares(factors=8, iterations=3, random_state=1)
    bare.fit(parts.train, show_progress=False)

    def scores(users: NDArray[np.int32]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = bare.user_factors[users] @ bare.item_factors.T
        return found

    theirs = ranking_metrics_at_k(bare, parts.train, parts.validation, K=10, show_progress=False)
    ours = api.evaluate(scores, parts.train, parts.validation, metrics=["ndcg", "map", "precision", "auc@k"]).metrics
    of_split = api.evaluate(scores, parts, metrics=["ndcg"]).metrics
    # implicit divides a precision by min(k, what is held out), which is called recall here.
    assert ours["ndcg@10"] == pytest.approx(theirs["ndcg"]) == of_split["ndcg@10"]
    assert (ours["map@10"], ours["auc@10"]) == pytest.approx((theirs["map"], theirs["auc"]))


def test_lists_on_arrays_are_the_sorted_scores_without_train(log: api.Log) -> None:
    model = api.fit("ease", log.matrix().plays)
    codes, scores = model.recommend(k=3)
    for user in range(log.counts.users):
        own = model.scores([user])[0]
        own[model.train[user].indices] = -np.inf
        assert codes[user].tolist() == np.argsort(-own, kind="stable")[:3].tolist()
        np.testing.assert_array_equal(scores[user], own[codes[user]])
    with_train, _ = model.recommend([5], k=40, exclude_train=False)
    assert sorted(with_train[0].tolist()) == list(range(40))


def test_matrices_of_any_kind_are_taken_and_left_as_they_are() -> None:
    rng = np.random.default_rng(1)
    counts = csr_matrix(rng.integers(0, 2, (30, 12)).astype(np.int64))
    counts.data[:] = 3
    before = counts.copy()
    model = api.fit("item_knn", counts, neighbours=np.int64(5))
    assert model.parameters["neighbours"] == 5
    assert model.scores([0]).shape == (1, 12)
    assert model.fold_in(model.train[:1]) == pytest.approx(model.scores([0]))
    assert ((counts != before).nnz, counts.dtype) == (0, np.int64)
    item, amount = model.explain(0, int(model.recommend([0], 1)[0][0, 0]))[0]
    assert amount > 0
    assert item in model.train[0].indices
    codes, similarity = model.similar(0, 3)
    assert similarity[0] == 1
    assert 0 not in codes


def test_the_scores_of_a_callers_own_table_are_left_as_they_are() -> None:
    table = np.random.default_rng(2).random((6, 8)).astype(np.float32)
    before, train, held = table.copy(), np.eye(6, 8), np.eye(6, 8, 1)
    first, again = (api.evaluate(lambda users: table, csr_matrix(train), csr_matrix(held), k=2) for _ in range(2))
    assert (table == before).all()
    assert again.metrics == first.metrics
    alone = api.evaluate(lambda users: table, csr_matrix(train), csr_matrix(held), k=2, metrics="ndcg")
    assert alone.metrics == {"ndcg@2": first.metrics["ndcg@2"]}


def test_a_hybrid_joins_runs_that_weigh_by_recency(folder: Path, tmp_path: Path) -> None:
    rows = [
        (f"u{row['user_id']}", row["artist_name"], datetime(2024, 1 + place % 12, 1 + place % 28, tzinfo=UTC))
        for place, row in enumerate(rows_of(folder))
    ]
    with api.open_log(rows, home=tmp_path) as timed, mock.patch.object(supervisor, "start", _work_here):
        parts = api.split(timed)
        recent = api.train(timed, "rp3beta", half_life=30, split=parts)
        hybrid = api.fit("hybrid", parts, members=f"{recent.id},ease", weights="1,1")
        alone = api.fit("rp3beta", parts, half_life=30)
    assert isinstance(hybrid._recommender, HybridRecommender)
    own = hybrid._recommender._members[0][0]
    assert own.scores(np.arange(3, dtype=np.int32)) == pytest.approx(alone.scores([0, 1, 2]))


def test_runs_go_both_ways_between_notebook_and_commands(
    log: api.Log, als: api.Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--data", str(folder / "listens.csv"), "--home", str(folder / "home")]
    with mock.patch.object(supervisor, "start", _work_here):
        assert command(["train", "popularity", "--name", "by command", *place]) == 0
    capsys.readouterr()
    assert [one.name for one in api.runs(log)] == ["by command", "small"]
    with api.find_run("by command", home=folder / "home").log() as opened:
        assert opened.content == log.content
    assert command(["runs", *place]) == 0
    assert "small" in capsys.readouterr().out
    assert command(["recommend", "small", "--user", "u3", "-k", "4", "--json", *place]) == 0
    printed = re.findall(r'"rank": \d+,\s+"artist": \{\s+"code": \d+,\s+"key": "([^"]+)"', capsys.readouterr().out)
    assert printed == als.recommend("u3", k=4).table["item_key"].to_pylist()
    compared = api.compare([als, api.find_run("by command", log)])
    assert compared.verdict.startswith("small ranks better than by command: NDCG@10")
    difference = {row["metric"]: row["difference"] for row in compared.table.to_pylist() if row["name"] == "by command"}
    other = api.find_run("by command", log)
    assert difference["ndcg@10"] == pytest.approx(other.metrics["ndcg@10"] - als.metrics["ndcg@10"])


def test_questions_start_no_process_and_agree_with_each_other(
    log: api.Log, als: api.Run, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with mock.patch.object(subprocess, "Popen", side_effect=AssertionError("a process was started")):
        lists = als.recommend_all(3)
        one = als.recommend("u0", k=3)
        typed = als.recommend(like=np.array(["artist 3", "artist 5"]), k=40, dislike=["artist 7"])
        why = als.explain(one.table["item"][0].as_py(), "u0")
        alike = als.similar("artist 4", k=3)
        api.evaluate(als.model(), api.split(log))
    own = [row for row in lists.to_pylist() if row["user_id"] == "u0"]
    assert [row["item_key"] for row in own] == one.table["item_key"].to_pylist()
    assert "artist 7" not in typed.table["item"].to_pylist()
    assert typed.total == 37
    single = als.recommend(like="artist 3", k=40).table
    assert single.num_rows == 39
    assert single["item"].to_pylist() == als.recommend(like=pa.array(["artist 3"]), k=40).table["item"].to_pylist()
    assert sum(why.table["amount"].to_pylist()) == pytest.approx(why.score, abs=1e-4)
    assert why.score == pytest.approx(one.table["score"][0].as_py())
    assert alike.table.num_rows == 3
    target = tmp_path / "lists.parquet"
    place = ["--data", str(folder / "listens.csv"), "--home", str(folder / "home")]
    assert command(["export", "recommendations", "small", "-k", "3", "--to", str(target), *place]) == 0
    capsys.readouterr()
    assert pq.read_table(target)["artist_key"].to_pylist() == lists["item_key"].to_pylist()


class Bar:
    """As much of tqdm as a `ProgressBar` needs."""

    total: object = None
    n: object = 0

    def __init__(self) -> None:
        self.drawn: list[tuple[str, object, object]] = []
        self._phase = ""

    def set_description(self, desc: str) -> None:
        self._phase = desc

    def refresh(self) -> None:
        self.drawn.append((self._phase, self.n, self.total))


def test_progress_goes_to_a_function_or_a_bar(log: api.Log) -> None:
    steps: list[api.Progress] = []
    api.fit("als", api.split(log), factors=4, iterations=3, progress=steps.append)
    assert [step.done for step in steps if "loss" in step.metrics] == [1, 2, 3]
    bar = Bar()
    api.evaluate(lambda users: np.ones((len(users), 40), np.float32), api.split(log), progress=bar)
    assert {phase for phase, _, _ in bar.drawn} == {"evaluate"}
    assert bar.drawn[-1][1] == bar.drawn[-1][2]


def test_what_a_callback_raises_cancels_the_run(log: api.Log, folder: Path) -> None:
    def stop(at: api.Progress) -> None:
        if at.phase == "fit":
            raise LookupError("enough")

    with pytest.raises(LookupError):
        api.train(log, "als", name="endless", factors=256, iterations=500, progress=stop)
    run = api.find_run("endless", log)
    assert run.status == "cancelled"
    assert not status.is_alive(run.folder)


def test_an_evaluation_on_test_is_counted_once(log: api.Log, als: api.Run) -> None:
    parts = api.split(log, seed=7)
    model = als.model()
    for _ in range(2):
        api.evaluate(model, parts, part="test", metrics=["ndcg"])
    api.evaluate(model, parts, metrics=["ndcg"])
    used = test_usage.UsageReader().usage(log._home).runs
    assert len(used[test_usage.key(log.content, parts._spec)]) == 1


WRONG: Any = api  # mypy would refuse most of it, too


def _flat(users: NDArray[np.int32]) -> NDArray[np.float32]:
    return np.zeros((len(users), 40), np.float32)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda log: WRONG.open_log("/nowhere/at/all"), "There is nothing at"),
        (lambda log: WRONG.open_log(items="albums"), "Items must be 'artists'"),
        (lambda log: WRONG.fit("nothing", WRONG.split(log)), "There is no model named 'nothing'"),
        (lambda log: WRONG.fit("als", WRONG.split(log), factors=0), "must be a whole number from 1 to 1,024, not '0'"),
        (lambda log: WRONG.fit("als", WRONG.split(log), factor=8), "als has no parameter 'factor'"),
        (lambda log: WRONG.fit("als", log.matrix().plays, final=True), "A final fit needs a split"),
        (lambda log: WRONG.split(log, test=2.0), "This split is not possible"),
        (lambda log: WRONG.split(log, "time"), "no timestamps"),
        (lambda log: WRONG.evaluate(_flat, log.matrix().plays), "give `held_out`"),
        (lambda log: WRONG.evaluate(_flat, log.matrix().plays, csr_matrix((1, 1))), "must be alike"),
        (lambda log: WRONG.evaluate(_flat, WRONG.split(log, validation=0.0)), "Nothing is held out"),
        (lambda log: WRONG.evaluate(_flat, WRONG.split(log), metrics=["mse"]), "There is no metric 'mse'"),
        (lambda log: WRONG.evaluate(_flat, WRONG.split(log), part="train"), "'validation' or 'test', not 'train'"),
        (lambda log: WRONG.evaluate(_flat, WRONG.split(log), k=0), "must be 1 or more"),
        (lambda log: WRONG.evaluate(lambda users: None, WRONG.split(log)), "must give the scores of all 40 items"),
        (lambda log: WRONG.evaluate(lambda users: np.zeros((len(users), 3)), WRONG.split(log)), "float64 (60, 3)"),
        (lambda log: WRONG.evaluate(WRONG.fit("ease", np.eye(3)), WRONG.split(log)), "fitted on (3, 3)"),
        (lambda log: WRONG.fit("ease", np.zeros((3, 3))), "holds no plays"),
        (lambda log: WRONG.fit("ease", np.array([[1, -1], [1, 1]])), "finite and not below 0"),
        (lambda log: WRONG.fit("ease", np.array([[1, np.nan], [1, 1]])), "finite and not below 0"),
        (lambda log: WRONG.fit("ease", "plays.npz"), "must be a matrix of plays"),
        (lambda log: WRONG.fit("ease", np.eye(3)).recommend([3]), "no code 3 among the 3 users"),
        (lambda log: WRONG.fit("ease", np.eye(3)).scores([0, -1]), "no code -1 among the 3 users"),
        (lambda log: WRONG.fit("ease", np.eye(3)).scores(["ann"]), "are given by their codes"),
        (lambda log: WRONG.fit("ease", np.eye(3)).scores([0.5]), "are given by their codes"),
        (lambda log: WRONG.fit("ease", np.eye(3)).recommend([0], k=0), "must be 1 or more"),
        (lambda log: WRONG.fit("ease", np.eye(3)).similar(3), "no code 3 among the 3 items"),
        (lambda log: WRONG.fit("ease", np.eye(3)).explain(0, -1), "no code -1 among the 3 items"),
        (lambda log: WRONG.fit("ease", np.eye(3)).fold_in(np.eye(2)), "the model knows 3 items"),
        (lambda log: WRONG.compare([WRONG.find_run("small", log)] * 2), "A run is given twice"),
        (lambda log: WRONG.open_log(columns={"singer": "name"}), "Nothing is called 'singer'"),
        (lambda log: WRONG.find_run("no such run", log), "There is no run"),
        (lambda log: WRONG.find_run("small", log).recommend(), "Give --user ID"),
        (lambda log: WRONG.find_run("small", log).recommend("nobody at all"), "nobody at all"),
        (lambda log: WRONG.find_run("small", log).similar("Xyzzy"), "Xyzzy"),
        (lambda log: WRONG.find_run("small", log).recommend_all(k=0), "must be 1 or more"),
    ],
)
def test_what_is_wrong_is_refused_with_a_sentence(ask: object, said: str, log: api.Log, als: api.Run) -> None:
    assert callable(ask)
    with pytest.raises(api.UserError, match=re.escape(said)) as refused:
        ask(log)
    assert refused.value.exit_code == 2


def test_a_model_that_cannot_answer_says_so_as_a_failure(log: api.Log) -> None:
    with mock.patch.object(supervisor, "start", _work_here):
        popular = api.train(log, "popularity", name="popular")
    with pytest.raises(api.UserError, match="Popularity") as refused:
        popular.similar("artist 4")
    assert refused.value.exit_code == 1


def test_a_table_is_the_log_that_its_file_is(log: api.Log, folder: Path, tmp_path: Path) -> None:
    rows = rows_of(folder)
    table = pa.table({name: [row[name] for row in rows] for name in rows[0]})
    tuples = [(row["user_id"], row["artist_name"], int(row["play_count"])) for row in rows]
    for given in (table, tuples, pa.RecordBatchReader.from_batches(table.schema, table.to_batches())):
        with api.open_log(given, home=tmp_path / "home") as opened:
            assert (opened.content, opened.counts) == (log.content, log.counts)
    saved = list((tmp_path / "home" / "cache" / "tables").iterdir())
    assert len(saved) == 2, "the table and its reader have one file"
    assert {path.stat().st_mode & 0o777 for path in saved} == {0o600}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [([], "no rows"), ([("ann",)], "each row needs"), ([("ann", "Blur", 1), ("ann", "Low")], "each row needs"),
     (5, "no table of listens")],
)  # fmt: skip
def test_what_is_no_table_of_listens_is_refused(given: object, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(api.UserError, match=sentence):
        api.open_log(given, home=tmp_path)
    with pytest.raises(api.UserError, match=r"one table, or paths|no rows|each row|no table"):
        api.open_log(given, given, home=tmp_path)


def test_columns_and_the_order_of_dates_are_those_of_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("who,artist,when\nann,Blur,01/02/2024 10:00\nbob,Pixies,03/02/2024 11:00\n")
    how: dict[str, Any] = {"columns": {"user": "who", "time": "when"}, "home": tmp_path / "home"}
    with api.open_log(tmp_path / "log.csv", dates="dmy", **how) as early:
        assert early.plays()["last_at"].to_pylist()[0] == datetime(2024, 2, 1, 10)
        assert (early.counts.users, early.counts.kept) == (2, 2)
    with api.open_log(tmp_path / "log.csv", dates="mdy", **how) as late:
        assert late.plays()["last_at"].to_pylist()[0] == datetime(2024, 1, 2, 10)


def test_a_list_of_paths_is_these_paths(log: api.Log, folder: Path, tmp_path: Path) -> None:
    with api.open_log([folder / "listens.csv"], home=tmp_path) as opened:
        assert opened.content == log.content
    with pytest.raises(api.UserError, match="There is nothing at"):
        api.open_log([folder / "listens.csv", "not there"], home=tmp_path)


def test_rows_with_times_are_listens(tmp_path: Path) -> None:
    at = datetime(2024, 5, 1, 12, tzinfo=UTC)
    with api.open_log([("ann", "Blur", at), ("ann", "Blur", at.replace(hour=13))], home=tmp_path) as opened:
        assert opened.plays()["last_at"].to_pylist()[0] == at.replace(hour=13, tzinfo=None)
        assert opened.counts.listens == 2


def test_a_user_may_be_given_as_a_number(tmp_path: Path) -> None:
    rows = [(user, f"artist {(user + step) % 12}", 1 + step) for user in range(30) for step in range(6)]
    with api.open_log(rows, home=tmp_path) as opened, mock.patch.object(supervisor, "start", _work_here):
        run = api.train(opened, "popularity")
        assert run.recommend(7, k=3).table.equals(run.recommend("7", k=3).table)


@pytest.mark.slow
def test_a_tuning_is_the_one_that_the_command_line_shows(
    log: api.Log, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = api.tune(log, "rp3beta", {"beta": [0.1, 0.9], "neighbours": [5, 40]}, name="grid of the API")
    assert command(["tunings", "show", made.id, "--home", str(folder / "home"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["status"] == made.status == "finished"
    table = made.trials().to_pydict()
    assert table["value"] == [one["value"] for one in told["trials"]]
    assert made.best["beta"] == table["beta"][table["value"].index(max(table["value"]))]
    assert made.id in [one.id for one in api.tunings(log)]


def test_a_tuning_that_cannot_be_is_refused(log: api.Log) -> None:
    with pytest.raises(api.UserError, match="not both"):
        api.tune(log, "als", {"factors": [4]}, trials=3)
    with pytest.raises(api.UserError, match="no parameter 'width'"):
        api.tune(log, "als", {"width": [4]})
    with pytest.raises(api.UserError, match="no parameter that a search can vary"):
        api.tune(log, "popularity")
