"""Invented names: long-tail artists, albums and tracks that look like names and belong to nobody.

Each style of scene has a vocabulary (`words.py`) and patterns. Any likeness to an existing artist or title is chance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from numpy.random import Generator
from words import TITLE_PATTERNS, VOCABULARY, Vocabulary

ARTIST_PATTERNS: dict[str, tuple[str, ...]] = {
    "rock": ("The {adjective} {nouns}", "The {nouns}", "{adjective} {noun}", "{noun} {noun}", "{first} {last}",
             "{noun} & the {nouns}", "{place} {nouns}", "{nouns} of {place}", "{stem}"),
    "dark": ("{adjective} {noun}", "{noun} of {nouns}", "{stem}", "{noun}{suffix}", "{stem} {noun}",
             "The {noun} {noun}", "{nouns} in {noun}", "{adjective} {stem}"),
    "electronic": ("{stem}", "DJ {stem}", "{stem} {noun}", "{noun} {number}", "{last} & {last}", "{noun}{suffix}",
                   "{adjective} {noun}", "{first} {last}", "{stem} Soundsystem"),
    "folk": ("{first} {last}", "{first} {last}", "{first} {middle}. {last}", "{first} & the {nouns}",
             "The {last} {family}", "{adjective} {noun}", "{first} {last} & {first} {last}"),
    "pop": ("{first}", "{first} {last}", "{first} {last}", "{adjective} {nouns}", "{stem}", "{noun} {number}",
            "{first} {noun}"),
    "street": ("{first} {last}", "MC {stem}", "{stem} {noun}", "{adjective} {first}", "The {nouns}",
               "{place} {nouns}", "{noun} {family}", "Lil {stem}", "{stem}"),
    "jazz": ("{first} {last}", "{first} {last} {ensemble}", "{last}, {last} & {last}", "{place} {ensemble}",
             "{first} “{noun}” {last}", "{first} {middle}. {last}"),
    "classical": ("{first} {last}", "{first} {last}", "{place} {ensemble}", "{first} {middle}. {last}",
                  "{last} {ensemble}", "{noun} {ensemble}"),
    "japanese": ("{last}{first}", "{last}{first}", "{noun}の{noun}", "{adjective}{noun}", "{adjective}{noun}{ensemble}",
                 "{noun}と{noun}", "{stem}", "THE {stem}S"),
    "russian": ("{first} {last}", "{noun}", "{noun} и {noun}", "{place} {noun}", "{noun} {number}",
                "{noun} {genitive}", "{first} {last}", "Группа «{noun} {genitive}»"),
}
"""How the artists of each style are called, each as likely as the next."""


def _pick(words: Sequence[str], rng: Generator) -> str:
    """Returns one of `words`, all equally likely."""
    return words[int(rng.integers(len(words)))]


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
    for piece in pattern.split("{"):
        slot, brace, rest = piece.partition("}")
        if not brace:
            parts.append(piece)
            continue
        draw = special.get(slot)
        parts.append((draw() if draw else _pick(vocabulary.words[slot], rng)) + rest)
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
