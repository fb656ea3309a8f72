"""The TOML writer is held to Python's reader; the line of a key is where a person would look."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui import toml

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = st.one_of(TEXT, st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False))
VALUES = st.recursive(
    st.one_of(SCALARS, st.lists(SCALARS, max_size=3)), lambda inner: st.dictionaries(TEXT, inner, max_size=3)
)


@given(st.dictionaries(TEXT, VALUES, max_size=4))
def test_what_is_written_is_read(document: dict[str, toml.Value]) -> None:
    assert tomllib.loads(toml.dumps(document)) == document


@given(st.dictionaries(TEXT, VALUES, min_size=1, max_size=4), st.data())
def test_the_line_of_a_key_holds_that_key(document: dict[str, toml.Value], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(document)))
    text = toml.dumps(document)
    line = text.split("\n")[toml.line_of(text, (key,)) - 1]
    assert line.startswith((f"{toml.key_text((key,))} = ", f"[{toml.key_text((key,))}"))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("k",), 2),
        (("note",), 3),
        (("slots",), 6),
        (("themes", "mine", "primary"), 7),
        (("keys",), 9),
        (("keys", "explore.search"), 11),
        (("keys", "app.help"), 12),
        (("keys", "none"), 0),
        (("k", "none"), 0),
    ],
)
def test_lines_are_counted_by_who_reads_them(path: tuple[str, ...], line: int) -> None:
    text = (
        '# k = 1\n"k" = 5\nnote = """\nslots = 9\n"""\nslots = 2\nthemes = { mine = { primary = "red" } }\n\n'
        '[keys]\r\n# search\n"explore.search" = "z"\n\'app.help\' = "f1"\n'
    )
    assert toml.line_of(text, path) == line
