"""Searches against a ranking that is written down once more in Python, letter by letter."""

import string
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import artists, typos, users
from musicrec_tui.paths import find_home
from musicrec_tui.text import search_name
from tests.dataset.logs import HOSTILE, MARKUP, listen, opened, write_listens

NAMES = (
    "Sigur Rós", "Ros", "Rosetta", "The Rose", "Macrosolid", "ROSÉ", "Björk", "Bjork Tribute", "Beyoncé", "Motörhead",
    "Massive Attack", "Massive", "Attack Attack!", "The Beatles", "Beatless", "Metallica", "Metalocalypse", "AC/DC",
    "Кино", "КИНО И ДОМ", "Земфира", "Земфирa", "Ёлка", "Аквариум", "Αλκίνοος Ιωαννίδης", "Μίκης Θεοδωράκης",
    "椎名林檎", "椎名林檎 東京事変", "東京事変", "東京スカパラダイスオーケストラ", "周杰倫", "방탄소년단", "アイドル",
    "100%", "50% Off", "under_score", "back\\slash", "it's", 'say "hi"', "[a-z]*", "?", "¿?", MARKUP, HOSTILE,
    "x" * 10_000, "a b " * 300 + "needle", "nul\0byte", "tab\tname", "\u202egnikcah\u202c", "Ünïcödé Nämé", "Straße",
    "Øresund", "Œuvre", "１２３ Full Width", "Ａｉｒ", "air", "AIR", "Air Supply", "Pair", "fair air",
)  # fmt: skip


class Known(NamedTuple):
    """An artist as the brute force knows it."""

    name: str
    listeners: int
    listens: int
    code: int


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    folder = tmp_path_factory.mktemp("search")
    log = [
        listen(user, name, number, number + again)
        for number, name in enumerate(NAMES)
        for user in range(1 + number * 7 % 5)
        for again in range(1 + (number + user) % 2)
    ]
    dataset = opened(find_home(folder / "home"), write_listens(folder / "x.parquet", log))
    yield dataset
    dataset.close()


@pytest.fixture(scope="module")
def known(dataset: Dataset) -> list[Known]:
    return [Known(*row) for row in dataset.query("SELECT name, listeners, listens, code FROM artist")]


def popularity(artist: Known) -> tuple[int, int, int]:
    return (-artist.listeners, -artist.listens, artist.code)


def place_of(name: str, wanted: str) -> int:
    """0: the name itself, 1: it starts so, 2: a word of it does, 3: it is in it somewhere."""
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    return 2 if any(name[at:].startswith(wanted) for at in range(len(name)) if name[:at].endswith(" ")) else 3


def by_letters(known: list[Known], wanted: str) -> list[int]:
    hits = [artist for artist in known if wanted in search_name(artist.name)]
    hits.sort(key=lambda artist: (place_of(search_name(artist.name), wanted), popularity(artist)))
    return [artist.code for artist in hits]


def damerau(one: str, other: str) -> int:
    """The unrestricted distance, by dynamic programming (Damerau 1964; Lowrance & Wagner 1975)."""
    most = len(one) + len(other)
    table = {(-1, -1): most}
    for i in range(len(one) + 1):
        table[i, -1], table[i, 0] = most, i
    for j in range(len(other) + 1):
        table[-1, j], table[0, j] = most, j
    last_row: dict[str, int] = {}
    for i in range(1, len(one) + 1):
        last_column = 0
        for j in range(1, len(other) + 1):
            row, column = last_row.get(other[j - 1], 0), last_column
            same = one[i - 1] == other[j - 1]
            if same:
                last_column = j
            table[i, j] = min(
                table[i - 1, j - 1] + (not same), table[i, j - 1] + 1, table[i - 1, j] + 1,
                table[row - 1, column - 1] + (i - row - 1) + 1 + (j - column - 1),
            )  # fmt: skip
        last_row[one[i - 1]] = i
    return table[len(one), len(other)]


def fewest_typos(name: str, wanted: str) -> int:
    """The typos between a text and what begins with a word of a name: as many letters, or as many words."""
    words = name[:200].split(" ")
    starts = range(len(words))
    parts = {" ".join(words[at:])[: len(wanted)] for at in starts}
    parts |= {" ".join(words[at : at + len(wanted.split())]) for at in starts}
    return min((damerau(part, wanted) for part in parts if abs(len(part) - len(wanted)) <= 2), default=99)


