"""Filters against a brute force over the log itself: models, popularity and exports list the same artists."""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musicrec_tui.dataset import opinions
from musicrec_tui.dataset.filters import HEARD, Filters
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups import artists, users
from musicrec_tui.dataset.opinions import EVERYBODY, Verdict, opinion
from musicrec_tui.dataset.popularity import rank_popular_for
from musicrec_tui.dataset.profiles import importing
from musicrec_tui.dataset.profiles.lookup import user_of
from musicrec_tui.dataset.records import User
from musicrec_tui.jobs import model_export
from musicrec_tui.jobs.host_protocol import Newcomer, Recommend
from musicrec_tui.jobs.service import Service
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.runs import store as runs
from tests.jobs.answers import listed
from tests.jobs.conftest import World

ARTISTS, USERS = 24, 15
# Some of these the people have heard, some they have not.
TASTE: dict[str, dict[Verdict, tuple[str, ...]]] = {
    EVERYBODY: {"blocked": ("band 3",)},
    "u1": {"loved": ("band 0", "band 3", "band 4"), "blocked": ("band 1", "band 7")},
    "u2": {"blocked": ("band 0",)},
    "profile:me": {"loved": ("band 6", "band 7"), "blocked": ("band 2", "band 8")},
}


class Plays(NamedTuple):
    """Somebody's plays of one artist."""

    times: int
    last: datetime | None


class Filtered(NamedTuple):
    """A trained world, and what the test itself knows of it."""

    world: World
    service: Service
    dataset: Dataset
    heard: dict[str, dict[str, Plays]]
    users: dict[str, User]
    asked: dict[str, str | Newcomer]
    timed: bool

    def allowed(self, who: str, filters: Filters) -> set[str]:
        """The artists that pass, one after the other, by the words of the promise."""
        everything = [plays for key, plays in self.heard.items() if not key.startswith("profile:")]
        listeners = Counter(name for plays in everything for name in plays)
        own = self.heard[who]
        history = everything if not who.startswith("profile:") else [own]
        ends = [one.last for plays in history for one in plays.values() if one.last]
        taste = TASTE.get(who, {})
        blocked = {*TASTE[EVERYBODY]["blocked"], *taste.get("blocked", ()), *(key[5:] for key in filters.blocked)}
        passed = set()
        for name, count in listeners.items():
            plays = own.get(name)
            known = plays is not None
            if filters.heard == "new" and (known or name in taste.get("loved", ())):
                continue
            if filters.heard == "rediscover":
                if plays is None:
                    continue
                if plays.last is not None and plays.last >= max(ends) - timedelta(days=filters.quiet_days):
                    continue
                middle = median(one.times for one in own.values())
                if plays.last is None and filters.max_plays is None and plays.times > middle:
                    continue
            if filters.max_plays is not None and plays is not None and plays.times > filters.max_plays:
                continue
            most = filters.max_listeners
            if name not in blocked and filters.min_listeners <= count and (most is None or count <= most):
                passed.add(name)
        return passed


def write(path: Path, who: list[str], seed: int, *, timed: bool) -> dict[str, dict[str, Plays]]:
    """A log of plays, some artists better known than others; what is in it."""
    rng = np.random.default_rng(seed)
    found: dict[str, dict[str, Plays]] = {}
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        header = ["user_id", "artist_name", "release_name", "recording_name", "date", "time"]
        rows.writerow(header if timed else ["user_id", "artist_name", "play_count"])
        for user in who:
            for artist in sorted(set((ARTISTS * rng.random(12) ** 1.7).astype(int).tolist())):
                name, count = f"band {artist}", int(rng.integers(1, 9))
                days = [
                    datetime(2020, 1, 1, 12, 0, 7, tzinfo=UTC) + timedelta(days=30 * int(rng.integers(0, 24)))
                    for _ in range(count)
                ]
                for at in days if timed else ():
                    rows.writerow([user, name, "", f"song {at:%j%Y}", f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}"])
                if not timed:
                    rows.writerow([user, name, count])
                count = len(set(days)) if timed and user == "me" else count  # a person hears one thing at a time
                found.setdefault(user, {})[name] = Plays(count, max(days) if timed else None)
    return found


@pytest.fixture(scope="module", params=[True, False], ids=["timed", "untimed"])
def filtered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filtered]:
    """Users and a profile with opinions, and a run of popularity: every artist has a score, and none is left out."""
    root = tmp_path_factory.mktemp("filtered")
    home, timed = Home(root, root / "cache"), bool(request.param)
    log = root / "log.csv"
    heard = write(log, [f"u{number}" for number in range(USERS)], 5, timed=timed)
    heard["profile:me"] = write(root / "me.csv", ["me"], 6, timed=timed)["me"]
    profile = importing.import_history(home, "me", Log([root / "me.csv"]))
    index = build.ensure(Log([log]), home)
    dataset = Dataset(index)
    world = World(home, log, index, dataset.info.content)
    world.finished(PopularityParams(), name="popular")
    for whom, taste in TASTE.items():
        for verdict, names in taste.items():
            found = [opinion(verdict, artists.find_artist(dataset, name), dataset.info.layout) for name in names]
            opinions.change_opinions(home, whom, give=found)
    people = {f"u{number}": users.find_user(dataset, f"u{number}") for number in range(USERS)}
    service = Service(home.opinions)
    asked: dict[str, str | Newcomer] = {name: name for name in people}
    asked["profile:me"] = Newcomer(profile=str(profile.folder))
    people["profile:me"] = user_of(profile)
    yield Filtered(world, service, dataset, heard, people, asked, timed)
    service.close()
    dataset.close()


