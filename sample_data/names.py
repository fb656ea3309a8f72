"""Invented names: long-tail artists, albums and tracks that look like names and belong to nobody.

Each style of scene has a vocabulary (`words.py`) and patterns. Any likeness to an existing artist or title is chance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from numpy.random import Generator
from words import ARTIST_PATTERNS, TITLE_PATTERNS, VOCABULARY, Vocabulary


def _pick(words: Sequence[str], rng: Generator) -> str:
    """Returns one of `words`, all equally likely."""
    return words[int(rng.random() * len(words))]


def _coin(vocabulary: Vocabulary, rng: Generator) -> str:
    """Returns a coined word of two or three syllables, capitalised."""
    count = int(rng.integers(2, 4))
    return "".join(_pick(vocabulary.syllables, rng) for _ in range(count)).capitalize()


def fill(pattern: str, vocabulary: Vocabulary, rng: Generator) -> str:
    """Fills each `{slot}` of a pattern with a word of its own.

    Args:
        pattern: Text with slots such as `{noun}`; the same slot twice takes two draws.
        vocabulary: Where the words come from.
        rng: The random numbers.

    Returns:
        The filled text.
    """
    special: dict[str, Callable[[], str]] = {
        "stem": lambda: _coin(vocabulary, rng),
        "number": lambda: str(int(rng.integers(2, 100))),
        "middle": lambda: "ABCDEFGHJKLMNPRSTW"[int(rng.integers(18))],
    }
    parts = []
    used = {""}
    for piece in pattern.split("{"):
        slot, brace, rest = piece.partition("}")
        if not brace:
            parts.append(piece)
            continue
        word = ""
        while word in used:
            word = special[slot]() if slot in special else _pick(vocabulary.words[slot], rng)
        used.add(word)
        parts.append(word + rest)
    return "".join(parts)


def invent_artist(style: str, rng: Generator, taken: set[str]) -> str:
    """Returns an artist's name that nobody in `taken` bears, and adds it there.

    Args:
        style: One of the keys of `ARTIST_PATTERNS`.
        rng: The random numbers.
        taken: Case-folded names in use; changed in place.

    Returns:
        The new name.
    """
    while True:
        name = fill(_pick(ARTIST_PATTERNS[style], rng), VOCABULARY[style], rng)
        if name.casefold() not in taken:
            taken.add(name.casefold())
            return name


def invent_titles(style: str, count: int, rng: Generator) -> list[str]:
    """Returns `count` different titles of albums or tracks.

    Args:
        style: One of the keys of `TITLE_PATTERNS`.
        count: How many.
        rng: The random numbers.

    Returns:
        The titles, all different.
    """
    titles: dict[str, None] = {}
    while len(titles) < count:
        title = fill(_pick(TITLE_PATTERNS[style], rng), VOCABULARY[style], rng)
        titles[title[:1].upper() + title[1:]] = None
    return list(titles)
