"""Histories from a service: all pages, later only what is new, interruptions, and what a bad server does."""

import json
from datetime import UTC
from pathlib import Path

import pytest

from musicrec_tui.dataset.profiles import history as profile_history
from musicrec_tui.dataset.profiles import store
from musicrec_tui.dataset.profiles.stored import FetchMark
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home
from musicrec_tui.services import fetching, history_import, http_client
from musicrec_tui.services.history_import import HistoryRequest, ImportedHistory
from musicrec_tui.services.http_client import Access, HttpClient
from musicrec_tui.services.servers import parse_server
from musicrec_tui.services.tokens import Service
from tests.services.fake import FakeService, Fault, Play, Seen, history

SERVICES: tuple[Service, ...] = ("listenbrainz", "lastfm")


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What was waited for: nothing is, but it is noted."""
    noted: list[float] = []
    monkeypatch.setattr(http_client.HttpClient.__init__, "__kwdefaults__", {"sleep": noted.append})
    return noted


def fetched(
    home: Home, service: FakeService, which: Service = "listenbrainz", user: str = "ann", full: bool = False,
    said: list[str] | None = None, stop_after: int = 10_000,
) -> ImportedHistory:  # fmt: skip
    """An import from the server; it is cancelled after so many requests."""
    begun = len(service.seen)
    return history_import.import_from_service(
        home, HistoryRequest(which, user, "me", service.url, full), memory_limit="1GB",
        report=lambda phase, share: said.append(phase) if said is not None else None,
        cancelled=lambda: len(service.seen) - begun >= stop_after,
    )  # fmt: skip


def lines(service: FakeService, which: Service, folder: Path) -> int:
    """How many listens are fetched into a folder, without an import."""
    api = history_import.APIS[which]
    server = api.api_server(parse_server(service.url))
    with HttpClient(server, api.access(None), pause=0, report=lambda *_: None, cancelled=lambda: False) as client:
        return fetching.fetch(client, fetching.Source(api, "ann", None), folder, lambda *_: None).listens


def times(home: Home) -> list[int]:
    """The times of all listens of the profile."""
    rows = profile_history.ask(
        store.read_profile(home, "me"), lambda query: query("SELECT listened_at, plays FROM told ORDER BY ALL")
    )
    assert {plays for _, plays in rows} <= {1}
    return [int(at.replace(tzinfo=UTC).timestamp()) for at, _ in rows]


def wanted(service: FakeService) -> list[int]:
    return sorted(play.at for play in service.plays)


@pytest.mark.parametrize("which", SERVICES)
def test_all_pages_come_and_later_only_what_is_new(which: Service, home: Home, service: FakeService) -> None:
    said: list[str] = []
    done = fetched(home, service, which, said=said)
    assert (done.listens, times(home)) == (57, wanted(service))
    account = done.profile.stored.imports[-1]
    assert (account.rows, account.kept, account.new, account.rejected) == (57, 57, 57, {})
    assert account.mark == FetchMark(
        history_import.APIS[which].api_server(parse_server(service.url)).url, "ann", max(wanted(service))
    )
    assert any("57 listens, back to 2023-11-14" in phrase for phrase in said)
    assert not home.fetched.exists() or not [one for one in home.fetched.rglob("*") if one.is_file()]

    before = len(service.seen)
    again = fetched(home, service, which)
    assert len(service.seen) - before == 1  # one page says that there is nothing
    assert again.listens <= 1
    service.plays = sorted([*service.plays, *history(15, 1_700_500_000)], reverse=True)
    before = len(service.seen)
    later = fetched(home, service, which)
    assert len(service.seen) - before == 2
    assert later.profile.stored.imports[-1].new == 15
    assert times(home) == wanted(service)


@pytest.mark.parametrize("which", SERVICES)
def test_an_interrupted_import_goes_on_where_it_was(which: Service, home: Home, service: FakeService) -> None:
    with pytest.raises(Cancelled):
        fetched(home, service, which, stop_after=3)
    assert not store.has_profile(home, "me")
    folders = [one for one in home.fetched.rglob("*") if one.name != ".lock"]
    assert folders
    assert {one.stat().st_mode & 0o077 for one in folders} == {0}
    service.plays = sorted([*service.plays, *history(4, 1_700_500_000)], reverse=True)  # meanwhile
    before = len(service.seen)
    fetched(home, service, which)
    assert len(service.seen) - before < 7
    assert times(home) == wanted(service)


def test_a_write_that_was_torn_is_cut_off(home: Home, service: FakeService) -> None:
    with pytest.raises(Cancelled):
        fetched(home, service, stop_after=3)
    [file] = home.fetched.rglob("*.jsonl")
    with file.open("ab") as opened:
        opened.write(b'{"listened_at": 17000')
    done = fetched(home, service)
    assert (done.profile.stored.imports[-1].rejected, times(home)) == ({}, wanted(service))


def test_a_new_profile_begins_from_the_start(home: Home, service: FakeService) -> None:
    fetched(home, service)
    store.delete_profile(home, "me")
    fetched(home, service)
    assert times(home) == wanted(service)
    assert fetched(home, service, full=True).listens == 57


@pytest.mark.parametrize("which", SERVICES)
def test_listens_of_one_second_straddle_pages(which: Service, home: Home, service: FakeService) -> None:
    service.plays = sorted(
        [
            *history(8),
            *(Play(1_700_100_000, f"Band {number}", "Song") for number in range(7)),
            *history(8, 1_700_200_000),
        ],
        key=lambda play: -play.at,
    )
    done = fetched(home, service, which)
    assert (done.listens, times(home)) == (23, wanted(service))


@pytest.mark.parametrize("which", SERVICES)
@pytest.mark.parametrize(
    "fault",
    [
        Fault(500),
        Fault(503, b"<html>busy</html>"),
        Fault(200, b'{"payload": {"listens": [', cut=True),
        Fault(200, b"<html>welcome</html>"),
        Fault(200, b'{"payload": 3, "recenttracks": []}'),
        Fault(429, b"{}", (("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset-In", "7"))),
        Fault(429, b"{}", (("Retry-After", "7"),)),
        Fault(200, b""),
    ],
    ids=["500", "503", "cut", "no json", "wrong json", "429 reset", "429 retry", "empty"],
)
def test_what_passes_by_itself_is_tried_again(
    which: Service, fault: Fault, tmp_path: Path, service: FakeService, slept: list[float]
) -> None:
    service.faults = [None, fault, fault]
    assert lines(service, which, tmp_path) == 57
    if fault.status == 429:
        assert 13.5 < sum(slept) <= 14
    else:
        assert 2.9 < sum(slept) < 3.1


def test_a_server_that_does_not_say_how_long_to_wait_is_asked_less_and_less(
    service: FakeService, slept: list[float]
) -> None:
    service.faults = [Fault(429, b"{}")] * 21
    server = parse_server(service.url)
    with HttpClient(server, Access({}, {}), pause=5, report=lambda *_: None, cancelled=lambda: False) as client:
        client._pause = 5.0
        with pytest.raises(UserError, match=r"asks for fewer requests \(21 attempts\)"):
            client.get("/", {}, lambda answer: answer)
    # 1, 2, 4, … 32, then 60 seconds each; and what is left of the pause, though no time passes here.
    assert 20 * 4.5 + 63 + 14 * 60 < sum(slept) <= 20 * 5 + 63 + 14 * 60 + 1


def test_lastfms_own_errors_are_understood(tmp_path: Path, service: FakeService, slept: list[float]) -> None:
    limited, passing = (Fault(200, b'{"error": %d, "message": "Later"}' % number) for number in (29, 16))
    service.faults = [None, limited, passing]
    assert lines(service, "lastfm", tmp_path) == 57
    for number, part in ((17, "hidden"), (26, "refuses the key"), (10, "refuses the key"), (99, "refused to answer")):
        service.faults = [Fault(403, b'{"error": %d, "message": "Why \\u001b[31m"}' % number)]
        with pytest.raises(UserError, match=part) as caught:
            lines(service, "lastfm", tmp_path / "other")
        assert "\x1b" not in str(caught.value)


def test_the_rate_limit_is_obeyed_before_it_is_used_up(
    tmp_path: Path, service: FakeService, slept: list[float]
) -> None:
    service.limits = {"X-RateLimit-Limit": "30", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-In": "3"}
    assert lines(service, "listenbrainz", tmp_path) == 57
    assert 3 * (len(service.seen) - 1) - 0.5 < sum(slept) <= 3 * (len(service.seen) - 1)  # after each but the last


@pytest.mark.parametrize("which", SERVICES)
def test_a_server_that_keeps_failing_is_left_with_what_came(
    which: Service, tmp_path: Path, service: FakeService, slept: list[float]
) -> None:
    service.faults = [None, None, *[Fault(502)] * 5]
    with pytest.raises(UserError, match=r"answered with error 502 \(5 attempts\)"):
        lines(service, which, tmp_path)
    before = len(service.seen)
    assert lines(service, which, tmp_path) == 57
    assert len(service.seen) - before < 7
    assert 14.9 < sum(slept) < 15.1


def test_who_is_unknown_is_said(home: Home, service: FakeService) -> None:
    for which in SERVICES:
        with pytest.raises(UserError, match="no user 'bob'"):
            fetched(home, service, which, user="bob")
    service.plays = []
    with pytest.raises(UserError, match="no listens of ann"):
        fetched(home, service)


def test_a_server_that_does_not_page_is_refused(tmp_path: Path, service: FakeService) -> None:
    _, page = service.answer(Seen("GET", "/1/user/ann/listens", {}, {}, b""))
    service.faults = [Fault(200, json.dumps(page).encode())] * 3
    with pytest.raises(UserError, match="again and again"):
        lines(service, "listenbrainz", tmp_path)


def test_hostile_names_come_whole(home: Home, service: FakeService) -> None:
    names = [
        "=1+1",
        '"quoted", and, commas',
        "a\r\nb\tc",
        "\x00nul",
        "\x1b[31m",
        ";;|",
        "’",
        "\ud800".encode("utf-8", "replace").decode(),
    ]
    service.plays = [Play(1_700_000_000 + number, name, name) for number, name in enumerate(names)][::-1]
    for which in SERVICES:
        done = fetched(home, service, which)
        assert done.profile.stored.imports[-1].rejected == {}
        assert len(times(home)) == len(names)
        store.delete_profile(home, "me")


def test_nothing_answers(home: Home, service: FakeService, slept: list[float]) -> None:
    gone = service.url
    service.server_close()
    with pytest.raises(UserError, match="cannot be reached"):
        history_import.import_from_service(
            home, HistoryRequest("listenbrainz", "ann", "me", gone), memory_limit="1GB",
            report=lambda *_: None, cancelled=lambda: False,
        )  # fmt: skip


def test_a_wait_of_hours_is_said_and_not_begun(tmp_path: Path, service: FakeService, slept: list[float]) -> None:
    service.faults = [None, Fault(429, b"{}", (("Retry-After", "7200"),))]
    with pytest.raises(UserError, match=r"no time for 120 minutes"):
        lines(service, "listenbrainz", tmp_path)
    assert sum(slept) < 1


def test_an_answer_without_end_is_cut_off(
    tmp_path: Path, service: FakeService, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_client, "_MOST_BYTES", 100)
    with pytest.raises(UserError, match="sends an answer without end"):
        lines(service, "listenbrainz", tmp_path)
