"""Playlists: valid JSPF that ListenBrainz takes where it can, plain lists with a track to a line."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import msgspec
import pytest

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import artists
from musicrec_tui.dataset.playlists import jspf, target, writing
from musicrec_tui.dataset.playlists.recordings import Track
from musicrec_tui.dataset.playlists.target import PlaylistRequest
from musicrec_tui.dataset.playlists.writing import Written
from musicrec_tui.dataset.records import Artist
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home
from musicrec_tui.text import printable
from tests.dataset.logs import HOSTILE, opened, write_text
from tests.dataset.playlists.rules import faults, listenbrainz_faults

LONG = "x" * 10_000
TORN = "two\nlines\u2028of [b]"
HEADER = "user_id,listened_at,artist_name,artist_credit_id,recording_name,recording_mbid"


def uuid(number: int) -> str:
    """An id as MusicBrainz has them."""
    return f"{number:08x}-0000-4000-8000-000000000000"


ROWS: list[tuple[str, str, str, str]] = [
    *[("Pixies", "7", "Debaser", uuid(1))] * 3,
    ("Pixies", "7", "Debaser", uuid(2)),
    ("Pixies", "7", "Debaser", "no uuid"),
    *[("Pixies", "7", "Gouge Away", "")] * 4,
    *[("Low", "", "Canada", "")] * 3,
    ("Low", "", "Sunflower", uuid(3).upper()),
    ("Pulp", "", "Babies", ""),
    ("Can", "8", "", ""),
    (HOSTILE, "9", TORN, uuid(4)),
    (LONG, "10", LONG, uuid(5)),
    ("Blur", "11", "Debaser", uuid(6)),
]


def csv_line(at: int, values: Sequence[str]) -> str:
    """A row; the n-th at the n-th minute."""
    quoted = ",".join(f'"{value}"' for value in values)
    return f"1,2024-05-01 12:{at:02}:00,{quoted}"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """A log in which some recordings have ids."""
    root = tmp_path_factory.mktemp("log")
    lines = [csv_line(at, row) for at, row in enumerate(ROWS)]
    return opened(Home(root, root / "cache"), write_text(root / "log.csv", HEADER, *lines))


def keys(dataset: Dataset, *names: str) -> tuple[str, ...]:
    return tuple(artists.find_artist(dataset, name).key for name in names)


def write(dataset: Dataset, file: Path, *names: str, per_artist: int = 1) -> Written:
    wish = PlaylistRequest(f"For {HOSTILE}", keys(dataset, *names), per_artist)
    return writing.write_playlist(dataset, wish, file, lambda *_: None, lambda: False)


def tracks_in(file: Path) -> list[tuple[str, str, str]]:
    """Artist, title and the id, of a file that keeps to the rules of JSPF."""
    document: Any = json.loads(file.read_text(encoding="utf-8"))
    assert faults(document) == []
    return [
        (one["creator"], one["title"], one.get("identifier", [""])[0].rpartition("/")[2])
        for one in document["playlist"]["track"]
    ]


def test_listenbrainz_takes_a_list_of_recordings_that_have_ids(dataset: Dataset, tmp_path: Path) -> None:
    file = tmp_path / "list.jspf"
    written = write(dataset, file, "Low", "Pixies", "Pulp", "Can", "Blur")
    # The most played recording of an artist is left for one that has an id; the id that most rows give counts.
    assert tracks_in(file) == [
        ("Low", "Sunflower", uuid(3)), ("Pixies", "Debaser", uuid(1)), ("Blur", "Debaser", uuid(6)),
    ]  # fmt: skip
    assert listenbrainz_faults(json.loads(file.read_text())) == []
    assert written.tracks == 3
    assert written.notes == (
        "1 artist is left out: the log has no recording of it.",
        "1 left out: no MusicBrainz id, which ListenBrainz needs.",
    )


def test_a_log_without_ids_gives_a_list_by_names(dataset: Dataset, tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    written = write(dataset, file, "Pulp")
    assert tracks_in(file) == [("Pulp", "Babies", "")]
    assert listenbrainz_faults(json.loads(file.read_text())) == ["'' is no recording"]
    assert "ListenBrainz cannot take" in written.notes[0]


def test_several_of_each_artist(dataset: Dataset, tmp_path: Path) -> None:
    write(dataset, tmp_path / "list.txt", "Pixies", "Low", per_artist=2)
    assert (tmp_path / "list.txt").read_text().splitlines() == [
        "Pixies - Debaser", "Pixies - Gouge Away", "Low - Canada", "Low - Sunflower",
    ]  # fmt: skip
    assert write(dataset, tmp_path / "list.jspf", "Pixies", "Low", per_artist=2).tracks == 2


def test_names_are_raw_in_jspf_and_lines_in_a_plain_list(dataset: Dataset, tmp_path: Path) -> None:
    write(dataset, tmp_path / "list.jspf", HOSTILE, LONG)
    assert tracks_in(tmp_path / "list.jspf") == [(HOSTILE, TORN, uuid(4)), (LONG, LONG, uuid(5))]
    assert json.loads((tmp_path / "list.jspf").read_text())["playlist"]["title"] == f"For {HOSTILE}"
    written = write(dataset, tmp_path / "list.txt", HOSTILE, "Can", LONG)
    text = (tmp_path / "list.txt").read_text(encoding="utf-8")
    assert text.split("\n") == ["[/b]�]0;owned�[red] - two lines of [b]", "Can", f"{LONG} - {LONG}", ""]
    assert written == Written(3, ("1 artist is listed by name alone: the log has no recording of it.",))


def test_xspf_has_the_names_and_ids(dataset: Dataset, tmp_path: Path) -> None:
    written = write(dataset, tmp_path / "list.xspf", HOSTILE, "Pulp", "Can", "Pixies")
    root = Xml.fromstring((tmp_path / "list.xspf").read_bytes())  # noqa: S314  (we wrote it)
    space = "{http://xspf.org/ns/0/}"
    assert (root.tag, root.get("version")) == (f"{space}playlist", "1")
    assert root.findtext(f"{space}title") == f"For {printable(HOSTILE, None)}"
    found = [
        tuple(track.findtext(f"{space}{name}") for name in ("creator", "title", "identifier"))
        for track in root.iter(f"{space}track")
    ]
    uri = "https://musicbrainz.org/recording/"
    assert found == [
        (printable(HOSTILE, None), "two lines of [b]", uri + uuid(4)), ("Pulp", "Babies", None),
        ("Pixies", "Debaser", uri + uuid(1)),
    ]  # fmt: skip
    assert written == Written(3, ("1 artist is left out: the log has no recording of it.",))


def test_m3u8_says_each_track_twice(dataset: Dataset, tmp_path: Path) -> None:
    written = write(dataset, tmp_path / "list.m3u8", HOSTILE, "Can", "Pixies", per_artist=2)
    lines = (tmp_path / "list.m3u8").read_text(encoding="utf-8").splitlines()
    hostile = "[/b]�]0;owned�[red] - two lines of [b]"
    names = [hostile, "Pixies - Debaser", "Pixies - Gouge Away"]
    told = [line for name in names for line in (f"#EXTINF:-1,{name}", name)]
    assert lines == ["#EXTM3U", f"#PLAYLIST:For {printable(HOSTILE, None)}", *told]
    assert written.notes == ("1 artist is left out: the log has no recording of it.",)


def test_an_artist_that_begins_with_a_hash_is_no_comment(tmp_path: Path) -> None:
    dataset = opened(Home(tmp_path, tmp_path / "cache"), write_text(tmp_path / "log.csv", HEADER, csv_line(
        0, ("#9 Lanterns", "", "Song", "")
    )))  # fmt: skip
    write(dataset, tmp_path / "list.m3u8", "#9 Lanterns")
    assert (tmp_path / "list.m3u8").read_text().splitlines()[-1] == "./#9 Lanterns - Song"


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    artist = Artist(0, "id:7", HOSTILE, 1, 1, uuid(9).upper())
    unmapped = Artist(1, "name:low", LONG, 1, 1, "not an id")
    at = datetime(2026, 11, 25, 12, 30, 15, 999, tzinfo=UTC)
    document = jspf.document(TORN, "made", at, [Track(artist, TORN, uuid(1)), Track(unmapped, HOSTILE)])
    jspf.write_jspf(tmp_path / "list.jspf", document)
    content = (tmp_path / "list.jspf").read_bytes()
    assert msgspec.json.decode(content, type=jspf.Document) == document
    raw = json.loads(content)
    assert faults(raw) == []
    [first, second] = raw["playlist"]["track"]
    about = first["extension"]["https://musicbrainz.org/doc/jspf#track"]
    assert about["artist_identifiers"] == [f"https://musicbrainz.org/artist/{uuid(9)}"]
    assert set(second) == {"title", "creator"}
    assert raw["playlist"]["date"] == "2026-11-25T12:30:15Z"


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"title": ""}, "title is no text"),
        ({"date": "yesterday"}, "date is no date"),
        ({"extension": {"mine": {}}}, "an extension is named by a URI, not mine"),
        ({"track": [{"title": "a", "creator": "b", "identifier": "urn:x"}]}, "identifier is no list of URIs"),
        ({"track": [{"title": "a"}]}, "creator is no text"),
    ],
)
def test_the_rules_are_strict(broken: dict[str, object], said: str) -> None:
    raw = json.loads(msgspec.json.encode(jspf.document("t", "a", datetime.now(UTC), [])))
    assert faults(raw) == []
    raw["playlist"] |= broken
    assert faults(raw) == [said]


def test_files_that_are_gone_cost_the_ids_only(tmp_path: Path) -> None:
    home = Home(tmp_path, tmp_path / "cache")
    log = write_text(tmp_path / "log.csv", HEADER, csv_line(0, ROWS[0]))
    dataset = opened(home, log)
    assert dataset.info.artists == 1
    log.unlink()
    written = write(dataset, tmp_path / "list.jspf", "Pixies")
    assert tracks_in(tmp_path / "list.jspf") == [("Pixies", "Debaser", "")]
    assert written.notes[0].startswith("No MusicBrainz ids: There is nothing at ")


def test_nothing_is_written_where_somebody_stops_it(dataset: Dataset, tmp_path: Path) -> None:
    file = tmp_path / "list.jspf"
    file.write_text("before")
    with pytest.raises(Cancelled):
        writing.write_playlist(
            dataset, PlaylistRequest("t", keys(dataset, "Pixies")), file, lambda *_: None, lambda: True
        )
    assert file.read_text() == "before"


@pytest.mark.parametrize(
    ("name", "wish", "said"),
    [
        ("list.csv", PlaylistRequest("t", ("id:7",)), "end it with .jspf, .json, .xspf, .m3u8, .txt"),
        ("list.jspf", PlaylistRequest("t", ("id:no",)), "no artist"),
        ("list.jspf", PlaylistRequest("t", ("id:8",)), "no recording of any"),
        ("list.jspf", PlaylistRequest("t", ("id:7",), 0), "from 1 to 100"),
        ("missing.jspf/list.jspf", PlaylistRequest("t", ("id:7",)), "Cannot write"),
    ],
)
def test_mistakes_get_sentences(dataset: Dataset, tmp_path: Path, name: str, wish: PlaylistRequest, said: str) -> None:
    (tmp_path / "missing.jspf").write_text("")
    with pytest.raises(UserError, match=said):
        writing.write_playlist(dataset, wish, tmp_path / name, lambda *_: None, lambda: False)


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("me", "playlist-me.jspf"),
        ("../Sigur Rós", "playlist-sigur-ros.jspf"),
        (HOSTILE, "playlist-b-0-owned-red.jspf"),
        ("椎名", "playlist.jspf"),
        (LONG, f"playlist-{'x' * 40}.jspf"),
    ],
)
def test_a_file_is_named_after_somebody_by_letters_only(who: str, name: str) -> None:
    assert target.file_name(who) == name
