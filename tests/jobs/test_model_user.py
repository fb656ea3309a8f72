"""Newcomers are recommended to as users are: by their plays, by a profile, never what they dislike."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles import importing, store
from musicrec_tui.dataset.profiles.store import Profile
from musicrec_tui.dataset.sources import recognise
from musicrec_tui.dataset.sources.layouts import LAYOUTS
from musicrec_tui.jobs.host_protocol import Explain, Explained, Newcomer, Recommend, Recommended, Request
from musicrec_tui.jobs.service import Service
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import store as models
from musicrec_tui.recommenders.als.model import AlsRecommender
from musicrec_tui.recommenders.base import Capabilities
from tests.dataset.logs import write_text
from tests.dataset.profiles.histories import LISTENS, heard, jot, rated
from tests.jobs.answers import artist_key, listed, place, refused
from tests.jobs.conftest import World

ODD = (3, 5, 7)


def keys(world: World, *numbers: int) -> list[str]:
    return [artist_key(world, f"artist {number}") for number in numbers]


def named(answer: Recommended) -> set[str]:
    return {row.artist.name for row in answer.rows}


@pytest.fixture
def profile(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Profile:
    """Somebody who plays three odd artists and one that the log lacks, loves artist 11, hates artist 9 and Nobody."""
    monkeypatch.setattr(recognise, "LAYOUTS", (LISTENS, *LAYOUTS))
    records = [heard(f"artist {number}", number) for number in ODD]
    hates = [rated("artist 9", -1, 0), rated("Nobody", -1, 0), rated("artist 11", 1, 0)]
    return importing.import_history(
        home, "me", Log([jot(tmp_path / "me.json", [*records, heard("Somebody else", 9), *hates])])
    )


def test_a_users_own_plays_fold_in_to_their_own_scores(trained: World, service: Service) -> None:
    """The user's vector is solved for, whether they are in the data or not."""
    where = place(trained)
    model = models.load(Path(where["run"]) / "model")
    row = model.train[model.user_keys.index("u1")]
    plays = {model.artist_keys[code]: float(count) for code, count in zip(row.indices, row.data, strict=True)}
    answer = listed(service.answer(Recommend(user=Newcomer(plays=plays), k=100, **where)))
    scores = model.recommender.scores(np.array([model.user_keys.index("u1")], np.int32))[0]
    expected = [float(scores[model.artist_keys.index(row.artist.key)]) for row in answer.rows]
    assert [row.score for row in answer.rows] == pytest.approx(expected, abs=1e-4)


def test_a_newcomer_gets_reasons_that_sum_to_the_score(trained: World, service: Service) -> None:
    who = Newcomer(plays=dict.fromkeys(keys(trained, *ODD), 5.0))
    answer = listed(service.answer(Recommend(user=who, k=3, reasons=9, **place(trained))))
    assert not answer.estimate
    assert answer.unknown == 0
    for row in answer.rows:
        assert {reason.artist.key for reason in row.reasons} <= who.plays.keys()
        told = service.answer(Explain(user=who, artist=row.artist.key, **place(trained)))
        assert isinstance(told, Explained)
        assert told.score == pytest.approx(row.score)
        assert sum(reason.amount for reason in told.reasons) == pytest.approx(row.score, abs=1e-4)


def test_a_profile_is_recommended_to(trained: World, service: Service, profile: Profile) -> None:
    who = Newcomer(profile=str(profile.folder))
    answer = listed(service.answer(Recommend(user=who, k=100, **place(trained))))
    own = {f"artist {number}" for number in (*ODD, 11)}
    assert not named(answer) & (own | {"artist 9"})
    assert answer.total == len(answer.rows) == 40 - len(own) - 1
    assert answer.unknown == 1  # Somebody else; who is only hated needs not be known
    assert all(int(row.artist.name.removeprefix("artist ")) % 2 for row in answer.rows[:5])
    assert {reason.artist.name for row in answer.rows for reason in row.reasons} <= own
    again = listed(service.answer(Recommend(user=who, k=100, filters=Filters(heard="all"), **place(trained))))
    assert {row.artist.name for row in again.rows if row.heard} == own
    assert "artist 9" not in named(again)  # dislikes never come up


