"""Draws the pictures of the docs: `make screenshots`. The screens are the real ones, on a copy of the sample.

SVGs are Textual's own; where `rsvg-convert` (Debian: librsvg2-bin) is there, PNGs are made beside them to look at.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import find_home, sample_data
from musicrec_tui.settings import Settings
from musicrec_tui.tui.app import MusicrecApp

TARGET = Path(__file__).parent / "screenshots"
SIZES = ((80, 24), (120, 40))
KEYS = {
    "explore": (),
    "train": ("2", "j"),
    "tune": ("3", "j", "v"),
    "compare": ("4", "space", "j", "space"),
    "data": ("5",),
    "sql": ("S", *"SELECT name, listeners, listens FROM artist ORDER BY listeners DESC", "ctrl+s"),
}
_FONTS = re.compile(r"local\(([^)]*)\),\s*url\([^;]*;")
"""Textual's pictures load a font from elsewhere where it is not installed; ours do not."""
JOBS = (
    ("train", "als"),
    ("train", "ncf", "--set", "epochs=4"),
    ("tune", "als", "--vary", "factors=16,32,64", "--vary", "alpha=1,5,20"),
)


async def _until(pilot: Pilot[int], text: str, *, there: bool = True) -> None:
    """Wait until the screen shows a text, or does not any more."""
    for _ in range(300):
        if (text in pilot.app.export_screenshot().replace("&#160;", " ")) == there:
            return
        await pilot.pause(0.1)
    raise RuntimeError(f"{text!r} {'never showed' if there else 'stayed'}")


async def draw(home: Path, log: Path, size: tuple[int, int]) -> None:
    """Draw every screen at one size."""
    app = MusicrecApp(find_home(home), Log([log]), Settings())
    async with app.run_test(size=size) as pilot:
        await _until(pilot, "because")
        for name, keys in KEYS.items():
            await pilot.press(*keys)
            await pilot.pause(1.0)
            await _until(pilot, "Calculating", there=False)
            picture = TARGET / f"{name}-{size[0]}x{size[1]}.svg"
            picture.write_text(_FONTS.sub(r"local(\1);", app.export_screenshot(title=f"musicrec-tui: {name}")))
            if converter := shutil.which("rsvg-convert"):
                subprocess.run([converter, "-w", "1600", picture, "-o", picture.with_suffix(".png")], check=True)


def main() -> None:
    """Train on a copy of the sample in a home of its own, and draw: a picture shows no path of this machine."""
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        os.environ["HOME"] = name
        home, log = Path(name) / "data", Path(name) / "sample_data" / "listens"
        shutil.copytree(sample_data(), log)
        for job in JOBS:
            command = [sys.executable, "-m", "musicrec_tui", *job, "--data", str(log), "--home", str(home)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        for size in SIZES:
            asyncio.run(draw(home, log, size))
    shown = [picture.name for picture in TARGET.glob("*.svg") if Path(name).name in picture.read_text()]
    if shown:
        raise RuntimeError(f"Pictures show a path of this machine: {', '.join(shown)}.")


if __name__ == "__main__":
    main()
