"""Keys of artists that were kept outside an index, in the normal form of today.

A key is `id:` and a mapped id, or `name:` and the normal form of a name. A key under an earlier normal form
(see `text.NORMAL_FORM`) is folded when it is read.
"""

from musicrec_tui.text import SIGNS

ID, NAME = "id:", "name:"
"""What artists' keys start with, so that an artist called "51" is not the artist with the id 51."""

_FOLDED = str.maketrans(*SIGNS)


def current_key(key: str) -> str:
    """A key as an index of today has it."""
    return key.translate(_FOLDED) if key.startswith(NAME) else key


def current_sql(column: str) -> str:
    """`current_key` as SQL over a column of keys or of normal names (ids have no such signs)."""
    signs, plain = (text.replace("'", "''") for text in SIGNS)
    return f"translate({column}, '{signs}', '{plain}')"
