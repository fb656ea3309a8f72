import os
from pathlib import Path

import pytest

from musicrec_tui import files
from musicrec_tui.jobs import slots
from musicrec_tui.jobs.cancellation import Cancellation
from musicrec_tui.paths import Home


@pytest.fixture
def queue(home: Home) -> Path:
    """Where tickets are."""
    folder = home.slots / "queue"
    folder.mkdir(parents=True)
    return folder


def test_a_slot_is_held_and_its_ticket_is_given_back(home: Home, queue: Path) -> None:
    with slots.slot(home, 1, 7, Cancellation()):
        assert files.is_locked(home.slots / "0.lock")
        assert list(queue.iterdir()) == []
    assert not files.is_locked(home.slots / "0.lock")


def test_tickets_of_the_dead_hold_nobody_up(home: Home, queue: Path) -> None:
    (queue / f"{3:09d}").touch()
    with slots.slot(home, 1, 7, Cancellation()):
        assert list(queue.iterdir()) == []


def test_a_ticket_that_was_taken_for_one_of_the_dead_is_taken_again(
    home: Home, queue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, seen, lock = queue / f"{7:09d}", [], files.try_lock

    def late(path: Path, *, shared: bool = False) -> int | None:
        """The first time, another job is quicker between the opening and the locking."""
        held = lock(path, shared=shared)
        if path == own:
            seen.append(path)
            if len(seen) == 1:
                own.unlink()
        elif path.name == "0.lock":
            assert files.is_locked(own), "who has a slot had a ticket that others see"
        return held

    monkeypatch.setattr(files, "try_lock", late)
    with slots.slot(home, 1, 7, Cancellation()):
        assert len(seen) == 2


def test_smaller_numbers_go_first(home: Home, queue: Path) -> None:
    held = files.try_lock(queue / f"{3:09d}")
    assert held is not None
    assert not slots._is_first(queue, f"{7:09d}")
    assert slots._is_first(queue, f"{2:09d}")
    os.close(held)
    assert slots._is_first(queue, f"{7:09d}")
