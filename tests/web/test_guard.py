"""The server talks to its own page alone, and a program's arguments never reach a shell as anything but themselves."""

import asyncio
import json
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import WSServerHandshakeError
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st
from textual_serve.app_service import AppService

from musicrec_tui.web import server
from musicrec_tui.web.guard import host_refusal, is_loopback, origin_refusal
from musicrec_tui.web.program import LARGEST, SMALLEST, Program, cells, command_line
from tests.waiting import PATIENCE


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:9000", "[::1]:8000", "LOCALHOST", "box:80"])
def test_numbers_localhost_and_the_bound_name_are_answered(host: str) -> None:
    assert host_refusal(host, "box") == ""


@pytest.mark.parametrize(
    "host",
    [None, "", "evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "box.evil:1",
     "user@127.0.0.1", "127.0.0.1; script-src *", "[::1", "[localhost]", "127.0.0.1:80:80", "box\n"],
)  # fmt: skip
def test_every_other_name_is_refused(host: str | None) -> None:
    assert host_refusal(host, "box")


@given(st.text())
def test_no_host_header_breaks_the_check(host: str) -> None:
    assert isinstance(host_refusal(host, "127.0.0.1"), str)
    assert isinstance(origin_refusal(host, host, needed=True), str)


def test_a_page_from_elsewhere_is_refused_whatever_it_calls_itself() -> None:
    ours = "127.0.0.1:8000"
    assert origin_refusal(f"http://{ours}", ours, needed=True) == ""
    assert origin_refusal(f"https://{ours}", ours, needed=True) == ""  # behind a proxy that encrypts
    for origin in ("null", "http://evil.example", "http://127.0.0.1:3000", "http://127.0.0.1", f"file://{ours}", ours):
        assert origin_refusal(origin, ours, needed=True), origin
    assert origin_refusal(None, ours, needed=False) == ""
    assert origin_refusal(None, ours, needed=True)


def test_loopback_is_told_from_what_others_reach() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.1.2.3", "::1", "localhost")))
    assert not any(map(is_loopback, ("10.0.0.1", "::", "192.168.1.2", "box", "localhost.example", "")))


@pytest.fixture
def stand_in(tmp_path: Path) -> str:
    """A command that speaks as a Textual program does: tells its size and its driver, then waits to be told to end."""
    script = tmp_path / "program.py"
    script.write_text(
        "import os, sys\n"
        "def send(kind, data): sys.stdout.buffer.write(kind + len(data).to_bytes(4, 'big') + data); "
        "sys.stdout.buffer.flush()\n"
        "sys.stdout.buffer.write(b'__GANGLION__\\n')\n"
        "send(b'D', f\"{os.environ['COLUMNS']}x{os.environ['ROWS']}\".encode())\n"
        'send(b\'M\', b\'{"type": "open_url", "url": "http://evil.example", "new_tab": true}\')\n'
        'send(b\'M\', b\'{"type": "deliver_file_start", "key": "k", "path": "/etc/passwd"}\')\n'
        "read = sys.stdin.buffer.read\n"
        "while head := read(5):\n"
        "    body = read(int.from_bytes(head[1:], 'big'))\n"
        "    send(b'D', body)\n"
        "    if b'quit' in body: send(b'M', b'{\"type\": \"exit\"}'); break\n"
    )
    return f"exec python3 {shlex.quote(str(script))}"


async def test_requests_from_elsewhere_get_403_and_start_nothing(stand_in: str) -> None:
    async with TestClient(TestServer(server.application(f"touch {stand_in}", "127.0.0.1"))) as client:
        page = await client.get("/")
        assert page.status == 200
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
            for path in ("/", "/ws", "/textual/js/textual.js"):
                answer = await client.get(path, headers=headers)
                assert answer.status == 403, (path, headers)
        assert (await client.get("/download/anything")).status == 404
        for origin in (None, "http://evil.example", "null"):
            with pytest.raises(WSServerHandshakeError) as refused:
                await client.ws_connect("/ws", origin=origin)
            assert refused.value.status == 403


