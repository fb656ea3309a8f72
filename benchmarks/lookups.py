"""Look-ups: from the question to the answer's structs, as Explore asks, on a large index.

    python -m benchmarks.lookups [--index PATH] [--queries 40] [--people 100]

Without `--index` it makes one of some 480,000 artists and 5 million listens (two minutes). The keystrokes are those of
a person who types the names of well and less known artists of the index letter by letter, takes a letter back now and
then, looks for a word from the middle of a name, and mistypes; they are the same in every run. Users and artists are
the heaviest and as many others, half and half. The bare side of a search counts the names that hold the letters, and
nothing else.

Times are p50 / p95. "of CPU" is the processor time of both cores: other programs on the machine make the first grow,
and the second hardly.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from benchmarks.logs import large_log
from benchmarks.measure import Row, arguments, p50_p95, report
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import artists, details, typos, users
from musicrec_tui.dataset.records import Artist, User
from musicrec_tui.text import search_name

PAGE = 100
"""Results that Explore asks for at a time."""

T = TypeVar("T")


class Times(NamedTuple):
    """How many seconds each of some questions took, and how many of a processor."""

    wall: list[float]
    cpu: list[float]

    @property
    def p95(self) -> float:
        """The milliseconds that 95 of 100 do not exceed."""
        return p50_p95(self.wall)[1]

    def __str__(self) -> str:
        return f"{p50_p95(self.wall)[0]} ({p50_p95(self.cpu)[0]} of CPU)"


def timed(questions: Iterable[T], ask: Callable[[T], object]) -> Times:
    """Ask each question once."""
    times = Times([], [])
    for question in questions:
        started, used = time.perf_counter(), time.process_time()
        ask(question)
        times.wall.append(time.perf_counter() - started)
        times.cpu.append(time.process_time() - used)
    return times


def names(dataset: Dataset, count: int, dice: random.Random) -> list[str]:
    """Names that a person might look for: half of them well known, all of scripts that the index has."""
    known = [artist.name for artist in artists.search_artists(dataset, "", 2_000).rows]
    codes = [dice.randrange(dataset.info.artists) for _ in range(4 * count)]
    found = artists.by_codes(dataset, codes)
    others = [found[code].name for code in codes]
    foreign = [name for name in others if not search_name(name).isascii()][: count // 4]
    picked = dice.sample(known, count // 2) + foreign
    return picked + others[: count - len(picked)]


def keystrokes(wanted: Sequence[str], dice: random.Random) -> Iterator[str]:
    """The texts that are searched for while a person types these names, one after the other."""
    for name in wanted:
        for length in range(1, min(len(name), 14) + 1):
            yield name[:length]
            if dice.random() < 0.06 and length > 1:
                yield name[: length - 1]
                yield name[:length]
        if " " in name and dice.random() < 0.4:
            middle = name.split()[-1]
            yield from (middle[:length] for length in range(1, len(middle) + 1))


def mistyped(dataset: Dataset, wanted: Sequence[str], dice: random.Random) -> list[str]:
    """These names with a swap, or a wrong letter, such that no name holds them."""
    texts = []
    for name in wanted:
        letters = list(search_name(name)[:16])
        if len(letters) < typos.SHORTEST:
            continue
        at = dice.randrange(1, len(letters) - 1)
        if dice.random() < 0.5:
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        else:
            letters[at] = dice.choice("aeioustrn")
        text = "".join(letters)
        [(hits,)] = dataset.query("SELECT count(*) FROM artist WHERE contains(search_name, $text)", {"text": text})
        if not hits:
            texts.append(text)
    return texts


def searches(dataset: Dataset, queries: int) -> Iterator[Row]:
    """Artist search while typing, against the bare count; and the typo pass."""
    dice = random.Random(1)  # noqa: S311
    wanted = names(dataset, queries, dice)
    typed = list(keystrokes(wanted, dice))

    def count(text: str) -> None:
        dataset.query("SELECT count(*) FROM artist WHERE contains(search_name, $text)", {"text": search_name(text)})

    bare = timed(typed, count)
    ours = timed(typed, lambda text: artists.search_artists(dataset, text, PAGE))
    yield Row(
        f"artist search, {len(typed)} keystrokes, {dataset.info.artists:,} artists", str(ours), str(bare),
        f"{ours.p95 / bare.p95:.2f} ×", "p95 ≤ 35 ms", ours.p95 <= 35,
    )  # fmt: skip
    wrong = mistyped(dataset, names(dataset, 4 * queries, dice), dice)
    yield row(f"the same where nothing hits and typos are forgiven, {len(wrong)} texts", 400, timed(
        wrong, lambda text: artists.search_artists(dataset, text, PAGE)))  # fmt: skip


def pages(dataset: Dataset, people: int) -> Iterator[Row]:
    """Users' and artists' pages."""
    dice = random.Random(2)  # noqa: S311
    every_user = users.search_users(dataset, "", dataset.info.users).rows
    some = [*every_user[:people], *dice.sample(every_user, min(people, len(every_user)))]
    dice.shuffle(some)
    known = artists.search_artists(dataset, "", 10 * people).rows
    codes = [dice.randrange(dataset.info.artists) for _ in range(people)]
    found = artists.by_codes(dataset, codes)
    about: list[Artist] = [*known[:people], *(found[code] for code in codes)]
    dice.shuffle(about)

    def older(user: User) -> None:
        users.recent_listens(dataset, user, 200, dice.randrange(max(1, user.listens - 200)))

    heaviest = f"{people} heaviest and {people} others"
    yield row(f"user profile, {heaviest}", 20, timed(some, lambda user: users.user_profile(dataset, user)))
    yield row("recent listens, first page", 20, timed(some, lambda user: users.recent_listens(dataset, user)))
    yield row("recent listens, 200 from anywhere", 20, timed(some, older))
    yield row(
        "a user's recordings, releases and hours, UTC", 0, timed(some, lambda user: details.details(dataset, user))
    )
    vienna = timed(some, lambda user: details.details(dataset, user, "Europe/Vienna"))
    yield row("the same, hours of Europe/Vienna", 0, vienna)
    yield row(f"artist page, {people} best known and {people} others", 20, timed(
        about, lambda artist: artists.artist_profile(dataset, artist)))  # fmt: skip


def row(work: str, goal: float, times: Times) -> Row:
    """A row with a goal for its p95 in milliseconds (0: none)."""
    met = times.p95 <= goal if goal else None
    return Row(work, str(times), "–", "–", f"p95 ≤ {goal:g} ms" if goal else "", met)


def measure(index: Path, queries: int, people: int) -> list[Row]:
    """All rows of this benchmark."""
    dataset = Dataset(index)
    artists.search_artists(dataset, "warm", PAGE)  # the file is mapped, and its blocks are in memory
    artists.search_artists(dataset, "wram up", PAGE)
    rows = [*searches(dataset, queries), *pages(dataset, people)]
    dataset.close()
    return rows


def main() -> None:
    """Print the rows."""
    given = arguments(__doc__, index=Path, queries=40, people=100)
    with tempfile.TemporaryDirectory() as folder:
        report(measure(given.index or large_log(Path(folder))[1], given.queries, given.people))


if __name__ == "__main__":
    main()
