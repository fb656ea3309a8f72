"""A play that several exports tell of counts once; real plays never become one."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles import importing
from musicrec_tui.dataset.same_plays import Play, pairs
from musicrec_tui.dataset.sources.repeated_plays import SAME_PLAY
from musicrec_tui.paths import Home
from tests.dataset.logs import opened, write_text

START = 1_700_000_000


def play(source: int, at: float, *, artist: str = "air", track: str = "la", layout: str = "a", step: float = 1) -> Play:
    """A play of a file, told as the row of its second."""
    return Play((source, int(at)), source, layout, "me", artist, track, at, step)


def joined(*plays: Play) -> int:
    """How many of some plays are told twice."""
    return len(list(pairs(plays)))


def test_exports_that_overlap_have_their_common_plays_once() -> None:
    assert joined(*(play(0, at) for at in (0, 100, 200)), *(play(1, at) for at in (100, 200, 300))) == 2


@pytest.mark.parametrize("loops", [1, 3, 10])
def test_a_loop_of_a_short_track_in_both_kinds_of_spotifys_history_keeps_its_length(loops: int) -> None:
    starts = [5 + 40 * turn for turn in range(loops)]
    ends = [(at + 40) // 60 * 60 - 40 for at in starts]
    precise = [play(1, at, layout="extended") for at in starts]
    coarse = [play(0, at, layout="account", step=60) for at in ends]
    assert joined(*coarse, *precise) == loops
    assert joined(*precise) == joined(*coarse) == 0


def test_two_devices_at_once_are_two_plays() -> None:
    assert joined(play(0, 0), play(0, 10), play(1, 0), play(1, 10)) == 2
    assert joined(play(0, 0), play(0, 0)) == 0
    assert joined(play(0, 0), play(1, 10)) == 0
    assert joined(play(0, 0, track="la"), play(1, 0, track="lu")) == 0


def test_services_that_copy_each_other_may_be_a_second_apart() -> None:
    assert joined(play(0, 0, layout="Last.fm"), play(1, 1, layout="ListenBrainz")) == 1
    assert joined(play(0, 0, layout="Last.fm"), play(1, 40, layout="ListenBrainz")) == 0
    assert joined(play(0, 0), play(1, 1)) == 0


def test_a_name_may_be_cut() -> None:
    assert joined(play(0, 0, track="the very long title of a song"), play(1, 0, track="the very long ti...")) == 1
    assert joined(play(0, 0, track="la"), play(1, 0, track="lala")) == 0


def spotify(folder: Path, starts: list[int], length: int = 40) -> Path:
    """Both kinds of history of the same plays of a track."""
    from datetime import UTC, datetime

    ends = [datetime.fromtimestamp(START + at + length, UTC) for at in starts]
    extended: list[dict[str, Any]] = [
        {"ts": f"{end:%Y-%m-%dT%H:%M:%SZ}", "ms_played": length * 1000, "master_metadata_track_name": "La",
         "master_metadata_album_artist_name": "Air", "incognito_mode": False}
        for end in ends
    ]  # fmt: skip
    account = [
        {"endTime": f"{end:%Y-%m-%d %H:%M}", "msPlayed": length * 1000, "trackName": "La", "artistName": "Air"}
        for end in ends
    ]
    folder.mkdir()
    (folder / "Streaming_History_Audio_2023_1.json").write_bytes(msgspec.json.encode(extended))
    (folder / "StreamingHistory_music_0.json").write_bytes(msgspec.json.encode(account))
    return folder


@pytest.mark.parametrize("starts", [[0], [0, 40, 80, 120], [0, 10], [0, 300, 86_400]])
def test_both_kinds_of_spotifys_history_count_once(starts: list[int], tmp_path: Path, home: Home) -> None:
    folder = spotify(tmp_path / "both", starts)
    info = opened(home, folder).info
    assert (info.listens, info.rejected) == (len(starts), {SAME_PLAY: len(starts)})
    stored = importing.import_history(home, "at once", Log([folder])).stored
    told = stored.imports[-1]
    assert (stored.listens, told.new, told.known) == (len(starts), len(starts), len(starts))
    uneven = [at for at in starts if (START + at + 40) % 60]
    assert told.joined == len(uneven)
    importing.import_history(home, "one by one", Log([folder / "StreamingHistory_music_0.json"]))
    later = importing.import_history(home, "one by one", Log([folder / "Streaming_History_Audio_2023_1.json"])).stored
    assert later.listens == len(starts)
    again = importing.import_history(home, "one by one", Log([folder / "StreamingHistory_music_0.json"])).stored
    assert (again.listens, again.imports[-1].new) == (len(starts), 0)


def test_overlapping_exports_of_one_kind_count_once_as_a_log(tmp_path: Path, home: Home) -> None:
    header = "uts,artist,track"
    one = write_text(tmp_path / "a.csv", header, *(f"{START + at},Air,La" for at in (0, 40, 80)))
    other = write_text(tmp_path / "b.csv", header, *(f"{START + at},Air,La" for at in (40, 80, 121)))
    info = opened(home, one, other).info
    assert (info.listens, info.rejected) == (4, {SAME_PLAY: 2})


def test_spotifys_account_data_as_a_table_are_the_same_plays(tmp_path: Path, home: Home) -> None:
    """Their times say the minute in which a play ended; those of the extended history the second."""
    ends = [f"2024-05-01T12:{5 * at:02}:{7 * at:02}Z" for at in range(8)]
    table = [f"{end[:10]} {end[11:16]},Air,Song {at},{200_000 + at}" for at, end in enumerate(ends)]
    write_text(tmp_path / "both" / "account.csv", "endTime,artistName,trackName,msPlayed", *table)
    names = ("ts", "ms_played", "master_metadata_track_name", "master_metadata_album_artist_name")
    rows = [(end, 200_000 + at, f"Song {at}", "Air") for at, end in enumerate(ends)]
    extended = msgspec.json.encode([dict(zip(names, row, strict=True)) for row in rows]).decode()
    write_text(tmp_path / "both" / "extended.json", extended)
    dataset = opened(home, tmp_path / "both")
    assert (dataset.info.listens, dataset.info.rejected) == (8, {SAME_PLAY: 8})
    stored = importing.import_history(home, "me", Log([tmp_path / "both"])).stored
    assert stored.listens == 8
