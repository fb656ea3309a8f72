"""Tokens go where they belong and nowhere else: no file, output, argument, other host or unencrypted line has one."""

import contextlib
import json
import os
import subprocess
from pathlib import Path

import pytest

from musicrec_tui.cli.app import run
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.services import history_import, playlists, tokens
from musicrec_tui.services.history_import import HistoryRequest
from musicrec_tui.services.http_client import Access, HttpClient
from musicrec_tui.services.servers import parse_server
from musicrec_tui.services.tokens import VARIABLES, Service
from musicrec_tui.web.program import command_line
from tests.services.fake import MBID, FakeService, Fault, Seen, history, serving

CANARY = "c4n4ryT0ken0123456789"
SERVICES: tuple[Service, ...] = ("listenbrainz", "lastfm")
PLAYLIST = {
    "playlist": {
        "title": "Mine [/b]", "annotation": "Why",
        "track": [{"identifier": [f"https://musicbrainz.org/recording/{MBID}"]}, {"title": "no id"}],
    }
}  # fmt: skip


@pytest.fixture
def canary(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token in the environment."""
    for name in VARIABLES.values():
        monkeypatch.setenv(name, CANARY)


@pytest.fixture
def playlist(tmp_path: Path) -> Path:
    """A JSPF file."""
    file = tmp_path / "mine.jspf"
    file.write_text(json.dumps(PLAYLIST), encoding="utf-8")
    return file


def carried(seen: Seen) -> bool:
    """Whether a request has the token."""
    return CANARY in seen.headers.get("authorization", "") or seen.query.get("api_key") == CANARY


def files_with_canary(*roots: Path) -> list[Path]:
    return [
        file
        for root in roots
        for file in root.rglob("*")
        if file.is_file() and (CANARY.encode() in file.read_bytes() or CANARY in file.name)
    ]


@pytest.mark.usefixtures("canary")
def test_a_token_is_in_no_file_and_no_output(
    home: Home, service: FakeService, tmp_path: Path, playlist: Path, capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    service.token = CANARY
    place = ["--home", str(home.root), "--api-url", service.url]
    for which in SERVICES:
        assert run(["import", f"--{which}", "ann", "--as", "me", "--json", *place]) == 0
    assert run(["playlists", "send", str(playlist), "--json", *place]) == 0
    assert run(["profiles", "show", "me", "--json", "--home", str(home.root)]) == 0
    assert all(map(carried, service.seen))
    # A server that repeats what it got, refuses it, or breaks; and a defect of ours while the token is at hand.
    echo = f'{{"code": 401, "error": "Invalid {CANARY}", "message": "{CANARY}"}}'.encode()
    for fault in (Fault(401, echo), Fault(302, b"", (("Location", f"http://x{CANARY}.example/"),))):
        for which in SERVICES:
            service.faults = [fault]
            with contextlib.suppress(UserError):
                run(["import", f"--{which}", "ann", "--as", "me", *place])
    monkeypatch.setattr("musicrec_tui.services.history_import._fetch", lambda *asked: 1 / 0)
    assert run(["import", "--lastfm", "ann", "--as", "me", *place]) == 1
    printed = "".join(capfd.readouterr())
    assert "defect" in printed
    assert CANARY not in printed
    assert files_with_canary(home.root, home.cache, tmp_path) == []


def test_a_token_comes_from_a_file_that_only_its_owner_reads(home: Home, service: FakeService) -> None:
    home.root.mkdir(exist_ok=True)
    home.tokens.write_text(f'lastfm = "other"\n"{service.url}" = "{CANARY}"\n', encoding="utf-8")
    home.tokens.chmod(0o644)
    server = parse_server(service.url)
    with pytest.raises(UserError, match="chmod 600"):
        tokens.find_token(home, "lastfm", server, usual=False)
    home.tokens.chmod(0o600)
    assert tokens.find_token(home, "lastfm", server, usual=False) == CANARY
    assert tokens.find_token(home, "lastfm", server, usual=True) == "other"
    assert tokens.find_token(home, "lastfm", parse_server("https://other.example"), usual=False) is None
    for wrong in ("lastfm = 3", "lastfm", '\xff = "x"', f'lastfm = "{CANARY} {CANARY}"'):
        home.tokens.write_bytes(wrong.encode("latin-1"))
        with pytest.raises(UserError) as caught:
            tokens.find_token(home, "lastfm", server, usual=True)
        assert CANARY not in str(caught.value)


def test_a_key_is_missing(home: Home) -> None:
    with pytest.raises(UserError, match="LASTFM_API_KEY"):
        history_import.announcement(home, HistoryRequest("lastfm", "ann", "me"))


@pytest.mark.usefixtures("canary")
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_another_server_gets_nothing(status: int, service: FakeService, home: Home) -> None:
    with serving(history(3)) as other:
        service.faults = [Fault(status, b"", (("Location", f"{other.url}/1/user/ann/listens"),))] * 2
        for which in SERVICES:
            with pytest.raises(UserError, match="another server"):
                history_import.import_from_service(
                    home, HistoryRequest(which, "ann", "me", service.url), memory_limit="1GB",
                    report=lambda *_: None, cancelled=lambda: False,
                )  # fmt: skip
        assert other.seen == []


@pytest.mark.usefixtures("canary")
def test_the_same_server_may_redirect(service: FakeService, home: Home) -> None:
    service.faults = [Fault(301, b"", (("Location", "/1/user/ann/listens"),))]
    done = history_import.import_from_service(
        home, HistoryRequest("listenbrainz", "ann", "me", service.url), memory_limit="1GB",
        report=lambda *_: None, cancelled=lambda: False,
    )  # fmt: skip
    assert done.listens == 57
    service.faults = [Fault(301, b"", (("Location", "/1/user/ann/listens"),))] * 9
    with pytest.raises(UserError, match="circles"):
        history_import.import_from_service(
            home, HistoryRequest("listenbrainz", "ann", "me", service.url), memory_limit="1GB",
            report=lambda *_: None, cancelled=lambda: False,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://example.org", True),
        ("http://127.0.0.1:80", True),
        ("http://localhost:5", True),
        ("http://[::1]:5", True),
        ("http://example.org", False),
        ("http://192.168.1.5", False),
        ("http://127.0.0.1.example.org", False),
        ("http://localhost.example.org", False),
    ],
)
def test_no_token_goes_over_plain_http(address: str, allowed: bool) -> None:
    def made() -> HttpClient:
        access = Access({"Authorization": f"Token {CANARY}"}, {}, CANARY)
        return HttpClient(parse_server(address), access, pause=0, report=lambda *_: None, cancelled=lambda: False)

    if allowed:
        made()
        return
    with pytest.raises(UserError, match="not encrypted") as caught:
        made()
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["", "example.org", "ftp://x", "http://", "https://a:b@x", "https://x/?k=1", "http://[x"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UserError):
        parse_server(address)


@pytest.mark.usefixtures("canary")
def test_a_playlist_is_posted_as_listenbrainz_wants_it(
    home: Home, service: FakeService, playlist: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service.token = CANARY
    assert run(["playlists", "send", str(playlist), "--api-url", f"{service.url}/1/", "--home", str(home.root)]) == 0
    [seen] = service.seen
    assert (seen.method, seen.path, seen.headers["content-type"]) == ("POST", "/1/playlist/create", "application/json")
    posted = json.loads(seen.body)["playlist"]
    assert posted["title"] == "Mine [/b]"
    assert posted["track"] == [{"identifier": [f"https://musicbrainz.org/recording/{MBID}"]}]
    assert posted["extension"]["https://musicbrainz.org/doc/jspf#playlist"] == {"public": False}
    told = capsys.readouterr()
    assert MBID in told.out
    assert "1 recording" in told.err


@pytest.mark.usefixtures("canary")
def test_a_playlist_is_not_posted_twice(home: Home, service: FakeService, playlist: Path) -> None:
    request = playlists.SendRequest(playlist, api_url=service.url)
    for fault, part in ((Fault(500), "error 500"), (Fault(200, b"{", cut=True), "cut its answer"),
                        (Fault(400, b'{"error": "No title"}'), "No title"), (Fault(401, b"{}"), "refuses access"),
                        (Fault(200, b"{}"), "took the playlist")):  # fmt: skip
        service.seen.clear()
        service.faults = [fault]
        with pytest.raises(UserError, match=part):
            playlists.send(playlists.prepare(home, request), lambda *_: None, lambda: False)
        assert len(service.seen) == 1


def test_what_is_no_playlist_is_not_sent(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.jspf"
    for content, part in (
        ("{", "no JSPF"),
        ('{"playlist": {"title": "x"}}', "no recording"),
        (json.dumps(PLAYLIST), "TOKEN"),
    ):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(UserError, match=part):
            playlists.prepare(home, playlists.SendRequest(file))
    with pytest.raises(UserError, match="the line listenbrainz = "):
        playlists.prepare(home, playlists.SendRequest(file))
    with pytest.raises(UserError, match=r'the line "https://music\.example/api" = '):  # the name would not do there
        playlists.prepare(home, playlists.SendRequest(file, api_url="https://music.example/api"))
    with pytest.raises(UserError, match="Cannot read"):
        playlists.prepare(home, playlists.SendRequest(tmp_path / "none.jspf"))


def test_guests_have_no_tokens() -> None:
    environment = {"LISTENBRAINZ_TOKEN": CANARY, "LASTFM_API_KEY": CANARY, "PATH": os.environ["PATH"]}
    line = command_line(["x"]).replace("exec ", "exec env #")
    told = subprocess.run(["sh", "-c", line], env=environment, capture_output=True, text=True, check=True).stdout
    assert "TEXTUAL_DRIVER" in told
    assert CANARY not in told
