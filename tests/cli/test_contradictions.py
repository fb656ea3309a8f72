"""Options that contradict each other, or miss what they need, are refused: none of them is ignored in silence."""

import pytest

from musicrec_tui.cli.app import run
from musicrec_tui.paths import Home


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("import --listenbrainz ann --lastfm ann --as me", "one after the other"),
        ("import x.csv --listenbrainz ann --as me", "not both"),
        ("import --lastfm ann --as me --user u1", "are for files"),
        ("import --lastfm ann --as me --strict", "are for files"),
        ("import x.csv --as me --full", "need --listenbrainz NAME"),
        ("import --as me", "needs a FILE"),
        ("import x.csv", "such as --as me"),
        ("personal backup", "needs a FILE"),
        ("personal restore", "needs a FILE"),
        ("personal erase me.zip", "takes no FILE"),
        ("personal backup me.txt", "is a .zip file"),
        ("runs list 1", "takes no RUN"),
    ],
)
def test_it_is_refused_and_nothing_is_done(
    typed: str, told: str, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(typed.split()) == 2
    assert told in " ".join(capsys.readouterr().err.split())
    assert not home.profiles.exists()
