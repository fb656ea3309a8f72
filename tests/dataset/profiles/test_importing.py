"""What an import keeps, counts and says."""

import stat
from pathlib import Path

import pytest

from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.index import schema
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles import history, importing, store
from musicrec_tui.dataset.profiles.reading import ANOTHER_USER
from musicrec_tui.dataset.sources import delimited
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home
from tests.dataset.logs import HOSTILE, listen, write_listens, write_text
from tests.dataset.profiles.histories import START, add, counted, heard, jot, rated, rows


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_listens_are_kept_and_totalled(home: Home, tmp_path: Path) -> None:
    log = jot(tmp_path / "a.json", [heard("Low", 0), heard("Low", 60), heard("Air", 120), heard(HOSTILE, 180)])
    profile = importing.import_history(home, "me", Log([log]))
    stored = profile.stored
    assert (stored.artists, stored.listens, stored.ratings) == (3, 4, 0)
    assert stored.first_at is not None
    assert stored.last_at is not None
    assert (stored.first_at.timestamp(), stored.last_at.timestamp()) == (START, START + 180)
    account = stored.imports[-1]
    assert (account.rows, account.kept, account.new, account.known) == (4, 4, 4, 0)
    assert account.files == ("a.json",)
    assert account.user_id == "me"
    assert {row[3] for row in rows(profile)} == {"Low", "Air", HOSTILE}
    assert store.read_profile(home, "me") == profile


def test_only_what_is_new_is_added(home: Home, tmp_path: Path) -> None:
    first = jot(tmp_path / "a.json", [heard("Low", 0), heard("Low", 60)])
    more = jot(tmp_path / "b.json", [heard("LOW", 60, "song "), heard("Low", 120), heard("Low", 120)])
    add(home, first)
    again = add(home, first)
    assert (again.kept, again.new, again.known) == (2, 0, 2)
    grown = add(home, more)
    assert (grown.kept, grown.new, grown.known) == (3, 1, 2)
    profile = store.read_profile(home, "me")
    assert profile.stored.listens == 3
    assert len(profile.stored.imports) == 3
    assert [path.name for path in sorted(profile.folder.iterdir())] == ["listens-3.parquet", "profile.json"]


def test_fractions_of_a_second_are_one_listen(home: Home, tmp_path: Path) -> None:
    account = add(home, jot(tmp_path / "a.json", [heard("Low", 0.25), heard("Low", 0.75), heard("Low", 1)]))
    assert (account.kept, account.new) == (3, 2)


def test_counts_of_a_file_add_up_and_of_two_the_larger_holds(home: Home, tmp_path: Path) -> None:
    first = jot(tmp_path / "a.json", [counted("Low", 3), counted("LOW", 4), counted("Air", 9)], "counts")
    later = jot(tmp_path / "b.json", [counted("Low", 8), counted("Air", 2)], "counts")
    add(home, first)
    assert store.read_profile(home, "me").stored.listens == 16
    account = add(home, later)
    assert (account.new, account.known) == (1, 1)
    assert store.read_profile(home, "me").stored.listens == 17


def test_counts_and_listens_of_an_artist_are_the_same_listening(home: Home, tmp_path: Path) -> None:
    add(home, jot(tmp_path / "a.json", [heard("Low", 0), heard("Low", 60), heard("Air", 0)]))
    add(home, jot(tmp_path / "b.json", [counted("Low", 7), counted("Moby", 1)], "counts"))
    stored = store.read_profile(home, "me").stored
    assert (stored.artists, stored.listens) == (3, 7 + 1 + 1)


def test_ratings_are_kept_and_the_latest_holds(home: Home, tmp_path: Path) -> None:
    add(home, jot(tmp_path / "a.json", [rated("Low", 1, 60), rated("Air", -1, 0), rated("Pulp", 0, 0), heard("Low")]))
    old = add(home, jot(tmp_path / "b.json", [rated("Low", -1, 30)]))
    assert (old.new, old.known) == (0, 1)
    new = add(home, jot(tmp_path / "c.json", [rated("Air", 1, 90)]))
    assert (new.new, new.known) == (1, 0)
    profile = store.read_profile(home, "me")
    assert (profile.stored.ratings, profile.stored.rating_scales) == (3, (ratings.THUMBS,))
    likings = {row[3]: row[12] for row in rows(profile) if row[0] == "rating"}
    assert likings == {"Low": 1.0, "Air": 1.0, "Pulp": 0.0}
    # Low was heard once, and counts as the love for it does; so does Air, which was never heard; Pulp is neutral.
    assert (profile.stored.artists, profile.stored.listens) == (2, 2 * ratings.confidence(1.0))


def test_the_scale_of_ratings_is_told_by_all_of_them(home: Home, tmp_path: Path) -> None:
    """A first import of one-star ratings alone looks like thumbs up; with the next it is plain what they are."""
    add(home, jot(tmp_path / "a.json", [rated("Low", 1, 0)]))
    add(home, jot(tmp_path / "b.json", [rated("Air", 5, 0)]))
    profile = store.read_profile(home, "me")
    assert profile.stored.rating_scales == (ratings.STARS,)
    assert {row[3]: row[12] for row in rows(profile)} == {"Low": -1.0, "Air": 1.0}
    with pytest.raises(UserError, match="none of the known scales"):
        add(home, jot(tmp_path / "c.json", [rated("Moby", 1000, 0)]))
    assert store.read_profile(home, "me") == profile


