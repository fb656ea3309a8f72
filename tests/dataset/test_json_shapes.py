"""Shapes of JSON: lists by month, tables of pandas, answers of APIs with nested names of artists, plays and albums."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.dataset.test_other_files import DAY, MAY, TWO, judged, listens, warnings

LISTENS = [
    {"artist": "Portishead", "track": "Roads", "date": MAY},
    {"artist": "Air", "track": "Sexy Boy", "date": DAY},
]
COMPILED = {
    "played_at": "2024-05-01T12:00:00.123Z",
    "track": {
        "album": {"artists": [{"name": "Various Artists"}], "name": "Best of"},
        "artists": [{"name": "Portishead"}],
        "name": "Roads",
    },
}  # of https://developer.spotify.com/documentation/web-api/reference/get-recently-played
SCROBBLED = {
    "time": 1714564800,
    "track": {
        "title": "Roads",
        "album": {"artists": ["Various"], "albumtitle": "Best of"},
        "artists": ["Portishead"],
    },
}  # of Maloja's API


@pytest.mark.parametrize(
    "document",
    [
        {"2024-05": LISTENS[:1], "2024-06": LISTENS[1:]},
        {"0": LISTENS[0], "1": LISTENS[1]},
        {name: {str(at): one[name] for at, one in enumerate(LISTENS)} for name in LISTENS[0]},
        {"columns": [*LISTENS[0]], "index": [0, 1], "data": [[*one.values()] for one in LISTENS]},
    ],
)
def test_lists_by_month_and_tables_of_pandas(document: Any, tmp_path: Path) -> None:
    assert listens(tmp_path, json.dumps(document), "log.json") == TWO


@pytest.mark.parametrize("document", [{"items": [COMPILED]}, {"list": [SCROBBLED], "status": "ok"}])
def test_the_artists_of_an_album_are_not_those_of_the_track(document: Any, tmp_path: Path) -> None:
    assert listens(tmp_path, json.dumps(document), "log.json") == TWO[:1]


def test_plays_of_a_track_are_not_those_of_a_listen(tmp_path: Path) -> None:
    """The answer of Koito's API: each listen, with how often its track was heard in all."""
    items = [{"time": f"{MAY}Z", "track": {"title": "Roads", "artists": [{"name": "Portishead"}], "listen_count": 7}}]
    source, rows = judged(tmp_path, json.dumps({"items": items}), "log.json")
    assert [(row[1], row[4]) for row in rows] == [("Portishead", 1)]
    assert "'track.listen_count' is named like a number of plays" in warnings(source)


def test_another_list_of_listens_is_a_warning(tmp_path: Path) -> None:
    source, rows = judged(tmp_path, json.dumps({"scrobbles": LISTENS, "loved": LISTENS[:1]}), "log.json")
    assert len(rows) == 2
    assert "The list 'loved' of the file holds artists, too, and is not read." in warnings(source)
