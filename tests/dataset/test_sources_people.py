"""A person's own history: whose it is, when it was, what is left out, and what nobody may ever see."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from musicrec_tui.dataset.index import schema
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.sources import base, documents, spotify
from musicrec_tui.dataset.sources.recognise import recognise
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from tests.dataset.logs import opened, write_text
from tests.dataset.samples import copied, zipped

PLAY = {"ts": "2024-05-01T12:05:00Z", "ms_played": 60_000, "master_metadata_track_name": "Roads",
        "master_metadata_album_artist_name": "Portishead"}  # fmt: skip
LISTEN = {"listened_at": 1714564800, "track_metadata": {"artist_name": "Portishead", "track_name": "Roads"}}


def archive(target: Path, **members: bytes) -> Path:
    """A zip of such members; "__" stands for "/", and "_dot_" for "."."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return target


def test_a_listenbrainz_export_is_its_users(tmp_path: Path, home: Home) -> None:
    dataset = opened(home, *zipped("listenbrainz-export")(tmp_path))
    assert dataset.query('SELECT user_id FROM "user"') == [("ann",)]
    assert dataset.query(
        "SELECT a.key, a.mbid, r.rating FROM rating r JOIN artist a ON a.code = artist_code ORDER BY 1"
    ) == [
        ("name:pixies", None, -1.0),
        ("name:portishead", "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11", 1.0),
    ]
    # The months are in their order, so the rows of a zip are numbered through: May has three, November the next two.
    offending = dataset.query("SELECT row FROM offender WHERE reason = $why ORDER BY row", {"why": base.NO_ENTRY})
    assert offending == [(3,), (5,)]
    [(when,)] = dataset.query("SELECT listened_at FROM listen WHERE recording = 'Hey' ORDER BY listened_at LIMIT 1")
    assert when == datetime(2024, 5, 1, 12, 0, 0, 750_000)


def test_loves_and_hates_are_joined_by_what_was_heard_whatever_comes_first_in_the_zip(
    tmp_path: Path, home: Home
) -> None:
    heard = {**LISTEN, "track_metadata": {**LISTEN["track_metadata"], "recording_msid": "m"}}  # type: ignore[dict-item]
    file = archive(
        tmp_path / "x.zip",
        feedback_dot_jsonl=b'{"recording_msid": "m", "score": 1}\n{"recording_msid": "m", "score": 0}\n',
        listens__2024__5_dot_jsonl=msgspec.json.encode(heard),
    )
    dataset = opened(home, file)
    assert dataset.query("SELECT rating, liking FROM rating") == [(0.5, 0.5)]
    assert dataset.query('SELECT user_id FROM "user"') == [(base.ME,)]
    assert dataset.info.rating_scale == "-1, 0, 1"


def test_a_love_whose_date_cannot_be_read_is_one(tmp_path: Path, home: Home) -> None:
    heard = {**LISTEN, "track_metadata": {**LISTEN["track_metadata"], "recording_msid": "m"}}  # type: ignore[dict-item]
    file = archive(
        tmp_path / "x.zip",
        feedback_dot_jsonl=b'{"recording_msid": "m", "score": 1, "created": "Wed, 01 May 2024 12:00:00 GMT"}\n',
        listens__2024__5_dot_jsonl=msgspec.json.encode(heard),
    )
    assert opened(home, file).query("SELECT rating FROM rating") == [(1.0,)]


def test_a_file_of_listens_alone_is_read_too(tmp_path: Path, home: Home) -> None:
    file = tmp_path / "5.jsonl"
    file.write_bytes(msgspec.json.encode(LISTEN) + b"\n" + msgspec.json.encode(LISTEN))
    assert opened(home, file).info.listens == 2


def test_blank_lines_in_a_dump_cost_no_row_and_lines_keep_their_numbers(tmp_path: Path, home: Home) -> None:
    one = msgspec.json.encode(LISTEN)
    for number, content in enumerate((one + b"\n\n" + one + b"\n3\n", one + b"\r" + one + b"\r3\r")):
        file = tmp_path / f"{number}.jsonl"
        file.write_bytes(content)
        dataset = opened(home, file)
        assert dataset.info.listens == 2, content
        [(row,)] = dataset.query("SELECT row FROM offender")
        assert row == 4 - number


def test_spotify_tells_the_end_of_a_play(tmp_path: Path, home: Home) -> None:
    extended = opened(home, *copied("spotify-extended")(tmp_path))
    assert extended.info.first_at == datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
    account = opened(home, *copied("spotify-account")(tmp_path))
    assert account.info.first_at == datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


def test_nothing_private_is_kept(tmp_path: Path, home: Home) -> None:
    dataset = opened(home, *zipped("spotify-extended")(tmp_path))
    content = dataset.path.read_bytes()
    tables = [name for (name,) in dataset.query("SELECT table_name FROM information_schema.tables")]
    told = repr([dataset.query(f'SELECT * FROM "{name}"') for name in tables])  # noqa: S608
    for private in ("203.0.113.77", "Guilty Pleasure", "Secret Song", "Hush", "android"):
        assert private.encode() not in content
        assert private not in told
    assert "Portishead" in told


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"ms_played": 29_999}, spotify.TOO_SHORT),
        ({"ms_played": 30_000}, None),
        ({"master_metadata_track_name": None}, spotify.NO_MUSIC),
        ({"ts": "whenever"}, base.NO_ENTRY),
        ({"ms_played": "long"}, base.NO_ENTRY),
        ({"ms_played": 1e300}, schema.BAD_TIME),
        ({"ts": "0001-01-01T00:00:00Z"}, schema.BAD_TIME),
        ({"incognito_mode": None, "ip_addr": 5}, None),
    ],
)
def test_each_play_has_its_fate(changed: dict[str, object], reason: str | None, tmp_path: Path, home: Home) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(msgspec.json.encode([PLAY, {**PLAY, **changed}]))
    assert opened(home, file).info.rejected == ({reason: 1} if reason else {})


