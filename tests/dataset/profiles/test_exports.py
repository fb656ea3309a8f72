"""Every personal export that can be read becomes a profile."""

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles import importing, lookup, person, taste
from musicrec_tui.dataset.sources.base import ME
from musicrec_tui.paths import Home
from tests.dataset.logs import opened
from tests.dataset.profiles.histories import START, rows
from tests.dataset.samples import SAMPLES, Sample, zipped

PERSONAL = [sample for sample in SAMPLES if sample.users == 1]


@pytest.mark.parametrize("sample", PERSONAL, ids=[sample.name for sample in PERSONAL])
def test_a_personal_export_is_a_profile(home: Home, tmp_path: Path, sample: Sample) -> None:
    paths = sample.make(tmp_path)
    profile = importing.import_history(home, "me", Log(paths))
    account = profile.stored.imports[-1]
    assert (account.layout, account.rows, account.kept) == (sample.layout, sample.rows, sample.kept)
    assert account.rejected == sample.rejected
    assert account.kept == account.new + account.known
    again = importing.import_history(home, "me", Log(paths))
    assert again.stored.imports[-1].new == 0
    assert rows(again) == rows(profile)
    dataset = opened(home, *paths)
    page = person.person_of(home, dataset, lookup.user_of(again), "UTC").profile(50)
    assert page.unknown_artists == 0
    [(user, artists)] = dataset.query('SELECT key, artists FROM "user"')
    assert (account.user_id, profile.stored.artists) == (user, artists)
    dataset.close()


def test_there_are_such_exports() -> None:
    assert len({sample.layout for sample in PERSONAL}) >= 7


def export(path: Path, loves: Sequence[tuple[str, float, int]]) -> Path:
    """A ListenBrainz export: three songs of one artist, and (song, score, when) of feedback."""
    songs = ("One", "Two", "Three")
    tracks = [{"artist_name": "Low", "track_name": song, "recording_msid": song} for song in songs]
    listens = [{"listened_at": START + at, "track_metadata": track} for at, track in enumerate(tracks)]
    feedback = [{"recording_msid": song, "score": score, "created": START + at} for song, score, at in loves]
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("listens/2023/11.jsonl", "\n".join(map(json.dumps, listens)))
        made.writestr("feedback.jsonl", "\n".join(map(json.dumps, feedback)))
    return path


def test_loves_and_hates_are_of_recordings_and_an_artist_is_liked_as_they_are_on_average(
    home: Home, tmp_path: Path
) -> None:
    file = export(tmp_path / "a.zip", [("One", 1, 0), ("Two", -1, 1), ("Three", -1, 2)])
    profile = importing.import_history(home, "me", Log([file]))
    assert (profile.stored.ratings, profile.stored.rating_scales) == (3, (ratings.THUMBS,))
    assert profile.stored.imports[-1].user_id == ME
    dataset = opened(home, *zipped("listenbrainz-export")(tmp_path), file)
    told = taste.taste_of(dataset, profile)
    assert told.disliked == {"name:low"}
    assert told.plays == {"name:low": 3}
    changed = importing.import_history(home, "me", Log([export(tmp_path / "b.zip", [("Two", 1, 5), ("Three", 0, 6)])]))
    assert changed.stored.imports[-1].new == 2
    assert taste.taste_of(dataset, changed).disliked == set()
    stale = importing.import_history(home, "me", Log([file]))  # an older export does not undo what was said later
    assert stale.stored.imports[-1].new == 0
    assert rows(stale) == rows(changed)
    dataset.close()
