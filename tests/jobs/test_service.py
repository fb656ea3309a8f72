"""What the host computes, as plain calls."""

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.jobs.host_protocol import AnyAsk, Explain, Explained, Newcomer, Recommend, Refused, Similar
from musicrec_tui.jobs.service import Service
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import store as models
from musicrec_tui.recommenders.ease import EaseParams
from musicrec_tui.recommenders.popularity import PopularityParams
from tests.jobs.answers import USER, Place, artist_key, heard, listed, place, refused
from tests.jobs.conftest import HOSTILE, World, write_log


def test_recommendations_are_new_to_the_user_and_in_order(trained: World, service: Service) -> None:
    answer = listed(service.answer(Recommend(user=USER, k=100, **place(trained))))
    known = heard(trained.index, USER)
    keys = [row.artist.key for row in answer.rows]
    assert not known & set(keys)
    assert answer.total == len(keys) == len(set(keys)) == 40 - len(known)
    assert [row.rank for row in answer.rows] == list(range(1, len(keys) + 1))
    scores = [row.score for row in answer.rows]
    assert scores == sorted(scores, reverse=True)
    assert not any(row.heard for row in answer.rows)


def test_recommendations_follow_taste(trained: World, service: Service) -> None:
    answer = listed(service.answer(Recommend(user=USER, k=5, **place(trained))))
    odd = [row for row in answer.rows if int(row.artist.name.removeprefix("artist ")) % 2]
    assert len(odd) == 5  # u1 likes the odd ones


def test_scores_are_the_models_own(trained: World, service: Service) -> None:
    answer = listed(service.answer(Recommend(user=USER, **place(trained))))
    model = models.load(Path(place(trained)["run"]) / "model")
    scores = model.recommender.scores(np.array([model.user_keys.index(USER)], np.int32))[0]
    assert [row.score for row in answer.rows] == pytest.approx(
        [float(scores[model.artist_keys.index(row.artist.key)]) for row in answer.rows]
    )


def test_what_was_heard_can_be_included_and_is_flagged(trained: World, service: Service) -> None:
    answer = listed(service.answer(Recommend(user=USER, k=100, filters=Filters(heard="all"), **place(trained))))
    assert {row.artist.key for row in answer.rows if row.heard} == heard(trained.index, USER)
    assert answer.total == 40


def test_reasons_are_the_users_own_artists_and_positive(trained: World, service: Service) -> None:
    answer = listed(service.answer(Recommend(user=USER, k=3, reasons=2, **place(trained))))
    for row in answer.rows:
        assert 1 <= len(row.reasons) <= 2
        assert {reason.artist.key for reason in row.reasons} <= heard(trained.index, USER)
        assert all(reason.amount > 0 for reason in row.reasons)


def test_an_explanation_sums_to_the_score(trained: World, service: Service) -> None:
    top = listed(service.answer(Recommend(user=USER, k=1, **place(trained)))).rows[0]
    answer = service.answer(Explain(user=USER, artist=top.artist.key, **place(trained)))
    assert isinstance(answer, Explained)
    assert answer.score == pytest.approx(top.score)
    assert sum(reason.amount for reason in answer.reasons) == pytest.approx(answer.score, abs=1e-3)


def test_similar_artists_share_listeners(trained: World, service: Service) -> None:
    answer = listed(service.answer(Similar(artist=artist_key(trained, "artist 4"), k=5, **place(trained))))
    names = [row.artist.name for row in answer.rows]
    assert "artist 4" not in names
    assert all(name == HOSTILE or int(name.removeprefix("artist ")) % 2 == 0 for name in names)
    assert answer.total == 39