def test_a_profile_and_typed_artists_add_up(trained: World, service: Service, profile: Profile) -> None:
    [liked, hated] = keys(trained, 2, 13)
    who = Newcomer(profile=str(profile.folder), plays={liked: 5.0}, disliked=(hated, "nothing"))
    answer = listed(service.answer(Recommend(user=who, k=100, **place(trained))))
    assert not named(answer) & {"artist 2", "artist 9", "artist 13", *(f"artist {number}" for number in ODD)}


def test_a_profile_that_changes_is_read_anew(
    trained: World, service: Service, profile: Profile, home: Home, tmp_path: Path
) -> None:
    who = Newcomer(profile=str(profile.folder))
    ask = Recommend(user=who, k=100, **place(trained))
    before = listed(service.answer(ask))
    importing.import_history(home, "me", Log([jot(tmp_path / "more.json", [heard("artist 13", 99)])]))
    after = listed(service.answer(ask))
    assert "artist 13" in named(before)
    assert "artist 13" not in named(after)
    store.delete_profile(home, "me")
    assert "any more" in refused(service.answer(ask))


def test_a_damaged_profile_is_refused(trained: World, service: Service, profile: Profile) -> None:
    (profile.folder / profile.stored.history_file).write_bytes(b"")
    ask = Recommend(user=Newcomer(profile=str(profile.folder)), **place(trained))
    assert "profiles forget" in refused(service.answer(ask))


def test_somebody_nobody_of_whose_artists_is_known_is_told_so(
    trained: World, service: Service, home: Home, tmp_path: Path
) -> None:
    log = write_text(tmp_path / "x.csv", "user_id,artist_name,play_count", "me,Somebody else,3")
    stranger = importing.import_history(home, "stranger", Log([log]))
    ask = Recommend(user=Newcomer(profile=str(stranger.folder)), **place(trained))
    assert "None of these artists" in refused(service.answer(ask))


def test_popularity_takes_newcomers_without_reasons(trained: World, service: Service, profile: Profile) -> None:
    who = Newcomer(profile=str(profile.folder))
    answer = listed(service.answer(Recommend(user=who, k=100, **place(trained, "popular"))))
    assert "artist 9" not in named(answer)
    assert not any(row.reasons for row in answer.rows)
    known = answer.rows[0].artist.key
    assert "Popularity" in refused(service.answer(Explain(user=who, artist=known, **place(trained, "popular"))))


def test_an_estimate_is_marked(trained: World, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    can = Capabilities(explain=True, fold_in=True, fold_in_estimate=True, similar=True)
    monkeypatch.setattr(AlsRecommender, "capabilities", can)
    who = Newcomer(plays=dict.fromkeys(keys(trained, *ODD), 5.0))
    answer = listed(service.answer(Recommend(user=who, **place(trained))))
    assert answer.estimate
    told = service.answer(Explain(user=who, artist=answer.rows[0].artist.key, **place(trained)))
    assert isinstance(told, Explained)
    assert told.estimate
    assert not listed(service.answer(Recommend(user="u1", **place(trained)))).estimate


def test_requests_for_newcomers_cross_the_process_border(trained: World) -> None:
    who = Newcomer(profile="/somewhere", plays={"name:low": 1.5}, disliked=("id:7",))
    for user in (who, "u1"):
        request = Request(3, Recommend(user=user, **place(trained)))
        assert msgspec.json.decode(msgspec.json.encode(request), type=Request) == request


def test_the_index_stays_as_it_is(trained: World, profile: Profile) -> None:
    dataset = Dataset(trained.index)
    assert dataset.query("SELECT count(*) FROM artist WHERE name = 'Somebody else'") == [(0,)]
    dataset.close()


def test_reasons_that_do_not_sum_to_the_score_are_marked(
    trained: World, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = listed(service.answer(Recommend(user="u1", **place(trained))))
    monkeypatch.setattr(AlsRecommender, "capabilities", Capabilities(explain=True, explain_estimate=True))
    answer = listed(service.answer(Recommend(user="u1", **place(trained))))
    assert (exact.reasons_estimate, answer.reasons_estimate) == (False, True)
    told = service.answer(Explain(user="u1", artist=answer.rows[0].artist.key, **place(trained)))
    assert isinstance(told, Explained)
    assert (told.estimate, told.reasons_estimate) == (False, True)