def test_maloja_gives_a_listen_to_its_first_artist(tmp_path: Path, home: Home) -> None:
    dataset = opened(home, *copied("maloja")(tmp_path))
    assert dataset.query("SELECT name FROM artist ORDER BY name") == [("Massive Attack",), ("Portishead",)]
    assert dataset.query("SELECT release FROM listen WHERE recording = 'Roads'") == [("Dummy",)]


def test_a_scrobbler_log_is_known_by_its_first_line(tmp_path: Path, home: Home) -> None:
    lines = ("#AUDIOSCROBBLER/1.1", "#TZ/UNKNOWN", "#CLIENT/x", "Air\t\tLa\t1\t60\tL\t1714564800")
    dataset = opened(home, write_text(tmp_path / "x.log", *lines))
    assert dataset.info.first_at == datetime(2024, 5, 1, 12, tzinfo=UTC)


def test_lastfm_times_and_quotes(tmp_path: Path, home: Home) -> None:
    lines = opened(home, *copied("last-fm-lines")(tmp_path))
    assert lines.info.last_at == datetime(2024, 5, 1, 12, tzinfo=UTC)
    assert lines.query("SELECT recording FROM listen WHERE listened_at = '2024-04-30 23:59:00'") == [('Say "hi"',)]
    thousand = opened(home, *copied("last-fm-1k")(tmp_path))
    assert thousand.query("SELECT key, mbid FROM artist WHERE name = 'Portishead'") == [
        ("id:8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11", "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11")
    ]
    names = [name for (name,) in thousand.query("SELECT recording FROM listen ORDER BY listened_at")]
    assert names == ['Roads "live"', '"Numb', "Hey"]


def test_files_that_are_no_logs_are_passed_over_in_folders_only(tmp_path: Path) -> None:
    [folder] = copied("spotify-account")(tmp_path)
    assert [file.name for file in recognise(Log([folder])).skipped] == ["Userdata.json"]
    with pytest.raises(UserError, match=r"Userdata\.json \(json\) is of no layout"):
        recognise(Log([folder / "Userdata.json"]))


def test_json_that_is_cut_in_its_first_entry_is_one_sentence(tmp_path: Path, home: Home) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(msgspec.json.encode([PLAY, PLAY])[: len(msgspec.json.encode(PLAY))])
    with pytest.raises(UserError, match=f"1 × {base.CUT_OFF}"):
        opened(home, file)


def test_a_zip_in_a_zip_in_a_zip_is_no_log(tmp_path: Path) -> None:
    inner = archive(tmp_path / "inner.zip", listens__2024__5_dot_jsonl=msgspec.json.encode(LISTEN))
    middle = archive(tmp_path / "middle.zip", inner_dot_zip=inner.read_bytes())
    outer = archive(tmp_path / "outer.zip", middle_dot_zip=middle.read_bytes())
    with pytest.raises(UserError, match=r"outer\.zip \(zip\) is of no layout"):
        recognise(Log([outer]))


def test_a_damaged_zip_is_one_sentence(tmp_path: Path, home: Home) -> None:
    file = archive(tmp_path / "x.zip", listens__2024__5_dot_jsonl=msgspec.json.encode(LISTEN) * 50)
    content = bytearray(file.read_bytes())
    content[60:75] = b"\xff" * 15
    file.write_bytes(content)
    with pytest.raises(UserError, match=r"x\.zip is damaged"):
        opened(home, file)
    file.write_bytes(content[:-10])
    with pytest.raises(UserError, match=r"x\.zip is damaged"):
        opened(home, file)


def test_lines_are_bounded() -> None:
    long = b'{"a": "' + b"x" * (3 * documents.LONGEST_LINE) + b'"}\n'
    read = list(documents.lines(io.BytesIO(b"\n" + long + b"  \n{}\n" + long[:-1])))
    assert [len(line) for line in read] == [documents.LONGEST_LINE + 1, 2, documents.LONGEST_LINE + 1]


def test_documents_are_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Home) -> None:
    monkeypatch.setattr(documents, "LARGEST_DOCUMENT", 100)
    file = archive(tmp_path / "x.zip", MyData__StreamingHistory0_dot_json=b"[" + b" " * 1_000_000 + b"]")
    with pytest.raises(UserError, match=r"x\.zip \(MyData/StreamingHistory0\.json\) unpacks to more than"):
        opened(home, file)
    monkeypatch.undo()
    monkeypatch.setattr(documents, "_DENSE", 1000)
    with pytest.raises(UserError, match="nothing but commas"):
        documents.document(io.BytesIO(b"[" + b"0," * 1000 + b"0]"), "x.json")
