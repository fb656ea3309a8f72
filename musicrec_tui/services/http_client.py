"""The program's only way to the network: requests to one server, which say in a sentence why they failed.

Answers are bounded, redirects to other servers are not followed, rate limits are obeyed, and what may pass by itself
(cut answers, 5xx) is tried again. No other module imports `httpx`, and this one only when a request is made.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, NamedTuple, Self, TypeVar

from musicrec_tui import __version__
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.services.servers import Server, parse_server
from musicrec_tui.text import printable

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

_MOST_BYTES = 64 * 2**20
"""Of an answer."""
_MOST_SECONDS = 300.0
"""For an answer, however slowly it comes."""
_MOST_REDIRECTS = 5
_ATTEMPTS, _MOST_LIMITED = 5, 20
"""How often a request is tried that fails, and one that has to wait for a rate limit."""
_LONGEST_WAIT = 3600.0
_LONGEST_PAUSE = 60.0
"""Seconds between two attempts where the server does not say how long to wait."""
_REDIRECTS = (301, 302, 303, 307, 308)
_SLICE = 0.1

Report = Callable[[str, float | None], None]


class Answer(NamedTuple):
    """What the server said."""

    status: int
    content: bytes


class TryAgain(Exception):  # noqa: N818  (a request of a parser, not an error)
    """Raised by a parser of answers: the server could not answer yet.

    Attributes:
        reason: why, the end of a sentence that begins with the server.
        limited: whether it said that there were too many requests.
    """

    def __init__(self, reason: str, *, limited: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.limited = reason, limited


class _NotAnswered(Exception):  # noqa: N818
    """No whole answer came; `sent`: the server may have acted on the request."""

    def __init__(self, reason: str, *, sent: bool = True) -> None:
        super().__init__(reason)
        self.reason, self.sent = reason, sent


class Access(NamedTuple):
    """What the server gets beside the request.

    Attributes:
        headers, query: with the secrets that are in them; empty where there is none.
        secret: the token, which no sentence may hold.
    """

    headers: Mapping[str, str]
    query: Mapping[str, str]
    secret: str | None = None


class HttpClient:
    """Requests to one server.

    Args:
        server: the one that is asked.
        access: with what.
        pause: the least seconds between two requests; a server of this machine is not spared.
        report: hears why it waits.
        cancelled: asked ten times a second whether to stop.
        sleep: waits for seconds; a test has no time.

    Raises:
        UserError: a token would go over plain http to another machine.
    """

    def __init__(
        self, server: Server, access: Access, *, pause: float, report: Report, cancelled: Callable[[], bool],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        if access.secret and not server.private:
            raise UserError(
                f"No token is sent to {server.url}: http is not encrypted, and others on the way could read it. "
                "Use its https address."
            )
        self._server, self._access = server, access
        self._pause = 0.0 if server.loopback else pause
        self._report, self._cancelled, self._sleep = report, cancelled, sleep
        self._next = 0.0
        self._told = False
        """Whether the last answer said how long to wait."""
        self._client: httpx.Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.close()

    def get(self, path: str, query: Mapping[str, str], parse: Callable[[Answer], T]) -> T:
        """What the server answers to a GET.

        Args:
            path: below the server's address.
            query: the parameters, without secrets.
            parse: makes the result of the answer; raises `TryAgain` where there is none yet.

        Raises:
            UserError: it cannot be reached, keeps failing, or leads elsewhere; what `parse` raises, too.
            Cancelled: `cancelled` said so.
        """
        return self._persist(lambda: self._send("GET", path, query, None), parse, safe=True)

    def post(self, path: str, document: bytes, parse: Callable[[Answer], T]) -> T:
        """What the server answers to a POST of JSON; it is not sent twice where the first may have had an effect.

        The arguments, results and errors are those of `get`.
        """
        return self._persist(lambda: self._send("POST", path, {}, document), parse, safe=False)

    def clean(self, text: str, limit: int = 200) -> str:
        """Text of the server's for a sentence: printable, and without the token, should the server repeat it."""
        secret = self._access.secret
        return printable(text.replace(secret, "…") if secret else text, limit)

    def _persist(self, send: Callable[[], Answer], parse: Callable[[Answer], T], *, safe: bool) -> T:
        """Send until there is a result."""
        failed = limited = 0
        while True:
            self._wait(self._next - time.monotonic(), "waiting")
            try:
                return parse(self._judged(send()))
            except TryAgain as again:
                reason, sent, slow = again.reason, True, again.limited
            except _NotAnswered as error:
                reason, sent, slow = error.reason, error.sent, False
            failed, limited = failed + (not slow), limited + slow
            if failed >= _ATTEMPTS or limited > _MOST_LIMITED or (not safe and sent and not slow):
                times = f" ({failed + limited} attempts)" if failed + limited > 1 else ""
                raise UserError(f"{self._server.url} {self.clean(reason)}{times}.", exit_code=1)
            if not (slow and self._told):
                pause = min(2.0 ** (failed + limited - 1), _LONGEST_PAUSE)
                self._wait(pause, f"{self.clean(reason, 60)}: trying again")

    def _judged(self, answer: Answer) -> Answer:
        """An answer that says something."""
        if answer.status == 429:
            raise TryAgain("asks for fewer requests", limited=True)
        if answer.status >= 500 or answer.status == 408:
            raise TryAgain(f"answered with error {answer.status}")
        return answer

    def _send(self, method: str, path: str, query: Mapping[str, str], document: bytes | None) -> Answer:
        """One request, and those that it leads to on the same server."""
        url = f"{self._server.url}{path}"
        parameters: Mapping[str, str] | None = {**query, **self._access.query}
        for _ in range(_MOST_REDIRECTS):
            self._next = time.monotonic() + self._pause
            answer, headers = self._interruptible(self._exchange, method, url, parameters, document)
            self._obey(answer.status, headers)
            if answer.status not in _REDIRECTS:
                return answer
            url, parameters = self._redirected(url, headers.get("location", "")), None
        raise UserError(f"{self._server.url} redirects in circles.", exit_code=1)

    def _exchange(
        self, method: str, url: str, parameters: Mapping[str, str] | None, document: bytes | None
    ) -> tuple[Answer, Mapping[str, str]]:
        """Send a request and read the whole answer."""
        import httpx

        client = self._opened()
        headers = {**self._access.headers, **({"Content-Type": "application/json"} if document else {})}
        deadline = time.monotonic() + _MOST_SECONDS
        with _explained():
            asked = client.stream(method, url, params=parameters, headers=headers, content=document)
            with asked as response:
                parts: list[bytes] = []
                size = 0
                for part in response.iter_bytes():
                    parts.append(part)
                    size += len(part)
                    if size > _MOST_BYTES or time.monotonic() > deadline:
                        raise _NotAnswered("sends an answer without end")
                return Answer(response.status_code, b"".join(parts)), httpx.Headers(response.headers)

    def _opened(self) -> "httpx.Client":
        """The client. Proxies and certificates of the environment count for encrypted servers only."""
        if self._client is None:
            import httpx

            for name in ("httpx", "httpcore"):
                logging.getLogger(name).disabled = True  # they log addresses, which may hold a key
            self._client = httpx.Client(
                headers={"User-Agent": f"musicrec-tui/{__version__}", "Accept": "application/json"},
                timeout=httpx.Timeout(30.0, connect=10.0), follow_redirects=False,
                trust_env=self._server.scheme == "https",
            )  # fmt: skip
        return self._client

    def _redirected(self, url: str, location: str) -> str:
        """The address that a redirect leads to; its query is the server's, which has ours."""
        from urllib.parse import urljoin, urlsplit

        target = urljoin(url, location)
        try:
            there = parse_server(urlsplit(target)._replace(query="", fragment="").geturl())
        except UserError:
            there = None
        if there is None or not self._server.same_host(there):
            raise UserError(
                f"{self._server.url} redirects to {self.clean(there.host if there else 'no address', 80)}, another "
                "server: nothing was sent there. If it is the right one, name it with --api-url.",
                exit_code=1,
            )
        return target

    def _obey(self, status: int, headers: Mapping[str, str]) -> None:
        """Note when the next request may be sent, by what the server says of its rate limit."""
        left, reset = _number(headers.get("x-ratelimit-remaining")), _number(headers.get("x-ratelimit-reset-in"))
        after = _number(headers.get("retry-after"))
        pause = 0.0
        if status == 429 or (status == 503 and after is not None):
            pause = after if after is not None else reset if reset is not None else 0.0
        elif left is not None and left < 1 and reset is not None:
            pause = reset
        if pause > _LONGEST_WAIT:
            raise UserError(
                f"{self._server.url} has no time for {pause / 60:,.0f} minutes: its rate limit is used up. "
                "Try again later.",
                exit_code=1,
            )
        self._told = pause > 0
        self._next = max(self._next, time.monotonic() + pause)

    def _wait(self, seconds: float, why: str) -> None:
        """Sleep, and stay cancellable."""
        told = 0
        while True:
            if self._cancelled():
                raise Cancelled
            if seconds <= 0:
                return
            if seconds > 1 and int(seconds) != told:
                told = int(seconds)
                self._report(f"{why} ({told} s)", None)
            self._sleep(min(seconds, _SLICE))
            seconds -= _SLICE

    def _interruptible(self, work: Callable[..., T], *values: object) -> T:
        """Do work in a thread that dies with the process, so that a slow server delays no cancelling."""
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(work(*values))
            except BaseException as error:  # noqa: BLE001  (it is raised where the result is wanted)
                future.set_exception(error)

        threading.Thread(target=run, name="request", daemon=True).start()
        while not wait([future], timeout=_SLICE).done:
            if self._cancelled():
                raise Cancelled
        return future.result()


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Make sentences of what httpx raises; its own texts may hold the address with a key."""
    import httpx

    try:
        yield
    except httpx.ConnectError as error:
        why = str(error)
        if "CERTIFICATE" in why.upper():
            raise UserError("The server's certificate is not valid, so nothing was sent.", exit_code=1) from None
        raise _NotAnswered("cannot be reached", sent=False) from None
    except (httpx.ConnectTimeout, httpx.PoolTimeout):
        raise _NotAnswered("cannot be reached in time", sent=False) from None
    except httpx.TimeoutException:
        raise _NotAnswered("does not answer in time") from None
    except httpx.RemoteProtocolError:
        raise _NotAnswered("cut its answer short") from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise _NotAnswered(f"could not be asked ({type(error).__name__})") from None


def _number(text: str | None) -> float | None:
    """A header's seconds or count; None where there is none (Retry-After may be a date, which is not used)."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 <= value < 1e9 else None
