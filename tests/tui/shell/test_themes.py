"""Themes: the settings' word is checked, ours can be read, and a choice is remembered."""

import itertools
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import Theme

from musicrec_tui import settings
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.settings import Colours, Settings
from musicrec_tui.tui.shell import themes
from tests.tui.support import SmallApp, palette_finds, settled, shown, small

TEXTS = ("foreground", "primary", "accent", "warning", "error", "success")
COLOURED = [theme for theme in themes.OURS if not theme.ansi]


def contrast(one: Color, other: Color) -> float:
    """WCAG 2's contrast ratio of two colours (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""

    def luminance(color: Color) -> float:
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", COLOURED, ids=[theme.name for theme in COLOURED])
def test_our_themes_can_be_read(theme: Theme) -> None:
    least = 7.0 if "high-contrast" in theme.name else 4.5
    colours = theme.to_color_system().generate()
    for text, below in itertools.product(TEXTS, ("background", "surface", "panel")):
        assert contrast(Color.parse(colours[text]), Color.parse(colours[below])) >= least, (text, below)


def refused(home: Home, text: str) -> str:
    """The sentence about a settings file."""
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as raised:
        themes.checked(home, settings.load(home))
    assert str(home.settings) in str(raised.value)
    return str(raised.value)


def test_what_is_wrong_is_named_with_its_line(home: Home) -> None:
    assert "line 2, cannot be used: theme: there is no theme 'drakula' (did you mean dracula?)" in refused(
        home, "k = 5\ntheme = 'drakula'"
    )
    assert "there is no theme '[/b]'" in refused(home, 'theme = "[/b]"')
    assert "line 3, cannot be used: themes.mine.error: 'reddish' is no colour" in refused(
        home, "[themes.mine]\nprimary = 'red'\nerror = 'reddish'"
    )
    assert "line 1, cannot be used: themes.mine: a theme needs a primary" in refused(home, "[themes.mine]\ndark = true")
    assert "line 1, cannot be used: themes.nord: there is a theme of this name" in refused(
        home, "[themes.nord]\nprimary = 'red'"
    )
    assert "digits, - and _ only" in refused(home, "[themes.'[/b]']\nprimary = 'red'")


def test_all_themes_are_listed_with_whose_they_are(home: Home) -> None:
    chosen = Settings(theme="mine", themes={"mine": Colours(primary="#00f", dark=False)})
    listed = {one.name: one for one in themes.choices(home, chosen)}
    assert {theme.name for theme in themes.OURS} | {"textual-dark", "nord", "mine"} <= set(listed)
    assert (listed["mine"].kind, listed["mine"].origin, listed["mine"].chosen) == ("light", "yours", True)
    assert (listed["ansi"].kind, listed["ansi"].origin, listed["ansi"].chosen) == ("the terminal's", "ours", False)


async def test_a_theme_is_chosen_from_the_palette_and_remembered(small_app: SmallApp, home: Home) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+p", *"change the theme")
        await palette_finds(pilot, "Change the theme")
        await pilot.press("enter")
        await settled(pilot)
        assert "● textual-dark" in shown(small_app.screen)
        await pilot.press("g", "g", "j", "enter")
        await settled(pilot)
        assert small_app.theme == "high-contrast"
    assert settings.load(home) == Settings(theme="high-contrast")


async def test_every_theme_of_ours_draws_every_screen(small_index: Path, home: Home) -> None:
    app = small(home, small_index, Settings(theme="ansi"))
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("2", "3", "4", "5", "S", "escape", "1", "question_mark", "escape", "slash", "escape", "m"):
            await pilot.press(key)
            await pilot.pause()
        for theme in ("light", "high-contrast"):
            app.theme = theme
            await pilot.pause()
        await pilot.press("escape")
        await settled(pilot)
        assert "Popular · most active" in shown(app.screen)


async def test_without_colour_the_terminals_own_theme_has_none(
    small_index: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = small(home, small_index, Settings(theme="ansi"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        strips = app.screen._compositor.render_strips()
        styles = [segment.style for strip in strips for segment in strip if segment.style]
        assert any(style.bold for style in styles)
        for colour in (colour for style in styles for colour in (style.color, style.bgcolor)):
            assert colour is None or colour.is_default
