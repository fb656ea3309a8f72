"""The host as a process and its client: starts, answers, crashes, starts again, ends."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.jobs import environment
from musicrec_tui.jobs.host_client import HostClient
from musicrec_tui.jobs.host_protocol import AnyAnswer, Recommend, Recommended, Refused, Request, Response
from musicrec_tui.paths import Home
from tests.jobs.answers import USER, listed, place
from tests.jobs.conftest import World
from tests.waiting import becomes


@pytest.fixture
async def client(trained: World) -> AsyncIterator[HostClient]:
    made = HostClient(trained.home)
    yield made
    await made.close()


def pid_of(client: HostClient) -> int:
    assert client._process is not None
    return client._process.pid


async def test_many_questions_at_once_get_their_own_answers(trained: World, client: HostClient) -> None:
    users = [f"u{number}" for number in range(8)]
    answers = await asyncio.gather(*(client.ask(Recommend(user=user, **place(trained))) for user in users))
    again = [await client.ask(Recommend(user=user, **place(trained))) for user in users]
    assert answers == again
    assert len({msgspec.json.encode(answer) for answer in answers}) == len(users)


async def test_a_crash_in_between_is_not_noticed(trained: World, client: HostClient) -> None:
    first = listed(await client.ask(Recommend(user=USER, **place(trained))))
    crashed = pid_of(client)
    os.kill(crashed, signal.SIGKILL)
    assert await client.ask(Recommend(user=USER, **place(trained))) == first
    assert pid_of(client) != crashed


async def test_a_crash_while_asking_is_asked_again(trained: World, client: HostClient) -> None:
    await client.start()
    os.kill(pid_of(client), signal.SIGSTOP)
    asked = asyncio.create_task(client.ask(Recommend(user=USER, **place(trained))))
    await becomes(lambda: client._pending, "the question")
    os.kill(pid_of(client), signal.SIGKILL)
    assert isinstance(await asked, Recommended)


async def test_a_host_that_dies_on_every_question_is_told(
    trained: World, client: HostClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    answer = await client.ask(Recommend(user=USER, **place(trained)))
    assert isinstance(answer, Refused)
    assert "died twice" in answer.sentence
    assert str(trained.home.logs) in answer.sentence


async def test_a_host_that_cannot_be_started_is_told(
    trained: World, client: HostClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    answer = await client.ask(Recommend(user=USER, **place(trained)))
    assert isinstance(answer, Refused)
    assert "cannot be started" in answer.sentence


async def test_a_question_may_be_called_off(trained: World, client: HostClient) -> None:
    await client.start()
    asked = asyncio.create_task(client.ask(Recommend(user=USER, **place(trained))))
    await becomes(lambda: client._pending, "the question")
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert client._pending == {}
    assert isinstance(await client.ask(Recommend(user=USER, **place(trained))), Recommended)


async def test_a_host_that_is_closed_before_it_was_asked_is_not_started(tmp_path: Path) -> None:
    client = HostClient(Home(tmp_path, tmp_path / "cache"))
    await client.close()
    await client.start()
    assert client._process is None


async def test_after_closing_nothing_is_left_and_nothing_is_asked(trained: World) -> None:
    client = HostClient(trained.home)
    await client.start()
    process = client._process
    assert process is not None
    await client.close()
    assert process.returncode is not None
    assert isinstance(await client.ask(Recommend(user=USER, **place(trained))), Refused)
    await client.close()


async def test_who_closes_while_it_waits_to_start_has_no_host(trained: World) -> None:
    client = HostClient(trained.home, pause=0.05)
    asked = asyncio.create_task(client.ask(Recommend(user=USER, **place(trained))))
    await asyncio.sleep(0)
    await client.close()
    assert isinstance(await asked, Refused)
    assert client._process is None


@pytest.fixture
def host() -> Iterator["subprocess.Popen[bytes]"]:
    """A bare host, without the client."""
    with subprocess.Popen(
        [sys.executable, "-m", "musicrec_tui.jobs.host"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment.for_child(),
    ) as process:  # fmt: skip
        yield process
        process.kill()


def say(host: "subprocess.Popen[bytes]", line: bytes) -> Response:
    assert host.stdin is not None
    assert host.stdout is not None
    host.stdin.write(line + b"\n")
    host.stdin.flush()
    return msgspec.json.decode(host.stdout.readline(), type=Response)


def test_bad_lines_are_refused_and_the_next_is_answered(host: "subprocess.Popen[bytes]", trained: World) -> None:
    for line, number in [
        (b"", 0),
        (b"\xff\xfe", 0),
        (b"[" * 100_000, 0),
        (b'{"id": 7, "ask": {"call": "format disk"}}', 7),
        (b'{"id": 8, "ask": {"call": "recommend"}}', 8),
        (b'{"id": "eight"}', 0),
    ]:
        response = say(host, line)
        assert response.id == number
        assert isinstance(response.answer, Refused)
    good = say(host, msgspec.json.encode(Request(9, Recommend(user=USER, **place(trained)))))
    assert good.id == 9
    assert isinstance(good.answer, Recommended)


def test_the_host_ends_with_its_stdin(host: "subprocess.Popen[bytes]") -> None:
    assert host.stdin is not None
    host.stdin.close()
    assert host.wait(30) == 0


def test_what_libraries_print_does_not_reach_the_answers() -> None:
    code = (
        "import os, sys\n"
        "from musicrec_tui.jobs import host, service\n"
        "def noisy(self, ask):\n"
        "    print('from Python'); sys.stdout.flush(); os.write(1, b'from C\\n')\n"
        "    return service.Refused('quiet')\n"
        "service.Service.answer = noisy\n"
        "host.main()\n"
    )
    line = msgspec.json.encode(Request(1, Recommend(user="u", run="r", index="i"))) + b"\n"
    done = subprocess.run([sys.executable, "-c", code], check=True, input=line, capture_output=True)
    assert msgspec.json.decode(done.stdout, type=Response) == Response(1, Refused("quiet"))
    assert b"from C" in done.stderr


def test_a_host_that_has_answered_holds_no_tensorflow(trained: World) -> None:
    code = (
        "import sys\n"
        "from musicrec_tui.jobs.service import Service\n"
        "from musicrec_tui.jobs.host_protocol import Recommend\n"
        "answer = Service().answer(Recommend(user=sys.argv[1], run=sys.argv[2], index=sys.argv[3]))\n"
        "print(type(answer).__name__, *{'tensorflow', 'keras', 'pandas', 'textual'} & set(sys.modules))\n"
    )
    where = place(trained)
    command = [sys.executable, "-c", code, USER, where["run"], where["index"]]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() == ["Recommended"]


def test_answers_survive_the_wire(trained: World) -> None:
    from musicrec_tui.jobs.service import Service

    answer: AnyAnswer = Service().answer(Recommend(user="u0", k=40, filters=Filters(heard="all"), **place(trained)))
    response = Response(3, answer)
    assert msgspec.json.decode(msgspec.json.encode(response), type=Response) == response
    assert Path(place(trained)["run"]).is_absolute()


async def test_a_start_that_is_cancelled_leaves_no_process(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[asyncio.subprocess.Process] = []
    real = asyncio.create_subprocess_exec

    async def slow(*command: str, **named: Any) -> asyncio.subprocess.Process:
        made.append(await real(*command, **named))
        await asyncio.sleep(0)  # here it is cancelled
        return made[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", slow)
    client = HostClient(home)
    start = asyncio.create_task(client.start())
    while not made:
        await asyncio.sleep(0)
    start.cancel()
    await asyncio.gather(start, return_exceptions=True)
    await client.close()
    assert made[0].returncode is not None
