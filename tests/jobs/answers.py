"""What tests of the service ask with, and look at."""

from pathlib import Path
from typing import TypedDict

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.interactions import load_interactions
from musicrec_tui.dataset.lookups import artists
from musicrec_tui.jobs.host_protocol import AnyAnswer, Recommended, Refused
from musicrec_tui.runs import store
from tests.jobs.conftest import World

USER = "u1"


class Place(TypedDict):
    """What every request names."""

    run: str
    index: str


def place(world: World, name: str = "als") -> Place:
    """Where a run is, and on which index to open it."""
    return {"run": str(store.find_run(world.home, name).folder), "index": str(world.index)}


def artist_key(world: World, name: str) -> str:
    dataset = Dataset(world.index)
    key = artists.find_artist(dataset, name).key
    dataset.close()
    return key


def listed(answer: AnyAnswer) -> Recommended:
    assert isinstance(answer, Recommended), answer
    return answer


def refused(answer: AnyAnswer) -> str:
    assert isinstance(answer, Refused), answer
    assert not answer.defect
    return answer.sentence


def heard(index: Path, user: str) -> set[str]:
    """Keys of the artists that a user has played."""
    dataset = Dataset(index)
    data = load_interactions(dataset)
    dataset.close()
    return {data.artist_keys[code] for code in data.plays[data.user_keys.index(user)].indices}
