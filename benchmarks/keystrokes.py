"""Search as you type: from the key press to the painted results, in a real terminal, on a large index.

    python -m benchmarks.keystrokes [--data LOG --home HOME] [--queries 20] [--before "chrt -R -r 1"]

Without `--data` it makes a log of some 480,000 artists and 5 million listens and its index (two minutes). HOME has the
index of LOG; nothing is written there. The keystrokes are those of `benchmarks.lookups`, each pressed when the results
of the one before have been painted. The clock runs from the key's byte to the bytes that paint the heading with the
new total; texts with the same total as the one before are left out. It is done twice: as it is, and with the pause
before each search (the debounce) taken off.
"""

import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.logs import large_log
from benchmarks.lookups import PAGE, keystrokes, names
from benchmarks.measure import BEFORE, Row, arguments, linked_home, p50_p95, report
from musicrec_tui.dataset.index import cache
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups import artists
from musicrec_tui.paths import Home
from tests.e2e.terminal import Terminal

AS_IT_IS = "from musicrec_tui.__main__ import main; main()"
AT_ONCE = f"from musicrec_tui.tui.explore import search_pane; search_pane.DEBOUNCE_SECONDS = 0; {AS_IT_IS}"
_CTRL_U = b"\x15"


def presses(texts: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Each text with the key that makes it of the one before; empty where it takes more than one."""
    before = ""
    for text in texts:
        if len(text) == len(before) + 1 and text.startswith(before):
            yield text, text[-1].encode()
        elif text and text == before[:-1]:
            yield text, b"\x7f"
        else:
            yield text, b""
        before = text


def painted(terminal: Terminal, keys: bytes, total: int) -> float:
    """Seconds from the keys to the heading that says so many."""
    wanted = re.compile(rb"(?:of |artists  |similar names  )%s(?![\d,])" % f"{total:,}".encode())
    since, started = len(terminal.raw), time.perf_counter()
    os.write(terminal.master, keys)
    while not wanted.search(terminal.raw, since):
        if time.perf_counter() - started > 20:
            raise RuntimeError(f"{total:,} never showed after {keys!r}")
        terminal.read(0.001)
    return time.perf_counter() - started


def typed(terminal: Terminal, dataset: Dataset, texts: Sequence[str]) -> list[float]:
    """Seconds of each keystroke; the first key of a name is preceded by emptying the line."""
    taken, shown = [], artists.search_artists(dataset, "", 1).total
    terminal.press("/")
    terminal.read(0.5)
    terminal.watching = False
    for text, key in presses(texts):
        total = artists.search_artists(dataset, text, PAGE).total
        if not key:
            os.write(terminal.master, _CTRL_U)
            terminal.read(0.3)  # Textual may take a letter that follows at once for the first of the two
        if total in (0, shown):
            os.write(terminal.master, key or text.encode())
            terminal.read(1)
        elif key:
            taken.append(painted(terminal, key, total))
        else:
            painted(terminal, text.encode(), total)
        terminal.read(0.15)
        shown = total
    return taken


def measure(data: Path, index: Path, queries: int, before: Sequence[str]) -> Iterator[Row]:
    """The rows: as it is, and without the pause."""
    dataset = Dataset(index)
    dice = random.Random(1)  # noqa: S311  (the same keystrokes in every run)
    texts = list(keystrokes(names(dataset, queries, dice), dice))
    for code, said, goal in ((AS_IT_IS, "", 150), (AT_ONCE, ", without the debounce", 70)):
        with tempfile.TemporaryDirectory() as name:
            linked_home(Path(name), index)
            program = [*before, sys.executable, "-c", code]
            with Terminal(str(data), home=Path(name), columns=120, rows=40, program=program) as terminal:
                terminal.wait_for(r"[\d,]+ listens · [\d,]+ users")
                terminal.wait_for("artists  ")
                terminal.read(2)
                taken = typed(terminal, dataset, texts)
        told, p95 = p50_p95(taken)
        work = f"key press to painted results{said}, {len(taken)} keys, {dataset.info.artists:,} artists"
        yield Row(work, told, "–", "–", f"p95 ≤ {goal} ms", p95 <= goal)
    dataset.close()


def main() -> None:
    """Print the rows."""
    given = arguments(__doc__, data=Path, home=Path, queries=20, before=BEFORE)
    with tempfile.TemporaryDirectory() as folder:
        if given.data is None:
            data, index = large_log(Path(folder))
        else:
            data, index = given.data, cache.index_path(Log([given.data]), Home(given.home, given.home / "cache"))
        report(measure(data, index, given.queries, given.before))


if __name__ == "__main__":
    main()
