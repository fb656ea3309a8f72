"""Every text that a person meets, and every public docstring, uses the project's words."""

import pytest

from tests.docs import plain_english


def test_texts_docstrings_names_and_pages_use_the_projects_words() -> None:
    found = plain_english.offenders()
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("It stopped because somebody asked for it.", True),
        ("Whoever is interested reads it.", True),
        ("What there is to know.", True),
        ("The model tells why.", True),
        ("Rows that were mended.", True),
        ("Enter keeps it.", True),
        ("Optuna's study is kept nowhere.", True),
        ("Let it go on.", True),
        ("Being worked out …", True),
        ("The deck's grid", True),
        ("Keep running", False),
        ("every row is kept, repaired or skipped", False),
        ("`--grid deck` is the grid of 90 fits", False),
        ("`told` is a table", False),
    ],
)
def test_a_word_is_refused_in_the_sense_that_has_a_better_one(text: str, refused: bool) -> None:
    assert bool(plain_english.words_in(text)) is refused
