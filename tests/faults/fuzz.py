"""Hostile files as a log, as a history, as settings and as a grid: refused by a sentence or read, never a traceback."""

import gzip
import json
import random
import resource
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from musicrec_tui import settings
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles import importing
from musicrec_tui.runs import grids
from tests.dataset import mutations
from tests.faults.deeds import Place, World
from tests.faults.forked import forked
from tests.faults.judging import differing
from tests.faults.verdicts import Outcome, Verdict

_MOST_MEMORY = 2**30
_NAMES = (
    "log.csv",
    "log.tsv",
    "log.json",
    "log.jsonl",
    "log.parquet",
    "log.zip",
    "log.tar",
    "log.gz",
    "log.txt",
    "log.zst",
)


def run(world: World, dice: random.Random, times: int | None) -> Iterator[Outcome]:
    """So many fuzzed files (1,000), each as one of what the program reads."""
    for number in range(1000 if times is None else times):
        seed = dice.randrange(2**32)
        yield _fuzzed(world, seed, number)


def _fuzzed(world: World, seed: int, number: int) -> Outcome:
    dice = random.Random(seed)
    place = world.copy()
    content, what = _content(dice, place)
    path = place.root / dice.choice(_NAMES)
    path.write_bytes(content)
    reader, use = dice.choice(tuple(_USES.items()))
    case = f"{number}: {what} as {path.suffix} by {reader}, seed {seed}"
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    ended = forked(lambda: use(place, path), limits={resource.RLIMIT_AS: held + _MOST_MEMORY}, home=place.home.root)
    outcome = Outcome("fuzzed files", case, "survived")
    if ended.trace or ended.code:
        told = ended.trace.strip().splitlines()[-1] if ended.trace else f"it ended with {ended.code}"
        outcome = Outcome("fuzzed files", case, "wrong", told)
    else:
        path.unlink()
        if reader == "settings":  # it was given as the settings
            place.home.settings.unlink()
        read = place.content()
        if not read.done:
            outcome = Outcome("fuzzed files", case, "lost", read.error or read.trace[-300:])
        elif gone := _changed(read.value, world):
            outcome = Outcome("fuzzed files", case, *gone)
    world.drop(place)
    return outcome


def _changed(found: dict[str, object], world: World) -> tuple[Verdict, str] | None:
    """What is another, beside an index or a profile that the file made."""
    beside = {name: value for name, value in found.items() if name not in ("indexes", "profiles", "settings")}
    return differing(beside, world.before, world.before, acknowledged=True)


def _index(place: Place, path: Path) -> None:
    build.ensure(Log([str(path)]), place.home)


def _import(place: Place, path: Path) -> None:
    importing.import_history(place.home, "fuzzed", Log([path]))


def _settings(place: Place, path: Path) -> None:
    place.home.settings.write_bytes(path.read_bytes())
    settings.load(place.home)


def _grid(place: Place, path: Path) -> None:
    grids.read_grid(str(path), "als")


_USES: dict[str, Callable[[Place, Path], None]] = {
    "index": _index, "import": _import, "settings": _settings, "grid": _grid,
}  # fmt: skip


def _content(dice: random.Random, place: Place) -> tuple[bytes, str]:
    """Something hostile, and what it is."""
    name, make = dice.choice(tuple(_MAKERS.items()))
    return make(dice, place), name


def _noise(dice: random.Random, _place: Place) -> bytes:
    return dice.randbytes(dice.randrange(5000))


def _table(dice: random.Random, _place: Place) -> bytes:
    text, _ = mutations.mutated(dice, mutations.table(dice, quoted=dice.random() < 0.5))
    return text.encode(dice.choice(("utf-8", "utf-16", "cp1252", "latin-1")), errors="replace")


def _spoiled(dice: random.Random, place: Place) -> bytes:
    """A real file with bytes changed, cut out or repeated."""
    content = bytearray((place.logs / dice.choice(("first.csv", "mine.csv"))).read_bytes())
    for _ in range(dice.randrange(1, 30)):
        at = dice.randrange(len(content))
        match dice.randrange(4):
            case 0:
                content[at] = dice.randrange(256)
            case 1:
                del content[at : at + dice.randrange(200)]
            case 2:
                content[at:at] = content[at : at + 100] * dice.randrange(5)
            case _:
                content[at:at] = dice.choice((b'"', b"\0", b"\r", b"\xff\xfe", b"\n\n", b"[" * 1000, b"{" * 1000))
        content = content or bytearray(b",")
    return bytes(content)


def _parquet(dice: random.Random, place: Place) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = place.root / "made.parquet"
    pq.write_table(pa.table({"user_id": ["a", "b"], "artist_name": ["x", "y"], "play_count": [1, 2]}), path)
    content = bytearray(path.read_bytes())
    for _ in range(dice.randrange(1, 10)):
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    return bytes(content)


def _json(dice: random.Random, _place: Place) -> bytes:
    def value(depth: int) -> object:
        kind = dice.randrange(7 if depth else 5)
        scalars = ("artist", dice.random() * 1e308, None, True, -(2**63))
        if kind < 5:
            return scalars[kind]
        keys = ("listened_at", "track_metadata", "artist_name", "ts", "ms_played", "artistName", "\0", "x" * 1000)
        if kind == 5:
            return {dice.choice(keys): value(depth - 1) for _ in range(dice.randrange(5))}
        return [value(depth - 1) for _ in range(dice.randrange(5))]

    lines = [json.dumps(value(5)) for _ in range(dice.randrange(1, 20))]
    return ("\n".join(lines) if dice.random() < 0.5 else f"[{','.join(lines)}]").encode()


def _packed(dice: random.Random, place: Place) -> bytes:
    inner = dice.choice((_noise, _table, _spoiled, _json))(dice, place)
    if dice.random() < 0.5:
        content = bytearray(gzip.compress(inner))
    else:
        path = place.root / "made.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr(dice.choice(("a.csv", "../../a.csv", "/etc/a.csv", "a" * 200 + ".json")), inner)
        content = bytearray(path.read_bytes())
    for _ in range(dice.randrange(3)):
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    return bytes(content)


def _deep(dice: random.Random, _place: Place) -> bytes:
    return dice.choice((b"[", b'{"a":', b"a.", b"<a>", b"[[")) * dice.choice((100, 10_000, 200_000))


def _wide(dice: random.Random, _place: Place) -> bytes:
    columns = dice.choice((1000, 5000))
    return b",".join(b"c%d" % number for number in range(columns)) + b"\n" + b",".join([b"1"] * columns) + b"\n"


_MAKERS: dict[str, Callable[[random.Random, Place], bytes]] = {
    "noise": _noise, "a table": _table, "a spoiled log": _spoiled, "a spoiled Parquet file": _parquet, "JSON": _json,
    "an archive": _packed, "depth": _deep, "many columns": _wide,
}  # fmt: skip