async def test_our_own_page_is_shown_a_program_that_hands_out_nothing(stand_in: str) -> None:
    async with TestClient(TestServer(server.application(stand_in, "127.0.0.1"))) as client:
        origin = str(client.make_url("")).rstrip("/")
        async with client.ws_connect("/ws?width=99999999&height=-5", origin=origin) as socket:
            assert await socket.receive_bytes() == f"{LARGEST}x{SMALLEST}".encode()
            for nonsense in ("", "[]", "{}", '["resize", 3]', '["stdin", {}]', '["open", "x"]', "[" * 5000):
                await socket.send_str(nonsense)
            await socket.send_json(["stdin", "ä"])
            assert await socket.receive_bytes() == "ä".encode()  # neither an address nor a file came before it
            await socket.send_json(["resize", {"width": 90, "height": "x"}])
            assert json.loads(await socket.receive_bytes()) == {"type": "resize", "width": 90, "height": 24}


async def test_a_server_that_ends_has_ended_its_programs(stand_in: str) -> None:
    app = server.application(stand_in, "127.0.0.1")
    async with (
        TestClient(TestServer(app)) as client,
        client.ws_connect("/ws", origin=str(client.make_url("")).rstrip("/")) as socket,
    ):
        await socket.receive_bytes()
        (program,) = app[server._OPEN]
    # The page has just gone, and the server in the same moment.
    assert program._process is not None
    assert program._process.returncode is not None


async def test_pages_beyond_the_most_are_refused(stand_in: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_PROGRAMS", 1)
    async with TestClient(TestServer(server.application(stand_in, "127.0.0.1"))) as client:
        origin = str(client.make_url("")).rstrip("/")
        async with client.ws_connect("/ws", origin=origin) as socket:
            await socket.receive_bytes()
            with pytest.raises(WSServerHandshakeError) as refused:
                await client.ws_connect("/ws", origin=origin)
            assert refused.value.status == 503


@pytest.mark.parametrize("where", ["draw", "stop", "hear"])
async def test_a_page_that_ends_with_an_error_frees_its_place(
    stand_in: str, where: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("no such page")

    monkeypatch.setattr(server, "MOST_PROGRAMS", 1)
    app = server.application(stand_in, "127.0.0.1")
    async with TestClient(TestServer(app)) as client:
        origin = str(client.make_url("")).rstrip("/")
        with monkeypatch.context() as patch:
            owner, name = {"draw": (Program, "on_meta"), "stop": (AppService, "stop"), "hear": (Program, "hear")}[where]
            patch.setattr(owner, name, fail)
            async with client.ws_connect("/ws", origin=origin) as socket:
                await socket.receive_bytes()
                if where == "draw":
                    async for _ in socket:  # the page is closed
                        pass
            await eventually(lambda: not app[server._OPEN])
        async with client.ws_connect("/ws", origin=origin) as socket:  # the place is free, and the program is gone
            assert await socket.receive_bytes()
        await eventually(lambda: not app[server._OPEN])
    assert where == "hear" or "A page ended with an error" in caplog.text


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait for a state."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.02)


async def test_a_program_that_ends_closes_its_page() -> None:
    async with TestClient(TestServer(server.application("exit 3", "127.0.0.1"))) as client:
        socket = await client.ws_connect("/ws", origin=str(client.make_url("")).rstrip("/"))
        message = await asyncio.wait_for(socket.receive(), PATIENCE)
        assert message.type.name in ("CLOSE", "CLOSED", "CLOSING")


@pytest.mark.parametrize("word", ["a b", "$(touch x)", "`id`", "'; rm -rf /", "--data=ä\n", "*", "~", '"', "\\"])
def test_the_shell_hands_every_argument_on_as_it_is(word: str) -> None:
    line = command_line([word]).replace("exec ", "exec printf '%s|' ", 1)
    told = subprocess.run(["sh", "-c", line], check=True, capture_output=True, text=True).stdout
    assert told.endswith(f"|-m|musicrec_tui|{word}|")


@pytest.mark.parametrize(("asked", "given_"), [("80", 80), ("-1", SMALLEST), ("NaN", 7), (None, 7), (10**9, LARGEST)])
def test_sizes_are_bounded(asked: object, given_: int) -> None:
    assert cells(asked, 7) == given_


def test_the_page_loads_nothing_from_elsewhere() -> None:
    folder = Path(server.__file__).parent / "page"
    assert {path.suffix for path in folder.iterdir()} == {".html", ".css", ".js"}
    for path in folder.iterdir():
        text = path.read_text()
        assert "http://" not in text.replace("http://www.w3.org", ""), path
        assert "https://" not in text.replace('"https:"', ""), path
        assert not re.search(r"""(src=|href=|url\()["']?//""", text), path
