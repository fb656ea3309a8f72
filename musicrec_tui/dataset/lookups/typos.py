"""Names that a text nearly is: the pass for a text that no name holds.

A typo is a letter too many, too few, wrong, or two neighbours swapped (Damerau 1964, doi 10.1145/363958.363994). One is
forgiven in 4 to 6 letters, two in more. What is compared begins with a word of the name: as many letters as the text
has, for a text that is still being typed, and as many words, for one that is complete.

Distances cost a hundred times what a search for letters does, so only names that can be near enough are compared, those
that hold a piece of the text as it was typed:

- one typo leaves one of two halves whole, or is the swap between them;
- two typos leave one of three thirds whole, unless a swap falls between two of them and the other typo spoils the rest:
  such names are not found.

DuckDB's distances count bytes. The text's letters beyond ASCII become capitals, which no search name has.
"""

SHORTEST, LONGEST = 4, 64
"""Letters of a text: a shorter one is near to everything, a longer one was not typed."""

_TWO_FROM = 7
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXY"
_LONGEST_NAME = 200
"""Letters of a name that are compared; typos come earlier."""

HITS = rf"""
WITH likely AS (
    SELECT code, listeners, listens, left(search_name, {_LONGEST_NAME}) AS name FROM artist
    WHERE contains(search_name, $one) OR contains(search_name, $two) OR contains(search_name, $three)),
split AS (
    SELECT code, listeners, listens, string_split(CASE WHEN strlen(name) = length(name) THEN name
        ELSE regexp_replace(translate(name, $letters, $capitals), '[^\x00-\x7F]', 'Z', 'g') END, ' ') AS words
    FROM likely),
start AS (SELECT *, unnest(range(1, len(words) + 1)) AS first FROM split),
part AS (
    SELECT code, listeners, listens, unnest([
        left(array_to_string(list_slice(words, first, len(words)), ' '), $length),
        array_to_string(list_slice(words, first, first + $words - 1), ' ')]) AS part
    FROM start)
SELECT code, listeners, listens, min(
    CASE WHEN levenshtein(part, $text) <= 2 * $typos THEN damerau_levenshtein(part, $text) END) AS place
FROM part GROUP BY code, listeners, listens HAVING place <= $typos
"""  # noqa: S608
"""Hits (see `artists`) for the parameters that `parameters` makes; names with fewer typos come first."""


def parameters(text: str) -> dict[str, object] | None:
    """The parameters of `HITS` for a search name; None where its typos are not forgiven."""
    other = sorted({letter for letter in text if not letter.isascii()})
    if not SHORTEST <= len(text) <= LONGEST or len(other) > len(_CAPITALS):
        return None
    letters, capitals = "".join(other), _CAPITALS[: len(other)]
    typos = 1 if len(text) < _TWO_FROM else 2
    one, two, three = pieces(text, typos)
    return {
        "text": text.translate(str.maketrans(letters, capitals)), "typos": typos, "length": len(text),
        "words": len(text.split()), "letters": letters, "capitals": capitals, "one": one, "two": two, "three": three,
    }  # fmt: skip


def pieces(text: str, typos: int) -> tuple[str, str, str]:
    """What a name must hold one of, to be so few typos (1 or 2) away from the text."""
    if typos == 1:
        half = len(text) // 2
        before, after = text[:half], text[half:]
        return before, after, before[:-1] + after[0] + before[-1] + after[1:]
    third = len(text) // 3
    return text[:third], text[third : 2 * third], text[2 * third :]
