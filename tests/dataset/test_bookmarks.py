"""Bookmarks: kept by key, whole or not at all, for their owner's eyes."""

from datetime import UTC, datetime

import pytest

from musicrec_tui.dataset import bookmarks
from musicrec_tui.dataset.bookmarks import Bookmark
from musicrec_tui.dataset.records import Artist, User
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home

HOSTILE = "[/b]\x1b]0;owned\x07" + "x" * 10_000
PIXIES, ME = Artist(3, "id:7", "Pixies", 10, 20), User(1, "profile:me", "me", 3, 4)


def test_what_is_added_is_listed_the_latest_first_and_only_once(home: Home) -> None:
    assert bookmarks.list_bookmarks(home) == []
    marks = [bookmarks.bookmark_of(PIXIES), bookmarks.bookmark_of(ME), bookmarks.artist("name:x", HOSTILE)]
    assert [bookmarks.add_bookmark(home, mark) for mark in marks] == [True, True, True]
    assert bookmarks.add_bookmark(home, bookmarks.bookmark_of(PIXIES)) is False
    assert bookmarks.list_bookmarks(home) == marks[::-1]
    assert home.bookmarks.stat().st_mode & 0o777 == 0o600


def test_what_is_removed_is_gone_and_the_rest_stays(home: Home) -> None:
    for mark in (bookmarks.bookmark_of(PIXIES), bookmarks.bookmark_of(ME)):
        bookmarks.add_bookmark(home, mark)
    same_key = Bookmark("user", PIXIES.key, "Pixies", datetime.now(UTC))
    assert bookmarks.remove_bookmark(home, same_key) is False
    assert bookmarks.remove_bookmark(home, bookmarks.bookmark_of(PIXIES)) is True
    assert [mark.name for mark in bookmarks.list_bookmarks(home)] == ["me"]


def test_one_is_found_by_its_key_or_its_name(home: Home) -> None:
    for mark in (bookmarks.bookmark_of(PIXIES), bookmarks.artist("id:8", "PIXIES "), bookmarks.bookmark_of(ME)):
        bookmarks.add_bookmark(home, mark)
    assert bookmarks.find_bookmark(home, "id:8").name == "PIXIES "
    assert bookmarks.find_bookmark(home, "ME").key == "profile:me"
    with pytest.raises(UserError, match=r"2 bookmarks are called 'pixies'.*'id:8'.*'id:7'"):
        bookmarks.find_bookmark(home, "pixies")
    with pytest.raises(UserError, match="no bookmark 'me'"):
        bookmarks.find_bookmark(home, "me", "artist")


def test_damage_is_a_sentence_and_nothing_is_overwritten(home: Home) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    home.bookmarks.write_text("{}")
    for act in (
        lambda: bookmarks.list_bookmarks(home),
        lambda: bookmarks.add_bookmark(home, bookmarks.bookmark_of(ME)),
    ):
        with pytest.raises(UserError, match=r"damaged.*Delete that file"):
            act()
    assert home.bookmarks.read_text() == "{}"