def test_every_row_is_accounted_for(home: Home, tmp_path: Path) -> None:
    log = jot(
        tmp_path / "a.json",
        [
            heard("Low", 0),
            heard("", 1),
            heard(" \u2003", 2),
            heard("Low", 3, play_count=-1),
            heard("Low", 4, play_count=2.5),
            {"artist_name": "Low"},
            heard("Low", -(10**12)),
            heard("Low", 5, user_id=None),
            heard("Low", 6, user_id="you"),
            heard("Low", 7, refused="incognito"),
            rated("Low", float("nan"), 0),
        ],
    )
    account = add(home, log, user="me")
    assert account.rejected == {
        schema.NO_ARTIST: 2,
        schema.BAD_COUNT: 1,
        schema.NO_TIME: 1,
        schema.BAD_TIME: 1,
        schema.NO_USER: 1,
        ANOTHER_USER: 1,
        "incognito": 1,
        schema.BAD_RATING: 1,
    }
    assert (account.rows, account.kept, account.repaired) == (11, 2, {schema.ROUNDED: 1})
    told = {(one.outcome, one.reason, one.row) for one in account.offenders}
    assert ("rejected", schema.BAD_COUNT, 4) in told
    assert ("repaired", schema.ROUNDED, 5) in told
    assert not any(one.reason == ANOTHER_USER for one in account.offenders)
    assert {one.file for one in account.offenders} == {"a.json"}


def test_one_user_of_a_log_is_taken(home: Home, tmp_path: Path) -> None:
    log = write_listens(
        tmp_path / "dump.parquet", [listen(1, "Air", 7, 0), listen(2, "Low", 8, 1), listen(2, "Low", 8, 2)]
    )
    with pytest.raises(UserError, match=r"2 users \(2, 1\): say whose \(--user ID\)"):
        add(home, log)
    with pytest.raises(UserError, match="There is no user '3'"):
        add(home, log, user="3")
    account = add(home, log, user="2")
    assert (account.rows, account.kept, account.rejected) == (3, 2, {ANOTHER_USER: 1})
    assert [row[3:6] for row in rows(store.read_profile(home, "me"))] == [("Low", "ListenBrainz\n8", "mbid-8")] * 2


def test_broken_lines_of_text_are_told(home: Home, tmp_path: Path) -> None:
    log = write_text(tmp_path / "counts.csv", "user_id,artist_name,play_count", "me,Low,3", "me,Air", "me,Moby,2")
    account = add(home, log)
    assert (account.rows, account.kept, account.rejected) == (3, 2, {delimited.BROKEN_ROW: 1})
    assert [(one.reason, one.row, one.shown) for one in account.offenders] == [(delimited.BROKEN_ROW, 3, "me,Air")]


@pytest.mark.parametrize(
    ("records", "said"),
    [([], "There are no rows"), ([heard(""), heard(" ")], "2 × no artist name"), ([{}], "1 × no artist name")],
)
def test_a_log_without_a_usable_row_makes_no_profile(
    home: Home, tmp_path: Path, records: list[dict[str, object]], said: str
) -> None:
    with pytest.raises(UserError, match=said):
        add(home, jot(tmp_path / "a.json", records))
    assert store.list_profiles(home).profiles == ()
    assert [path.name for path in home.profiles.iterdir()] == [".lock"]


def test_nobody_else_may_look(home: Home, tmp_path: Path) -> None:
    home.profiles.mkdir(parents=True)
    home.profiles.chmod(0o755)
    profile = importing.import_history(home, "me", Log([jot(tmp_path / "a.json", [heard("Low")])]))
    assert mode(home.profiles) == mode(profile.folder) == 0o700
    assert {mode(file) for file in profile.folder.iterdir()} == {0o600}


def test_cancelling_leaves_it_as_it_was(home: Home, tmp_path: Path) -> None:
    before = importing.import_history(home, "me", Log([jot(tmp_path / "a.json", [heard("Low")])]))
    phases: list[str] = []

    def report(phase: str, fraction: float | None) -> None:
        phases.append(phase)

    with pytest.raises(Cancelled):
        add(
            home, jot(tmp_path / "b.json", [heard("Air")]),
            report=report, cancelled=lambda: "identifying artists" in phases,
        )  # fmt: skip
    assert store.read_profile(home, "me") == before
    assert sorted(path.name for path in home.profiles.iterdir()) == [".lock", before.folder.name]
    assert add(home, tmp_path / "b.json").new == 1


def test_reported_fractions_never_go_back(home: Home, tmp_path: Path) -> None:
    told: list[float] = []
    add(home, jot(tmp_path / "a.json", [heard("Low")]), report=lambda _phase, share: told.append(share or 0.0))
    assert told == sorted(told)


def test_ids_stand_in_for_names(home: Home, tmp_path: Path) -> None:
    log = jot(tmp_path / "a.json", [heard("", 0, artist_id="7"), heard("Low", 1, artist_id="7", title=None)])
    add(home, log)
    profile = store.read_profile(home, "me")
    assert sorted(row[1] for row in rows(profile)) == ["id:7", "name:low"]
    names = history.ask(profile, lambda query: query(history.ARTISTS))
    assert {row[0]: row[1] for row in names} == {"id:7": "id:7", "name:low": "Low"}
