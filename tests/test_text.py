"""What may be printed, and when two spellings are one name."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui.text import LONGEST_NAME, counted, normal_name, printable, search_name

ODD = "\x1b\x07\x9b\u202e\u2066\u200b\ufeff\n\t\ud800\U000e0001\ufdd0\uffff\u0301\u0e49\u200dİßﬁǅ Å"
ANY = st.text(st.characters() | st.sampled_from(ODD))


@given(ANY)
def test_printable_lets_no_control_through(text: str) -> None:
    shown = printable(text, None)
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(shown) & set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")
    assert not any(
        0xFDD0 <= ord(one) <= 0xFDEF or ord(one) & 0xFFFE == 0xFFFE or 0xE0000 <= ord(one) < 0xE0080 for one in shown
    )
    assert not re.search(r"[\u0301\u0e49]{5}", shown.replace("\u200d", ""))
    assert printable(shown, None) == shown
    shown.encode()


@given(ANY, st.integers(1, 50))
def test_printable_keeps_to_its_limit(text: str, limit: int) -> None:
    assert len(printable(text, limit)) <= limit


def test_printable_leaves_what_is_harmless() -> None:
    assert printable("Nirvana [Live] – Björk 漢字 🎵") == "Nirvana [Live] – Björk 漢字 🎵"
    assert printable("[/b]\x1b]0;owned\x07[red]") == "[/b]�]0;owned�[red]"
    assert printable("a" * 10_000) == "a" * (LONGEST_NAME - 1) + "…"
    assert printable("two\r\nlines") == "two  lines"
    for name in ("Nguyễn", "שָׁלוֹם", "ที่นี่", "👩\u200d❤\ufe0f\u200d💋\u200d👨", "कर्त्तव्य"):
        assert printable(name) == name


def test_floods_of_marks_stay_within_their_line() -> None:
    assert printable("Z" + "\u0336" * 50 + "algo") == "Z" + "\u0336" * 4 + "algo"
    assert printable("Z" + "\u0336\u200d" * 50 + "algo", None).count("\u0336") == 4
    assert printable("hidden\U000e0041\U000e0042 \ufffe") == "hidden�� �"


@given(ANY)
def test_normal_name_is_idempotent(text: str) -> None:
    normal = normal_name(text)
    assert normal_name(normal) == normal
    assert normal == normal.strip()


@given(ANY)
def test_a_search_for_a_name_as_found_finds_it_again(text: str) -> None:
    assert search_name(search_name(text)) == search_name(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("ﬁve", "FIVE"),
        ("Sigur  Rós ", "sigur rós"),
        ("Ｐｉｘｉｅｓ", "Pixies"),
        ("Å", "A\u030a"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert normal_name(one) == normal_name(other)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Sigur Rós", "sigur ros"),
        ("Mø", "mo"),
        ("Łąki Łan", "laki lan"),
        ("Motörhead", "motorhead"),
        ("Æther", "aether"),
    ],
)
def test_search_needs_no_accents(name: str, letters: str) -> None:
    assert search_name(name) == letters
    assert normal_name(name) != letters


def test_what_is_counted_has_its_plural() -> None:
    assert [counted(count, "user") for count in (0, 1, 2, 2000)] == ["0 users", "1 user", "2 users", "2,000 users"]
