"""Opinions on disk: one for each artist, private, whole whoever writes at the same time, and told of when damaged."""

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from musicrec_tui import files
from musicrec_tui.dataset import opinions
from musicrec_tui.dataset.opinions import EVERYBODY, Opinion, Opinions
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home

HOSTILE = "[/b]\x1b]0;owned\x07"
LOVED = Opinion("loved", "name:pixies", "Pixies")
BLOCKED = Opinion("blocked", "name:pixies", "Pixies")
OTHER = Opinion("blocked", "id:7", HOSTILE, "mbid-7", ("listenbrainz",))


def test_without_a_file_nobody_holds_anything(home: Home) -> None:
    assert opinions.read_opinions(home.opinions) == Opinions()


def test_an_opinion_takes_the_place_of_another_about_the_same_artist(home: Home) -> None:
    assert opinions.change_opinions(home, "u1", give=[LOVED, OTHER]) == (LOVED, OTHER)
    assert opinions.change_opinions(home, "u1", give=[BLOCKED]) == (OTHER, BLOCKED)
    assert opinions.change_opinions(home, EVERYBODY, give=[OTHER]) == (OTHER,)
    assert opinions.read_opinions(home.opinions).by_person == {"u1": (OTHER, BLOCKED), EVERYBODY: (OTHER,)}
    assert opinions.change_opinions(home, "u1", take=[OTHER, BLOCKED]) == ()
    assert opinions.read_opinions(home.opinions).by_person == {EVERYBODY: (OTHER,)}
    assert stat.S_IMODE(home.opinions.stat().st_mode) == 0o600


def test_an_id_of_another_layout_is_another_artist(home: Home) -> None:
    elsewhere = Opinion("loved", "id:7", "Somebody", None, ("lastfm_360k",))
    assert opinions.change_opinions(home, "u1", give=[OTHER]) == (OTHER,)
    assert opinions.change_opinions(home, "u1", give=[elsewhere]) == (OTHER, elsewhere)


def test_nothing_is_lost_where_many_write_at_once(home: Home) -> None:
    given = [Opinion("blocked", f"name:{number}", str(number)) for number in range(24)]
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda one: opinions.change_opinions(home, "u1", give=[one]), given))
    assert set(opinions.read_opinions(home.opinions).of("u1")) == set(given)


def no_descriptor(*_: object) -> bytes:
    """What reading a file does when too many are open."""
    raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))


def test_a_file_that_cannot_be_read_for_the_moment_is_not_to_be_deleted(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    opinions.change_opinions(home, "u1", give=[LOVED])
    with monkeypatch.context() as patch:
        patch.setattr(files, "read_bytes", no_descriptor)
        with pytest.raises(UserError, match="Too many files are open") as caught:
            opinions.read_opinions(home.opinions)
    assert "Delete" not in str(caught.value)
    assert opinions.read_opinions(home.opinions).of("u1") == (LOVED,)


def test_a_damaged_file_is_told_of_and_not_written_over(home: Home) -> None:
    opinions.change_opinions(home, "u1", give=[LOVED])
    damaged = home.opinions.read_bytes().replace(b"Pixies", b"Others")
    home.opinions.write_bytes(damaged)
    for attempt in (
        lambda: opinions.read_opinions(home.opinions),
        lambda: opinions.change_opinions(home, "u1", give=[OTHER]),
    ):
        with pytest.raises(UserError, match="Delete that file"):
            attempt()
    assert home.opinions.read_bytes() == damaged


def test_who_is_gone_has_no_opinions(home: Home) -> None:
    for whom in ("profile:me", "me", EVERYBODY):
        opinions.change_opinions(home, whom, give=[OTHER])
    opinions.delete_opinions(home, lambda key: key == "profile:me")
    assert opinions.read_opinions(home.opinions).by_person.keys() == {"me", EVERYBODY}
