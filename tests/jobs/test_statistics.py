"""Runs against each other: what the host answers, held to the files and to significance."""

import shutil
from pathlib import Path

import msgspec
import numpy as np
import pyarrow.parquet as pq
import pytest

from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.evaluation import groups, significance
from musicrec_tui.jobs import per_user_metrics
from musicrec_tui.jobs.host_protocol import Compare, Compared, Refused, Response
from musicrec_tui.jobs.service import Service
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.runs import store
from tests.jobs.conftest import World


def folder(world: World, name: str) -> str:
    return str(store.find_run(world.home, name).folder)


def answered(world: World, *names: str, users: int = 10, metric: str = "") -> Compared:
    ask = Compare(runs=tuple(folder(world, name) for name in names), users=users, metric=metric)
    answer = Service().answer(ask)
    assert isinstance(answer, Compared), answer
    return answer


def refused(*folders: str, metric: str = "") -> str:
    answer = Service().answer(Compare(runs=folders, metric=metric))
    assert isinstance(answer, Refused)
    assert not answer.defect
    return answer.sentence


def test_every_metric_is_the_paired_test_of_the_two_files(trained: World) -> None:
    answer = answered(trained, "popular", "als")
    tables = [pq.read_table(Path(folder(trained, name)) / per_user_metrics.FILE) for name in ("popular", "als")]
    assert tables[0].column("user_key").to_pylist() == tables[1].column("user_key").to_pylist()
    [against] = answer.against
    run = store.find_run(trained.home, "als")
    assert against.run == run.id
    assert {one.metric for one in against.metrics} == set(run.intervals)
    for one in against.metrics:
        popular, als = (table.column(one.metric).to_numpy().astype(float) for table in tables)
        [wanted] = significance.paired((als - popular)[:, None], significance.enough_resamples(len(against.metrics)))
        assert (one.users, one.wins, one.ties, one.losses) == (
            wanted.users, wanted.wins, wanted.ties, wanted.losses,
        )  # fmt: skip
        assert (one.difference, one.low, one.high) == pytest.approx((wanted.difference, wanted.low, wanted.high))
        assert one.p_bootstrap == pytest.approx(wanted.p_bootstrap)
        assert one.p_wilcoxon == pytest.approx(wanted.p_wilcoxon)
    for kind in ("bootstrap", "wilcoxon"):
        alone = np.array([getattr(one, f"p_{kind}") for one in against.metrics])
        assert [getattr(one, f"holm_{kind}") for one in against.metrics] == pytest.approx(significance.holm(alone))


def test_taste_beats_popularity_where_there_are_two_tastes(trained: World) -> None:
    answer = answered(trained, "popular", "als")
    ndcg = next(one for one in answer.against[0].metrics if one.metric == "ndcg@10")
    assert ndcg.low > 0
    assert ndcg.holm_bootstrap < 0.05
    assert ndcg.wins > ndcg.losses


def test_the_users_that_differ_most_are_told_first(trained: World) -> None:
    answer = answered(trained, "popular", "als", users=1000)
    sizes = [abs(user.other - user.first) for user in answer.against[0].differing]
    assert sizes == sorted(sizes, reverse=True)
    ndcg = next(one for one in answer.against[0].metrics if one.metric == "ndcg@10")
    assert len(sizes) == ndcg.wins + ndcg.losses
    assert len(answered(trained, "popular", "als", users=3).against[0].differing) == 3
    other = answered(trained, "popular", "als", users=1, metric="auc")
    assert other.metric == "auc"
    table = pq.read_table(Path(folder(trained, "als")) / per_user_metrics.FILE)
    place = table.column("user_key").to_pylist().index(other.against[0].differing[0].user)
    assert other.against[0].differing[0].other == table.column("auc")[place].as_py()


def test_groups_are_compared_among_their_members(trained: World) -> None:
    answer = answered(trained, "popular", "als")
    popular, als = (per_user_metrics.read_per_user(store.find_run(trained.home, name)) for name in ("popular", "als"))
    assert popular.traits is not None
    inside = groups.members(popular.traits)
    assert [group.group for group in answer.against[0].groups] == list(inside)
    change = als.metrics["ndcg@10"] - popular.metrics["ndcg@10"]
    for group in answer.against[0].groups:
        assert group.users == inside[group.group].sum()
        assert group.difference == pytest.approx(change[inside[group.group]].mean())
        assert group.low <= group.difference <= group.high