bounds = st.none() | st.integers(0, 12)
wishes = st.builds(
    Filters,
    st.sampled_from(HEARD),
    max_plays=bounds,
    min_listeners=st.integers(0, 8),
    max_listeners=st.none() | st.integers(0, 15),
    quiet_days=st.integers(0, 24).map(lambda months: 30 * months),
    blocked=st.sets(st.sampled_from(["name:band 4", "name:band 9", "name:nothing"])).map(tuple),
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(who=st.sampled_from(["u1", "u2", "u3", "profile:me"]), filters=wishes)
def test_models_and_popularity_list_what_passes(filtered: Filtered, who: str, filters: Filters) -> None:
    expected = filtered.allowed(who, filters)
    run = runs.find_run(filtered.world.home, "popular")
    ask = Recommend(
        run=str(run.folder), index=str(filtered.world.index), user=filtered.asked[who], k=100, filters=filters
    )
    answer = listed(filtered.service.answer(ask))
    assert {row.artist.name for row in answer.rows} == expected
    assert answer.total == len(answer.rows)
    loved = {*TASTE.get(who, {}).get("loved", ())} - {"band 3"}
    assert {row.artist.name for row in answer.rows if row.loved} == expected & loved
    assert {row.artist.name for row in answer.rows if row.heard} == expected & filtered.heard[who].keys()
    page = rank_popular_for(filtered.world.home, filtered.dataset, filtered.users[who], 100, filters)
    assert {one.artist.name for one in page.rows} == expected
    assert page.total == len(page.rows)
    assert {one.artist.name: one.plays for one in page.rows if one.plays} == {
        name: plays.times for name, plays in filtered.heard[who].items() if name in expected
    }


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters("all", max_plays=3),
        Filters("rediscover", quiet_days=300, blocked=("name:band 4",)),
        Filters("rediscover", max_plays=4, min_listeners=3, max_listeners=9),
    ],
    ids=["new", "all", "rediscover", "bounded"],
)
def test_an_export_lists_what_passes(filtered: Filtered, tmp_path: Path, filters: Filters) -> None:
    run, target = runs.find_run(filtered.world.home, "popular"), tmp_path / "all.csv"
    given = opinions.read_opinions(filtered.world.home.opinions)
    model_export.recommendations(run, filtered.dataset, target, 100, filters=filters, opinions=given)
    found: dict[str, set[str]] = {who: set() for who in filtered.asked if who != "profile:me"}
    with target.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["user_id"]].add(row["artist_name"])
    assert found == {who: filtered.allowed(who, filters) for who in found}


def test_a_change_is_heard_of_at_once(filtered: Filtered) -> None:
    """A service that has answered already sees the file as it is now."""
    run, home = runs.find_run(filtered.world.home, "popular"), filtered.world.home
    ask = Recommend(run=str(run.folder), index=str(filtered.world.index), user="u9", k=100, filters=Filters("all"))
    first = listed(filtered.service.answer(ask)).rows[0].artist
    blocked = opinion("blocked", first, filtered.dataset.info.layout)
    opinions.change_opinions(home, "u9", give=[blocked])
    assert first not in {row.artist for row in listed(filtered.service.answer(ask)).rows}
    opinions.change_opinions(home, "u9", take=[blocked])
    assert first in {row.artist for row in listed(filtered.service.answer(ask)).rows}
