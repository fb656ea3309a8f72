"""The app in a real browser: Debian's Chromium without a window, driven by Playwright."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, WebSocket

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
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The program's own command serves the sample, from a folder whose name wants quoting."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path_factory.mktemp("a home; $(exit 1) 'of' mine")
    command = [sys.executable, "-m", "musicrec_tui", "serve", "--port", str(port), "--home", str(home)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as serving:
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