def test_a_run_against_itself_does_not_differ(trained: World) -> None:
    answer = answered(trained, "als", "als", "popular")
    itself, popular = answer.against
    assert all((one.difference, one.holm_bootstrap, one.holm_wilcoxon) == (0, 1, 1) for one in itself.metrics)
    assert itself.differing == ()
    assert any(one.difference for one in popular.metrics)


def test_what_a_run_is_worth_is_kept_with_intervals_groups_and_size(trained: World) -> None:
    run = store.find_run(trained.home, "als")
    table = per_user_metrics.read_per_user(run)
    for name, (low, high) in run.intervals.items():
        assert low <= run.metrics[name] <= high
        assert run.metrics[name] == pytest.approx(np.nanmean(table.metrics[name]))
    assert {"coverage@10", "gini@10"} == set(run.metrics) - set(run.intervals)
    for kind in (("light", "middle", "heavy"), ("mainstream", "niche")):
        members = [run.groups[name] for name in kind if name in run.groups]
        assert sum(group["users"] for group in members) == run.result.users if run.result else False
        weighted = sum(group["users"] * group["ndcg@10"] for group in members) / sum(g["users"] for g in members)
        assert weighted == pytest.approx(run.metrics["ndcg@10"])
    assert run.model_bytes == sum(path.stat().st_size for path in (run.folder / "model").iterdir())


def test_what_was_not_measured_alike_is_refused_with_the_reason(world: World) -> None:
    first = world.finished(PopularityParams())
    other = world.finished(PopularityParams(), split=SplitSpec(seed=7))
    assert "different splits" in refused(str(first.folder), str(other.folder))
    assert "From 2 to 20" in refused(str(first.folder))
    assert "no nonsense\ufffd by user" in refused(str(first.folder), str(first.folder), metric="nonsense\x1b")
    assert "novelty@10" in refused(str(first.folder), str(first.folder), metric="nonsense")


def test_damaged_and_missing_files_are_refused_with_a_sentence(trained: World, tmp_path: Path) -> None:
    whole = Path(folder(trained, "als"))
    damaged, missing = tmp_path / "damaged" / whole.name, tmp_path / "missing" / whole.name
    shutil.copytree(whole, damaged)
    content = bytearray((damaged / per_user_metrics.FILE).read_bytes())
    content[len(content) // 2] ^= 0xFF
    (damaged / per_user_metrics.FILE).write_bytes(content)
    assert "not the one that als made" in refused(str(whole), str(damaged))
    shutil.copytree(whole, missing)
    (missing / per_user_metrics.FILE).unlink()
    assert "cannot be read" in refused(str(whole), str(missing))
    assert "not finished" in refused(str(whole), str(tmp_path / "nowhere"))


def test_runs_of_before_are_compared_too(world: World) -> None:
    """Their files tell neither groups nor intervals, and no metrics beyond accuracy."""
    runs = [world.finished(PopularityParams()), world.finished(AlsParams(factors=4, iterations=2))]
    old = runs[0]
    assert old.result is not None
    path = old.folder / per_user_metrics.FILE
    table = pq.read_table(path)
    kept = [name for name in table.column_names if name.partition("@")[0] in ("user_key", "ndcg", "recall", "auc")]
    pq.write_table(table.select(kept), path)
    from musicrec_tui import files
    from musicrec_tui.runs import metrics

    result = msgspec.structs.replace(
        old.result, intervals={}, groups={}, model_bytes=None, per_user_sha256=files.sha256_of(path)
    )
    metrics.write(old.folder, result)
    answer = Service().answer(Compare(runs=tuple(str(run.folder) for run in runs)))
    assert isinstance(answer, Compared)
    assert answer.against[0].groups == ()
    assert {one.metric for one in answer.against[0].metrics} == {"ndcg@10", "recall@10", "auc@10", "auc"}


def test_the_answer_crosses_the_process_border(trained: World) -> None:
    response = Response(1, answered(trained, "popular", "als"))
    assert msgspec.json.decode(msgspec.json.encode(response), type=Response) == response
