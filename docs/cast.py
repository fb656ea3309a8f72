"""Records the main job in a real terminal: `make cast` writes docs/screenshots/main-job.cast and main-job.gif.

The program runs in the pseudo-terminal of the end-to-end tests, with keys that a person could press. The recording is
an asciicast (version 2; `asciinema play` shows it); for the GIF each picture is drawn as an SVG, which `rsvg-convert`
(Debian: librsvg2-bin, fonts-dejavu-core) turns into a PNG and ImageMagick's `convert` into a frame.
"""

import codecs
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from tests.e2e.terminal import Emulator, Terminal

TARGET = Path(__file__).parent / "screenshots" / "main-job"
COLUMNS, ROWS = 100, 30
LONGEST_PAUSE = 1.2
FRAMES_PER_SECOND = 5
LARGEST_GIF = 1_500_000
_WIDTH, _HEIGHT, _SIZE = 8.4, 17, 14
_INK, _PAPER = "e0e0e0", "121212"
_LOWER, _LEFT = "▁▂▃▄▅▆▇█", "▏▎▍▌▋▊▉█"


class Scene(NamedTuple):
    """Keys, what the screen shows after them (a regular expression), and how many seconds one looks at it."""

    keys: Sequence[str]
    then: str
    seconds: float


STORY = (
    Scene((), r"For user \d+ · ALS #1[\s\S]*because", 2.0),
    Scene(("/", *"11844"), r"▸user 11844", 0.8),
    Scene(("enter",), r"For user 11844 · ALS #1", 2.0),
    Scene(("/", *"portis"), r"▸\s*Portishead", 0.8),
    Scene(("enter",), r"Portishead\s+237 listens", 2.5),
    Scene(("escape", "2", "n"), r"model\s+◂ als ▸", 1.0),
    Scene(("right", "right"), r"model\s+◂ ease ▸", 1.0),
    Scene(("\x13",), r"EASE #2\s+✓ finished", 2.5),
    Scene(("escape", "4"), r"EASE #2[\s\S]*ALS #1", 1.0),
    Scene(("space", "j", "space"), r"NDCG@10", 3.0),
    Scene(("1",), r"For user \d+", 2.0),
)


class Recorder(Terminal):
    """A terminal that takes note of when it was sent what."""

    def __init__(self, *arguments: str, **named: Any) -> None:
        self.heard: list[tuple[float, bytes]] = []
        super().__init__(*arguments, **named)

    def feed(self, chunk: bytes) -> None:
        """Draw it, and take note."""
        self.heard.append((time.monotonic(), chunk))
        super().feed(chunk)


def record(home: Path) -> list[tuple[float, bytes]]:
    """Play the story; what the terminal was sent, by seconds from the first sign of life, waits cut short."""
    with Recorder("--no-tour", home=home, columns=COLUMNS, rows=ROWS) as terminal:
        for scene in STORY:
            for key in scene.keys:
                terminal.press(key)
                terminal.read(0.15)
            terminal.wait_for(scene.then)
            terminal.read(scene.seconds)
            terminal.heard.append((time.monotonic(), b""))
        heard = list(terminal.heard)
        terminal.press("q")
        terminal.wait_for_exit()
    return list(shortened(heard))


def shortened(heard: Sequence[tuple[float, bytes]]) -> Iterator[tuple[float, bytes]]:
    """The same with times from zero on, where nothing happens for longer than `LONGEST_PAUSE` at no time."""
    at, before = 0.0, heard[0][0] if heard else 0.0
    for when, chunk in heard:
        at += min(when - before, LONGEST_PAUSE if chunk else when - before)
        before = when
        yield at, chunk


def asciicast(heard: Sequence[tuple[float, bytes]]) -> str:
    """The recording as an asciicast, version 2."""
    header = {
        "version": 2,
        "width": COLUMNS,
        "height": ROWS,
        "title": "musicrec-tui",
        "env": {"TERM": "xterm-256color"},
    }
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    lines = [json.dumps(header)]
    lines += [json.dumps([round(at, 3), "o", text]) for at, chunk in heard if (text := decoder.decode(chunk))]
    return "\n".join(lines) + "\n"