def by_typos(known: list[Known], wanted: str) -> list[int]:
    if not 4 <= len(wanted) <= 64:
        return []
    allowed = 1 if len(wanted) < 7 else 2
    near = []
    for artist in known:
        name = search_name(artist.name)
        if allowed == 1 or any(piece in name for piece in typos.pieces(wanted, 2)):
            near.append((fewest_typos(name, wanted), popularity(artist)))
    return [code for count, (_, _, code) in sorted(near) if count <= allowed]


def expected(known: list[Known], text: str) -> tuple[list[int], bool]:
    """The codes, best first, and whether typos were forgiven."""
    wanted = search_name(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if not wanted:
        return [artist.code for artist in sorted(known, key=popularity)], False
    if letters := by_letters(known, wanted):
        return letters, False
    near = by_typos(known, wanted)
    return near, bool(near)


@st.composite
def _parts(draw: st.DrawFn) -> str:
    """A part of a name, as it is or in another case."""
    name = draw(st.sampled_from(NAMES))[:80]
    start = draw(st.integers(0, max(0, len(name) - 1)))
    part = name[start : start + draw(st.integers(1, 12))]
    return draw(st.sampled_from((part, part.upper(), part.lower(), f"  {part} ")))


@st.composite
def _mistyped(draw: st.DrawFn) -> str:
    """The beginning of a name, with one to three typos."""
    letters = list(search_name(draw(st.sampled_from(NAMES)))[: draw(st.integers(4, 16))])
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(0, len(letters) - 2)))
        match draw(st.sampled_from(("swap", "drop", "add", "change"))):
            case "swap":
                letters[at : at + 2] = letters[at : at + 2][::-1]
            case "drop":
                del letters[at : at + 1]
            case "add":
                letters.insert(at, draw(st.sampled_from("aeéж林ω")))
            case _:
                letters[at : at + 1] = draw(st.sampled_from("xyzü京ψ"))
    return "".join(letters)


TEXTS = st.one_of(
    _parts(),
    _mistyped(),
    st.text(max_size=8),
    st.text(alphabet=string.punctuation + "aros", min_size=1, max_size=4),
    st.text(alphabet=st.characters(categories=["Cs", "Cc"]), max_size=4),
)


@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(text=TEXTS)
@example("bjrok")
@example("beatels")
@example("metalica")
@example("massiveattack")
@example("зимфира")
@example("аквриаум")
@example("椎名檎林")
@example("%")
@example("_")
@example("a\udc80")
@example("needle")
@example("x" * 9_999)
@example("y" * 10_000)
def test_a_search_ranks_as_the_brute_force_does(dataset: Dataset, known: list[Known], text: str) -> None:
    codes, forgiven = expected(known, text)
    page = artists.search_artists(dataset, text, 100)
    assert [artist.code for artist in page.rows] == codes
    assert page.total == len(codes)
    assert page.forgiven == forgiven


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(text=TEXTS, limit=st.integers(1, 7))
def test_pages_follow_on_each_other(dataset: Dataset, text: str, limit: int) -> None:
    whole = artists.search_artists(dataset, text, 100)
    pages = [artists.search_artists(dataset, text, limit, offset) for offset in range(0, whole.total + 1, limit)]
    assert [artist for page in pages for artist in page.rows] == list(whole.rows)
    assert {page.total for page in pages} == {whole.total}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pair sup", "Air Supply"),
        ("beatels", "The Beatles"),
        ("bjrök", "Björk"),
        ("metalica", "Metallica"),
        ("massivve attxck", "Massive Attack"),
        ("massiveattack", "Massive Attack"),
        ("земфрира", "Земфира"),
        ("ιωανιδης", "Αλκίνοος Ιωαννίδης"),
        ("東京事編", "東京事変"),
    ],
)
def test_small_typos_are_forgiven_in_every_script(dataset: Dataset, typed: str, meant: str) -> None:
    page = artists.search_artists(dataset, typed)
    assert page.forgiven
    assert meant in [artist.name for artist in page.rows]


def test_letters_that_hit_need_no_forgiveness(dataset: Dataset) -> None:
    assert not artists.search_artists(dataset, "beatles").forgiven
    assert artists.search_artists(dataset, "zzzz zzzz zzzz").forgiven is False


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(text=st.text(max_size=6))
@example("\udc80")
@example("%")
@example("1")
def test_any_text_may_be_asked_for_among_users(dataset: Dataset, text: str) -> None:
    page = users.search_users(dataset, text, 2)
    assert len(page.rows) == min(2, page.total)
