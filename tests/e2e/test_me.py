"""From an empty home to a playlist for one's own five artists, reading nothing but the screen."""

import json
from pathlib import Path

import musicrec_tui
from tests.dataset.playlists.rules import faults, listenbrainz_faults
from tests.e2e.terminal import Terminal

ARTISTS = ("pixies", "portishead", "massive attack", "bjork", "radiohead")
MOST_KEYS = 15


class Person:
    """Presses keys and types names; only the keys count."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.keys = 0

    def press(self, *keys: str) -> None:
        """Keys that are no part of a name."""
        self.keys += len(keys)
        self._terminal.press(*keys)

    def type(self, name: str) -> None:
        """A name."""
        self._terminal.press(name)


def test_recommendations_for_five_typed_artists_are_a_playlist_within_15_keys(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    package = str(Path(musicrec_tui.__file__).parents[1])
    with Terminal(home=tmp_path, folder=folder, PYTHONPATH=package) as terminal:
        person = Person(terminal)
        terminal.wait_for("66,936 listens")
        terminal.wait_for(r"\ba your artists")
        person.press("a")
        terminal.wait_for("Type artists that you like and press Enter after each")
        for name in ARTISTS:
            person.type(name)
            person.press("enter")
        terminal.wait_for("Liked 5")
        terminal.wait_for("Enter on an empty")
        person.press("enter")
        terminal.wait_for(r"For profile me · ALS #1")
        terminal.wait_for(r" 1 \S.*\d\.\d{3} .*because")
        terminal.wait_for(r"\bp playlist")
        recommended = terminal.text()
        person.press("p")
        terminal.wait_for(r"playlist-me\.jspf[\s\S]*↵ writes")
        person.press("enter")
        terminal.wait_for(r"Wrote 50 tracks")
        assert person.keys <= MOST_KEYS
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
        assert terminal.is_restored()
    document = json.loads((folder / "playlist-me.jspf").read_text(encoding="utf-8"))
    assert faults(document) == []
    assert listenbrainz_faults(document) == []
    tracks = document["playlist"]["track"]
    assert not {track["creator"].casefold() for track in tracks} & set(ARTISTS)
    assert f" 1 {tracks[0]['creator']}" in recommended
