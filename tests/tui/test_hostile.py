"""Names come from the log as they are: they are shown whole, and reach the terminal as text only."""

import pytest

from tests.tui.support import HOSTILE_CLEAN, STRANGE, SmallApp, clean, rows_of, settled, shown


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("[/b]", HOSTILE_CLEAN),
        ("[live]", "Nirvana [Live]"),
        ("gnik", "�gnikcah�"),
        ("椎名", "椎名林檎 東京事変"),
        ("xxxx", "xxxxxxxxxxxx"),
    ],
)
async def test_strange_names_are_found_opened_and_shown_whole(small_app: SmallApp, letters: str, expected: str) -> None:
    async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("slash")
        small_app.screen.query_one("#search-input").value = letters  # type: ignore[attr-defined]
        await settled(pilot)
        assert rows_of(small_app, "results")[1].startswith(expected)
        await pilot.press("enter")
        await settled(pilot)
        assert expected in shown(small_app.screen.query_one("#artist"))
        clean(small_app)


async def test_strange_names_are_recommended(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(200, 60)) as pilot:
        await settled(pilot)
        await pilot.press("f", "right", "enter")
        await settled(pilot)
        text = "\n".join(rows_of(small_app, "recommendations"))
        for name in (
            HOSTILE_CLEAN,
            "Nirvana [Live]",
            "�gnikcah�",
            "椎名林檎 東京事変",
            "xxxxxxxxxxxxxxxx",
            "Sigur Rós",
        ):
            assert name in text
        clean(small_app)


async def test_the_data_screen_shows_them_in_rows_and_codes(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(200, 60)) as pilot:
        await settled(pilot)
        await pilot.press("5", *"vvv")
        await settled(pilot)
        names = [name for name in STRANGE if len(name) < 100]
        text = clean(small_app)
        assert HOSTILE_CLEAN in text
        assert all(name in text for name in names if name.isprintable())
        for section in ("overview", "columns", "rows", "matrix", "activity"):
            await small_app.run_action(f"section('{section}')", small_app.screen)
            await settled(pilot)
            assert section != "rows" or "[b]" in clean(small_app)
            clean(small_app)


async def test_messages_to_the_user_parse_no_markup(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        small_app.session.make_offer("Training [/b] takes [red]long[/].")
        await settled(pilot)
        assert "Training [/b] takes [red]long[/]." in " ".join(shown(small_app.screen).split())
