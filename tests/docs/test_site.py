"""The pages of docs/ as a site: built without a network, whole, and of nothing that is loaded from elsewhere."""

import functools
import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from docs import pages, settings_page
from musicrec_tui import settings, toml
from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings
from tests.chromium import chromium

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SETTINGS = Settings.__struct_fields__


def test_every_page_is_in_the_navigation_and_loads_no_font_from_elsewhere() -> None:
    project = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
    assert project["theme"]["font"] is False
    listed = sorted(_pages(project["nav"]))
    assert listed == sorted(page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")), "see zensical.toml"


def _pages(entries: object) -> Iterator[str]:
    """The files that the navigation names."""
    if isinstance(entries, str):
        yield entries
    else:
        assert isinstance(entries, list | dict)
        for one in entries if isinstance(entries, list) else entries.values():
            yield from _pages(one)


@pytest.mark.parametrize(
    ("page", "drawn"),
    [("settings.md", settings_page.markdown), ("models.md", pages.models)],
    ids=["settings", "models"],
)
def test_pages_that_are_drawn_from_the_code_are_up_to_date(page: str, drawn: "functools.partial[str]") -> None:
    assert (DOCS / page).read_text(encoding="utf-8") == drawn(), "run `make pages`"


@pytest.mark.parametrize("name", SETTINGS)
def test_the_example_of_each_setting_is_allowed_and_not_the_default(name: str, home: Home) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text(toml.dumps(settings_page.example(name)), encoding="utf-8")
    assert getattr(settings.load(home), name) != getattr(Settings(), name)


LOADS = {
    ("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("video", "src"), ("embed", "src"),
    ("link", "href"), ("object", "data"), ("image", "href"), ("use", "href"),
}  # fmt: skip
"""What a browser loads by itself."""


class Parsed(HTMLParser):
    """The places of a page, where its links lead, and what it loads."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what one element is or names."""
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif tag == "a" and name == "href" and value:
                self.links.append(value)
            elif (tag, name.removeprefix("xlink:")) in LOADS and value:
                self.loads.append(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; proxies that do not exist stand for a network that does not."""
    folder = tmp_path_factory.mktemp("source")
    shutil.copy(ROOT / "zensical.toml", folder)
    shutil.copytree(DOCS, folder / "docs", ignore=shutil.ignore_patterns("*.png", "__pycache__"))
    (folder / "musicrec_tui").symlink_to(ROOT / "musicrec_tui")
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    built = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean"], cwd=folder, env=os.environ | nowhere,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stdout + built.stderr
    assert "No issues found" in built.stdout + built.stderr
    assert not re.search(r"(?i)\b(error|warning)\b", built.stdout + built.stderr)
    return folder / "build" / "site"


@pytest.mark.slow
def test_each_link_leads_to_a_place_that_is_there(site: Path) -> None:
    parsed = {page: Parsed(page) for page in site.rglob("*.html")}
    assert len(parsed) > len(list(DOCS.rglob("*.md")))
    missing = []
    for page, found in parsed.items():
        for link in [*found.links, *found.loads]:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https", "data"):
                continue
            if page.name == "404.html" and parts.path.startswith("/"):
                continue  # it is shown at any depth, so its links begin at the root of the server
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            known = parsed.get(target / "index.html" if target.is_dir() else target)
            if not target.exists() or (parts.fragment and known and unquote(parts.fragment) not in known.ids):
                missing.append(f"{page.relative_to(site)}: {link}")
    assert not missing, missing


@pytest.mark.slow
def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    elsewhere = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])\s*(?:https?:)?//[^\s"')]+""")
    found = []
    for file in site.rglob("*"):
        if file.suffix in (".html", ".css", ".svg"):
            text = file.read_text(encoding="utf-8")
            found += [f"{file.relative_to(site)}: {one}" for one in elsewhere.findall(text)]
        if file.suffix in (".html", ".svg"):
            loads = Parsed(file).loads
            found += [f"{file.relative_to(site)}: {one}" for one in loads if re.match(r"(https?:)?//", one)]
    assert not found, found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all tests."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The site on a server of this machine."""
    handler = functools.partial(Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


class Quiet(SimpleHTTPRequestHandler):
    """Prints no line for each request."""

    def log_message(self, *_: object) -> None:
        """See the class."""


def watched(browser: Browser, width: int) -> tuple[Page, list[str], list[str]]:
    """A page of that width, the addresses that it asks for, and its complaints."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("response", lambda told: complaints.append(f"{told.status} {told.url}") if told.status >= 400 else None)
    page.on("console", lambda told: complaints.append(told.text) if told.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, requests, complaints


@pytest.mark.slow
@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize("served", [True, False], ids=["served", "from the disk"])
def test_search_and_navigation_work(browser: Browser, address: str, site: Path, width: int, served: bool) -> None:
    start = address if served else site.as_uri() + "/"
    page, requests, complaints = watched(browser, width)
    page.goto(f"{start}index.html")
    menu = page.locator("nav.md-nav--primary")
    if width < 1000:  # the navigation is a drawer, and its sections are closed
        page.locator("label.md-header__button[for=__drawer]").click()
        menu.get_by_text("Screens", exact=True).locator("visible=true").click()
    menu.get_by_role("link", name="Compare", exact=True).click()
    page.wait_for_url(f"{start}compare.html")
    assert page.locator("h1").inner_text().startswith("Compare")
    page.locator("article img").first.wait_for()
    page.keyboard.press("Control+k")
    page.get_by_placeholder("Search").fill("half life")
    result = page.get_by_role("option").filter(has_text="Screens").first
    result.wait_for()
    assert page.get_by_placeholder("Search").input_value() == "half life"
    result.click()
    page.wait_for_url(re.compile(r"train\.html"))
    assert "half life" in page.locator("article").inner_text()
    assert not complaints
    if served:
        assert {urlsplit(url).netloc for url in requests if not url.startswith(("data:", "blob:"))} == {
            urlsplit(start).netloc
        }
    else:
        assert {urlsplit(url).scheme for url in requests} <= {"file", "data", "blob", "about"}
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("width", [400, 1280])
def test_every_page_fits_its_window_and_shows_its_pictures(
    browser: Browser, address: str, site: Path, width: int
) -> None:
    page, requests, complaints = watched(browser, width)
    for file in sorted(site.rglob("*.html")):
        if file.name == "404.html":
            continue
        page.goto(address + file.relative_to(site).as_posix())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{file.name} is too wide"
        empty = page.evaluate("[...document.images].filter(one => !one.naturalWidth).map(one => one.src)")
        assert not empty
    assert not complaints
    assert {urlsplit(url).netloc for url in requests if not url.startswith("data:")} == {urlsplit(address).netloc}
    page.close()