def test_similar_artists_can_be_asked_to_be_known(trained: World, service: Service) -> None:
    everyone = listed(service.answer(Similar(artist=artist_key(trained, "artist 4"), k=50, **place(trained))))
    enough = sorted(row.artist.listeners for row in everyone.rows)[len(everyone.rows) // 2]
    known = {row.artist.key for row in everyone.rows if row.artist.listeners >= enough}
    ask = Similar(artist=artist_key(trained, "artist 4"), k=50, min_listeners=enough, **place(trained))
    answer = listed(service.answer(ask))
    assert answer.rows
    assert {row.artist.key for row in answer.rows} <= known
    assert len(answer.rows) == answer.total < everyone.total


def test_folding_in_a_stranger_follows_their_taste(trained: World, service: Service) -> None:
    profile = {artist_key(trained, f"artist {number}"): 1.0 for number in (3, 5, 7)}
    answer = listed(service.answer(Recommend(user=Newcomer(plays=profile), k=5, **place(trained))))
    assert not profile.keys() & {row.artist.key for row in answer.rows}
    assert all(int(row.artist.name.removeprefix("artist ")) % 2 for row in answer.rows)
    assert answer.total == 37


def test_popularity_recommends_without_reasons_and_says_what_it_cannot(trained: World, service: Service) -> None:
    where = place(trained, "popular")
    answer = listed(service.answer(Recommend(user=USER, **where)))
    assert answer.rows
    assert all(row.reasons == () for row in answer.rows)
    key = answer.rows[0].artist.key
    assert "Popularity" in refused(service.answer(Similar(artist=key, **where)))
    assert "Popularity" in refused(service.answer(Explain(user=USER, artist=key, **where)))


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda where: Recommend(user="nobody", **where), "nobody"),
        (lambda where: Recommend(user="[/b]\x1b[2J", **where), "was not in the data"),
        (lambda where: Similar(artist="nothing", **where), "nothing"),
        (lambda where: Explain(user=USER, artist="nothing", **where), "nothing"),
        (lambda where: Recommend(user=Newcomer(plays={"nothing": 1.0}), **where), "None of these"),
        (lambda where: Recommend(user=Newcomer(plays={}), **where), "None of these"),
        (lambda where: Recommend(user=Newcomer(plays={"artist 1": -1.0}), **where), "positive"),
        (lambda where: Recommend(user=Newcomer(plays={"artist 1": float("nan")}), **where), "positive"),
        (lambda where: Recommend(user=USER, k=0, **where), "1 to 10,000"),
        (lambda where: Recommend(user=USER, k=10**9, **where), "1 to 10,000"),
        (lambda where: Recommend(user=USER, **Place(run=where["run"], index="/nowhere")), "/nowhere"),
        (lambda where: Recommend(user=USER, **Place(run="/nowhere", index=where["index"])), "/nowhere"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_sentence(
    trained: World, service: Service, ask: Callable[[Place], AnyAsk], said: str
) -> None:
    sentence = refused(service.answer(ask(place(trained))))
    assert said in sentence
    assert "\x1b" not in sentence


def test_a_run_opens_on_a_later_index_of_the_same_log(trained: World, service: Service, tmp_path: Path) -> None:
    """More users and artists have come, and codes mean something else now; keys do not."""
    log = write_log(tmp_path / "later.csv")
    lines = log.read_text(encoding="utf-8").splitlines()
    new = ["aaa,Aardvark,5", "bbb,artist 2,7", "bbb,artist 4,9", "u1,Aardvark,9", "u1,artist 2,9"]
    log.write_text("\n".join([lines[0], *new, *reversed(lines[1:])]) + "\n", encoding="utf-8")
    later = build.ensure(Log([log]), Home(tmp_path, tmp_path / "cache"))
    where = place(trained)
    on_later = Place(run=where["run"], index=str(later))
    before = listed(service.answer(Recommend(user="u0", k=100, **where)))
    after = listed(service.answer(Recommend(user="u0", k=100, **on_later)))
    assert [(row.artist.key, row.score) for row in after.rows] == [(row.artist.key, row.score) for row in before.rows]
    grown = listed(service.answer(Recommend(user="u1", k=100, **on_later)))
    assert "artist 2" not in {row.artist.name for row in grown.rows}  # heard since
    # Users who have come since are folded in, where the model knows an artist of theirs.
    sources = {
        user: listed(service.answer(Recommend(user=user, **on_later))).served_by for user in ("u1", "aaa", "bbb")
    }
    assert sources == {"u1": "model", "aaa": "popularity", "bbb": "fold-in"}
    typed = Newcomer(plays={"name:artist 2": 7.0, "name:artist 4": 9.0})
    folded, newcomer = (listed(service.answer(Recommend(user=user, **on_later))).rows for user in ("bbb", typed))
    assert [(row.artist.key, row.score) for row in folded] == [(row.artist.key, row.score) for row in newcomer]
    why = service.answer(Explain(user="aaa", artist="name:artist 2", **on_later))
    assert isinstance(why, Explained)
    assert (why.served_by, why.reasons) == ("popularity", ())
    why = service.answer(Explain(user="bbb", artist=folded[0].artist.key, **on_later))
    assert isinstance(why, Explained)
    assert (why.served_by, {one.artist.key for one in why.reasons}) == ("fold-in", set(typed.plays))


def test_a_list_of_equal_scores_is_popularitys(world: World, service: Service, tmp_path: Path) -> None:
    """A user who has all that others of their taste have: what is left scores 0, and would be listed by code."""
    own = [f"full,artist {number},3" for number in range(2, 40, 2)] + [f'full,"{HOSTILE}",3']
    log = write_log(tmp_path / "full.csv")
    log.write_text(log.read_text(encoding="utf-8") + "\n".join(own) + "\n", encoding="utf-8")
    index = build.ensure(Log([log]), world.home)
    dataset = Dataset(index)
    other = dataclasses.replace(world, log=log, index=index, content=dataset.info.content)
    dataset.close()
    run = other.finished(EaseParams())
    answer = listed(service.answer(Recommend(user="full", k=5, run=str(run.folder), index=str(index))))
    assert answer.served_by == "popularity"
    popular = other.finished(PopularityParams())
    expected = listed(service.answer(Recommend(user="full", k=5, run=str(popular.folder), index=str(index))))
    assert [(row.artist.key, row.score) for row in answer.rows] == [
        (row.artist.key, row.score) for row in expected.rows
    ]
    every = listed(
        service.answer(Recommend(user="full", k=5, run=str(run.folder), index=str(index), filters=Filters(heard="all")))
    )
    assert every.served_by == "model"


def test_artists_that_the_index_lacks_are_not_recommended(trained: World, service: Service, tmp_path: Path) -> None:
    smaller = build.ensure(
        Log([write_log(tmp_path / "less.csv", users=60, artists=30)]), Home(tmp_path, tmp_path / "cache")
    )
    answer = listed(service.answer(Recommend(user=USER, k=100, run=place(trained)["run"], index=str(smaller))))
    assert all(int(row.artist.name.removeprefix("artist ")) < 30 for row in answer.rows if row.artist.name != HOSTILE)
    assert len(answer.rows) == answer.total


def test_every_damaged_file_of_a_model_is_refused(trained: World, tmp_path: Path) -> None:
    whole = Path(place(trained)["run"])
    names = sorted(path.name for path in (whole / "model").iterdir())
    for name in names:
        folder = tmp_path / name / whole.name
        shutil.copytree(whole, folder)
        target = folder / "model" / name
        content = bytearray(target.read_bytes())
        content[len(content) // 2] ^= 0xFF
        target.write_bytes(content)
        asked = Recommend(user=USER, run=str(folder), index=str(trained.index))
        assert str(folder) in refused(Service().answer(asked)), name


def test_the_model_of_another_run_is_refused(trained: World, tmp_path: Path) -> None:
    whole = Path(place(trained)["run"])
    folder = tmp_path / whole.name
    shutil.copytree(whole, folder)
    shutil.rmtree(folder / "model")
    shutil.copytree(Path(place(trained, "popular")["run"]) / "model", folder / "model")
    sentence = refused(Service().answer(Recommend(user=USER, run=str(folder), index=str(trained.index))))
    assert "not the one that this run made" in sentence


def test_a_defect_is_told_as_one_and_logged(
    trained: World, service: Service, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(service, "_open", lambda *_: 1 / 0)
    answer = service.answer(Recommend(user=USER, **place(trained)))
    assert isinstance(answer, Refused)
    assert answer.defect
    assert "ZeroDivisionError" in capfd.readouterr().err
    assert msgspec.json.encode(answer)


@pytest.mark.parametrize("k", [1, 2, 5, 40])
def test_similar_artists_are_the_first_that_have_enough_listeners(trained: World, service: Service, k: int) -> None:
    model = models.load(Path(place(trained)["run"]) / "model")
    listeners = np.bincount(model.train.indices, minlength=40)
    every = model.recommender.similar(model.artist_keys.index(artist_key(trained, "artist 7")), 40).artists[0]
    for least in sorted(set(listeners.tolist())):
        wanted = [model.artist_keys[code] for code in every if code >= 0 and listeners[code] >= least][:k]
        answer = listed(
            service.answer(Similar(artist=artist_key(trained, "artist 7"), k=k, min_listeners=least, **place(trained)))
        )
        assert [row.artist.key for row in answer.rows] == wanted


def test_little_of_a_large_index_is_held_in_memory_and_the_answers_are_the_same(
    trained: World, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks: list[AnyAsk] = [
        Recommend(user=USER, **place(trained)),
        Recommend(
            user=Newcomer(plays={artist_key(trained, "artist 3"): 9.0}),
            filters=Filters(heard="rediscover"),
            **place(trained),
        ),
        Similar(artist=artist_key(trained, "artist 7"), **place(trained)),
        Explain(user=USER, artist=artist_key(trained, "artist 7"), **place(trained)),
    ]
    wanted = [service.answer(one) for one in asks]
    monkeypatch.setattr("musicrec_tui.jobs.service.MOST_REMEMBERED", 0)
    alone = Service(alone=True)
    try:
        assert [alone.answer(one) for one in asks] == wanted
        [dataset] = alone._datasets.values()
        assert dataset.query("SELECT current_setting('threads'), current_setting('memory_limit')") == [(1, "61.0 MiB")]
    finally:
        alone.close()


def test_an_index_that_was_closed_for_others_is_opened_again(trained: World, service: Service, tmp_path: Path) -> None:
    """Two stay open: after two others the first is asked again, and answers the same."""
    ask = Recommend(user=USER, k=100, **place(trained))
    before = listed(service.answer(ask))
    for name in ("one", "other"):
        copied = shutil.copy(trained.index, tmp_path / f"{name}.duckdb")
        elsewhere = Recommend(user=USER, k=100, run=ask.run, index=str(copied))
        assert listed(service.answer(elsewhere)).rows == before.rows
    assert len(service._datasets) == 2
    assert listed(service.answer(ask)).rows == before.rows
