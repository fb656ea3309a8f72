"""The app in a real browser: Debian's Chromium without a window, driven by Playwright."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, WebSocket

from tests.chromium import chromium
from tests.e2e.terminal import Emulator
from tests.waiting import Deadline

pytestmark = pytest.mark.slow


class Seen:
    """What a page shows: the bytes of its WebSocket, in an emulator of the size that the page asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._emulator = Emulator(80, 24)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda told: self.complaints.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("websocket", self._opened)

    def _opened(self, opened: WebSocket) -> None:
        asked = parse_qs(urlsplit(opened.url).query)
        self._emulator = Emulator(int(asked["width"][0]), int(asked["height"][0]))
        opened.on("framereceived", self._received)

    def _received(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            self._emulator.feed(frame)

    def wait_for(self, pattern: str) -> None:
        """Wait until the page shows it."""
        deadline = Deadline()
        while not re.search(pattern, self._emulator.text(), re.MULTILINE):
            assert not deadline.is_over, f"{pattern!r} never showed:\n{self._emulator.text()}"
            self.page.wait_for_timeout(100)

    def text(self) -> str:
        """All that it shows."""
        return self._emulator.text()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all tests."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The host's home, whose name wants quoting; the server's temporary files are in it, too."""
    home = tmp_path_factory.mktemp("a home; $(exit 1) 'of' mine")
    (home / "tmp").mkdir()
    return home


@pytest.fixture(scope="module")
def address(served_home: Path) -> Iterator[str]:
    """The program's own command serves the sample."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home, environment = served_home, os.environ | {"TMPDIR": str(served_home / "tmp")}
    command = [sys.executable, "-m", "musicrec_tui", "serve", "--port", str(port), "--home", str(home)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as serving:
        assert serving.stderr is not None
        assert f"http://127.0.0.1:{port}/" in serving.stderr.readline()
        yield f"http://127.0.0.1:{port}/"
        serving.terminate()
        assert serving.wait(30) in (0, 130)
    assert (home / "runs").is_dir(), "the programs used another home"


def test_load_search_open_a_user_and_see_recommendations(browser: Browser, address: str, tmp_path: Path) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 700})
    seen = Seen(page)
    page.goto(address)
    seen.wait_for(r"66,936 listens · 1,422 users")
    seen.wait_for(r"For user \d+ · ALS #1")
    page.keyboard.press("/")
    page.keyboard.type("11844")
    seen.wait_for(r"▸user 11844")
    page.keyboard.press("Enter")
    seen.wait_for(r"For user 11844 · ALS #1")
    seen.wait_for(r" 1 \S.*\d\.\d{3} .*because")
    picture = page.screenshot(path=tmp_path / "page.png")
    assert len(picture) > 20_000, "the page is all but empty"
    # Nothing comes from elsewhere, and the page's own policy hinders nothing that it needs.
    assert {urlsplit(url).netloc for url in seen.requests if not url.startswith("data:")} == {urlsplit(address).netloc}
    assert any(url.endswith("RobotoMono-VariableFont_wght.ttf") for url in seen.requests)
    assert not seen.complaints
    # What guests may not do.
    page.keyboard.press("I")
    seen.wait_for("started with --restricted")
    page.keyboard.press("5")
    seen.wait_for("Source")
    assert "s SQL" not in seen.text().splitlines()[-1]
    # The end of the program is told, and can be made good.
    page.keyboard.press("q")
    page.get_by_text("The session has ended.").wait_for()
    page.get_by_role("button", name="Open it again").click()
    seen.wait_for(r"For user \d+ · ALS #1")
    page.close()


def test_a_page_from_elsewhere_cannot_open_the_socket(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.route("http://elsewhere.example/", lambda route: route.fulfill(body="<html></html>", content_type="text/html"))
    page.goto("http://elsewhere.example/")
    ended = page.evaluate(
        """address => new Promise(done => {
            const socket = new WebSocket(address.replace("http", "ws") + "ws");
            socket.onopen = () => done("open");
            socket.onerror = () => done("refused");
        })""",
        address,
    )
    assert ended == "refused"
    page.close()


def test_what_a_visitor_types_is_theirs_alone(browser: Browser, address: str, served_home: Path) -> None:
    contexts = [browser.new_context(viewport={"width": 1200, "height": 700}) for _ in range(2)]
    first, second = (context.new_page() for context in contexts)
    seen, other = Seen(first), Seen(second)
    for page, shows in ((first, seen), (second, other)):
        page.goto(address)
        shows.wait_for(r"For user \d+ · ALS #1")
    first.keyboard.press("a")
    seen.wait_for("Only this page knows them")
    first.keyboard.type("radiohead")
    seen.wait_for("▸Radiohead")
    first.keyboard.press("Enter")
    seen.wait_for("Liked 1")
    first.keyboard.press("Control+s")
    seen.wait_for("For profile me · ALS #1")
    # A playlist goes to that browser; no path of the host's is written to.
    first.keyboard.press("p")
    seen.wait_for("Your browser downloads it")
    sent: list[APIResponse] = []

    def take(route: Route) -> None:
        """Note what the server sends, and give it to the browser."""
        sent.append(route.fetch())
        route.fulfill(response=sent[-1])

    contexts[0].route("**/download/**", take)
    first.keyboard.press("Enter")
    seen.wait_for("Wrote 50 tracks to playlist-me.jspf")
    deadline = Deadline()
    while not sent:
        assert not deadline.is_over, seen.text()
        first.wait_for_timeout(100)
    assert "playlist-me.jspf" in sent[0].headers["content-disposition"]
    assert len(sent[0].json()["playlist"]["track"]) == 50
    # The other visitor and the host's store know nothing of it.
    second.keyboard.press("/")
    second.keyboard.type("profile me")
    other.wait_for("/ profile me")
    other.wait_for(r"Results")
    assert "▸profile me" not in other.text()
    assert not [*(served_home / "profiles").glob("*")]
    assert [*(served_home / "tmp").glob("musicrec-page-*/musicrec-guest-*/profiles/*")], "where it is now"
    # At the end it is gone.
    for context in contexts:
        context.close()
    deadline = Deadline()
    while left := [*(served_home / "tmp").glob("musicrec-page-*")]:
        assert not deadline.is_over, left
        time.sleep(0.05)
