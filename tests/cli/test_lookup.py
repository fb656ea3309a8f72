"""Look-ups: what people read and what programs parse say the same, and nothing hostile gets through."""

import json
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from musicrec_tui.paths import find_home
from tests.cli.conftest import HOSTILE, HOSTILE_USER, USERS, Tell, Workshop


def test_a_cut_list_says_so(tell: Tell) -> None:
    assert f"3 of {len(USERS)} users" in tell("users", "--limit", "3")
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
    assert sum(month["new_artists"] for month in profile["months"]) == profile["user"]["artists"]
    assert sum(profile["hours"]) == profile["user"]["listens"]
    assert profile["top_recordings"]["total"] >= len(profile["top_recordings"]["rows"]) > 0
    assert 0 <= profile["mainstream"]["above"] <= 1


def test_pages_go_on_where_the_one_before_ended(tell: Tell) -> None:
    whole = json.loads(tell("artists", "band", "-n", "28", "--json"))["rows"]
    second = json.loads(tell("artists", "band", "-n", "5", "--offset", "5", "--json"))
    assert (second["rows"], second["total"]) == (whole[5:10], 28)
    assert "6 to 10 of 28 artists" in tell("artists", "band", "-n", "5", "--offset", "5")
    assert f"2 to 3 of {len(USERS)} users" in tell("users", "", "-n", "2", "--offset", "1")
    assert "0 of 28 artists" in tell("artists", "band", "--offset", "100")


def test_older_listens_of_a_user(tell: Tell) -> None:
    whole = json.loads(tell("user", "user1", "--json"))
    older = json.loads(tell("user", "user1", "-n", "3", "--offset", "2", "--json"))
    assert older["rows"] == whole["recent"][2:5]
    assert older["total"] == whole["listened"]
    assert f"3 to 5 of {older['total']} listens" in tell("user", "user1", "-n", "3", "--offset", "2")


def test_typos_are_forgiven_and_it_says_so(tell: Tell) -> None:
    assert "No exact match. Did you mean:" in tell("artists", "nirvaan")
    page = json.loads(tell("artists", "nirvaan", "--json"))
    assert page["forgiven"]
    assert page["rows"][0]["name"] == "Nirvana [Live]"
    assert not json.loads(tell("artists", "nirvana", "--json"))["forgiven"]


def test_an_artists_page_has_titles_and_its_key(tell: Tell) -> None:
    told = tell("artist", "Nirvana [Live]")
    profile = json.loads(tell("artist", "Nirvana [Live]", "--json"))
    assert profile["top_recordings"]["rows"][0]["name"] in told
    assert profile["artist"]["key"] in told
    assert "MBID" in told


def test_hours_are_those_of_the_setting(tell: Tell, workshop: Workshop) -> None:
    file = find_home(workshop.home).settings
    utc = json.loads(tell("user", "user1", "--json"))
    try:
        file.write_text('time_zone = "Asia/Tokyo"')
        tokyo = json.loads(tell("user", "user1", "--json"))
        assert "(Asia/Tokyo)" in tell("user", "user1")
        file.write_text('time_zone = "Moon/Tycho"')
        assert "Moon/Tycho" in tell("user", "user1", code=2)
    finally:
        file.unlink()
    assert tokyo["hours"] == [utc["hours"][(hour - 9) % 24] for hour in range(24)]


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


def test_a_period_counts_its_listens_alone(tell: Tell) -> None:
    whole = json.loads(tell("users", "user1", "--json"))["rows"][0]
    parts = [
        json.loads(tell("users", "user1", *period, "--json"))["rows"][0]["listens"]
        for period in (["--to", "2007-04"], ["--period", "2007-05"], ["--from", "2007-06-01"])
    ]
    assert sum(parts) == whole["listens"]
    assert min(parts) > 0
    said = tell("user", "user1", "--period", "2007-05")
    assert re.search(r"period +2007-05 \(UTC\)", said)
    assert json.loads(tell("user", "user1", "--period", "2007-05", "--json"))["user"]["listens"] == parts[1]
    assert "Listens of 2007 (UTC)" in tell("artists", "band", "--period", "this-year")
    band = json.loads(tell("artist", "Band 3", "--from", "2007-09", "--json"))
    assert band["artist"]["listens"] == sum(month["listens"] for month in band["months"])
    assert json.loads(tell("activity", "--period", "2007-05", "--json"))["months"][0]["month"] == "2007-05"
    assert "There are none." in tell("activity", "--period", "1999")
    assert "no period" in tell("users", "", "--period", "soon", code=2)
    assert "either --period" in tell("users", "", "--period", "2007", "--to", "2008", code=2)


def test_times_are_those_of_the_time_zone(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    listens = json.loads(tell("user", "user1", "-n", "1", "--json"))["recent"]
    local = datetime.fromisoformat(listens[0]["listened_at"]).astimezone(ZoneInfo("Asia/Tokyo"))
    said = tell("user", "user1", "-n", "1")
    assert "recent listen (Asia/Tokyo)" in said
    assert f"{local:%Y-%m-%d %H:%M}" in said
