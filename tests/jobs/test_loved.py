"""What a profile loves counts in its fold-in, and is one of the reasons; a damaged file of opinions is told of."""

from pathlib import Path

import pytest

from musicrec_tui.dataset import opinions, ratings
from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups import artists
from musicrec_tui.dataset.opinions import EVERYBODY, Verdict, opinion
from musicrec_tui.dataset.profiles import importing
from musicrec_tui.jobs.host_protocol import Explain, Explained, Newcomer, Recommend
from musicrec_tui.jobs.service import Service
from musicrec_tui.paths import Home
from tests.dataset.logs import write_text
from tests.jobs.answers import artist_key, listed, place, refused
from tests.jobs.conftest import World


@pytest.fixture
def judged(home: Home) -> Service:
    """A service that reads this test's opinions."""
    return Service(home.opinions)


@pytest.fixture
def profile(home: Home, tmp_path: Path) -> Newcomer:
    """Somebody who has played two odd artists."""
    lines = ("user_id,artist_name,play_count", "me,artist 3,5", "me,artist 5,2")
    return Newcomer(
        profile=str(importing.import_history(home, "me", Log([write_text(tmp_path / "me.csv", *lines)])).folder)
    )


def judge(home: Home, world: World, whom: str, verdict: Verdict, *names: str) -> None:
    dataset = Dataset(world.index)
    found = [opinion(verdict, artists.find_artist(dataset, name), dataset.info.layout) for name in names]
    opinions.change_opinions(home, whom, give=found)
    dataset.close()


def test_what_a_profile_loves_is_as_good_as_typed(
    trained: World, home: Home, judged: Service, profile: Newcomer
) -> None:
    loved = artist_key(trained, "artist 8")
    typed = Newcomer(profile.profile, {loved: float(ratings.confidence(1.0))})
    every = Filters("all")
    expected = listed(judged.answer(Recommend(user=typed, k=40, filters=every, reasons=40, **place(trained))))
    judge(home, trained, "profile:me", "loved", "artist 8")
    answer = listed(judged.answer(Recommend(user=profile, k=40, filters=every, reasons=40, **place(trained))))
    assert [(row.artist, row.score) for row in answer.rows] == [(row.artist, row.score) for row in expected.rows]
    assert [row.artist.key for row in answer.rows if row.loved] == [loved]
    assert loved in {reason.artist.key for row in answer.rows for reason in row.reasons}
    why = judged.answer(Explain(user=profile, artist=answer.rows[0].artist.key, **place(trained)))
    assert isinstance(why, Explained)
    assert why.score == pytest.approx(answer.rows[0].score)
    new = listed(judged.answer(Recommend(user=profile, k=40, **place(trained))))
    assert loved not in {row.artist.key for row in new.rows}


def test_a_user_of_the_log_keeps_their_scores(trained: World, home: Home, judged: Service) -> None:
    ask = Recommend(user="u1", k=40, filters=Filters("all"), **place(trained))
    before = {row.artist.name: row.score for row in listed(judged.answer(ask)).rows}
    judge(home, trained, "u1", "loved", "artist 8")
    judge(home, trained, "u1", "blocked", "artist 7")
    after = {row.artist.name: row.score for row in listed(judged.answer(ask)).rows}
    assert after == {name: score for name, score in before.items() if name != "artist 7"}


def test_what_everybody_blocks_no_stranger_gets(trained: World, home: Home, judged: Service) -> None:
    judge(home, trained, EVERYBODY, "blocked", "artist 7", "artist 9")
    stranger = Newcomer(plays={artist_key(trained, "artist 3"): 5.0})
    for run in ("als", "popular"):
        answer = listed(judged.answer(Recommend(user=stranger, k=40, filters=Filters("all"), **place(trained, run))))
        assert answer.total == len(answer.rows) == 38
        assert not {"artist 7", "artist 9"} & {row.artist.name for row in answer.rows}


def test_where_it_is_not_known_what_is_blocked_nothing_is_recommended(
    trained: World, home: Home, judged: Service
) -> None:
    home.opinions.write_text("{}")
    assert str(home.opinions) in refused(judged.answer(Recommend(user="u1", **place(trained))))
    home.opinions.unlink()
    assert listed(judged.answer(Recommend(user="u1", **place(trained)))).rows
