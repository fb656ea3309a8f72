"""Look-ups: what people read and what programs parse say the same, and nothing hostile gets through."""

import json

from tests.cli.conftest import HOSTILE, HOSTILE_USER, USERS, Tell


def test_a_cut_list_says_so(tell: Tell) -> None:
    assert f"3 of {len(USERS)} users" in tell("users", "", "--limit", "3")
    page = json.loads(tell("artists", "band", "-n", "2", "--json"))
    assert len(page["rows"]) == 2
    assert page["total"] == 28


def test_markup_in_names_stays_whole(tell: Tell) -> None:
    assert "Nirvana [Live]" in tell("artists", "nirvana")
    assert "Nirvana [Live]" in tell("artist", "Nirvana [Live]")


def test_hostile_names_are_found_shown_clean_and_kept_raw_for_programs(tell: Tell) -> None:
    assert "[/b]�]0;owned�[red]" in tell("artists", "owned")
    assert json.loads(tell("artists", "owned", "--json"))["rows"][0]["name"] == HOSTILE
    assert "[/b]�" in tell("artist", HOSTILE)
    assert "[/b]�" in tell("user", HOSTILE_USER)
    assert json.loads(tell("user", HOSTILE_USER, "--json"))["user"]["user_id"] == HOSTILE_USER
    assert HOSTILE_USER.replace("\x1b", "�") in tell("users", "[red]")


def test_profiles_have_months_and_recent_listens(tell: Tell) -> None:
    assert "2007-0" in tell("user", "user1")
    profile = json.loads(tell("user", "user1", "--json"))
    assert profile["recent"]
    assert sum(month["listens"] for month in profile["months"]) == profile["user"]["listens"]


def test_who_is_not_there_gets_a_sentence(tell: Tell) -> None:
    assert "nobody\n" not in tell("user", "nobody", code=2)
    assert "No Such Band" in tell("artist", "No Such Band", code=2)


def test_nothing_found_is_no_error(tell: Tell) -> None:
    assert "0 artists" in tell("artists", "zzzz")


def test_models_tell_every_parameter_of_every_model(tell: Tell) -> None:
    described = json.loads(tell("models", "--json"))
    printed = tell("models")
    assert {"popularity", "als", "ncf"} <= described.keys()
    for fields in described.values():
        for field in fields:
            assert field["name"] in printed
    assert "alpha" not in tell("models", "ncf")


def test_formats_name_the_layouts(tell: Tell) -> None:
    layouts = json.loads(tell("formats", "--json"))["layouts"]
    printed = tell("formats")
    assert all(layout["what"] in printed for layout in layouts)