def pictures(heard: Sequence[tuple[float, bytes]]) -> list[tuple[str, int]]:
    """Each picture that differs from the one before, as SVG, with the hundredths of a second that it stays."""
    emulator = Emulator(COLUMNS, ROWS)
    found: list[tuple[str, int]] = []
    waiting = list(heard)
    for tick in range(int(heard[-1][0] * FRAMES_PER_SECOND) + 2):
        while waiting and waiting[0][0] <= tick / FRAMES_PER_SECOND:
            emulator.feed(waiting.pop(0)[1])
        picture = svg(emulator)
        if found and found[-1][0] == picture:
            found[-1] = (picture, found[-1][1] + 100 // FRAMES_PER_SECOND)
        else:
            found.append((picture, 100 // FRAMES_PER_SECOND))
    return found


def svg(emulator: Emulator) -> str:
    """What the emulator shows, one cell at a time, so that every font keeps the columns."""
    width, height = COLUMNS * _WIDTH, ROWS * _HEIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
        f'font-family="DejaVu Sans Mono" font-size="{_SIZE}"><rect width="100%" height="100%" fill="#{_PAPER}"/>'
    ]
    for row in range(ROWS):
        for column in range(COLUMNS):
            parts += _cell(emulator.screen.buffer[row][column], column * _WIDTH, row * _HEIGHT)
    return "".join([*parts, "</svg>"])


def _cell(cell: Any, x: float, y: float) -> Iterator[str]:
    """A character with its colours; bars are drawn, since fonts leave gaps between them."""
    ink, paper = _colour(cell.fg, _INK), _colour(cell.bg, _PAPER)
    ink, paper = (paper, ink) if cell.reverse else (ink, paper)
    if paper != _PAPER:
        yield _box(x, y, _WIDTH, _HEIGHT, paper)
    if cell.data in _LOWER:
        share = (_LOWER.index(cell.data) + 1) / 8 if cell.data else 0
        yield _box(x, y + _HEIGHT * (1 - share), _WIDTH, _HEIGHT * share, ink)
    elif cell.data in _LEFT:
        yield _box(x, y, _WIDTH * (_LEFT.index(cell.data) + 1) / 8, _HEIGHT, ink)
    elif cell.data.strip():
        weight = ' font-weight="bold"' if cell.bold else ""
        yield f'<text x="{x:.1f}" y="{y + _SIZE - 1}" fill="#{ink}"{weight}>{escape(cell.data)}</text>'


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    """A filled rectangle, a hair wider than it is, so that neighbours touch."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width + 0.2:.1f}" height="{height + 0.2:.1f}" fill="#{colour}"/>'


def _colour(name: str, default: str) -> str:
    """A colour as pyte has it (six digits, or a name) as six digits."""
    return name if len(name) == 6 and all(sign in "0123456789abcdef" for sign in name) else default


def draw_gif(heard: Sequence[tuple[float, bytes]], target: Path) -> None:
    """Draw every picture and put them together."""
    with tempfile.TemporaryDirectory() as name:
        frames: list[str | Path] = []
        for number, (picture, stays) in enumerate(pictures(heard)):
            drawn = Path(name) / f"{number:04}.svg"
            drawn.write_text(picture, encoding="utf-8")
            subprocess.run(["rsvg-convert", drawn, "-o", drawn.with_suffix(".png")], check=True)
            frames += ["-delay", str(stays), drawn.with_suffix(".png")]
        few = ["-dither", "None", "-colors", "32", "+map", "-layers", "OptimizeTransparency"]
        subprocess.run(["convert", "-loop", "0", *frames, *few, target], check=True)


def main() -> int:
    """Train the model that the story begins with, record, and draw."""
    missing = [tool for tool in ("rsvg-convert", "convert") if shutil.which(tool) is None]
    if missing:
        sys.stderr.write(f"Not found: {', '.join(missing)} (Debian: librsvg2-bin, imagemagick, fonts-dejavu-core).\n")
        return 1
    TARGET.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        train = [sys.executable, "-m", "musicrec_tui", "train", "als", "--home", str(home / "musicrec")]
        subprocess.run(train, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        heard = record(home)
    TARGET.with_suffix(".cast").write_text(asciicast(heard), encoding="utf-8")
    gif = TARGET.with_suffix(".gif")
    draw_gif(heard, gif)
    sys.stdout.write(f"{gif}: {gif.stat().st_size:,} bytes, {heard[-1][0]:.0f} s\n")
    return 0 if gif.stat().st_size <= LARGEST_GIF else 1


if __name__ == "__main__":
    sys.exit(main())
