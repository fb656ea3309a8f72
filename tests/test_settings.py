"""Settings are checked on the way in and come back as they were saved."""

import pytest

from musicrec_tui import settings
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings


def test_no_file_means_the_defaults(home: Home) -> None:
    assert settings.load(home) == Settings()


def test_what_is_saved_is_loaded(home: Home) -> None:
    chosen = Settings(theme='odd "name" \\ 漢字', k=25, slots=1, memory_limit="1.5GB", time_zone="Europe/Vienna")
    settings.save(home, chosen)
    assert settings.load(home) == chosen


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("k = 0", r"\.k"),
        ('memory_limit = "much"', "memory_limit"),
        ("colour = 1", "colour"),
        ("k = ", "cannot be used"),
        ("k = '10'", r"\.k"),
        ('time_zone = "Mars/Olympus"', "time_zone 'Mars/Olympus' is no time zone"),
        ('time_zone = "../../etc/passwd"', "IANA name"),
        ('time_zone = "Europe"', "IANA name"),
        ('time_zone = ""', "IANA name"),
        ('time_zone = "a\\u0000b"', "IANA name"),
    ],
)
def test_what_is_not_allowed_is_one_sentence_with_the_key(text: str, words: str, home: Home) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text(text)
    with pytest.raises(UserError, match=words) as raised:
        settings.load(home)
    assert str(home.settings) in str(raised.value)


def test_bytes_that_are_no_text_are_one_sentence(home: Home) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match="cannot be used"):
        settings.load(home)


def test_a_folder_in_the_files_place_is_one_sentence(home: Home) -> None:
    home.settings.mkdir(parents=True)
    with pytest.raises(UserError, match="Cannot read the settings"):
        settings.load(home)
