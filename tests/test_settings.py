"""Settings are checked on the way in and come back as they were saved."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui import files, settings
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.settings import Colours, Settings


def test_no_file_means_the_defaults(home: Home) -> None:
    assert settings.load(home) == Settings()


def test_what_is_saved_is_loaded(home: Home) -> None:
    chosen = Settings(
        theme='odd "name" \\ 漢字', k=25, slots=1, memory_limit="1.5GB", time_zone="Europe/Vienna",
        keys={"explore.search": "ctrl+f"}, themes={"my own": Colours(primary="red", dark=False)},
    )  # fmt: skip
    settings.save(home, chosen)
    assert settings.load(home) == chosen


KEYS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=9), st.text("abc+,/\x7f\n", max_size=9)
)


@given(KEYS, st.sampled_from(["dark", '"', "\u2028"]))
def test_every_keymap_that_is_saved_is_loaded(
    tmp_path_factory: pytest.TempPathFactory, keys: dict[str, str], theme: str
) -> None:
    home = Home(tmp_path_factory.getbasetemp() / "keymaps", tmp_path_factory.getbasetemp())
    chosen = Settings(keys=keys, themes={theme: Colours(primary=theme)})
    settings.save(home, chosen)
    assert settings.load(home) == chosen


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("k = " + "[" * 50_000, "nested too deeply"),
        ("[" + ".".join("k" * 20_000) + "]", "nested too deeply|no such setting|Expected"),
        ('memory_limit = "99999999999999999999999GB"', "line 1, cannot be used: memory_limit: 9999.* is no amount"),
        ('memory_limit = "４GB"', "memory_limit: "),
        ('memory_limit = "4GB\\n"', "memory_limit: "),
        ('memory_limit = "0%"', "0% is no amount to work with; write 1% to 100%, or 64MB"),
        ('memory_limit = "150%"', "150% is no amount"),
        ('memory_limit = "1KB"', "1KB is no amount"),
        ("k = 0", "line 1, cannot be used: k: Expected"),
        ('\n# more\nmemory_limit = "much"', "line 3, cannot be used: memory_limit: "),
        ("slots = 2\ncolour = 1", "line 2, cannot be used: colour: there is no such setting"),
        ("k = 5\n\nk = ", "line 3, cannot be used: it is not TOML: Invalid value"),
        ('theme = """\n', "line 1, cannot be used: it is not TOML: "),
        ("k = 5\nk = 6\nslots = 1", "line 2, cannot be used: it is not TOML: Cannot overwrite"),
        ("k = '10'", "k: Expected"),
        ("[keys]\n'explore.search' = '/'\n'app.quit' = 1", 'line 3, .* keys."app.quit": Expected `str`'),
        ("[themes.mine]\nprimary = 'red'\nhue = 'red'", "line 3, .* themes.mine.hue: there is no such setting"),
        ("[keys]\napp.help = 'f1'", 'line 2, .* keys.app.help: write the whole id in quotes, as in "app.help" ='),
        ("themes = 5", "line 1, cannot be used: themes: Expected"),
        ('time_zone = "Mars/Olympus"', "line 1, cannot be used: time_zone: 'Mars/Olympus' is no time zone"),
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


@pytest.mark.parametrize("size", ["1%", "100%", "64MB", "0.5 GiB", "1000TB"])
def test_amounts_of_memory_that_duckdb_takes(size: str, home: Home) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text(f'memory_limit = "{size}"')
    assert settings.load(home).memory_limit == size


@pytest.mark.parametrize("kind", ["fifo", "zero", "folder"])
def test_settings_that_are_no_file_are_one_sentence(kind: str, home: Home) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    if kind == "fifo":
        os.mkfifo(home.settings)
    elif kind == "zero":
        home.settings.symlink_to("/dev/zero")
    else:
        home.settings.mkdir()
    with pytest.raises(UserError, match=r"Cannot read the settings in .*settings\.toml: "):
        settings.load(home)


def test_bytes_that_are_no_text_are_one_sentence(home: Home) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_bytes(b"k = 5\n# \xff\xfe")
    with pytest.raises(UserError, match="line 2, cannot be used: it is not UTF-8"):
        settings.load(home)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, 'theme = "nord"\n'),
        ("# mine\nk = 5 # five\n", 'theme = "nord"\n# mine\nk = 5 # five\n'),
        ("k = 5\n  theme = 'dracula' # night\n\n[keys]\n", 'k = 5\ntheme = "nord" # night\n\n[keys]\n'),
    ],
)
def test_a_theme_is_remembered_and_the_rest_stays_as_it_was_written(before: str | None, after: str, home: Home) -> None:
    if before is not None:
        home.root.mkdir(parents=True, exist_ok=True)
        home.settings.write_text(before)
    settings.remember_theme(home, "nord")
    assert home.settings.read_text() == after


def test_a_theme_that_is_written_in_another_way_is_remembered_too(home: Home) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text('"theme" = """\nnord"""\nk = 5\n')
    settings.remember_theme(home, 'my "own"')
    assert settings.load(home) == Settings(theme='my "own"', k=5)


def test_who_writes_the_settings_waits_for_whoever_does_so_already(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_PATIENCE_SECONDS", 0.05)
    with (
        files.alone(home.root / ".settings.lock", "never"),
        pytest.raises(UserError, match="Another program is changing the settings"),
    ):
        settings.remember_theme(home, "nord")
    settings.remember_theme(home, "nord")
    assert settings.load(home).theme == "nord"


def test_a_folder_in_the_files_place_is_one_sentence(home: Home) -> None:
    home.settings.mkdir(parents=True)
    with pytest.raises(UserError, match="Cannot read the settings"):
        settings.load(home)


@pytest.mark.parametrize(
    ("zone", "told"),
    [("Asia/Kolkata", "Asia/Kolkata"), (":Europe/Vienna", "Europe/Vienna"), ("CET-1CEST", "UTC"), ("No/Where", "UTC"),
     ("../../etc/passwd", "UTC"), ("UTC", "UTC"), ("Japan", "Japan"), ("EST5EDT", "EST5EDT"),
     ("/usr/share/zoneinfo/Europe/Vienna", "Europe/Vienna"), (":/no/such/link", "UTC")],
)  # fmt: skip
def test_hours_are_those_of_the_machine_unless_a_setting_says_otherwise(
    zone: str, told: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TZ", zone)
    assert settings.Settings().time_zone == told
    home = Home(tmp_path, tmp_path / "cache")
    home.settings.write_text('time_zone = "America/Lima"')
    assert settings.load(home).time_zone == "America/Lima"


def test_without_a_variable_the_machines_link_names_the_zone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TZ", raising=False)
    (tmp_path / "localtime").symlink_to("/usr/share/zoneinfo/America/Lima")
    monkeypatch.setattr(settings, "_LOCAL_TIME", str(tmp_path / "localtime"))
    assert settings.local_zone() == "America/Lima"
    monkeypatch.setenv("TZ", f":{tmp_path / 'localtime'}")
    assert settings.local_zone() == "America/Lima"
    monkeypatch.delenv("TZ")
    monkeypatch.setattr(settings, "_LOCAL_TIME", str(tmp_path / "none"))
    assert settings.local_zone() == "UTC"
